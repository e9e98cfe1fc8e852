"""The statements that read what is due of everybody at once, built once. They ask for numbers and keys alone, so that
rows are read as the driver has them.

What is alike is added up by the database. Of each prompt its asks are told as one text, by `asks_of`.
"""

from functools import lru_cache, reduce
from operator import add
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    type_coerce,
    union_all,
)

from asklater.database.access import UTCDateTime
from asklater.insights.rollup.extraction import ANSWERED_OUTCOMES
from asklater.insights.tables import TIMED_OUTCOMES
from asklater.tables import prompt, prompt_field, subject

_UNTIL = bindparam("until", type_=UTCDateTime)
_WINDOW: BindParameter[int] = bindparam("window", type_=BigInteger)
_SLOT: BindParameter[int] = bindparam("slot", type_=BigInteger)
"""Microseconds that are alike: a day, or what days of every zone are made of."""
_PERSONS: BindParameter[int] = bindparam("persons", expanding=True)

Row = tuple[Any, ...]


def is_due(table: Any) -> tuple[ColumnElement[bool], ...]:
    return table.c.rolled_as.is_(None), table.c.opened_at <= _UNTIL, table.c.closed_at.is_not(None)


def _is_not_due(table: Any) -> ColumnElement[bool]:
    return or_(table.c.rolled_as.is_not(None), table.c.opened_at > _UNTIL, table.c.closed_at.is_(None))


def _as_kept(column: Any) -> ColumnElement[int]:
    """A moment, or a truth, as the number that it is kept as."""
    return type_coerce(column, BigInteger)


_ASKED, _CLOSED = _as_kept(prompt_field.c.opened_at), _as_kept(prompt_field.c.closed_at)
_SHOWN = _as_kept(prompt.c.opened_at)
_MET = (_as_kept(subject.c.simulated), prompt.c.action, prompt.c.variant, prompt.c.device, prompt.c.visitor)

# Asks that are alike

_IN_TIME = and_(prompt_field.c.outcome.is_not(None), _CLOSED <= _ASKED + _WINDOW)
_END = case((_IN_TIME, prompt_field.c.outcome), else_="abandoned")
_TIMED = and_(_IN_TIME, prompt_field.c.outcome.in_(TIMED_OUTCOMES))
_TOOK = case((and_(_TIMED, _CLOSED < _ASKED), "0"), (_TIMED, cast(_CLOSED - _ASKED, String)))
_ALIKE = (
    *(*_MET, prompt_field.c.field, _as_kept(prompt_field.c.optional), _ASKED // _SLOT, _END),
    *(prompt_field.c.impressions, case((prompt_field.c.submissions > 0, 1), else_=0)),
    *(prompt_field.c.rejections, prompt_field.c.unable),
)


@lru_cache
def alike_asks(*, of_persons: bool = False) -> Select[Any]:
    """Reads how many due asks are alike, and what each of those took that ended in time."""
    rows = (
        select(*_ALIKE, func.count(), func.aggregate_strings(_TOOK, ","))
        .join_from(prompt_field, prompt, prompt.c.id == prompt_field.c.prompt_id)
        .join(subject, subject.c.id == prompt_field.c.subject_id)
        .where(*is_due(prompt_field))
        .group_by(*_ALIKE)
    )
    return rows.where(prompt_field.c.subject_id.in_(_PERSONS)) if of_persons else rows


# Prompts with their asks

OPTIONAL, SUBMITTED, HELD, COMPLETED, COUNTED, DUE = (1 << bit for bit in range(6))


class TextAsk(NamedTuple):
    """An ask of a prompt. `marks` are bits; `moment` is in slots after the prompt's, or in microseconds since 1970."""

    field: str
    marks: int
    moment: int


_MARKS: tuple[tuple[int, ColumnElement[bool]], ...] = (
    (OPTIONAL, prompt_field.c.optional),
    (SUBMITTED, and_(prompt_field.c.submissions > 0, _ASKED == _SHOWN)),
    (HELD, and_(prompt_field.c.outcome.in_(sorted(ANSWERED_OUTCOMES)), _CLOSED <= _SHOWN + _WINDOW)),
    (COMPLETED, and_(prompt_field.c.outcome == "completed", _CLOSED <= _ASKED + _WINDOW)),
    (COUNTED, prompt_field.c.rolled_as.is_not(None)),
    (DUE, and_(*is_due(prompt_field))),
)
_ACTED = case((_as_kept(prompt.c.completed_at) <= _SHOWN + _WINDOW, 1), else_=0)


def _asks_text(moment: ColumnElement[int]) -> Any:
    marks = reduce(add, (case((holds, bit), else_=0) for bit, holds in _MARKS))
    told = prompt_field.c.field + ":" + cast(marks, String) + ":" + cast(moment, String)
    asks = select(func.aggregate_strings(told, ",")).where(prompt_field.c.prompt_id == prompt.c.id)
    return asks.correlate(prompt).scalar_subquery()


def asks_of(text: str | None) -> tuple[TextAsk, ...]:
    """The asks that a prompt's text tells."""
    told = (ask.split(":") for ask in text.split(",")) if text else ()
    return tuple(TextAsk(field, int(marks), int(moment)) for field, marks, moment in told)


def _is_seen(table: Any) -> ColumnElement[bool]:
    """Whether it may be counted, or due: what opened since is of no interest yet."""
    return or_(table.c.opened_at <= _UNTIL, table.c.rolled_as.is_not(None))


def _has_another(table: Any) -> ColumnElement[bool]:
    other = prompt.alias()
    return exists().where(other.c.subject_id == table.c.subject_id, other.c.id != table.c.id, _is_seen(other))


@lru_cache
def lone_prompts(*, of_persons: bool = False) -> Select[Any]:
    """Reads the due prompts of people who have no other: when, how it was met, whether it acted, and its asks."""
    asks = _asks_text(_ASKED // _SLOT - _SHOWN // _SLOT)
    rows = (
        select(_SHOWN // _SLOT, *_MET, _ACTED, asks)
        .join_from(prompt, subject)
        .where(*is_due(prompt), ~_has_another(prompt))
    )
    return rows.where(prompt.c.subject_id.in_(_PERSONS)) if of_persons else rows


def _prompts_of_several() -> Select[Any]:
    due = prompt.alias()
    some = select(due.c.subject_id).where(*is_due(due), _has_another(due))
    state = case((prompt.c.rolled_as.is_not(None), COUNTED), (and_(*is_due(prompt)), DUE), else_=0)
    return (
        select(prompt.c.subject_id, state, _SHOWN, *_MET, _ACTED, _asks_text(_ASKED))
        .join_from(prompt, subject)
        .where(prompt.c.subject_id.in_(some), _is_seen(prompt))
    )


PROMPTS_OF_SEVERAL = _prompts_of_several()
"""Reads all prompts that opened so far, counted, due or neither, of people who have several, of which some are due."""

UNLIKE_THEIR_ASKS = union_all(
    select(prompt.c.subject_id)
    .join_from(prompt, prompt_field, prompt_field.c.prompt_id == prompt.c.id)
    .where(*is_due(prompt), _is_not_due(prompt_field)),
    select(prompt_field.c.subject_id)
    .join_from(prompt_field, prompt, prompt.c.id == prompt_field.c.prompt_id)
    .where(*is_due(prompt_field), _is_not_due(prompt)),
    select(prompt.c.subject_id).join_from(prompt, subject).where(*is_due(prompt), subject.c.objected_at.is_not(None)),
)
"""Reads who has a prompt that is due without all of its asks, or the other way round; and who objects."""
