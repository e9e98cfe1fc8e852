"""Coverage by context and horizon for each variant of a run about a field: who was asked in a context within 7, 30 or
90 days of the assignment, and gave the field within the same time. A variant that asks later, or elsewhere, can so be
compared with one that asks at once. Only where the run's horizon is longer than a visit: its persons are accounts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, literal, select, union_all

from asklater.database.access import Database
from asklater.experiments.runs import Run
from asklater.insights.experiments.lifecycle import variant_label
from asklater.insights.experiments.participants import (
    Participants,
    SuccessMeasure,
    as_flag,
    has_given,
    success_measure,
)
from asklater.insights.figures import Share
from asklater.insights.filters import Uncounted, query_conditions
from asklater.insights.horizon_rows import HorizonRow, eligible_label, horizon_row
from asklater.insights.horizons import (
    HORIZONS,
    EligiblePersons,
    HorizonCoverage,
    eligible_persons,
    horizon_coverage,
    span_of,
)
from asklater.insights.kept_counts import CountScope, microseconds
from asklater.insights.labels import KeyLabels
from asklater.insights.query import Query
from asklater.manifest.declarations import Experiment, Manifest
from asklater.tables import prompt_field, subject
from asklater.web.csv_files import csv_text

ArmRow = dict[str, str | int | float | None]
COLUMNS = (
    *("variant", "context", "days", "eligible", "too_young", "reached", "held"),
    *("reach_rate", "reach_low", "reach_high", "held_rate", "held_low", "held_high"),
    *("coverage_rate", "coverage_low", "coverage_high"),
)


@dataclass(frozen=True)
class ArmHorizons:
    """One variant: who was assigned to it, and by context what came of each horizon that may be told."""

    variant: str
    persons: EligiblePersons
    contexts: Mapping[str, tuple[HorizonCoverage, ...]]


def read_arm_horizons(
    database: Database, manifest: Manifest, uncounted: Uncounted, experiment: Experiment, run: Run | None, query: Query
) -> tuple[ArmHorizons, ...]:
    """The variants in their order; none of a run about no field, or that is judged within a visit. One statement."""
    measure = success_measure(manifest, experiment)
    if run is None or not measure.field or measure.horizon <= manifest.window:
        return ()
    who = Participants(database, uncounted, measure.horizon).of_run(run.id)
    scope = CountScope(manifest, uncounted, query.as_of)
    counts: dict[tuple[str, str], dict[int, tuple[int, int, int]]] = {}
    for variant, context, days, *numbers in database.reading().execute(_statement(who, measure, scope, query)):
        counts.setdefault((variant, context), {})[days] = (int(numbers[0]), int(numbers[1]), int(numbers[2]))
    return tuple(_arm(key, measure, counts) for key in experiment.variants)


def _arm(
    variant: str, measure: SuccessMeasure, counts: Mapping[tuple[str, str], Mapping[int, tuple[int, int, int]]]
) -> ArmHorizons:
    def persons(days: int) -> int:
        return counts.get((variant, measure.contexts[0]), {}).get(days, (0, 0, 0))[0]

    eligible = eligible_persons(persons(0), {days: persons(days) for days in HORIZONS})
    return ArmHorizons(
        variant,
        eligible,
        {
            context: horizon_coverage(
                eligible, {days: found[1:] for days, found in counts.get((variant, context), {}).items()}
            )
            for context in measure.contexts
        },
    )


def _statement(who: Any, measure: SuccessMeasure, scope: CountScope, query: Query) -> Any:
    """Rows (variant, context, days, persons, reached, held) of who is old enough; for days 0 of everybody."""
    start, parts = microseconds(who.c.at), []
    for days in (0, *HORIZONS):
        end = start + span_of(days)
        for context in measure.contexts:
            asked = select(prompt_field.c.id).where(
                prompt_field.c.subject_id == who.c.subject_id,
                prompt_field.c.action == context,
                prompt_field.c.field == measure.field,
                microseconds(prompt_field.c.opened_at).between(start, end),
            )
            reached = asked.exists()
            person = (
                select(
                    who.c.variant,
                    as_flag(reached).label("reached"),
                    as_flag(reached & has_given(who, measure, start, end)).label("held"),
                )
                .join_from(who, subject, subject.c.id == who.c.subject_id)
                .where(scope.is_over(who.c.at, timedelta(days=days)), *query_conditions(query, scope.uncounted))
                .subquery()
            )
            sums = func.count(), func.sum(person.c.reached), func.sum(person.c.held)
            parts.append(select(person.c.variant, literal(context), literal(days), *sums).group_by(person.c.variant))
    return union_all(*parts)


# Showing them


@dataclass(frozen=True)
class ArmPanel:
    """`eligible` tells, for each variant and horizon, how many persons are old enough for it."""

    eligible: tuple[str, ...]
    rows: tuple[HorizonRow, ...]
    csv_url: str
    json_url: str


def arm_panel(arms: tuple[ArmHorizons, ...], names: KeyLabels, csv_url: str, json_url: str) -> ArmPanel | None:
    """None where there is nothing of the kind to tell."""
    if not arms:
        return None
    return ArmPanel(
        tuple(_eligible(arm, days) for arm in arms for days in HORIZONS), _arm_rows(arms, names), csv_url, json_url
    )


def _eligible(arm: ArmHorizons, days: int) -> str:
    return f"{variant_label(arm.variant)}, {eligible_label(arm.persons, days)}"


def _arm_rows(arms: tuple[ArmHorizons, ...], names: KeyLabels) -> tuple[HorizonRow, ...]:
    """Contexts in which nobody of a variant was asked are left out."""
    return tuple(
        horizon_row(f"{variant_label(arm.variant)} – {names.context(context)}", it)
        for arm in arms
        for context, horizons in arm.contexts.items()
        for it in horizons
        if it.reached
    )


def arm_lines(arms: tuple[ArmHorizons, ...]) -> list[ArmRow]:
    """The same for files, with every column; what is not told is None."""
    return [
        {
            "variant": arm.variant,
            "context": context,
            "days": it.days,
            "eligible": it.eligible,
            "too_young": arm.persons.too_young(it.days),
            "reached": it.reached if it.reach else None,
            "held": it.held if it.held_of_reached else None,
            **_ends("reach", it.reach),
            **_ends("held", it.held_of_reached),
            **_ends("coverage", it.coverage),
        }
        for arm in arms
        for context, horizons in arm.contexts.items()
        for it in horizons
    ]


def arm_lines_csv(arms: tuple[ArmHorizons, ...]) -> str:
    return csv_text(COLUMNS, ([line[key] for key in COLUMNS] for line in arm_lines(arms)))


def _ends(name: str, share: Share | None) -> ArmRow:
    if share is None:
        return {f"{name}_{end}": None for end in ("rate", "low", "high")}
    return {f"{name}_rate": share.rate, f"{name}_low": share.low, f"{name}_high": share.high}
