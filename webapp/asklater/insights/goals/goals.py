"""Goals: a completion rate that is wanted of a field in a context by a day, and whether the data says it is met."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import insert, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.insights.figures import Share, tally_table
from asklater.insights.goals.tables import rate_goal
from asklater.insights.losses import last_judged_day
from asklater.insights.query import Query
from asklater.insights.rollup.ranges import FIRST_DAY, day_number
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.suppression import protect
from asklater.manifest.declarations import Manifest

# What is kept

GOALS_READ = 100
LONGEST_OWNER = 80


@dataclass(frozen=True)
class GoalDraft:
    """`rate` is from 0 to 1; the goal is missed where it is not reached in the weeks up to `due`."""

    field: str
    context: str
    rate: float
    due: date
    owner: str


@dataclass(frozen=True)
class Goal(GoalDraft):
    """A goal by its number; one that was removed can be put back."""

    number: int
    removed: bool


def read_goals(database: Database) -> tuple[Goal, ...]:
    """Returns the goals, removed ones included, those that are due first before the others. One statement."""
    columns = rate_goal.c
    wanted = select(rate_goal).order_by(columns.due.desc(), columns.id.desc()).limit(GOALS_READ)
    found = (
        Goal(
            row.field,
            row.context,
            row.rate,
            FIRST_DAY + timedelta(days=row.due),
            row.owner,
            number=row.id,
            removed=row.removed_at is not None,
        )
        for row in database.reading().execute(wanted)
    )
    return tuple(sorted(found, key=lambda goal: (goal.due, goal.number)))


def standing_goals(database: Database) -> tuple[Goal, ...]:
    return tuple(goal for goal in read_goals(database) if not goal.removed)


def set_goal(database: Database, draft: GoalDraft) -> int:
    """Set a goal; its number. One that stands and says the same is that one."""
    columns, writing, row = rate_goal.c, database.writing(), _row(draft)
    same = (columns[name] == value for name, value in row.items())
    known = writing.execute(select(columns.id).where(*same, columns.removed_at.is_(None)).limit(1)).scalar()
    if known is not None:
        return int(known)
    added = insert(rate_goal).values(**row, set_at=clock.now()).returning(columns.id)
    return int(writing.execute(added).scalar_one())


def change_goal(database: Database, number: int, draft: GoalDraft) -> bool:
    """Whether there is such a goal that stands."""
    return _update(database, number, removed=False, **_row(draft))


def remove_goal(database: Database, number: int) -> bool:
    """Whether there was such a goal that stood. It can be put back."""
    return _update(database, number, removed=False, removed_at=clock.now())


def put_back(database: Database, number: int) -> bool:
    """Whether there was such a goal that had been removed."""
    return _update(database, number, removed=True, removed_at=None)


def _row(draft: GoalDraft) -> dict[str, object]:
    return {
        "field": draft.field,
        "context": draft.context,
        "rate": draft.rate,
        "due": day_number(draft.due),
        "owner": draft.owner,
    }


def _update(database: Database, number: int, *, removed: bool, **values: object) -> bool:
    columns = rate_goal.c
    state = columns.removed_at.is_not(None) if removed else columns.removed_at.is_(None)
    changed = update(rate_goal).where(columns.id == number, state).values(values).returning(columns.id)
    return database.writing().execute(changed).scalar() is not None


# Whether they are met

MEASURED = timedelta(weeks=4)
"""Whole weeks up to the goal's day, or up to the last day that can be judged."""
A_DAY = timedelta(days=1)
Verdict = Literal["met", "missed", "below", "untold"]


@dataclass(frozen=True)
class JudgedGoal:
    """A goal beside what was measured from `first` to `last`; no share where too few were asked to be shown."""

    goal: Goal
    share: Share | None
    first: date
    last: date
    verdict: Verdict


def verdict_of(wanted: float, share: Share | None, *, is_over: bool) -> Verdict:
    """Met where all of the 95-percent interval lies at the wanted rate or above it, missed where all of it lies below
    and the goal's day is over; before that day it is below so far. Anything else the data does not tell yet."""
    if share is None:
        return "untold"
    if share.low >= wanted:
        return "met"
    if share.high < wanted:
        return "missed" if is_over else "below"
    return "untold"


def judge_goals(
    reader: TotalsReader, query: Query, goals: Sequence[Goal], manifest: Manifest
) -> tuple[JudgedGoal, ...]:
    """Judges the goals as of the query's moment, among the query's people.

    No statement where there is no goal, else two.
    """
    judged_until = last_judged_day(query, manifest.window)
    optional = {goal: is_optional(manifest, goal.field, goal.context) for goal in goals}
    ends = sorted({min(goal.due, judged_until) for goal in goals})
    measured = {
        sort: dict(zip(ends, reader.sums_of_each(*_queries(query, ends, optional=sort)), strict=True))
        for sort in (False, True)
        if goals
    }
    tables = {sort: {end: protect(tally_table(sums)) for end, sums in of.items()} for sort, of in measured.items()}
    found = []
    for goal in goals:
        end = min(goal.due, judged_until)
        figures = tables[optional[goal]][end].figures(goal.field, goal.context)
        share = figures.completion if figures else None
        verdict = verdict_of(goal.rate, share, is_over=goal.due <= judged_until)
        found.append(JudgedGoal(goal, share, end - MEASURED + A_DAY, end, verdict))
    return tuple(found)


def _queries(query: Query, ends: Sequence[date], *, optional: bool) -> list[Query]:
    whole = Query(query.first, query.last, query.as_of, people=query.people, optional=optional, zone=query.zone)
    return [replace(whole, first=end - MEASURED + A_DAY, last=end) for end in ends]


def is_optional(manifest: Manifest, field: str, context: str) -> bool:
    """Whether the context asks for the field without waiting for it."""
    action = manifest.actions.get(context)
    if action is not None:
        return any(need.field == field and need.optional for need in action.requires)
    prompts = (prompt for prompt in manifest.prompts.values() if prompt.placement == context)
    return any(field in prompt.optional for prompt in prompts)


def asks_for(manifest: Manifest, field: str, context: str) -> bool:
    """Whether the context asks for the field at all."""
    in_prompts = (prompt.placement for prompt in manifest.prompting(field))
    return context in {*(action.key for action in manifest.asking(field)), *in_prompts}
