"""Random lives, with a roll-up at any point of them; and a naive recount of the rows that they left."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from asklater import clock
from asklater.database.access import MICROSECOND, Database
from asklater.insights.query import Query
from asklater.insights.rollup.aggregation import RollUp
from asklater.insights.rollup.ranges import PairCounts, RangeSum, TimeHistogram
from asklater.insights.statistics.clusters import Pairs
from asklater.insights.statistics.histogram import LANE_BITS, bucket_of
from asklater.insights.tables import COUNTERS, TIMED_OUTCOMES
from asklater.records.episodes import Episodes
from asklater.records.exposure import Device, Exposure
from asklater.records.people import record_arrival
from asklater.tables import prompt, prompt_field, subject
from tests.asklater.integration.insights.random_histories import START, WINDOW, end_of
from tests.asklater.integration.insights.rollup.erased_rows import GONE, depart

FIELDS, CONTEXTS, DEVICES = ("email", "picture"), ("publish", "send_letter"), ("phone", "desktop")
VARIANTS, PERSONS = ("", "wording:short"), 4
SECOND = timedelta(seconds=1)
GAPS = (timedelta(0), 9 * SECOND, timedelta(hours=7), WINDOW, WINDOW + SECOND, timedelta(days=3))
STAFF = 1
"""The place among the persons of the one who is staff while `staff` says so."""


@dataclass(frozen=True)
class Event:
    verb: str
    person: int
    context: str
    fields: tuple[str, ...]
    device: Device
    variant: str
    pause: timedelta
    optional: int = 0
    """So many of its fields, the first ones, are optional."""


events = st.builds(
    Event,
    st.sampled_from(
        (
            *("see", "see", "submit", "reject", "save", "save", "skip", "dismiss", "act"),
            *("move", "staff", "roll", "roll_one", "depart"),
        )
    ),
    st.integers(0, PERSONS - 1),
    st.sampled_from(CONTEXTS),
    st.lists(st.sampled_from(FIELDS), min_size=1, unique=True).map(tuple),
    st.sampled_from(DEVICES),
    st.sampled_from(VARIANTS),
    st.sampled_from(GAPS),
    st.integers(0, 2),
)
lives = st.lists(events, max_size=30)


class World:
    """One database in which lives are played. Half of its people are simulated, two and two."""

    def __init__(self, database: Database, persons: int = PERSONS) -> None:
        self.database = database
        self.staff = False
        self.moment = START
        with database.unit_of_work(), clock.at(START):
            self.persons = [record_arrival(database, simulated=place % 4 >= 2) for place in range(persons)]

    @property
    def uncounted(self) -> list[Any]:
        number = self.persons[STAFF] if self.staff else 0
        return [select(subject.c.id).where(subject.c.id == number)]

    @property
    def rollup(self) -> RollUp:
        return RollUp(self.database, Episodes(self.database, WINDOW), WINDOW, self.uncounted)

    def play(self, life: Sequence[Event]) -> None:
        for event in life:
            self.moment += event.pause
            with clock.at(self.moment):
                if event.verb == "roll":
                    self.rollup.run()
                elif event.verb == "roll_one":
                    self.rollup._batch(self.moment, 1)
                else:
                    with self.database.unit_of_work():
                        self._do(Episodes(self.database, WINDOW), event)

    def _do(self, episodes: Episodes, event: Event) -> None:
        person = self.persons[event.person]
        if event.verb == "see":
            exposure = Exposure("gate", event.variant, event.device)
            optional = event.fields[: event.optional]
            episodes.see(person, event.context, event.fields, event.fields[1:], exposure, optional=optional)
        elif event.verb in {"submit", "reject"}:
            episodes.submit(person, event.context, event.fields)
            if event.verb == "reject":
                episodes.reject(person, event.context, {key: ["too_short"] for key in event.fields})
        elif event.verb == "save":
            for field in event.fields:
                episodes.saved(person, field, event.context)
        elif event.verb in {"skip", "dismiss", "act"}:
            _end(episodes, person, event)
        elif event.verb == "move":
            episodes.move(person, self.persons[event.person ^ 1])
        elif event.verb == "depart":
            depart(self.rollup, self.database, person, self.uncounted, WINDOW)
        else:
            self.staff = not self.staff

    def recount(self, query: Query) -> dict[tuple[str, str], dict[bool, RangeSum]]:
        """The sums of the query, and all times, by plain loops over every raw row, of erased persons too."""
        reading = self.database.reading()
        shown = {row.id: row for table in (prompt, GONE[prompt]) for row in reading.execute(select(table))}
        simulated = {row.id: row.simulated for row in reading.execute(select(subject))}
        every = [row for table in (prompt_field, GONE[prompt_field]) for row in reading.execute(select(table))]
        simulated |= {row.subject_id: bool(row.simulated) for row in (*shown.values(), *every) if row.subject_id < 0}
        steps: defaultdict[int, list[Any]] = defaultdict(list)
        for row in every:
            steps[row.prompt_id].append(row)
        staff = self.persons[STAFF] if self.staff else None

        def asked(row: Any, of: Any) -> bool:
            return (
                row.subject_id != staff
                and (row.subject_id > 0 or bool(row.mature))
                and query.first <= row.opened_at.date() <= query.last
                and row.opened_at + WINDOW <= query.as_of
                and (query.people == "all" or simulated[row.subject_id] == (query.people == "simulated"))
                and query.variant in {"", of.variant or "-"}
                and query.device in {"", of.device}
                and query.visitor in {"", of.visitor}
            )

        def sort(row: Any) -> bool:
            """Whether it is one of the optional asks: all that it asked for was."""
            return bool(steps[row.id]) and all(it.optional for it in steps[row.id])

        episodes = [row for row in every if asked(row, shown[row.prompt_id]) and bool(row.optional) == query.optional]
        prompts = [row for row in shown.values() if asked(row, row) and sort(row) == query.optional]
        found: dict[tuple[str, str], dict[bool, RangeSum]] = {}
        for field in ("", *FIELDS):
            for context in ("", *CONTEXTS):
                for made_up in (False, True):
                    mine = [
                        row
                        for row in episodes
                        if field in {"", row.field}
                        and context in {"", row.action}
                        and simulated[row.subject_id] == made_up
                    ]
                    theirs = [
                        row
                        for row in prompts
                        if not field and context in {"", row.action} and simulated[row.subject_id] == made_up
                    ]
                    total = _sum(mine, theirs, steps)
                    if any(total.counts):
                        found.setdefault((field, context), {})[made_up] = total
        return found


def _end(episodes: Episodes, person: int, event: Event) -> None:
    if event.verb == "skip":
        episodes.skip(person, event.context, event.fields)
    elif event.verb == "dismiss":
        episodes.dismiss(person, event.context)
    else:
        episodes.complete_action(person, event.context)


def as_on_a_board(
    sums: Mapping[tuple[str, str], Mapping[bool, RangeSum]],
) -> dict[tuple[str, str], dict[bool, RangeSum]]:
    """With the times of completed asks alone."""
    return {
        key: {made_up: replace(total, times=total.times[:1]) for made_up, total in of_people.items()}
        for key, of_people in sums.items()
    }


def _sum(episodes: Sequence[Any], prompts: Sequence[Any], of_prompt: Mapping[int, Sequence[Any]]) -> RangeSum:
    ends = Counter(end_of(row) for row in episodes)
    steps = [_steps(row, of_prompt.get(row.id, ())) for row in prompts]
    counts = {
        "episodes": len(episodes),
        **{end: ends[end] for end in ("completed", "dismissed", "superseded", "skipped", "abandoned")},
        "impressions": sum(row.impressions for row in episodes),
        "submitted": sum(row.submissions > 0 for row in episodes),
        "rejected": sum(row.submissions > 0 and row.rejections > 0 for row in episodes),
        "rejections": sum(row.rejections for row in episodes),
        "unable": sum(row.unable for row in episodes),
        "prompts": len(prompts),
        "prompts_submitted": sum(submitted for submitted, _given, _acted in steps),
        "prompts_given": sum(given for _submitted, given, _acted in steps),
        "actions": sum(acted for _submitted, _given, acted in steps),
    }
    times = tuple(
        TimeHistogram(
            pending=sum(
                1 << LANE_BITS * bucket_of(max((row.closed_at - row.opened_at) // MICROSECOND, 0))
                for row in episodes
                if end_of(row) == end
            )
        )
        for end in TIMED_OUTCOMES
    )
    gave = {row.subject_id for row in episodes if end_of(row) == "completed"}
    return RangeSum(
        tuple(counts[name] for name in COUNTERS),
        times,
        len({row.subject_id for row in episodes}),
        len(gave),
        _pairs((row.subject_id, end_of(row) == "completed") for row in episodes),
        _pairs((row.subject_id, acted) for row, (_, _, acted) in zip(prompts, steps, strict=True)),
    )


def _pairs(cases: Iterable[tuple[int, bool]]) -> PairCounts:
    """Every two cases of one person: how many, the successes in them, and how many are both successes."""
    mine = [(one, other) for one, other in combinations(cases, 2) if one[0] == other[0]]
    successes = [one[1] + other[1] for one, other in mine]
    return PairCounts(pending=Pairs(len(mine), sum(successes), successes.count(2)))


def _steps(row: Any, episodes: Sequence[Any]) -> tuple[bool, bool, bool]:
    """Whether a prompt was submitted, whether everything was given by whatever way, and whether it acted."""
    end = row.opened_at + WINDOW
    acted = row.completed_at is not None and row.completed_at <= end
    needed = [it for it in episodes if not it.optional] or episodes
    answered = {"completed", "superseded", "skipped"}
    given = bool(needed) and all(it.outcome in answered and it.closed_at <= end for it in needed)
    return any(it.submissions for it in episodes if it.opened_at == row.opened_at), acted or given, acted


@st.composite
def looks(draw: st.DrawFn) -> Query:
    """Any range of days around the lives, narrowed in any way; its `as_of` is to be set."""
    first, days = draw(st.integers(-1, 20)), draw(st.integers(0, 30))
    start = START.date() + timedelta(days=first)
    return replace(
        Query(start, start + timedelta(days=days), START),
        people=draw(st.sampled_from(("all", "real", "simulated"))),
        variant=draw(st.sampled_from(("", "-", VARIANTS[1]))),
        device=draw(st.sampled_from(("", *DEVICES))),
        visitor=draw(st.sampled_from(("", "new", "returning"))),
        optional=draw(st.booleans()),
    )
