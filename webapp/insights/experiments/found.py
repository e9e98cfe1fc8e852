"""An experiment with its runs, as an address names it."""

from dataclasses import dataclass

from webapp.insights.experiments.stages import Stage, stage
from webapp.profiling.experiment_declared import Experiment
from webapp.profiling.experiments.runs import Run


@dataclass(frozen=True)
class Found:
    """An experiment that an address names: as it is declared now, its runs (newest first), and the run to show.

    `digest` is that of the declaration. `experiment` is what the shown run went by, else what is declared.
    """

    key: str
    declared: Experiment | None
    digest: str | None
    runs: tuple[Run, ...]
    run: Run | None

    @property
    def experiment(self) -> Experiment | None:
        return self.run.declared() if self.run else self.declared

    @property
    def newest(self) -> Run | None:
        return self.runs[0] if self.runs else None

    @property
    def stage(self) -> Stage:
        return stage(self.digest, self.newest)
