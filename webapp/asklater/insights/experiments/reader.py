"""Reading one run: who took part, what came of it, and what the past says about the next one."""

from collections.abc import Mapping
from datetime import timedelta

from asklater.database.access import Database
from asklater.experiments.runs import Run
from asklater.insights.experiments.analysis import (
    BASELINE_FROM_PERSONS,
    RunResults,
    Traffic,
    run_results,
    whole_weeks,
)
from asklater.insights.experiments.anonymous_sums import AnonymousSums
from asklater.insights.experiments.arm_horizons import ArmHorizons, read_arm_horizons
from asklater.insights.experiments.participants import Participants, SuccessMeasure, success_measure
from asklater.insights.filters import Uncounted
from asklater.insights.query import Query
from asklater.insights.statistics.differences import Arm
from asklater.manifest.declarations import Experiment, Manifest

PAST_DAYS = 28
"""Days of which the past is judged: whole weeks, since weekdays differ."""
DAY = timedelta(days=1)


class RunReader:
    """Reads the experiments of one manifest, as somebody asks."""

    def __init__(self, database: Database, manifest: Manifest, uncounted: Uncounted) -> None:
        self._database = database
        self._manifest = manifest
        self._uncounted = uncounted
        self._departed = AnonymousSums(database)

    def results(self, experiment: Experiment, run: Run | None, query: Query) -> RunResults:
        """What came of a run of the experiment, as it was declared then; nothing of none.

        Three statements, as of one moment: somebody may leave meanwhile.
        """
        measure = success_measure(self._manifest, experiment)
        if run is None:
            weeks = whole_weeks(query.as_of, None, measure.horizon, query.as_of, query.zone)
            return run_results(weights_by_variant(experiment), (), (), weeks, about_field=bool(experiment.field))
        participants = self._participants(measure)
        with self._database.snapshot():
            who = participants.of_run(run.id)
            assigned = participants.assigned(who, query)
            cells = participants.cells(who, measure, query)
            left, came_of_them = self._departed.of_run(run.id, query)
        return run_results(
            weights_by_variant(experiment),
            [*assigned, *left],
            [*cells, *came_of_them],
            whole_weeks(run.started_at, run.stopped_at, measure.horizon, query.as_of, query.zone),
            about_field=bool(experiment.field),
        )

    def arm_horizons(self, experiment: Experiment, run: Run | None, query: Query) -> tuple[ArmHorizons, ...]:
        """Coverage by context and horizon for each variant of the run. One statement."""
        return read_arm_horizons(self._database, self._manifest, self._uncounted, experiment, run, query)

    def traffic(self, experiment: Experiment, run: Run | None, found: RunResults | None, query: Query) -> Traffic:
        """Who comes by, and how many succeed as things are declared: from the run where it has enough, else from the
        weeks before now."""
        if run is not None and found is not None and found.figures[0].arm.total >= BASELINE_FROM_PERSONS:
            end = min(query.as_of, run.stopped_at or query.as_of)
            days = max(1.0, (end - run.started_at) / DAY)
            return Traffic(sum(each.assigned for each in found.figures) / days, found.figures[0].arm)
        return self._past(success_measure(self._manifest, experiment), query)

    def _past(self, measure: SuccessMeasure, query: Query) -> Traffic:
        past = query.of_last_days(PAST_DAYS + (measure.horizon - self._manifest.window).days)
        participants = self._participants(measure)
        who = participants.of_past(measure.contexts, past)
        persons = sum(row.persons for row in participants.assigned(who, past))
        days = max(1.0, (query.as_of - participants.since(past)) / DAY)
        cells = participants.cells(who, measure, past)
        arm = Arm(sum(cell.successes for cell in cells), sum(cell.persons for cell in cells))
        return Traffic(persons / days, arm)

    def _participants(self, measure: SuccessMeasure) -> Participants:
        return Participants(self._database, self._uncounted, measure.horizon)


def weights_by_variant(experiment: Experiment) -> Mapping[str, float]:
    """The weights by variant, the control first."""
    return {key: variant.weight for key, variant in experiment.variants.items()}
