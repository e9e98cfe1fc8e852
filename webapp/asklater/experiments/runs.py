"""The runs of experiments: started, stopped, taken up again, a winner declared."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import Select, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.experiments.tables import run
from asklater.manifest.declarations import Experiment

UNDO_WITHIN = timedelta(hours=1)
"""How long after its stop a run can be taken up again. Later, those who came in between would weigh on it."""


class NotPossible(Exception):  # noqa: N818
    """The run is not in a state for this: somebody else may have been faster."""


@dataclass(frozen=True)
class Run:
    """An experiment from its start on; `winner` is "" for none."""

    id: int
    experiment: str
    digest: str
    declaration: str
    started_at: datetime
    started_by: str
    stopped_at: datetime | None
    winner: str

    @property
    def salt(self) -> str:
        """What the run shares people out by."""
        return str(self.id)

    def declared(self) -> Experiment | None:
        """The experiment as it was when the run began; None where this program cannot read it any more."""
        try:
            return Experiment.model_validate_json(self.declaration)
        except ValidationError:
            return None

    def can_go_on(self, moment: datetime) -> bool:
        """Whether its stop can still be undone."""
        return self.stopped_at is not None and not self.winner and moment <= self.stopped_at + UNDO_WITHIN


class Runs:
    """The runs of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def running(self) -> list[Run]:
        """Every run that has not been stopped."""
        return self._read(_RUNNING)

    def of(self, experiment: str) -> list[Run]:
        """The runs of an experiment, newest first."""
        return self._read(select(run).where(run.c.experiment == experiment).order_by(run.c.id.desc()))

    def every(self) -> list[Run]:
        """All runs of all experiments, newest first."""
        return self._read(select(run).order_by(run.c.id.desc()))

    def start(self, experiment: Experiment, digest: str, role: str) -> None:
        """Begin a run. Raises NotPossible while another one of it goes on."""
        row = {
            "experiment": experiment.key,
            "digest": digest,
            "declaration": experiment.model_dump_json(exclude_unset=True),
            "started_at": clock.now(),
            "started_by": role,
        }
        begin = self._database.insert(run).values(row).on_conflict_do_nothing().returning(run.c.id)
        if self._database.writing().execute(begin).first() is None:
            raise NotPossible(experiment.key)

    def stop(self, experiment: str) -> None:
        """End the run that goes on. Raises NotPossible where none does."""
        going = run.c.experiment == experiment, run.c.stopped_at.is_(None)
        self._change(update(run).where(*going).values(stopped_at=clock.now()), experiment)

    def take_up(self, experiment: str) -> None:
        """Undo the stop of the newest run, as if it had not been. Raises NotPossible when it is too late."""
        newest = next(iter(self.of(experiment)), None)
        if newest is None or not newest.can_go_on(clock.now()):
            raise NotPossible(experiment)
        undone = update(run).where(run.c.id == newest.id, run.c.stopped_at.is_not(None), run.c.winner == "")
        self._change(undone.values(stopped_at=None), experiment)

    def declare(self, experiment: str, winner: str) -> None:
        """Name the winner of the newest run, "" to take that back. Raises NotPossible while it goes on."""
        newest = next(iter(self.of(experiment)), None)
        if newest is None or newest.stopped_at is None:
            raise NotPossible(experiment)
        self._change(update(run).where(run.c.id == newest.id).values(winner=winner), experiment)

    def _change(self, change: object, experiment: str) -> None:
        if self._database.writing().execute(change).rowcount == 0:  # type: ignore[call-overload] # an UPDATE
            raise NotPossible(experiment)

    def _read(self, wanted: Select[tuple[object, ...]]) -> list[Run]:
        return [Run(**row) for row in self._database.reading().execute(wanted).mappings()]


_RUNNING = select(run).where(run.c.stopped_at.is_(None))
