"""Where people stop inside a prompt that asks for one field after the other: of those who saw a step, who submitted it
and who went on; and how long it took. By variant, side by side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from math import ceil
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, case, func, literal, or_, select, true

from asklater.database.access import MICROSECOND, Database
from asklater.insights.figures import Share
from asklater.insights.kept_counts import CountScope, KeptCounts, microseconds
from asklater.insights.query import Query
from asklater.insights.rollup.series import NO_EXPERIMENT
from asklater.insights.suppression import nested_counts, share_of_persons
from asklater.insights.tables import step_count, step_time
from asklater.manifest.declarations import Manifest
from asklater.tables import prompt, prompt_field, subject

_BITS = 6
"""Leading bits of a time that are kept: it is told within 1 percent."""
_ALL = true()


@dataclass(frozen=True)
class PromptStep:
    """One step as one variant asked it; counts are persons. `submitted` and `went_on` are None, and so are the times
    in seconds, where they would tell of too few."""

    field: str
    variant: str
    saw: int
    submitted: Share | None
    went_on: Share | None
    median: float | None
    p90: float | None


@dataclass(frozen=True)
class PromptSteps:
    """The steps of a context in the order in which they are met, each by its variants; as of a moment, None while the
    worker has not counted yet."""

    steps: tuple[PromptStep, ...]
    as_of: datetime | None


def contexts_in_steps(manifest: Manifest) -> list[str]:
    """Actions that ask one by one, all of them or in a variant."""
    found = {key for key, action in manifest.actions.items() if action.ask == "one_by_one"}
    for experiment in manifest.experiments.values():
        if experiment.action and any(variant.ask == "one_by_one" for variant in experiment.variants.values()):
            found.add(experiment.action)
    return sorted(found)


def read_steps(database: Database, scope: CountScope, query: Query, of_context: str) -> PromptSteps | None:
    """Of the context and the query's people, variant and sort of asks; its other filters do not apply. None where the
    context asks for everything at once."""
    if of_context not in contexts_in_steps(scope.manifest):
        return None
    found = STEPS.read(database, scope, query.people)
    times = STEP_TIMES.read(database, scope, query.people).counts
    mine = {
        (field, variant): counts
        for (context, variant, field, optional), counts in found.counts.items()
        if (context, optional) == (of_context, query.optional) and query.variant in {"", variant}
    }
    took: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for (context, variant, field, optional, time), (episodes,) in times.items():
        if (context, optional) == (of_context, query.optional):
            took.setdefault((field, variant), []).append((time, episodes))
    steps = [_step(*key, counts, sorted(took.get(key, ()))) for key, counts in sorted(mine.items(), key=_place(mine))]
    return PromptSteps(tuple(step for step in steps if step is not None), found.as_of)


def _place(counts: Mapping[tuple[str, str], Sequence[int]]) -> Any:
    """Orders (field, variant) by how many steps come before the field on average."""
    seen: dict[str, list[int]] = {}
    for (field, _variant), (saw, _submitted, _went_on, place) in counts.items():
        before = seen.setdefault(field, [0, 0])
        before[0], before[1] = before[0] + place, before[1] + saw
    average = {field: place / saw for field, (place, saw) in seen.items()}
    return lambda item: (average[item[0][0]], item[0])


def _step(field: str, variant: str, counts: Sequence[int], took: Sequence[tuple[int, int]]) -> PromptStep | None:
    saw, submitted, went_on, _place_sum = counts
    told = nested_counts(saw, {"saw": saw, "submitted": submitted, "went_on": went_on})
    if not told["saw"]:
        return None
    shares = {key: share_of_persons(part, saw) if part is not None else None for key, part in told.items()}
    median, p90 = (_quantile(took, q) if shares["submitted"] else None for q in (0.5, 0.9))
    return PromptStep(field, variant, saw, shares["submitted"], shares["went_on"], median, p90)


def _quantile(took: Sequence[tuple[int, int]], q: float) -> float | None:
    """Seconds that the share q took at most, of (microseconds as they are kept, how many)."""
    sums = list(accumulate(episodes for _time, episodes in took))
    if not sums:
        return None
    wanted = ceil(q * sums[-1])
    time = next(time for (time, _episodes), reached in zip(took, sums, strict=True) if reached >= wanted)
    return (time + (_width(time.bit_length()) - 1) / 2) / 1e6


def _width(bits: int) -> int:
    """How many microseconds a time of so many bits may be off, once its leading ones alone are kept."""
    return max(1 << bits >> (_BITS + 1), 1)


# Counting


def _episodes_in_steps(scope: CountScope, *columns: Any, only: ColumnElement[bool] = _ALL) -> Subquery:
    """Mature episodes of prompts that ask one by one, with these columns beside their keys and their person's id."""
    return (
        select(
            prompt_field.c.action.label("context"),
            case((prompt.c.variant == "", NO_EXPERIMENT), else_=prompt.c.variant).label("variant"),
            prompt_field.c.field,
            prompt_field.c.optional,
            subject.c.simulated,
            subject.c.id,
            *columns,
        )
        .join_from(prompt_field, prompt)
        .join(subject, subject.c.id == prompt_field.c.subject_id)
        .where(
            scope.is_over(prompt_field.c.opened_at, scope.manifest.window),
            prompt_field.c.action.in_(contexts_in_steps(scope.manifest)),
            *scope.people,
            only,
        )
        .subquery("episode")
    )


def _keys(rows: Subquery) -> tuple[Any, ...]:
    it = rows.c
    return it.context, it.variant, it.field, it.optional, it.simulated


def _statement(scope: CountScope) -> Select[Any]:
    """Rows (context, variant, field, optional, simulated, saw, submitted, went_on, place)."""
    other = prompt_field.alias("other")
    same_prompt = other.c.prompt_id == prompt_field.c.prompt_id
    later = select(other.c.id).where(same_prompt, other.c.opened_at > prompt_field.c.opened_at).exists()
    before = select(func.count()).where(same_prompt, other.c.opened_at < prompt_field.c.opened_at).scalar_subquery()
    row = _episodes_in_steps(
        scope,
        case((prompt_field.c.submissions > 0, 1), else_=0).label("submitted"),
        case((or_(later, prompt.c.completed_at.is_not(None)), 1), else_=0).label("went_on"),
        before.label("place"),
    )
    flags = (func.max(row.c.submitted).label("submitted"), func.max(row.c.went_on).label("went_on"))
    of_one = select(*_keys(row), *flags, func.min(row.c.place).label("place"))
    it = (person := of_one.group_by(*_keys(row), row.c.id).subquery("person")).c
    keys = _keys(person)
    return select(*keys, func.count(), func.sum(it.submitted), func.sum(it.went_on), func.sum(it.place)).group_by(
        *keys
    )


def _times_statement(scope: CountScope) -> Select[Any]:
    """Rows (context, variant, field, optional, took, simulated, episodes)."""
    took = microseconds(prompt_field.c.closed_at) - microseconds(prompt_field.c.opened_at)
    longest = (scope.manifest.window // MICROSECOND).bit_length()
    widths = ((took < 1 << bits, literal(_width(bits), BigInteger)) for bits in range(_BITS + 1, longest + 1))
    kept = (took - took % case(*widths, else_=literal(_width(longest + 1), BigInteger))).label("took")
    row = _episodes_in_steps(scope, kept, only=prompt_field.c.outcome == "completed")
    *keys, simulated = _keys(row)
    return select(*keys, row.c.took, simulated, func.count()).group_by(*keys, row.c.took, simulated)


STEPS = KeptCounts(step_count, _statement)
STEP_TIMES = KeptCounts(step_time, _times_statement)
