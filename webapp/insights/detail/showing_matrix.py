"""Putting the matrix together: every field in every context that asked for it."""

from collections.abc import Mapping

from webapp.insights.addresses import address, cell_url, context_url, field_url
from webapp.insights.comparison import Comparison, compared
from webapp.insights.detail.framing import frame
from webapp.insights.detail.pages import MatrixPage, MatrixRow, Place
from webapp.insights.forms import Asked
from webapp.insights.names import names_of
from webapp.insights.pages import Choice
from webapp.insights.question import Question
from webapp.insights.rollup.reading import Reading
from webapp.insights.tallying import cells
from webapp.insights.wording import ngettext
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext

Key = tuple[str, str]


def matrix_page(reading: Reading, manifest: Manifest, asked: Asked) -> MatrixPage:
    """Its number of statements does not depend on what was counted."""
    question, names = asked.question, names_of(manifest)
    both = compared(reading, question)
    board = both.now.board
    found = sorted(cells(board, question.field, question.context), key=lambda it: names.place(it.field, it.context))
    fields = list(dict.fromkeys(it.field for it in found))
    contexts = sorted({it.context for it in found}, key=lambda context: names.place("", context))
    shown = _places(both, question, fields, contexts)
    head = {field: Place(names.field(field), field_url(question, field), None) for field in fields}
    everything = board.get((question.field, question.context))
    simulated = question.people == "simulated" or bool(everything and everything.simulated_persons)
    return MatrixPage(
        frame=frame(asked, reading, manifest.window, gettext("Matrix"), "matrix", simulated=simulated),
        says=_says(len(fields), len(contexts)),
        contexts=tuple(Choice(names.context(context), context_url(question, context)) for context in contexts),
        rows=tuple(
            MatrixRow(
                head=head[field],
                cells=tuple(shown[field, context] for context in contexts),
                total=shown[field, question.context],
            )
            for field in fields
        ),
        totals=tuple(shown[question.field, context] for context in (*contexts, question.context)) if fields else (),
    )


def _places(both: Comparison, question: Question, fields: list[str], contexts: list[str]) -> Mapping[Key, Place]:
    """By (field, context); those with the question's own field or context are the totals."""
    keys = [(field, context) for field in (*fields, question.field) for context in (*contexts, question.context)]
    return {key: _place(both, question, key) for key in keys}


def _place(both: Comparison, question: Question, key: Key) -> Place:
    return Place(
        label="",
        url=_url(question, *key),
        figures=both.now.figures(*key),
        asked=bool(both.now.tally(*key).episodes),
        change=both.change(*key),
    )


def _url(question: Question, field: str, context: str) -> str:
    if field and context:
        return cell_url(question, field, context)
    if field:
        return field_url(question, field)
    return context_url(question, context) if context else address("insights.overview", question.arguments())


def _says(fields: int, contexts: int) -> str:
    in_contexts = ngettext("%(num)s context", "%(num)s contexts", contexts)
    return gettext(
        "%(fields)s in %(contexts)s: each cell shows which share of the asks was completed, with its 95-percent "
        "interval as a bar, and how many asks and persons that is of. Every figure leads to what it is made of.",
        fields=ngettext("%(num)s field", "%(num)s fields", fields),
        contexts=in_contexts,
    )
