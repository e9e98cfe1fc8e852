"""Who took part in a run, and what came of it: persons by variant and by the day on which their horizon ended, one
statement each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    distinct,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from asklater.clock import MICROSECONDS_A_DAY, clock_changes
from asklater.database.access import EPOCH, MICROSECOND, Database
from asklater.experiments.tables import assignment
from asklater.insights.filters import Uncounted, query_conditions
from asklater.insights.query import Query
from asklater.manifest.declarations import Experiment, Manifest
from asklater.policy.variants import placements_of
from asklater.tables import answer_event, prompt, prompt_field, subject

# What an experiment is measured by


@dataclass(frozen=True)
class SuccessMeasure:
    """`contexts` are the action, or the placements of a background prompt, and what else is asked in its stead.

    A success is the action `action` having run, or, where `field` is not "", that field having been given, within
    `horizon` of the assignment.
    """

    contexts: tuple[str, ...]
    action: str
    field: str
    horizon: timedelta


def success_measure(manifest: Manifest, experiment: Experiment) -> SuccessMeasure:
    """The measure of an experiment, whose action or prompt may have left the manifest since."""
    action = experiment.action or ""
    stand_ins = (variant.prompt for variant in experiment.variants.values() if variant.prompt)
    places = [manifest.prompts[key].placement for key in stand_ins if key in manifest.prompts]
    if experiment.prompt in manifest.prompts:
        places = [*placements_of(manifest, experiment), *places]
    contexts = tuple(dict.fromkeys([*([action] if action else []), *places]))
    return SuccessMeasure(contexts, action, experiment.field or "", manifest.horizon_of(experiment))


# What a participant did between two moments, as SQL; both are compared as the microseconds that they are kept as


def has_completed(who: Any, measure: SuccessMeasure, start: Any, end: Any) -> ColumnElement[bool]:
    mine = prompt.c.subject_id == who.c.subject_id, prompt.c.action == measure.action
    return select(prompt.c.id).where(*mine, as_microseconds(prompt.c.completed_at).between(start, end)).exists()


def has_given(who: Any, measure: SuccessMeasure, start: Any, end: Any) -> ColumnElement[bool]:
    """In whichever context: what an action puts off counts when it is given later."""
    event = answer_event.c
    mine = event.subject_id == who.c.subject_id, event.field == measure.field, event.change == "given"
    return select(event.id).where(*mine, as_microseconds(event.at).between(start, end)).exists()


def has_dismissed(who: Any, measure: SuccessMeasure, start: Any, end: Any) -> ColumnElement[bool]:
    mine = prompt.c.subject_id == who.c.subject_id, prompt.c.action.in_(measure.contexts)
    return select(prompt.c.id).where(*mine, as_microseconds(prompt.c.dismissed_at).between(start, end)).exists()


def times_shown_again(who: Any, measure: SuccessMeasure, start: Any, end: Any) -> Any:
    """Impressions but for the first of each field: who gets further sees more fields, which is no harm."""
    asked = and_(prompt_field.c.subject_id == who.c.subject_id, prompt_field.c.action.in_(measure.contexts))
    in_time = as_microseconds(prompt_field.c.opened_at).between(start, end)
    impressions = func.coalesce(func.sum(prompt_field.c.impressions), 0)
    again = select(cast(impressions, BigInteger) - func.count(distinct(prompt_field.c.field)))
    return again.where(asked, in_time).scalar_subquery()


def as_flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def as_microseconds(moment: Any) -> Any:
    """A moment as the microseconds that it is kept as."""
    return type_coerce(moment, BigInteger)


# Counts by variant

CLOCKS_SINCE = timedelta(days=1500)
"""So far back are the changes of a zone's clocks known; for all that is older the first one of them holds."""
NEWEST_PROMPTS = 100_000
"""Prompts that the past is read from, at most."""


@dataclass(frozen=True)
class VariantDay:
    """Persons of one variant whose horizon ended on one day, in the zone of the query.

    `acted` completed the action, `dismissed` put a prompt off at least once, both within the horizon. `again` sums how
    often each was shown a field that it had been shown before; `squares` sums the squares of that.
    """

    variant: str
    day: date
    persons: int
    successes: int
    acted: int
    dismissed: int
    again: int
    squares: int


@dataclass(frozen=True)
class AssignedPersons:
    """Everybody of one variant; the fresh ones have a horizon that has not ended."""

    variant: str
    persons: int
    fresh: int
    simulated: int


