"""A simulation from its rates to the figures: people written by the engine's verbs or as the rows that these would
leave, rolled up, measured.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import insert

from asklater import Database, Engine, clock, subject
from asklater.insights import Query, TotalsReader, rollup_of
from asklater.records import Episodes, Exposure, prompt, prompt_field, record_arrival
from halftone.demo.accuracy import MeasuredClaim, claims, measure_claims
from halftone.demo.rates import Rates
from halftone.demo.simulated_people import SimulatedPerson, Step, draw_people, remove_simulated

# The rows of one person

Row = dict[str, Any]
OUTCOMES = {"save": "completed", "save_elsewhere": "superseded", "skip": "skipped", "dismiss": "dismissed"}
COUNTERS = {"submit": "submissions", "reject": "rejections"}
ENDS = {"dismiss": "dismissed_at", "act": "completed_at"}


class PersonRows:
    """The rows of one person whose steps all lie within its visit, as they stand at `until`.

    `prompts` are without their subject, `episodes` without it and with the place of their prompt.
    """

    def __init__(self, person: SimulatedPerson, until: datetime, window: timedelta) -> None:
        self.subject: Row = {"created_at": person.created_at, "simulated": True}
        self.prompts: list[Row] = []
        self.episodes: list[tuple[int, Row]] = []
        self._person = person
        self._window = window
        for step in person.steps:
            if step.at < until:
                self._take(step)
        for row in self.prompts:
            self._abandon(row, until)
        for _place, row in self.episodes:
            if self._abandon(row, until):
                row["outcome"] = "abandoned"

    def _take(self, step: Step) -> None:
        if step.verb == "see":
            self._see(step)
            return
        for row in self._open(step):
            if step.verb in OUTCOMES:
                row.update(outcome=OUTCOMES[step.verb], closed_at=step.at)
            elif step.verb in COUNTERS:
                row[COUNTERS[step.verb]] += 1
        if step.verb in ENDS:
            self.prompts[-1].update({ENDS[step.verb]: step.at, "closed_at": step.at})

    def _see(self, step: Step) -> None:
        """A round of a prompt, which opens with its first one. No context is met twice."""
        if not self.prompts or self.prompts[-1]["action"] != step.action:
            returning = self._person.created_at < step.at - self._window
            self.prompts.append(
                {
                    "action": step.action,
                    "kind": "gate",
                    "opened_at": step.at,
                    "closed_at": None,
                    "completed_at": None,
                    "dismissed_at": None,
                    "variant": step.variant,
                    "device": self._person.device,
                    "visitor": "returning" if returning else "new",
                }
            )
        place = len(self.prompts) - 1
        self.episodes += [(place, _episode(step, field)) for field in step.fields]

    def _open(self, step: Step) -> list[Row]:
        """The open episodes that the step is about: of its fields, or of its whole action where it names none."""
        return [
            row
            for _place, row in self.episodes
            if row["closed_at"] is None
            and row["action"] == step.action
            and (not step.fields or row["field"] in step.fields)
        ]

    def _abandon(self, row: Row, until: datetime) -> bool:
        """Close what is past its window, when the window ended; whether it was."""
        stale = row["closed_at"] is None and row["opened_at"] < until - self._window
        if stale:
            row["closed_at"] = row["opened_at"] + self._window
        return bool(stale)


def _episode(step: Step, field: str) -> Row:
    return {
        "action": step.action,
        "field": field,
        "optional": field in step.optional,
        "opened_at": step.at,
        "closed_at": None,
        "outcome": None,
        "impressions": 1,
        "submissions": 0,
        "rejections": 0,
    }


# Writing

AT_ONCE = 500
"""Persons in one transaction: others can write in between."""


class Writer(Protocol):
    """Writes persons, inside a unit of work, up to a moment."""

    def __call__(self, persons: list[SimulatedPerson]) -> None: ...


def write(database: Database, writer: Writer, persons: Iterable[SimulatedPerson], told: Callable[[int], None]) -> None:
    """Commits every few hundred persons, and tells how many are written."""
    written, waiting = 0, iter(persons)
    while some := list(islice(waiting, AT_ONCE)):
        with database.unit_of_work():
            writer(some)
        written += len(some)
        told(written)


def by_verbs(database: Database, episodes: Episodes, until: datetime) -> Writer:
    """Calls the verbs, each at its moment; what is then open and past its window is closed as the worker would."""

    def written(persons: list[SimulatedPerson]) -> None:
        for person in persons:
            with clock.at(person.created_at):
                number = record_arrival(database, simulated=True)
            for step in person.steps:
                if step.at < until:
                    with clock.at(step.at):
                        _call_verb(episodes, number, person, step)
        with clock.at(until):
            episodes.abandon()

    return written


def as_rows(database: Database, window: timedelta, until: datetime) -> Writer:
    """Inserts the same rows, three statements for all of them together."""

    def written(persons: list[SimulatedPerson]) -> None:
        rows = [PersonRows(person, until, window) for person in persons]
        connection = database.writing()
        new = insert(subject).returning(subject.c.id, sort_by_parameter_order=True)
        numbers = list(connection.scalars(new, [one.subject for one in rows]))
        pairs = list(zip(rows, numbers, strict=True))
        prompts = [{**row, "subject_id": number} for one, number in pairs for row in one.prompts]
        if not prompts:
            return
        opened = insert(prompt).returning(prompt.c.id, sort_by_parameter_order=True)
        ids = iter(list(connection.scalars(opened, prompts)))
        connection.execute(insert(prompt_field), list(_episodes(pairs, ids)))

    return written


def _episodes(pairs: Iterable[tuple[PersonRows, int]], ids: Iterator[int]) -> Iterator[dict[str, object]]:
    for one, number in pairs:
        mine = list(islice(ids, len(one.prompts)))
        for place, row in one.episodes:
            yield {**row, "subject_id": number, "prompt_id": mine[place]}


def _call_verb(episodes: Episodes, number: int, person: SimulatedPerson, step: Step) -> None:
    match step.verb:
        case "see":
            exposure = Exposure(variant=step.variant, device=person.device)
            episodes.see(number, step.action, step.fields, exposure=exposure, optional=step.optional)
        case "submit":
            episodes.submit(number, step.action, step.fields)
        case "reject":
            episodes.reject(number, step.action, dict.fromkeys(step.fields, ()))
        case "save" | "save_elsewhere":
            for field in step.fields:
                episodes.saved(number, field, step.action if step.verb == "save" else None)
        case "skip":
            episodes.skip(number, step.action, step.fields)
        case "dismiss":
            episodes.dismiss(number, step.action)
        case "act":
            episodes.complete_action(number, step.action)


# Running and measuring


@dataclass(frozen=True)
class Simulation:
    """Rates that people are drawn from in the days before `until`; `fast` writes rows instead of calling verbs."""

    rates: Rates
    until: datetime
    fast: bool = False


Told = Callable[[int], None]


def run_simulation(engine: Engine, run: Simulation, written: Told, rolled: Told) -> None:
    """Write all of it and roll it up, telling how many persons and rows are done. Interrupted, it leaves nobody."""
    writer = (
        as_rows(engine.database, engine.manifest.window, run.until)
        if run.fast
        else by_verbs(engine.database, engine.episodes, run.until)
    )
    try:
        write(engine.database, writer, draw_people(run.rates, engine.manifest, run.until), written)
        rollup_of(engine).run(on_progress=rolled)
    except BaseException:  # half of them would pass for all
        with engine.database.unit_of_work():
            remove_simulated(engine)
        raise


def measure(engine: Engine, run: Simulation) -> list[MeasuredClaim]:
    """What the dashboard measures of the simulated people in those days, beside what is true."""
    moment = clock.now()
    first = run.until - timedelta(days=run.rates.traffic.days)
    since, until = (one.astimezone(engine.zone).date() for one in (first, run.until))
    question = Query(since, until, moment, people="simulated", zone=engine.zone)
    uncounted = engine.registry.uncounted
    with engine.database.snapshot():
        reading = TotalsReader(engine.database, engine.manifest.window, uncounted, moment, engine.zone)
        return measure_claims(reading, question, claims(run.rates))
