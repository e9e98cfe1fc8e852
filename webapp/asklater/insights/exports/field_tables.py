"""Tables of fields and contexts: one in the other, each over all of the other, the matrix, where to ask, and what
the manifest declares.
"""

from asklater.i18n import gettext
from asklater.insights.exports.figure_columns import (
    ExportSource,
    ValuesByColumn,
    change_cells,
    change_columns,
    figure_cells,
    figure_columns,
    share_cells,
)
from asklater.insights.exports.sheets import Sheet, SheetColumn, SheetRow
from asklater.insights.figures import Tally, cell_tallies, share
from asklater.insights.overview import context_rows
from asklater.insights.prompt_rates import NO_RATES, PromptRates
from asklater.manifest.declarations import Manifest
from asklater.manifest.notice import kept

# Fields and contexts


def episodes_table(source: ExportSource) -> Sheet:
    """Every field where it is asked."""
    rows = tuple(_figures_row(source, it.field, it.context) for it in _rows_of(source))
    return Sheet("episodes", (_field(), _context(), *figure_columns(), *change_columns()), rows)


def matrix_table(source: ExportSource) -> Sheet:
    """Returns the table of cells with the totals of its rows and columns; an empty key stands for all."""
    query, found = source.query, _rows_of(source)
    fields = [*dict.fromkeys(it.field for it in found), query.field]
    contexts = [*sorted({it.context for it in found}, key=lambda it: source.names.sort_key("", it)), query.context]
    keys = dict.fromkeys((field, context) for field in fields for context in contexts)
    rows = tuple(_figures_row(source, *key) for key in keys if key in source.comparison.now.tallies)
    return Sheet("matrix", (_field(), _context(), *figure_columns(), *change_columns()), rows)


def fields_table(source: ExportSource) -> Sheet:
    """Every field over its contexts, or in the query's."""
    names, context = source.names, source.query.context
    seen = [field for field, where in source.comparison.now.tallies if field and where == context]
    wanted = [key for key in dict.fromkeys((*names.fields, *seen)) if source.query.field in {"", key}]
    rows = tuple({**_figures_row(source, key, context), "field": key} for key in wanted)
    return Sheet("fields", (_field(), _context(), *figure_columns(), *change_columns()), rows)


def contexts_table(source: ExportSource) -> Sheet:
    """Every context over its fields, or of the query's; prompts and actions only over all of them."""
    columns = (
        SheetColumn("prompts", gettext("mature prompts; one may ask for several fields")),
        SheetColumn("actions", gettext("prompts whose action then ran to success; empty for background prompts")),
        SheetColumn("action_rate", gettext("actions in prompts, 0 to 1")),
        SheetColumn("action_low", gettext("lower end of its 95-percent interval, which counts people")),
        SheetColumn("action_high", gettext("upper end of its 95-percent interval, which counts people")),
        SheetColumn("answered", gettext("background prompts after which nothing was missing; empty for actions")),
        SheetColumn("answer_rate", gettext("answered in prompts, 0 to 1")),
        SheetColumn("answer_low", gettext("lower end of its 95-percent interval, which counts people")),
        SheetColumn("answer_high", gettext("upper end of its 95-percent interval, which counts people")),
    )
    told = {it.context: it.prompts for it in context_rows(source.comparison, source.query, source.names)}
    keys = dict.fromkeys((*source.names.contexts, *told))
    rows = tuple(
        {**_figures_row(source, source.query.field, key), **_prompts(told.get(key, NO_RATES))}
        for key in keys
        if source.query.context in {"", key}
    )
    return Sheet("contexts", (_field(), _context(), *figure_columns(), *change_columns(), *columns), rows)


def where_to_ask_table(source: ExportSource) -> Sheet:
    """The contexts of a field side by side, with what each reaches of all who were asked anything."""
    columns = (
        SheetColumn("reach", gettext("people asked here in all who were asked anything, 0 to 1")),
        SheetColumn("coverage_brought", gettext("people who gave it here in all who were asked anything, 0 to 1")),
    )
    rows = tuple({**_figures_row(source, it.field, it.context), **_reach(source, it)} for it in _rows_of(source))
    return Sheet("where-to-ask", (_field(), _context(), *figure_columns(), *change_columns(), *columns), rows)


def _prompts(rates: PromptRates) -> ValuesByColumn:
    action, answer = rates
    counted = action or answer
    return {
        "prompts": counted.whole if counted else None,
        "actions": action.part if action else None,
        **share_cells("action", action),
        "answered": answer.part if answer else None,
        **share_cells("answer", answer),
    }


def _rows_of(source: ExportSource) -> list[Tally]:
    found = cell_tallies(source.comparison.now.tallies, source.query.field, source.query.context)
    return sorted(found, key=lambda it: source.names.sort_key(it.field, it.context))


def _figures_row(source: ExportSource, field: str, context: str) -> ValuesByColumn:
    current = source.comparison.now
    figures = figure_cells(current.figures(field, context), asked=(field, context) in current.tallies)
    return {"field": field, "context": context, **figures, **change_cells(source.comparison, field, context)}


def _reach(source: ExportSource, it: Tally) -> ValuesByColumn:
    current = source.comparison.now
    if current.figures() is None or current.figures(it.field, it.context) is None:
        return {"reach": None, "coverage_brought": None}
    everybody = current.tally().persons
    reach, brought = share(it.persons, everybody), share(it.completed_persons, everybody)
    return {"reach": reach.rate if reach else None, "coverage_brought": brought.rate if brought else None}


def _field() -> SheetColumn:
    return SheetColumn("field", gettext("the field's key; empty for all of them"))


def _context() -> SheetColumn:
    return SheetColumn("context", gettext("the context's key; empty for all of them"))


# Declarations


def declared_table(source: ExportSource) -> Sheet:
    """Of the query's field, else of every one."""
    columns = (
        SheetColumn("field", gettext("the field's key")),
        SheetColumn("label", gettext("what it is called")),
        SheetColumn("reason", gettext("the reason that is given")),
        SheetColumn("purpose", gettext("what it is used for")),
        SheetColumn("retention", gettext("how long it is kept")),
        SheetColumn("decided_by", gettext("who decided to ask for it")),
        SheetColumn("asked_by", gettext("the keys of the actions that require it")),
        SheetColumn("optional_at", gettext("the keys of the actions that ask for it and wait for no answer")),
    )
    wanted = [key for key in source.names.fields if source.query.field in {"", key}]
    return Sheet("declared", columns, tuple(_declaration_row(source, key) for key in wanted))


def _declaration_row(source: ExportSource, key: str) -> SheetRow:
    field = source.manifest.fields[key]
    return {
        "field": key,
        "label": source.names.field(key),
        "reason": gettext(field.reason),
        "purpose": gettext(source.manifest.purposes[field.purpose].label),
        "retention": kept(field),
        "decided_by": field.decided_by or None,
        "asked_by": _actions(source.manifest, key, optional=False),
        "optional_at": _actions(source.manifest, key, optional=True),
    }


def _actions(manifest: Manifest, field: str, *, optional: bool) -> str | None:
    asking = (
        action.key
        for action in manifest.actions.values()
        if any(need.field == field and need.optional is optional for need in action.requires)
    )
    return " ".join(asking) or None
