"""The page of leak impact: fields, tables, leaks, and the daily counts drawn against a form that asks
everything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from asklater.i18n import gettext
from asklater.manifest.declarations import Field, Manifest
from asklater.personal_tables import PersonalTable
from asklater.privacy.leak_impact.counts import DailyCount, HeldCount, HeldCounts
from asklater.privacy.leak_impact.leaks import (
    Storage,
    combined_leak,
    database_leak,
    key_leak,
    plain_columns,
    sealed_columns,
    storage_text,
    unlabelled_columns,
    whole_leaks,
)
from asklater.settings import Settings
from asklater.suppression import is_too_small, suppressed
from asklater.tables import answer

MAX_TABLE_DAYS = 30
"""So many days stand in the table."""
NO_COUNT = HeldCount(0, 0, None, 0, 0)


@dataclass(frozen=True)
class Chart:
    """Two lines as SVG has their corners: "x,y x,y", both from 0 to 100, y being 0 at the top, where `most` stands."""

    most: int
    held: str
    everything: str


def draw_chart(days: Sequence[DailyCount]) -> Chart | None:
    """Returns the chart of these days, None for fewer than two."""
    if len(days) < 2:
        return None
    most = max(1, *(day.declared for day in days))
    held = [(_x_position(day.day, days), 100 - 100 * per_account(day) / most) for day in days]
    everything = [(_x_position(day.day, days), 100 - 100 * day.declared / most) for day in days]
    return Chart(most, _svg_points(held), _svg_points(everything))


def per_account(day: DailyCount) -> float:
    """Returns the number of answers for each account that holds any."""
    return day.held / day.accounts if day.accounts else 0.0


def _x_position(day: date, days: Sequence[DailyCount]) -> float:
    first, last = days[0].day, days[-1].day
    return 100 * (day - first).days / (last - first).days


def _svg_points(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)


@dataclass(frozen=True)
class FieldLine:
    """One declared field. The last three say what a leak of the database, of the keys, and of both would show."""

    label: str
    accounts: str
    sensitivity: str
    oldest: str
    readers: str
    recipients: str
    stored: str
    database: str
    key: str
    both: str


@dataclass(frozen=True)
class TableLine:
    """One table of records: whose they are, and what of it stands plain, as a mark or sealed in the database. Columns
    that people are not told of stand there by their names."""

    label: str
    accounts: str
    plain: str
    marks: str
    sealed: str


@dataclass(frozen=True)
class DailyLine:
    day: str
    accounts: str
    held: str
    per_account: str
    everything: str
    share: str


@dataclass(frozen=True)
class DailyPanel:
    """How much was held day by day, drawn and in figures; no drawing before there are two days."""

    summary: str
    drawing: Chart | None
    first: str
    last: str
    days: tuple[DailyLine, ...]


@dataclass(frozen=True)
class LeakImpactPage:
    """Everything that is held, and what a leak would show. `counted` says as of when; "" before the first count."""

    counted: str
    totals: tuple[tuple[str, str, str], ...]
    leaks: tuple[tuple[str, str], ...]
    fields: tuple[FieldLine, ...]
    tables: tuple[TableLine, ...]
    course: DailyPanel


def daily_panel(days: Sequence[DailyCount]) -> DailyPanel:
    """Returns the panel of `days`, the oldest first; days of too few accounts are left out."""
    shown = [day for day in days if not is_too_small(day.accounts)]
    return DailyPanel(
        summary=_summary(shown),
        drawing=draw_chart(shown),
        first=shown[0].day.isoformat() if shown else "",
        last=shown[-1].day.isoformat() if shown else "",
        days=tuple(_daily_line(day) for day in reversed(shown[-MAX_TABLE_DAYS:])),
    )


def _summary(days: Sequence[DailyCount]) -> str:
    if not days:
        return gettext("Nothing can be told yet: the worker notes each day how much is held.")
    last = days[-1]
    return gettext(
        "An account holds %(held)s values, on the average. A sign-up form that asks everything would hold %(all)s of "
        "each: it would have %(most)s values where there are %(values)s.",
        held=f"{per_account(last):.1f}",
        all=last.declared,
        most=f"{last.accounts * last.declared:,}",
        values=f"{last.held:,}",
    )


def _daily_line(day: DailyCount) -> DailyLine:
    everything = day.accounts * day.declared
    return DailyLine(
        day=day.day.isoformat(),
        accounts=suppressed(day.accounts),
        held=f"{day.held:,}",
        per_account=f"{per_account(day):.1f}",
        everything=f"{everything:,}",
        share=f"{day.held / everything:.0%}" if everything else "–",
    )


def leak_impact_page(
    manifest: Manifest,
    tables: Collection[PersonalTable],
    settings: Settings,
    counts: HeldCounts | None,
    days: Sequence[DailyCount],
) -> LeakImpactPage:
    """Returns the whole page. `counts` are those that the worker noted last; without any, numbers are missing."""
    parts = counts.parts if counts else {}
    fields = [(field, parts.get(f"field:{field.key}", NO_COUNT)) for field in manifest.fields.values()]
    return LeakImpactPage(
        counted=_at(counts.at) if counts else "",
        totals=_totals(manifest, counts) if counts else (),
        leaks=whole_leaks(manifest, tables, settings),
        fields=tuple(
            _field_line(
                field,
                count,
                tables,
                manifest.recipient_labels(manifest.purpose_of(field.key)),
                counted=counts is not None,
            )
            for field, count in fields
        ),
        tables=tuple(
            _table_line(table, parts.get(f"table:{table.key}")) for table in tables if table.rows is not answer
        ),
        course=daily_panel(days),
    )


def _totals(manifest: Manifest, counts: HeldCounts) -> tuple[tuple[str, str, str], ...]:
    """Returns stats: figure, label, note."""
    total = counts.total
    most = total.accounts * len(manifest.fields)
    hide = is_too_small(total.accounts)
    sensitive = [field.key for field in manifest.fields.values() if field.sensitivity == "sensitive"]
    holders = max(
        (counts.parts[f"field:{key}"].accounts for key in sensitive if f"field:{key}" in counts.parts), default=0
    )
    return (
        (suppressed(total.accounts), gettext("Accounts"), gettext("of whom anything is held")),
        (
            suppressed(total.accounts) if hide else f"{total.held:,}",
            gettext("Values"),
            gettext("a form that asks everything would hold %(most)s", most=suppressed(most) if not hide else "–"),
        ),
        (
            suppressed(holders),
            gettext("Accounts with something sensitive"),
            gettext("by the field that most of them hold"),
        ),
    )


def _field_line(
    field: Field,
    count: HeldCount,
    tables: Collection[PersonalTable],
    recipients: Collection[str],
    *,
    counted: bool,
) -> FieldLine:
    oldest = f"{count.oldest_at:%Y-%m-%d}" if count.oldest_at and not is_too_small(count.accounts) else "–"
    return FieldLine(
        label=gettext(field.label),
        accounts=suppressed(count.accounts) if counted else "–",
        sensitivity=_sensitivity(field.sensitivity),
        oldest=oldest,
        readers=", ".join(gettext(reader) for reader in field.readers),
        recipients=", ".join(gettext(name) for name in recipients) or gettext("nobody outside"),
        stored=storage_text(field, tables),
        database=database_leak(field, tables),
        key=key_leak(),
        both=combined_leak(),
    )


def _table_line(table: PersonalTable, count: HeldCount | None) -> TableLine:
    return TableLine(
        label=table.words().label,
        accounts=suppressed(count.accounts) if count else "–",
        plain="; ".join((*plain_columns(table), *unlabelled_columns(table, Storage.PLAIN))) or "–",
        marks="; ".join(unlabelled_columns(table, Storage.MARK)) or "–",
        sealed="; ".join((*sealed_columns(table), *unlabelled_columns(table, Storage.SEALED))) or "–",
    )


def _sensitivity(sensitivity: str) -> str:
    known = {"public": gettext("public"), "personal": gettext("personal"), "sensitive": gettext("sensitive")}
    return known[sensitivity]


def _at(moment: datetime) -> str:
    return gettext("Counted by the worker on %(at)s UTC.", at=f"{moment:%Y-%m-%d %H:%M}")
