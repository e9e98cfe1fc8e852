"""Putting the matrix together: every field in every context that asked for it."""

from collections.abc import Sequence

from webapp.insights.addresses import cell_url, context_url, field_url, question_url
from webapp.insights.cells import rate_of
from webapp.insights.comparison import Comparison, compared
from webapp.insights.counts import Tally
from webapp.insights.detail.framing import frame
from webapp.insights.detail.pages import Cell, MatrixPage, MatrixRow
from webapp.insights.forms import Asked
from webapp.insights.names import Names, names_of
from webapp.insights.pages import Choice
from webapp.insights.question import Question
from webapp.insights.rollup.reading import Reading
from webapp.insights.tallying import cells
from webapp.insights.wording import ngettext, whole
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext


def matrix_page(reading: Reading, manifest: Manifest, asked: Asked) -> MatrixPage:
    """Its number of statements does not depend on what was counted."""
    question, names = asked.question, names_of(manifest)
    both = compared(reading, question)
    board = both.now.board
    found = sorted(cells(board, question.field, question.context), key=lambda it: names.place(it.field, it.context))
    fields = list(dict.fromkeys(it.field for it in found))
    contexts = sorted({it.context for it in found}, key=lambda context: names.place("", context))
    everything = board.get((question.field, question.context))
    simulated = question.people == "simulated" or bool(everything and everything.simulated_persons)
    return MatrixPage(
        frame=frame(asked, reading, manifest.window, gettext("Matrix"), "matrix", simulated=simulated),
        says=_says(len(fields), len(contexts)),
        contexts=tuple(Choice(names.context(context), context_url(question, context)) for context in contexts),
        rows=tuple(_row(both, question, names, field, contexts) for field in fields),
        totals=tuple(_total(both, question, context) for context in (*contexts, question.context)) if fields else (),
    )


def _row(both: Comparison, question: Question, names: Names, field: str, contexts: Sequence[str]) -> MatrixRow:
    label, cells = names.field(field), []
    for context in contexts:
        name = gettext("%(field)s at %(context)s", field=label, context=names.context(context))
        cells.append(_cell(both, question, field, context, name))
    over_all = gettext("%(field)s in all of these contexts", field=label)
    return MatrixRow(
        head=Choice(label, field_url(question, field)),
        cells=tuple(cells),
        total=_cell(both, question, field, question.context, over_all),
    )


def _total(both: Comparison, question: Question, context: str) -> Cell:
    return _cell(both, question, question.field, context, gettext("All of these fields"))


def _cell(both: Comparison, question: Question, field: str, context: str, name: str) -> Cell:
    tally, shown = both.now.tally(field, context), both.now.figures(field, context)
    return Cell(
        name=name,
        url=_url(question, field, context),
        rate=rate_of(shown.completion, name, both.change(field, context)) if shown else None,
        size=_size(tally) if shown else "",
        asked=bool(tally.episodes),
    )


def _size(it: Tally) -> str:
    return gettext("%(asks)s asks, %(persons)s persons", asks=whole(it.episodes), persons=whole(it.persons))


def _url(question: Question, field: str, context: str) -> str:
    if field and context:
        return cell_url(question, field, context)
    if field:
        return field_url(question, field)
    return context_url(question, context) if context else question_url("insights.overview", question)


def _says(fields: int, contexts: int) -> str:
    in_contexts = ngettext("%(num)s context", "%(num)s contexts", contexts)
    return gettext(
        "%(fields)s in %(contexts)s: each cell shows which share of the asks was completed, with its 95-percent "
        "interval as a bar, and how many asks and persons that is of. Every figure leads to what it is made of.",
        fields=ngettext("%(num)s field", "%(num)s fields", fields),
        contexts=in_contexts,
    )
