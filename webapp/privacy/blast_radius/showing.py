"""Putting the page of the blast radius together."""

from collections.abc import Collection, Sequence
from datetime import datetime

from webapp.config import Settings
from webapp.privacy.blast_radius import leaking
from webapp.privacy.blast_radius.keeping import whole_leaks
from webapp.privacy.blast_radius.pages import BlastPage, FieldLine, TableLine
from webapp.privacy.blast_radius.reading import Count, Counts, Day
from webapp.privacy.blast_radius.sealing import plain_columns, sealed_columns
from webapp.privacy.blast_radius.showing_course import course_of
from webapp.privacy.small import are_few, told
from webapp.profiling.holdings import Holding
from webapp.profiling.manifest import Field, Manifest
from webapp.profiling.words import gettext

NOTHING = Count(0, 0, None, 0, 0)


def blast_page(
    manifest: Manifest,
    holdings: Collection[Holding],
    settings: Settings,
    counts: Counts | None,
    days: Sequence[Day],
) -> BlastPage:
    """`counts` are those that the worker noted last; without any, all of it stands but for the numbers."""
    parts = counts.parts if counts else {}
    fields = [(field, parts.get(f"field:{field.key}", NOTHING)) for field in manifest.fields.values()]
    return BlastPage(
        counted=_at(counts.at) if counts else "",
        totals=_totals(manifest, counts) if counts else (),
        leaks=whole_leaks(manifest, holdings, settings),
        fields=tuple(_field(field, count, holdings, counted=counts is not None) for field, count in fields),
        tables=tuple(
            _table(holding, parts.get(f"table:{holding.table}")) for holding in holdings if holding.table != "answer"
        ),
        course=course_of(days),
    )


def _totals(manifest: Manifest, counts: Counts) -> tuple[tuple[str, str, str], ...]:
    """Stats: figure, label, note."""
    whole = counts.whole
    most = whole.accounts * len(manifest.fields)
    hide = are_few(whole.accounts)
    sensitive = [field.key for field in manifest.fields.values() if field.sensitivity == "sensitive"]
    holders = max(
        (counts.parts[f"field:{key}"].accounts for key in sensitive if f"field:{key}" in counts.parts), default=0
    )
    return (
        (told(whole.accounts), gettext("Accounts"), gettext("of whom anything is held")),
        (
            told(whole.accounts) if hide else f"{whole.held:,}",
            gettext("Values"),
            gettext("a form that asks everything would hold %(most)s", most=told(most) if not hide else "–"),
        ),
        (told(holders), gettext("Accounts with something sensitive"), gettext("by the field that most of them hold")),
    )


def _field(field: Field, count: Count, holdings: Collection[Holding], *, counted: bool) -> FieldLine:
    oldest = f"{count.oldest_at:%Y-%m-%d}" if count.oldest_at and not are_few(count.accounts) else "–"
    return FieldLine(
        label=gettext(field.label),
        accounts=told(count.accounts) if counted else "–",
        sensitivity=_sensitivity(field.sensitivity),
        oldest=oldest,
        readers=", ".join(gettext(reader) for reader in field.readers),
        stored=leaking.stored(field, holdings),
        database=leaking.by_database(field, holdings),
        key=leaking.by_key(),
        both=leaking.by_both(),
    )


def _table(holding: Holding, count: Count | None) -> TableLine:
    return TableLine(
        label=holding.words().label,
        accounts=told(count.accounts) if count else "–",
        plain="; ".join(plain_columns(holding)) or "–",
        sealed="; ".join(sealed_columns(holding)) or "–",
    )


def _sensitivity(sensitivity: str) -> str:
    known = {"public": gettext("public"), "personal": gettext("personal"), "sensitive": gettext("sensitive")}
    return known[sensitivity]


def _at(moment: datetime) -> str:
    return gettext("Counted by the worker on %(at)s UTC.", at=f"{moment:%Y-%m-%d %H:%M}")
