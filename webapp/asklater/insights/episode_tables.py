"""The table of every field where it is asked: its rows and columns, which of them are shown, and in which order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from werkzeug.datastructures import MultiDict

from asklater.i18n import gettext
from asklater.insights.comparisons import PeriodComparison
from asklater.insights.definitions import Definition
from asklater.insights.figures import Figures, cell_tallies
from asklater.insights.labels import KeyLabels, number_labels
from asklater.insights.presenters import (
    ColumnChoice,
    EpisodeTable,
    FieldInContextRow,
    FieldRowGroup,
    NumberCell,
    PageLink,
    Sorting,
    TableColumn,
    rate_cell,
)
from asklater.insights.query import Query
from asklater.insights.urls import DownloadLinks, cell_url, page_url

# The columns

COLUMNS = (
    *("persons", "episodes", "completion_rate", "completed", "dismissed", "superseded", "skipped", "abandoned"),
    *("median", "rejection_rate", "impressions", "unable"),
)
"""The keys of their definitions, in the order in which they stand."""
OF_OPTIONAL_ALONE = frozenset({"skipped"})
DRAWN = frozenset({"completion_rate"})
"""Columns whose cells are rates with an interval."""
NAMES = ("field", "context")
"""Columns of words, which can be sorted by, too."""


# What is asked of the table


@dataclass(frozen=True)
class TableView:
    """Which `columns` are shown, none for all that hold anything; `sort` is the key of one, "" for the manifest's
    order."""

    sort: str = ""
    descending: bool = False
    columns: tuple[str, ...] = ()

    def arguments(self) -> dict[str, str]:
        """Returns the arguments of a query string that ask for this view."""
        given = {"sort": f"{'-' if self.descending else ''}{self.sort}", "columns": ",".join(self.columns)}
        return {name: value for name, value in given.items() if value}


def read_table_view(arguments: MultiDict[str, str]) -> TableView:
    """Reads `sort=KEY`, `sort=-KEY` and `columns=KEY,KEY`, which a form may also give one by one. Never raises: what
    is unknown is left out."""
    sort = arguments.get("sort", "")
    key = sort.removeprefix("-")
    chosen = {column for given in arguments.getlist("columns") for column in given.split(",")}
    columns = tuple(column for column in COLUMNS if column in chosen)
    if key not in (*NAMES, *COLUMNS):
        return TableView(columns=columns)
    return TableView(key, sort.startswith("-"), columns)


# The table


def episode_table(
    found: PeriodComparison,
    query: Query,
    names: KeyLabels,
    definitions: Mapping[str, Definition],
    endpoint: str,
    view: TableView,
) -> EpisodeTable:
    """The table of the query's asks, on the page of the `endpoint`."""
    rows = _sorted_rows(field_rows(found, query, names), view)
    known = [column for column in COLUMNS if query.optional or column not in OF_OPTIONAL_ALONE]
    filled = [column for column in known if _is_filled(column, rows)]
    shown = [column for column in known if column in view.columns] or filled
    here = query.arguments()

    def link(column: str) -> TableColumn:
        by_it = view.sort == column
        descending = not view.descending if by_it else column not in NAMES
        labels = {"field": gettext("Field"), "context": gettext("Context")}
        url = page_url(endpoint, {**here, **TableView(column, descending, view.columns).arguments()})
        direction: Sorting = ("descending" if view.descending else "ascending") if by_it else ""
        look = "" if column in NAMES else "rate" if column in DRAWN else "number"
        return TableColumn(column, labels.get(column) or definitions[column].label, url, direction, look)

    empty = [] if view.columns else [definitions[column].label for column in known if column not in filled]
    return EpisodeTable(
        key="optional" if query.optional else "episodes",
        title=gettext("Optional fields, where they are asked")
        if query.optional
        else gettext("Every field, where it is asked"),
        caption=gettext("Asks per optional field and context")
        if query.optional
        else gettext("Asks per field and context"),
        optional=query.optional,
        names=tuple(map(link, NAMES)),
        columns=tuple(map(link, shown)),
        groups=_groups(rows, view),
        choices=tuple(ColumnChoice(column, definitions[column].label, column in shown) for column in known),
        empty=gettext("Empty columns are left out: %(columns)s.", columns=", ".join(empty)) if empty and rows else "",
        kept=tuple({**here, **TableView(view.sort, view.descending).arguments()}.items()),
        unsorted=PageLink(
            gettext("Back to the order of the manifest"),
            page_url(endpoint, {**here, **TableView(columns=view.columns).arguments()}),
        )
        if view.sort
        else None,
        files=DownloadLinks(here),
        url=page_url(endpoint, {**here, **view.arguments()}),
    )


