"""Page objects of the marks: the list, the form of one mark, and the weeks on both sides of one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.insights.exports.sheets import Sheet, SheetColumn
from asklater.insights.forms import QueryForm
from asklater.insights.labels import KeyLabels, day, key_labels, ngettext, page_title, whole_number
from asklater.insights.marks.before_after import BeforeAndAfter, ComparedCell, compared_cells
from asklater.insights.marks.forms import MarkForm
from asklater.insights.marks.manifest_changes import ManifestChange
from asklater.insights.marks.marks import Mark
from asklater.insights.navigation import filter_bar
from asklater.insights.presenters import FilterBar, PageLink, RateCell, rate_cell
from asklater.insights.urls import DownloadLinks, cell_url, page_url
from asklater.kinds.base import Input, Option
from asklater.manifest.declarations import Manifest

LONGEST_SHOWN = 200
"""Characters of a declaration that are shown in a table; a file has all of them."""
COMPARE_ENDPOINT = "marks.compare"

# The list


@dataclass(frozen=True)
class MarkRow:
    """One mark. What the manifest set has `changes` and no `edit_url`; what was removed can be put back at `post_url`,
    what stands is removed there. `compare_url` is "" where it was removed."""

    day: str
    text: str
    changes: tuple[ManifestChange, ...]
    noticed_at: datetime | None
    compare_url: str
    edit_url: str
    post_url: str


@dataclass(frozen=True)
class MarksPage:
    """`removed` are the marks that can be put back, the newest day first."""

    title: str
    form: MarkForm
    rows: tuple[MarkRow, ...]
    removed: tuple[MarkRow, ...]
    files: DownloadLinks


@dataclass(frozen=True)
class MarkPage:
    """The form of a mark that stands."""

    title: str
    form: MarkForm
    post_url: str
    back_url: str


def marks_page(marks: Sequence[Mark], by_hand: Sequence[Mark], form: MarkForm) -> MarksPage:
    return MarksPage(
        title=page_title(gettext("Changes"), form.errors),
        form=form,
        rows=tuple(mark_row(mark) for mark in marks),
        removed=tuple(mark_row(mark) for mark in by_hand if mark.removed_at),
        files=DownloadLinks({}, "marks.table"),
    )


def mark_row(mark: Mark) -> MarkRow:
    number, removed = mark.number, mark.removed_at is not None
    return MarkRow(
        day=day(mark.day),
        text=mark_label(mark),
        changes=tuple(_shortened(change) for change in mark.changes),
        noticed_at=mark.noticed_at,
        compare_url="" if removed else compare_url(mark),
        edit_url=url_for("marks.edit", number=number) if number and not removed else "",
        post_url=url_for("marks.restore" if removed else "marks.remove", number=number) if number else "",
    )


def compare_url(mark: Mark) -> str:
    return page_url(COMPARE_ENDPOINT, {"mark": mark.key})


def mark_label(mark: Mark) -> str:
    """What became different, in one line."""
    if not mark.changes:
        return mark.text
    first, others = mark.changes[0].key, len(mark.changes) - 1
    if not others:
        return gettext("Manifest: %(key)s", key=first)
    return ngettext(
        "Manifest: %(key)s and %(num)s more key", "Manifest: %(key)s and %(num)s more keys", others, key=first
    )


def _shortened(change: ManifestChange) -> ManifestChange:
    return replace(change, before=_short(change.before), after=_short(change.after))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def marks_sheet(marks: Sequence[Mark]) -> Sheet:
    """A row for each mark by hand, and one for each key that the manifest changed; the newest first."""
    columns = (
        SheetColumn("day", gettext("the day, in the dashboard's time zone")),
        SheetColumn("noticed_at", gettext("when an application first ran with the manifest, UTC; empty by hand")),
        SheetColumn("text", gettext("what became different, by whoever set the mark")),
        SheetColumn("key", gettext("the key of the manifest")),
        SheetColumn("before", gettext("what it said")),
        SheetColumn("after", gettext("what it says")),
    )
    rows = tuple(
        {
            "day": mark.day.isoformat(),
            "noticed_at": mark.noticed_at.isoformat() if mark.noticed_at else None,
            "text": mark.text or None,
            "key": change.key if change else None,
            "before": change.before if change else None,
            "after": change.after if change else None,
        }
        for mark in marks
        for change in (mark.changes or (None,))
    )
    return Sheet("changes", columns, rows)


# Before and after


@dataclass(frozen=True)
class ComparedRow:
    """One field in one context; each side is None where too few persons were asked, or nobody."""

    field_label: str
    context_label: str
    url: str
    asks_before: str
    before: RateCell | None
    asks_after: str
    after: RateCell | None


@dataclass(frozen=True)
class BeforeAfterPage:
    """`choice` is the select of marks, None where there is no mark. `summary` tells the days, or why nothing is
    compared; `days_links` lead to the overview of each side."""

    title: str
    filter: FilterBar | None
    mark: MarkRow | None
    summary: str
    days_links: tuple[PageLink, ...]
    rows: tuple[ComparedRow, ...]
    files: DownloadLinks
    back_url: str


def before_after_page(
    form: QueryForm, choice: Input, mark: Mark, found: BeforeAndAfter, manifest: Manifest
) -> BeforeAfterPage:
    names = key_labels(manifest)
    shown = replace(form, inputs=(choice, *form.inputs))
    title = gettext("Before and after")
    return BeforeAfterPage(
        title=page_title(title, shown.errors),
        filter=filter_bar(shown, COMPARE_ENDPOINT, days=False),
        mark=mark_row(mark),
        summary=_summary(found),
        days_links=_days_links(found) if found.weeks else (),
        rows=_rows(found, names),
        files=DownloadLinks({**form.query.arguments(), "mark": mark.key}, "marks.table"),
        back_url=url_for("marks.marks"),
    )


def no_mark_page() -> BeforeAfterPage:
    """Before anything became different."""
    return BeforeAfterPage(
        gettext("Before and after"), None, None, "", (), (), DownloadLinks({}), url_for("marks.marks")
    )


def mark_choice(marks: Sequence[Mark], typed: str | None) -> tuple[Input, Mark]:
    """The select of the marks, and the one that it stands at: by default the newest. An unknown one is told.

    Raises IndexError where there is no mark.
    """
    known = {mark.key: mark for mark in marks}
    chosen = known.get(typed or "", marks[0])
    wrong = () if typed is None or typed in known else (gettext("There is no such mark. Choose one from the list."),)
    options = tuple(Option(mark.key, f"{day(mark.day)}: {mark_label(mark)}") for mark in marks)
    label = gettext("Mark")
    return Input(
        name="mark",
        id="filter-mark",
        label=label,
        type="select",
        values=(chosen.key,),
        options=options,
        errors=wrong,
    ), chosen


def _summary(found: BeforeAndAfter) -> str:
    if not found.weeks:
        return gettext(
            "The first whole week after this day is not over yet, or its asks are too recent to be judged. Come back "
            "when it is."
        )
    return ngettext(
        "%(num)s whole week before the day beside %(num)s whole week after it; the day itself is on neither side. All "
        "rates are judged together: where nothing changed, at most one look in twenty says up or down. What else "
        "changed in these days is not known.",
        "%(num)s whole weeks before the day beside %(num)s whole weeks after it; the day itself is on neither side. "
        "All rates are judged together: where nothing changed, at most one look in twenty says up or down. What else "
        "changed in these days is not known.",
        found.weeks,
    )


def _days_links(found: BeforeAndAfter) -> tuple[PageLink, ...]:
    return tuple(
        PageLink(
            gettext("%(first)s to %(last)s", first=day(query.first), last=day(query.last)),
            page_url("insights.overview", query.arguments()),
        )
        for query in (found.before, found.after)
    )


def _rows(found: BeforeAndAfter, names: KeyLabels) -> tuple[ComparedRow, ...]:
    cells = sorted(compared_cells(found), key=lambda cell: names.sort_key(cell.field, cell.context))
    return tuple(_row(found, cell, names) for cell in cells)


def _row(found: BeforeAndAfter, cell: ComparedCell, names: KeyLabels) -> ComparedRow:
    before, after, optional = cell.before, cell.after, cell.comparison.optional
    field_label, context_label = names.field(cell.field), names.context(cell.context)
    label = gettext("Completion rate of %(field)s at %(context)s", field=field_label, context=context_label)
    change = cell.comparison.change_label(cell.field, cell.context)
    return ComparedRow(
        field_label=gettext("%(label)s (optional)", label=field_label) if optional else field_label,
        context_label=context_label,
        url=cell_url(replace(found.after, optional=optional), cell.field, cell.context),
        asks_before=whole_number(before.tally.episodes) if before else "",
        before=rate_cell(before.completion, label) if before else None,
        asks_after=whole_number(after.tally.episodes) if after else "",
        after=rate_cell(after.completion, label, change) if after else None,
    )
