"""Tables of fields and contexts: one in the other, each over all of the other, the matrix, where to ask."""

from webapp.insights.counts import Tally
from webapp.insights.figures import Share, share, share_of_many
from webapp.insights.overview_tables import context_rows
from webapp.insights.sheets.figure_cells import (
    Row,
    change_cells,
    change_columns,
    figure_cells,
    figure_columns,
    share_cells,
)
from webapp.insights.sheets.sheet import Column, Sheet
from webapp.insights.sheets.source import Source
from webapp.insights.tallying import cells
from webapp.profiling.words import gettext


def episodes(source: Source) -> Sheet:
    """Every field where it is asked."""
    rows = tuple(_row(source, it.field, it.context) for it in _cells(source))
    return Sheet("episodes", (_field(), _context(), *figure_columns(), *change_columns()), rows)


def matrix(source: Source) -> Sheet:
    """The same with the totals of its rows and columns; an empty key stands for all."""
    question, found = source.question, _cells(source)
    fields = [*dict.fromkeys(it.field for it in found), question.field]
    contexts = [*sorted({it.context for it in found}, key=lambda it: source.names.place("", it)), question.context]
    keys = dict.fromkeys((field, context) for field in fields for context in contexts)
    rows = tuple(_row(source, *key) for key in keys if key in source.found.now.board)
    return Sheet("matrix", (_field(), _context(), *figure_columns(), *change_columns()), rows)


def fields(source: Source) -> Sheet:
    """Every field over its contexts, or in the question's."""
    names, context = source.names, source.question.context
    seen = [field for field, where in source.found.now.board if field and where == context]
    wanted = [key for key in dict.fromkeys((*names.fields, *seen)) if source.question.field in {"", key}]
    rows = tuple({**_row(source, key, context), "field": key} for key in wanted)
    return Sheet("fields", (_field(), _context(), *figure_columns(), *change_columns()), rows)


def contexts(source: Source) -> Sheet:
    """Every context over its fields, or of the question's; prompts and actions only over all of them."""
    columns = (
        Column("prompts", gettext("mature prompts; one may ask for several fields")),
        Column("actions", gettext("prompts whose action then ran to success")),
        Column("action_rate", gettext("actions in prompts, 0 to 1")),
        Column("action_low", gettext("lower end of its 95-percent Wilson interval")),
        Column("action_high", gettext("upper end of its 95-percent Wilson interval")),
    )
    acted = {it.context: it.action for it in context_rows(source.found, source.question, source.names)}
    keys = dict.fromkeys((*source.names.contexts, *acted))
    rows = tuple(
        {**_row(source, source.question.field, key), **_acted(acted.get(key))}
        for key in keys
        if source.question.context in {"", key}
    )
    return Sheet("contexts", (_field(), _context(), *figure_columns(), *change_columns(), *columns), rows)


def where_to_ask(source: Source) -> Sheet:
    """The contexts of a field side by side, with what each reaches of all who were asked anything."""
    columns = (
        Column("reach", gettext("persons asked here in all who were asked anything, 0 to 1")),
        Column("coverage_brought", gettext("persons who gave it here in all who were asked anything, 0 to 1")),
    )
    rows = tuple({**_row(source, it.field, it.context), **_reach(source, it)} for it in _cells(source))
    return Sheet("where-to-ask", (_field(), _context(), *figure_columns(), *change_columns(), *columns), rows)


def _acted(action: Share | None) -> Row:
    counts: Row = {"prompts": action.whole, "actions": action.part} if action else {"prompts": None, "actions": None}
    return counts | share_cells("action", action)


def _cells(source: Source) -> list[Tally]:
    found = cells(source.found.now.board, source.question.field, source.question.context)
    return sorted(found, key=lambda it: source.names.place(it.field, it.context))


def _row(source: Source, field: str, context: str) -> Row:
    told = source.found.now
    figures = figure_cells(told.figures(field, context), asked=(field, context) in told.board)
    return {"field": field, "context": context, **figures, **change_cells(source.found, field, context)}


def _reach(source: Source, it: Tally) -> Row:
    told = source.found.now
    if told.figures() is None or told.figures(it.field, it.context) is None:
        return {"reach": None, "coverage_brought": None}
    everybody = told.tally().persons
    reach, brought = share_of_many(it.persons, everybody), share(it.completed_persons, everybody)
    return {"reach": reach.rate if reach else None, "coverage_brought": brought.rate if brought else None}


def _field() -> Column:
    return Column("field", gettext("the field's key; empty for all of them"))


def _context() -> Column:
    return Column("context", gettext("the context's key; empty for all of them"))