def _groups(rows: Sequence[FieldInContextRow], view: TableView) -> tuple[FieldRowGroup, ...]:
    if view.sort:
        return tuple(FieldRowGroup(row.field_label, (row,)) for row in rows)
    return tuple(FieldRowGroup(label, tuple(group)) for label, group in groupby(rows, lambda row: row.field_label))


def _is_filled(column: str, rows: Iterable[FieldInContextRow]) -> bool:
    """Whether any row tells more than nothing there, as rates always do. Of hidden rows that is not looked at."""
    return column in DRAWN or any(row.figures is not None and _value(column, row.figures) for row in rows)


def _sorted_rows(rows: Sequence[FieldInContextRow], view: TableView) -> Sequence[FieldInContextRow]:
    """Hidden rows stay last, in the manifest's order, whatever is sorted by: their place would tell their figures."""
    if not view.sort:
        return rows
    if view.sort in NAMES:
        return sorted(rows, key=lambda row: _name(view.sort, row), reverse=view.descending)
    told: list[tuple[float, FieldInContextRow]] = []
    untold: list[FieldInContextRow] = []
    for row in rows:
        value = _value(view.sort, row.figures) if row.figures else None
        if value is None:
            untold.append(row)
        else:
            told.append((value, row))
    told.sort(key=lambda pair: pair[0], reverse=view.descending)
    return [*(row for _, row in told), *untold]


def _name(column: str, row: FieldInContextRow) -> str:
    return row.field_label if column == "field" else row.context_label


def _value(column: str, it: Figures) -> float | None:
    """What a column is sorted by; None where there is nothing to say."""
    match column:
        case "completion_rate":
            return it.completion.rate
        case "median":
            return it.median
        case "rejection_rate":
            return it.rejection.rate if it.rejection else None
        case _:
            return float(getattr(it.tally, column))


# The rows


def field_rows(found: PeriodComparison, query: Query, names: KeyLabels) -> tuple[FieldInContextRow, ...]:
    """One row per field and context, in the manifest's order."""
    tallies = cell_tallies(found.now.tallies, query.field, query.context)
    ordered = sorted(tallies, key=lambda it: names.sort_key(it.field, it.context))
    return tuple(_field_row(it.field, it.context, found, query, names) for it in ordered)


def _field_row(field: str, context: str, found: PeriodComparison, query: Query, names: KeyLabels) -> FieldInContextRow:
    shown = found.now.figures(field, context)
    field_label, context_label = names.field(field), names.context(context)
    label = gettext("Completion rate of %(field)s at %(context)s", field=field_label, context=context_label)
    return FieldInContextRow(
        field=field,
        field_label=field_label,
        context=context,
        context_label=context_label,
        url=cell_url(query, field, context),
        figures=shown,
        rate=rate_cell(shown.completion, label, found.change_label(field, context)) if shown else None,
        cells=_cells(shown) if shown else {},
    )


def _cells(it: Figures) -> Mapping[str, NumberCell]:
    """How many were asked, what came of the asks, and what it took."""
    tally, said = it.tally, number_labels()
    whole, percent, duration = said.whole_number, said.percent, said.duration
    counts = ("persons", "episodes", "completed", "dismissed", "superseded", "skipped", "abandoned", "unable")
    return {
        **{column: NumberCell(whole(getattr(tally, column))) for column in counts},
        "median": NumberCell(duration(it.median), gettext("90 %% within %(time)s", time=duration(it.p90))),
        "rejection_rate": NumberCell(
            percent(it.rejection.rate) if it.rejection else "–",
            gettext("%(part)s of %(whole)s", part=whole(tally.rejected), whole=whole(tally.submitted)),
        ),
        "impressions": NumberCell(
            whole(tally.impressions), gettext("yield %(rate)s", rate=percent(it.impression_yield or 0))
        ),
    }
