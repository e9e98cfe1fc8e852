"""What a board may tell: the figures of every cell and total but for those that are hidden, the same on every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from webapp.insights.counts import Tally
from webapp.insights.figures import Figures, figures
from webapp.insights.hiding import hidden
from webapp.insights.tallying import Board, tally

Key = tuple[str, str]


@dataclass(frozen=True)
class Disclosed:
    """A board and the keys of it that nothing is said of: no page, file or chart may tell more than another one."""

    board: Board
    hidden: frozenset[Key]

    def figures(self, field: str = "", context: str = "") -> Figures | None:
        """None where nothing was asked, or where it is hidden."""
        return self._shown.get((field, context))

    @cached_property
    def _shown(self) -> Mapping[Key, Figures | None]:
        return {key: figures(it) for key, it in self.board.items() if key not in self.hidden}

    def tally(self, field: str = "", context: str = "") -> Tally:
        """The counts, which may be shown only where there are figures; zeros where nothing was asked."""
        return self.board.get((field, context)) or tally(field, context, {})


def disclosed(board: Board) -> Disclosed:
    """The whole board decides, whatever the question is narrowed to: no page shows a cell that another one hides."""
    fields = [*dict.fromkeys(field for field, _context in board if field), ""]
    contexts = [*dict.fromkeys(context for _field, context in board if context), ""]
    rows = [[(field, context) for context in contexts] for field in fields]
    columns = [[(field, context) for field in fields] for context in contexts]
    return Disclosed(board, hidden({key: found.persons for key, found in board.items()}, [*rows, *columns]))
