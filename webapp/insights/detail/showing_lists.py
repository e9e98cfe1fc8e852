"""Putting the lists of all fields and of all contexts together."""

from collections.abc import Callable, Iterable
from typing import Literal

from webapp.insights.detail.addresses import context_url, field_url
from webapp.insights.detail.framing import frame
from webapp.insights.detail.hiding import hidden
from webapp.insights.detail.pages import ListPage, Place
from webapp.insights.detail.places import context_name, field_name
from webapp.insights.figures import Figures, figures
from webapp.insights.forms import Asked
from webapp.insights.names import Names, names_of
from webapp.insights.question import Question
from webapp.insights.rollup.reading import Reading
from webapp.insights.tallying import Board, board_of
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext

What = Literal["fields", "contexts"]
Key = tuple[str, str]


def list_page(reading: Reading, manifest: Manifest, asked: Asked, what: What) -> ListPage:
    """Whatever is declared, asked or not, and whatever was asked in these days."""
    question, names = asked.question, names_of(manifest)
    board = board_of(reading.board(question))
    total = board.get((question.field, question.context))
    simulated = question.people == "simulated" or bool(total and total.simulated_persons)
    title = gettext("Fields") if what == "fields" else gettext("Contexts")
    says = (
        gettext("Every field, over the contexts that asked for it.")
        if what == "fields"
        else gettext("Every context, over the fields that it asked for.")
    )
    return ListPage(
        frame=frame(asked, reading, manifest.window, title, what, simulated=simulated),
        says=says,
        head=gettext("Field") if what == "fields" else gettext("Context"),
        rows=_fields(board, question, names) if what == "fields" else _contexts(board, question, names),
    )


def _fields(board: Board, question: Question, names: Names) -> tuple[Place, ...]:
    asked = [field for field, context in board if field and context == question.context]
    wanted = [key for key in dict.fromkeys((*names.fields, *asked)) if question.field in {"", key}]
    keys = [(key, question.context) for key in wanted]
    return _places(board, keys, (question.field, question.context), lambda key: _field(key[0], question, names))


def _contexts(board: Board, question: Question, names: Names) -> tuple[Place, ...]:
    asked = [context for field, context in board if context and field == question.field]
    wanted = [key for key in dict.fromkeys((*names.contexts, *asked)) if question.context in {"", key}]
    keys = [(question.field, key) for key in wanted]
    return _places(board, keys, (question.field, question.context), lambda key: _context(key[1], question, names))


def _field(key: str, question: Question, names: Names) -> tuple[str, str]:
    return field_name(names, key), field_url(question, key)


def _context(key: str, question: Question, names: Names) -> tuple[str, str]:
    return context_name(names, key), context_url(question, key)


def _places(
    board: Board, keys: Iterable[Key], total: Key, told: Callable[[Key], tuple[str, str]]
) -> tuple[Place, ...]:
    keys = list(keys)
    persons = {key: board[key].persons for key in {*keys, total} if key in board}
    hide = hidden(persons, [list(dict.fromkeys((*keys, total)))])
    return tuple(Place(*told(key), figures=_shown(board, key, hide=key in hide), asked=key in board) for key in keys)


def _shown(board: Board, key: Key, *, hide: bool) -> Figures | None:
    return None if hide or key not in board else figures(board[key])
