"""Which columns stand sealed in the database and which plain: read from their types and from the holdings. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator, TypeEngine

from webapp.profiling.holdings import Holding


@dataclass(frozen=True)
class Place:
    """A column that holds what a field holds too, in the words of table and column, and whether it is sealed."""

    table: str
    column: str
    sealed: bool


def is_sealed(holding: Holding, name: str) -> bool:
    """Whether the database shows nothing of the column: it is bytes that are sealed as the holding says, or by their
    own type, or that nobody is told."""
    kind = holding.rows.c[name].type
    opened = name in holding.sealed or isinstance(kind, TypeDecorator) or name in holding.withheld
    return _is_binary(kind) and opened


def sealed_columns(holding: Holding) -> tuple[str, ...]:
    """The words of what is told of a row and stands sealed."""
    return tuple(words for name, words in holding.words().columns.items() if is_sealed(holding, name))


def plain_columns(holding: Holding) -> tuple[str, ...]:
    """The words of what is told of a row and can be read by whoever has the database."""
    return tuple(words for name, words in holding.words().columns.items() if not is_sealed(holding, name))


def places_of(kind: str, holdings: Collection[Holding]) -> tuple[Place, ...]:
    """Everywhere outside the answers that the value of a field of this kind may stand as well."""
    return tuple(
        Place(words.label, words.columns.get(name, name), is_sealed(holding, name))
        for holding in holdings
        for name, kinds in holding.repeats.items()
        if kind in kinds
        for words in (holding.words(),)
    )


def _is_binary(kind: TypeEngine[object]) -> bool:
    return isinstance(kind.impl_instance if isinstance(kind, TypeDecorator) else kind, LargeBinary)
