"""Putting the page of retention into words."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import format_date, format_decimal

from webapp.db import EPOCH, Database
from webapp.privacy.retention.pages import RetentionPage, Row
from webapp.privacy.retention.reading import AHEAD, BACK, Standing, sizes, standings, went
from webapp.profiling.engine import Engine
from webapp.profiling.expiring import EVERY_MINUTES
from webapp.profiling.holdings import Holding
from webapp.profiling.manifest import Manifest
from webapp.profiling.notice import kept
from webapp.profiling.words import gettext

SMALLEST = 5
"""Of fewer than this it is not said how many."""
NONE_HELD = Standing(0, (0,) * len(AHEAD), 0, 0, EPOCH)


def retention_page(engine: Engine, database: Database, at: datetime) -> RetentionPage:
    """What is held until when, as of a moment. Three statements."""
    found, manifest = standings(database, at), engine.manifest
    tables = [held for held in engine.holdings.values() if held.purpose]  # answers are told field by field
    counted = sizes(database, tables)
    spared = sum(standing.spared for standing in found.values())
    overdue = sum(standing.overdue for standing in found.values())
    keys = (*manifest.fields, *sorted(found.keys() - manifest.fields.keys()))
    return RetentionPage(
        fields=tuple(_field(manifest, key, found.get(key, NONE_HELD)) for key in keys),
        ahead=AHEAD,
        went=tuple(
            (format_date(one.day), _label(manifest, one.field), few(one.answers)) for one in went(database, at)
        ),
        back=BACK,
        tables=tuple(_table(manifest, held, counted) for held in tables),
        spared=few(spared) if spared else "",
        overdue=few(overdue) if overdue else "",
        every_minutes=EVERY_MINUTES,
        next_run=next_run(at),
    )


def few(count: int) -> str:
    """A count as it may be told."""
    return gettext("fewer than %(smallest)s", smallest=SMALLEST) if 0 < count < SMALLEST else format_decimal(count)


def next_run(at: datetime) -> datetime:
    """When the worker purges next: on the clock's whole and half hours."""
    start = at.replace(minute=at.minute - at.minute % EVERY_MINUTES, second=0, microsecond=0)
    return start + timedelta(minutes=EVERY_MINUTES)


def _field(manifest: Manifest, key: str, standing: Standing) -> Row:
    declared = manifest.fields.get(key)
    return (
        _label(manifest, key),
        kept(declared) if declared else gettext("Not declared any more: each goes at its own time."),
        few(standing.held),
        *(few(count) for count in standing.soon),
        format_date(standing.oldest) if standing.held else "–",
    )


def _label(manifest: Manifest, key: str) -> str:
    return gettext(manifest.fields[key].label) if key in manifest.fields else key


def _table(manifest: Manifest, held: Holding, counted: Mapping[str, int]) -> Row:
    words = held.words()
    term = words.retention
    if held.kept:
        term = gettext("%(term)s; what a law demands outlives an erasure, and says no more whose it was", term=term)
    return words.label, gettext(manifest.purposes[held.purpose].label), term, few(counted.get(held.table, 0))
