"""Writing persons down: by the verbs that real ones go through, or as the rows that these would leave."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from sqlalchemy import insert

from webapp import clock
from webapp.db import Database
from webapp.profiling.episodes import Episodes
from webapp.profiling.exposure import Exposure
from webapp.profiling.people import record_arrival
from webapp.profiling.tables import prompt, prompt_field, subject
from webapp.shop.demo.simulator.drawing import Person, Step
from webapp.shop.demo.simulator.rows import Rows

AT_ONCE = 500
"""Persons in one transaction: others can write in between."""


class Writer(Protocol):
    """Writes persons, inside a unit of work, up to a moment."""

    def __call__(self, persons: list[Person]) -> None: ...


def write(database: Database, writer: Writer, persons: Iterable[Person], told: Callable[[int], None]) -> None:
    """Commits every few hundred persons, and tells how many are written."""
    written, waiting = 0, iter(persons)
    while some := list(islice(waiting, AT_ONCE)):
        with database.unit_of_work():
            writer(some)
        written += len(some)
        told(written)


def by_verbs(database: Database, episodes: Episodes, until: datetime) -> Writer:
    """Calls the verbs, each at its moment; what is then open and past its window is closed as the worker would."""

    def written(persons: list[Person]) -> None:
        for person in persons:
            with clock.at(person.created_at):
                number = record_arrival(database, simulated=True)
            for step in person.steps:
                if step.at < until:
                    with clock.at(step.at):
                        _take(episodes, number, person, step)
        with clock.at(until):
            episodes.abandon()

    return written


def as_rows(database: Database, window: timedelta, until: datetime) -> Writer:
    """Inserts the same rows, three statements for all of them together."""

    def written(persons: list[Person]) -> None:
        rows = [Rows(person, until, window) for person in persons]
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


def _episodes(pairs: Iterable[tuple[Rows, int]], ids: Iterator[int]) -> Iterator[dict[str, object]]:
    for one, number in pairs:
        mine = list(islice(ids, len(one.prompts)))
        for place, row in one.episodes:
            yield {**row, "subject_id": number, "prompt_id": mine[place]}


def _take(episodes: Episodes, number: int, person: Person, step: Step) -> None:
    match step.verb:
        case "see":
            exposure = Exposure(variant=step.variant, device=person.device)
            episodes.see(number, step.action, step.fields, exposure=exposure)
        case "submit":
            episodes.submit(number, step.action, step.fields)
        case "reject":
            episodes.reject(number, step.action, step.fields)
        case "save" | "save_elsewhere":
            for field in step.fields:
                episodes.saved(number, field, step.action if step.verb == "save" else None)
        case "dismiss":
            episodes.dismiss(number, step.action)
        case "act":
            episodes.complete_action(number, step.action)
