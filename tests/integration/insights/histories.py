"""Random histories, written through the verbs of the engine; and a naive recount of the rows that they left."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from webapp import clock
from webapp.db import MICROSECOND, Database
from webapp.insights.counts import Prompts, Tally
from webapp.insights.question import PEOPLE, Question
from webapp.profiling.episodes import Episodes
from webapp.profiling.people import record_arrival
from webapp.profiling.tables import prompt, prompt_field, subject

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
    st.sampled_from(("see", "see", "submit", "reject", "save", "save_elsewhere", "dismiss", "complete", "abandon")),
    st.integers(0, PERSONS - 1),
    st.sampled_from(CONTEXTS),
    st.lists(st.sampled_from(FIELDS), min_size=1, unique=True).map(tuple),
    st.sampled_from(GAPS),
)
histories = st.lists(steps, max_size=25)


@st.composite
def questions(draw: st.DrawFn) -> Callable[[datetime], Question]:
    """Questions of days around the history, asked a gap after its end."""
    first, days = draw(st.integers(-1, 6)), draw(st.integers(0, 8))
    gap, context = draw(st.sampled_from(GAPS)), draw(st.sampled_from(("", *CONTEXTS)))
    field, people = draw(st.sampled_from(("", *FIELDS))), draw(st.sampled_from(PEOPLE))

    def ask(end: datetime) -> Question:
        start: date = START.date() + timedelta(days=first)
        return Question(start, start + timedelta(days=days), end + gap, context, field, people)

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
    if step.verb == "see":
        episodes.see(person, step.context, step.fields, step.fields[:1])
    elif step.verb == "submit":
        episodes.submit(person, step.context, step.fields)
    elif step.verb == "reject":
        episodes.submit(person, step.context, step.fields)
        episodes.reject(person, step.context, step.fields[:1])
    elif step.verb in {"save", "save_elsewhere"}:
        for field in step.fields:
            episodes.saved(person, field, step.context if step.verb == "save" else None)
    elif step.verb == "dismiss":
        episodes.dismiss(person, step.context)
    elif step.verb == "complete":
        episodes.complete_action(person, step.context)
    else:
        episodes.abandon()


def mature_rows(database: Database, question: Question) -> list[Any]:
    """E, by the words of the definitions, over every row there is."""
    rows = database.reading().execute(select(prompt_field, subject.c.simulated).join_from(prompt_field, subject)).all()
    return [row for row in rows if _asked_for(row, question) and row.opened_at + WINDOW <= question.as_of]


def fresh_rows(database: Database, question: Question) -> list[Any]:
    rows = database.reading().execute(select(prompt_field, subject.c.simulated).join_from(prompt_field, subject)).all()
    return [row for row in rows if _asked_for(row, question) and row.opened_at + WINDOW > question.as_of]


def prompt_rows(database: Database, question: Question) -> list[Any]:
    """The mature prompts of the question; with a field, those that asked for it."""
    reading = database.reading()
    asked = set(reading.execute(select(prompt_field.c.prompt_id, prompt_field.c.field)).all())
    rows = reading.execute(select(prompt, subject.c.simulated).join_from(prompt, subject)).all()
    return [
        row
        for row in rows
        if question.first <= row.opened_at.date() <= question.last
        and question.context in {"", row.action}
        and (not question.field or (row.id, question.field) in asked)
        and (question.people == "all" or row.simulated == (question.people == "simulated"))
        and row.opened_at + WINDOW <= question.as_of
    ]


def recount_prompts(rows: Sequence[Any]) -> set[Prompts]:
    contexts = {row.action: [other for other in rows if other.action == row.action] for row in rows}
    return {
        Prompts(context, len(group), len([row for row in group if row.completed_at is not None]))
        for context, group in contexts.items()
    }


def _asked_for(row: Any, question: Question) -> bool:
    return (
        question.first <= row.opened_at.date() <= question.last
        and question.context in {"", row.action}
        and question.field in {"", row.field}
        and (question.people == "all" or row.simulated == (question.people == "simulated"))
    )


def end_of(row: Any) -> str:
    """What became of an episode; of an open one, or one closed too late: abandoned."""
    in_time = row.closed_at is not None and row.closed_at <= row.opened_at + WINDOW
    return row.outcome if in_time else "abandoned"


def recount(rows: Sequence[Any], key: Callable[[Any], tuple[str, str]]) -> dict[tuple[str, str], Tally]:
    """Tallies by plain loops."""
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return {pair: _tally(pair, group) for pair, group in groups.items()}


def _tally(pair: tuple[str, str], rows: Sequence[Any]) -> Tally:
    ends = [end_of(row) for row in rows]
    return Tally(
        field=pair[0],
        context=pair[1],
        persons=len({row.subject_id for row in rows}),
        simulated_persons=len({row.subject_id for row in rows if row.simulated}),
        completed_persons=len({row.subject_id for row in rows if end_of(row) == "completed"}),
        episodes=len(rows),
        completed=ends.count("completed"),
        dismissed=ends.count("dismissed"),
        superseded=ends.count("superseded"),
        abandoned=ends.count("abandoned"),
        impressions=sum(row.impressions for row in rows),
        submitted=len([row for row in rows if row.submissions]),
        rejected=len([row for row in rows if row.rejections]),
        rejections=sum(row.rejections for row in rows),
        unable=sum(row.unable for row in rows),
    )
