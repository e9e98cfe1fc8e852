"""Putting the lists of all fields and of all contexts together."""

from typing import Literal

from webapp.insights.addresses import context_url, field_url
from webapp.insights.comparison import Comparison, compared
from webapp.insights.detail.framing import frame
from webapp.insights.detail.pages import ListPage, Place
from webapp.insights.detail.parts import row
from webapp.insights.forms import Asked
from webapp.insights.names import Names, names_of
from webapp.insights.question import Question
from webapp.insights.rollup.reading import Reading
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext

What = Literal["fields", "contexts"]
Key = tuple[str, str]


def list_page(reading: Reading, manifest: Manifest, asked: Asked, what: What) -> ListPage:
    """Whatever is declared, asked or not, and whatever was asked in these days."""
    question, names = asked.question, names_of(manifest)
    both = compared(reading, question)
    told = both.now
    total = told.tally(question.field, question.context)
    simulated = question.people == "simulated" or bool(total.simulated_persons)
    title = gettext("Fields") if what == "fields" else gettext("Contexts")
    says = (
        gettext("Every field, over the contexts that asked for it.")
        if what == "fields"
        else gettext("Every context, over the fields that it asked for.")
    )
    return ListPage(
        frame=frame(asked, reading, manifest.window, title, what, simulated=simulated),
        what=what,
        says=says,
        head=gettext("Field") if what == "fields" else gettext("Context"),
        rows=_fields(both, question, names) if what == "fields" else _contexts(both, question, names),
    )


def _fields(both: Comparison, question: Question, names: Names) -> tuple[Place, ...]:
    asked = [field for field, context in both.now.board if field and context == question.context]
    wanted = [key for key in dict.fromkeys((*names.fields, *asked)) if question.field in {"", key}]
    return tuple(_place(both, (key, question.context), names.field(key), field_url(question, key)) for key in wanted)


def _contexts(both: Comparison, question: Question, names: Names) -> tuple[Place, ...]:
    asked = [context for field, context in both.now.board if context and field == question.field]
    wanted = [key for key in dict.fromkeys((*names.contexts, *asked)) if question.context in {"", key}]
    return tuple(_place(both, (question.field, key), names.context(key), context_url(question, key)) for key in wanted)


def _place(both: Comparison, key: Key, label: str, url: str) -> Place:
    return row(label, url, both.now.figures(*key), asked=key in both.now.board, change=both.change(*key))
