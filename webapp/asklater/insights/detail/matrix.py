"""The matrix of every field in every context that asked for it, and the lists of all fields and of all contexts."""

from collections.abc import Sequence
from typing import Literal

from asklater.i18n import gettext
from asklater.insights.comparisons import PeriodComparison, compare_periods
from asklater.insights.detail.presenters import FigureListPage, MatrixCell, MatrixPage, MatrixRow, page_frame
from asklater.insights.figures import Tally, cell_tallies
from asklater.insights.forms import QueryForm
from asklater.insights.labels import KeyLabels, key_labels, ngettext, whole_number
from asklater.insights.presenters import FigureRow, PageLink, figure_row, rate_cell
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.urls import cell_url, context_url, field_url, query_url
from asklater.manifest.declarations import Manifest

# The matrix


def matrix_page(reader: TotalsReader, manifest: Manifest, form: QueryForm) -> MatrixPage:
    """Its number of statements does not depend on what was counted."""
    query, names = form.query, key_labels(manifest)
    comparison = compare_periods(reader, query)
    tallies = comparison.now.tallies
    found = sorted(
        cell_tallies(tallies, query.field, query.context), key=lambda it: names.sort_key(it.field, it.context)
    )
    fields = list(dict.fromkeys(it.field for it in found))
    contexts = sorted({it.context for it in found}, key=lambda context: names.sort_key("", context))
    everything = tallies.get((query.field, query.context))
    simulated = query.people == "simulated" or bool(everything and everything.simulated_persons)
    return MatrixPage(
        frame=page_frame(form, reader, manifest.window, gettext("Matrix"), "matrix", simulated=simulated),
        summary=_matrix_summary(len(fields), len(contexts)),
        contexts=tuple(PageLink(names.context(context), context_url(query, context)) for context in contexts),
        rows=tuple(_matrix_row(comparison, query, names, field, contexts) for field in fields),
        totals=tuple(_total(comparison, query, context) for context in (*contexts, query.context)) if fields else (),
    )


def _matrix_row(
    comparison: PeriodComparison, query: Query, names: KeyLabels, field: str, contexts: Sequence[str]
) -> MatrixRow:
    label, cells = names.field(field), []
    for context in contexts:
        name = gettext("%(field)s at %(context)s", field=label, context=names.context(context))
        cells.append(_matrix_cell(comparison, query, field, context, name))
    over_all = gettext("%(field)s in all of these contexts", field=label)
    return MatrixRow(
        head=PageLink(label, field_url(query, field)),
        cells=tuple(cells),
        total=_matrix_cell(comparison, query, field, query.context, over_all),
    )


def _total(comparison: PeriodComparison, query: Query, context: str) -> MatrixCell:
    return _matrix_cell(comparison, query, query.field, context, gettext("All of these fields"))


def _matrix_cell(comparison: PeriodComparison, query: Query, field: str, context: str, name: str) -> MatrixCell:
    tally, shown = comparison.now.tally(field, context), comparison.now.figures(field, context)
    return MatrixCell(
        name=name,
        url=_url(query, field, context),
        rate=rate_cell(shown.completion, name, comparison.change_label(field, context)) if shown else None,
        size=_size(tally) if shown else "",
        was_asked=bool(tally.episodes),
    )


def _size(it: Tally) -> str:
    return gettext(
        "%(asks)s asks, %(persons)s people", asks=whole_number(it.episodes), persons=whole_number(it.persons)
    )


def _url(query: Query, field: str, context: str) -> str:
    if field and context:
        return cell_url(query, field, context)
    if field:
        return field_url(query, field)
    return context_url(query, context) if context else query_url("insights.overview", query)


def _matrix_summary(fields: int, contexts: int) -> str:
    in_contexts = ngettext("%(num)s context", "%(num)s contexts", contexts)
    return gettext(
        (
            "%(fields)s in %(contexts)s: each cell shows which share of the asks was completed, with "
            "its 95-percent interval as a bar, and how many asks and people that is of. Every figure "
            "leads to what it is made of."
        ),
        fields=ngettext("%(num)s field", "%(num)s fields", fields),
        contexts=in_contexts,
    )


# The lists

ListKind = Literal["fields", "contexts"]
RowKey = tuple[str, str]


def list_page(reader: TotalsReader, manifest: Manifest, form: QueryForm, what: ListKind) -> FigureListPage:
    """Whatever is declared, asked or not, and whatever was asked in these days."""
    query, names = form.query, key_labels(manifest)
    comparison = compare_periods(reader, query)
    current = comparison.now
    total = current.tally(query.field, query.context)
    simulated = query.people == "simulated" or bool(total.simulated_persons)
    title = gettext("Fields") if what == "fields" else gettext("Contexts")
    summary = (
        gettext("Every field, over the contexts that asked for it.")
        if what == "fields"
        else gettext("Every context, over the fields that it asked for.")
    )
    return FigureListPage(
        frame=page_frame(form, reader, manifest.window, title, what, simulated=simulated),
        what=what,
        summary=summary,
        head=gettext("Field") if what == "fields" else gettext("Context"),
        rows=_fields(comparison, query, names) if what == "fields" else _contexts(comparison, query, names),
    )


def _fields(comparison: PeriodComparison, query: Query, names: KeyLabels) -> tuple[FigureRow, ...]:
    asked = [field for field, context in comparison.now.tallies if field and context == query.context]
    wanted = [key for key in dict.fromkeys((*names.fields, *asked)) if query.field in {"", key}]
    return tuple(
        _list_row(comparison, (key, query.context), names.field(key), field_url(query, key)) for key in wanted
    )


def _contexts(comparison: PeriodComparison, query: Query, names: KeyLabels) -> tuple[FigureRow, ...]:
    asked = [context for field, context in comparison.now.tallies if context and field == query.field]
    wanted = [key for key in dict.fromkeys((*names.contexts, *asked)) if query.context in {"", key}]
    return tuple(
        _list_row(comparison, (query.field, key), names.context(key), context_url(query, key)) for key in wanted
    )


def _list_row(comparison: PeriodComparison, key: RowKey, label: str, url: str) -> FigureRow:
    return figure_row(
        label,
        url,
        comparison.now.figures(*key),
        asked=key in comparison.now.tallies,
        change=comparison.change_label(*key),
    )
