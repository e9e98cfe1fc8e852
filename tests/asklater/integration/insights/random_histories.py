"""Random histories, written through the verbs of the engine; and a naive recount of the rows that they left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from asklater import clock
from asklater.database.access import MICROSECOND, Database
from asklater.insights.query import PEOPLE, Query
from asklater.records.episodes import Episodes
from asklater.records.people import record_arrival
from asklater.tables import prompt_field, subject

WINDOW = timedelta(days=1)
START = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
FIELDS = ("email", "display_name", "picture")
CONTEXTS = ("publish", "send_letter")
PERSONS = 4
GAPS = (timedelta(0), timedelta(seconds=9), timedelta(hours=7), WINDOW - MICROSECOND, WINDOW, WINDOW + MICROSECOND)


@dataclass(frozen=True)
class Step:
    """One verb, called for a person after a pause."""

    verb: str
    person: int
    context: str
    fields: tuple[str, ...]
    pause: timedelta


steps = st.builds(
    Step,
    st.sampled_from(
        ("see", "offer", "submit", "reject", "save", "save_elsewhere", "skip", "dismiss", "complete", "abandon")
    ),
    st.integers(0, PERSONS - 1),
    st.sampled_from(CONTEXTS),
    st.lists(st.sampled_from(FIELDS), min_size=1, unique=True).map(tuple),
    st.sampled_from(GAPS),
)
histories = st.lists(steps, max_size=25)


@st.composite
def queries(draw: st.DrawFn) -> Callable[[datetime], Query]:
    """Questions of days around the history, asked a gap after its end."""
    first, days = draw(st.integers(-1, 6)), draw(st.integers(0, 8))
    gap, context = draw(st.sampled_from(GAPS)), draw(st.sampled_from(("", *CONTEXTS)))
    field, people = draw(st.sampled_from(("", *FIELDS))), draw(st.sampled_from(PEOPLE))
    optional = draw(st.booleans())

    def ask(end: datetime) -> Query:
        start: date = START.date() + timedelta(days=first)
        return Query(start, start + timedelta(days=days), end + gap, context, field, people, optional=optional)

    return ask


def play(database: Database, history: Sequence[Step]) -> datetime:
    """Write the history; half of its people are simulated. The moment when it ends."""
    episodes, moment = Episodes(database, WINDOW), START
    with database.unit_of_work(), clock.at(START):
        persons = [record_arrival(database, simulated=bool(number % 2)) for number in range(PERSONS)]
    for step in history:
        moment += step.pause
        with database.unit_of_work(), clock.at(moment):
            _play(episodes, persons[step.person], step)
    return moment


def _play(episodes: Episodes, person: int, step: Step) -> None:
    if step.verb in {"see", "offer"}:
        optional = step.fields[1:] if step.verb == "offer" else ()
        episodes.see(person, step.context, step.fields, step.fields[:1], optional=optional)
    elif step.verb == "submit":
        episodes.submit(person, step.context, step.fields)
    elif step.verb == "reject":
        episodes.submit(person, step.context, step.fields)
        episodes.reject(person, step.context, {key: ["too_short"] for key in step.fields[:1]})
    elif step.verb in {"save", "save_elsewhere"}:
        for field in step.fields:
            episodes.saved(person, field, step.context if step.verb == "save" else None)
    elif step.verb == "skip":
        episodes.skip(person, step.context, step.fields)
    elif step.verb == "dismiss":
        episodes.dismiss(person, step.context)
    elif step.verb == "complete":
        episodes.complete_action(person, step.context)
    else:
        episodes.abandon()


def fresh_rows(database: Database, query: Query) -> list[Any]:
    rows = database.reading().execute(select(prompt_field, subject.c.simulated).join_from(prompt_field, subject)).all()
    return [row for row in rows if _asked_for(row, query) and row.opened_at + WINDOW > query.as_of]


def _asked_for(row: Any, query: Query) -> bool:
    return (
        query.first <= row.opened_at.date() <= query.last
        and query.context in {"", row.action}
        and query.field in {"", row.field}
        and query.optional == row.optional
        and (query.people == "all" or row.simulated == (query.people == "simulated"))
    )


def end_of(row: Any) -> str:
    """What became of an episode; of an open one, or one closed too late: abandoned."""
    in_time = row.closed_at is not None and row.closed_at <= row.opened_at + WINDOW
    return row.outcome if in_time else "abandoned"
