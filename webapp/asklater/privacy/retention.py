"""The officer's page of retention: what is held until when, what expires soon and what was purged lately, in counts.
The purge itself is the engine's.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from flask import Flask, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal
from sqlalchemy import case, func, literal, select, union_all

from asklater import clock, http
from asklater.database.access import EPOCH, Database, current_database
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.manifest.declarations import Manifest
from asklater.manifest.notice import kept
from asklater.personal_tables import PersonalTable
from asklater.privacy.kept_counts import Document, KeptCount
from asklater.privacy.officer import add_officer_page, officer_blueprint, officer_csv
from asklater.records.people import RESTRICTED
from asklater.records.retention import EVERY_MINUTES
from asklater.services import Services
from asklater.suppression import is_too_small, suppressed_text
from asklater.tables import answer, purge_count

DAYS_AHEAD = (7, 30, 90)
"""Days for which it is told how many answers expire."""
DAYS_BACK = 30
"""Days for which it is told how many went."""
RetentionRow = tuple[str, ...]


@dataclass(frozen=True)
class FieldRetention:
    """The answers to one field. `soon` counts those that expire within each of DAYS_AHEAD, in that order.

    `overdue` are past their time and wait for the next purge; `restricted` are past it too, and of people who have
    restricted their data, so no purge takes them.
    """

    held: int
    soon: tuple[int, ...]
    overdue: int
    restricted: int
    oldest: datetime


@dataclass(frozen=True)
class PurgedAnswers:
    """How many answers to a field were purged on one day."""

    day: date
    field: str
    answers: int


def field_retention(database: Database, at: datetime) -> dict[str, FieldRetention]:
    """Returns the retention of every field that has answers, whether it is still declared or not. One statement."""
    ends = answer.c.expires_at
    over, restricted = ends <= at, answer.c.subject_id.in_(RESTRICTED)
    soon = [func.count(case(((ends > at) & (ends <= at + timedelta(days=days)), 1))) for days in DAYS_AHEAD]
    columns = (
        func.count(),
        func.count(case((over & ~restricted, 1))),
        func.count(case((over & restricted, 1))),
        func.min(answer.c.given_at),
    )
    rows = database.reading().execute(select(answer.c.field, *columns, *soon).group_by(answer.c.field))
    return {
        field: FieldRetention(held, tuple(counts), overdue, restricted, oldest)
        for field, held, overdue, restricted, oldest, *counts in rows
    }


def purged_answers(database: Database, at: datetime) -> list[PurgedAnswers]:
    """Returns what the purges of the last days took, the newest day first. One statement."""
    first = (at - timedelta(days=DAYS_BACK) - EPOCH).days
    wanted = (
        select(purge_count).where(purge_count.c.day > first).order_by(purge_count.c.day.desc(), purge_count.c.field)
    )
    return [
        PurgedAnswers(EPOCH.date() + timedelta(days=row.day), row.field, row.answers)
        for row in database.reading().execute(wanted)
    ]


def table_sizes(database: Database, tables: Collection[PersonalTable]) -> Mapping[str, int]:
    """Counts the rows that each of these tables has of anybody, by its key. One statement."""
    counted: list[Any] = [
        select(literal(held.key), func.count()).select_from(held.rows).where(_of_people(held)) for held in tables
    ]
    return {row[0]: row[1] for row in database.reading().execute(union_all(*counted))} if counted else {}


def _of_people(held: PersonalTable) -> Any:
    """Selects rows that are somebody's: a table may have rows of nobody too."""
    column = held.rows.c[held.link or held.person]
    return column.is_not(None)


def count_retention(engine: Engine) -> Document:
    """Counts what is held until when: `fields` and `tables`. Two statements, which read all rows."""
    found = field_retention(engine.database, clock.now())
    fields = {key: {**asdict(one), "oldest": one.oldest.isoformat()} for key, one in found.items()}
    return {"fields": fields, "tables": table_sizes(engine.database, _told_tables(engine))}


RETENTION_COUNTS = KeptCount("retention", count_retention)


def _told_tables(engine: Engine) -> list[PersonalTable]:
    """Answers are told field by field."""
    return [held for held in engine.registry.tables_in_use() if held.purpose]


def _field_counts(kept: Mapping[str, Any]) -> FieldRetention:
    return FieldRetention(**{**kept, "soon": tuple(kept["soon"]), "oldest": datetime.fromisoformat(kept["oldest"])})