class Participants:
    """The persons of one run, or of a past without one, as a selectable of subject_id, variant, at and acted_at.

    `horizon` is how long after its assignment each is judged.
    """

    def __init__(self, database: Database, uncounted: Uncounted, horizon: timedelta) -> None:
        self._database = database
        self._uncounted = uncounted
        self._horizon = horizon // MICROSECOND

    def of_run(self, run_id: int, subject_id: int | None = None) -> Any:
        """Selects who was assigned in the run, or the one of them."""
        columns = (assignment.c.subject_id, assignment.c.variant, assignment.c.at, assignment.c.acted_at)
        whose = () if subject_id is None else (assignment.c.subject_id == subject_id,)
        return select(*columns).where(assignment.c.run_id == run_id, *whose).subquery("who")

    def since(self, query: Query) -> datetime:
        """The moment from which on the past of the query is told: of very many prompts only the newest are read."""
        [(oldest,)] = self._rows(select(func.min(prompt.c.opened_at)).where(_among_newest()))
        return max(query.start, oldest or query.start)

    def of_past(self, contexts: Sequence[str], query: Query) -> Any:
        """Selects who was asked in these contexts in the query's days, from the first prompt of each on."""
        first = func.min(type_coerce(prompt.c.opened_at, BigInteger)).label("at")
        in_days = prompt.c.opened_at >= query.start, prompt.c.opened_at < query.end
        return (
            select(
                prompt.c.subject_id, literal("").label("variant"), first, literal(None, BigInteger).label("acted_at")
            )
            .where(_among_newest(), prompt.c.action.in_(contexts), *in_days)
            .group_by(prompt.c.subject_id)
            .subquery("who")
        )

    def assigned(self, who: Any, query: Query) -> list[AssignedPersons]:
        """All of them by variant, fresh ones included."""
        fresh = self._end(who) > _moment(query)
        rows = self._rows(
            select(
                who.c.variant,
                func.count(),
                func.count(case((fresh, 1))),
                func.count(case((subject.c.simulated.is_(True), 1))),
            )
            .join_from(who, subject, subject.c.id == who.c.subject_id)
            .where(*query_conditions(query, self._uncounted))
            .group_by(who.c.variant)
        )
        return [AssignedPersons(*row) for row in rows]

    def cells(self, who: Any, measure: SuccessMeasure, query: Query) -> list[VariantDay]:
        """Counts those whose horizon has ended, by variant and day, in the order of the days."""
        start, end = as_microseconds(who.c.at), self._end(who)
        acted = or_(has_completed(who, measure, start, end), as_microseconds(who.c.acted_at).between(start, end))
        success = has_given(who, measure, start, end) if measure.field else acted
        person = (
            select(
                who.c.variant,
                (_in_zone(end, query) // MICROSECONDS_A_DAY).label("day"),
                as_flag(success).label("success"),
                as_flag(acted).label("acted"),
                as_flag(has_dismissed(who, measure, start, end)).label("dismissed"),
                times_shown_again(who, measure, start, end).label("again"),
            )
            .join_from(who, subject, subject.c.id == who.c.subject_id)
            .where(end <= _moment(query), *query_conditions(query, self._uncounted))
            .subquery("person")
        )
        it = person.c
        sums = (it.success, it.acted, it.dismissed, it.again, it.again * it.again)
        rows = self._rows(
            select(it.variant, it.day, func.count(), *(cast(func.sum(total), BigInteger) for total in sums))
            .group_by(it.variant, it.day)
            .order_by(it.day)
        )
        return [VariantDay(variant, EPOCH.date() + timedelta(days=day), *counts) for variant, day, *counts in rows]

    def _end(self, who: Any) -> Any:
        return as_microseconds(who.c.at) + literal(self._horizon, BigInteger)

    def _rows(self, statement: Select[Any]) -> list[Any]:
        return list(self._database.reading().execute(statement).all())


def _among_newest() -> ColumnElement[bool]:
    """Their numbers grow with the time, and are found without a look at the others."""
    newest = select(func.max(prompt.c.id)).scalar_subquery()
    return prompt.c.id > newest - NEWEST_PROMPTS


def _in_zone(moment: ColumnElement[int], query: Query) -> ColumnElement[int]:
    """A moment in UTC as the clocks of the query's zone show it."""
    if query.zone is UTC:
        return moment
    changes = clock_changes(query.as_of - CLOCKS_SINCE, query.as_of, query.zone)
    offsets = [(moment >= since, literal(offset, BigInteger)) for since, offset in reversed(changes)]
    return moment + case(*offsets, else_=literal(changes[0][1], BigInteger))


def _moment(query: Query) -> ColumnElement[int]:
    return literal((query.as_of - EPOCH) // MICROSECOND, BigInteger)