@dataclass(frozen=True)
class RetentionPage:
    """Rows of cells as they are shown.

    `fields`: the field, how long it is kept, how many are held, how many expire within each of the days ahead, the
    oldest. `purged`: day, field, how many. `tables`: the records, their purpose, how long they are kept, how many.
    `restricted` says how many are past their time and restricted, "" for none. `counted_at` is when they were counted,
    None for now.
    """

    fields: tuple[RetentionRow, ...]
    expiring: tuple[int, ...]
    purged: tuple[RetentionRow, ...]
    days_back: int
    tables: tuple[RetentionRow, ...]
    restricted: str
    overdue: str
    every_minutes: int
    next_run: datetime
    counted_at: datetime | None


NONE_HELD = FieldRetention(0, (0,) * len(DAYS_AHEAD), 0, 0, EPOCH)


def retention_page(engine: Engine, database: Database, at: datetime) -> RetentionPage:
    """Returns what is held until when, as of a moment; where there are many people, as the worker counted it."""
    manifest, (counts, counted_at) = engine.manifest, RETENTION_COUNTS.read(engine)
    found = {key: _field_counts(kept) for key, kept in counts["fields"].items()}
    tables, counted = _told_tables(engine), counts["tables"]
    restricted = sum(one.restricted for one in found.values())
    overdue = sum(one.overdue for one in found.values())
    keys = (*manifest.fields, *sorted(found.keys() - manifest.fields.keys()))
    return RetentionPage(
        fields=tuple(_field(manifest, key, found.get(key, NONE_HELD)) for key in keys),
        expiring=DAYS_AHEAD,
        purged=tuple(
            (format_date(one.day), _label(manifest, one.field), suppressed_or(one.answers))
            for one in purged_answers(database, at)
        ),
        days_back=DAYS_BACK,
        tables=tuple(_table(manifest, held, counted) for held in tables),
        restricted=suppressed_or(restricted) if restricted else "",
        overdue=suppressed_or(overdue) if overdue else "",
        every_minutes=EVERY_MINUTES,
        next_run=next_run(at),
        counted_at=counted_at,
    )


def suppressed_or(count: int) -> str:
    """Returns a count as it may be told."""
    return suppressed_text() if is_too_small(count) else format_decimal(count)


def next_run(at: datetime) -> datetime:
    """Returns when the worker purges next: on the clock's whole and half hours."""
    start = at.replace(minute=at.minute - at.minute % EVERY_MINUTES, second=0, microsecond=0)
    return start + timedelta(minutes=EVERY_MINUTES)


def _field(manifest: Manifest, key: str, counts: FieldRetention) -> RetentionRow:
    declared = manifest.fields.get(key)
    return (
        _label(manifest, key),
        kept(declared) if declared else gettext("Not declared any more: each goes at its own time."),
        suppressed_or(counts.held),
        *(suppressed_or(count) for count in counts.soon),
        format_date(counts.oldest) if counts.held else "–",
    )


def _label(manifest: Manifest, key: str) -> str:
    return gettext(manifest.fields[key].label) if key in manifest.fields else key


def _table(manifest: Manifest, held: PersonalTable, counted: Mapping[str, int]) -> RetentionRow:
    words, purpose = held.words(), manifest.purposes[held.purpose]
    return words.label, gettext(purpose.label), held.retention_text, suppressed_or(counted.get(held.key, 0))


@officer_blueprint.get("/retention")
def retention() -> ResponseReturnValue:
    page = retention_page(current_engine(), current_database(), clock.now())
    return http.personal(make_response(render_template("asklater/privacy/retention/page.html", page=page)))


@officer_blueprint.get("/retention.csv")
def retention_csv() -> ResponseReturnValue:
    """Send all three lists of the page: `list` says which one a line is of."""
    page = retention_page(current_engine(), current_database(), clock.now())
    soon = tuple(f"goes in {days} days" for days in page.expiring)
    rows = chain(
        (("field", name, "", *row) for name, *row in page.fields),
        (("record", name, purpose, kept_for, held) for name, purpose, kept_for, held in page.tables),
        (("gone", name, "", "", number, *("" for _days in soon), day) for day, name, number in page.purged),
    )
    return officer_csv("retention", ("list", "name", "purpose", "kept for", "held", *soon, "oldest or day"), rows)


def init_app(app: Flask, services: Services) -> None:
    RETENTION_COUNTS.register(services)
    add_officer_page(
        app,
        40,
        "officer.retention",
        lambda: gettext("Retention"),
        lambda: gettext("What is held until when, what expires soon, and what expired recently."),
    )
