"""What a leak would show, of each field and as a whole: read from how each column stands in the database, and where
the keys are.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import LargeBinary
from sqlalchemy.engine import make_url
from sqlalchemy.types import TypeDecorator, TypeEngine

from asklater.i18n import gettext
from asklater.manifest.declarations import Field, Manifest
from asklater.personal_tables import PersonalTable
from asklater.settings import Settings

UNDER_MASTER_KEY = frozenset({"asklater_subject.data_key"})
"""Keys of people, which a master key seals and no key of a person's opens."""


class Storage(StrEnum):
    """How a column stands in the database."""

    SEALED = "sealed"
    MARK = "mark"
    """A hash, keyed where what it is of can be guessed: it tells nobody without the key what it is of."""
    PLAIN = "plain"


@dataclass(frozen=True)
class FieldCopy:
    """A column that holds what a field holds too, or a part of it, in the words of table and column, and whether it is
    sealed."""

    table: str
    column: str
    is_sealed: bool


def storage_of(table: PersonalTable, name: str) -> Storage:
    """Says how the column stands in the database, by what it is declared to be: sealed, if the table says as what or
    its own type seals it; a mark, by its name; plain otherwise."""
    column = table.rows.c[name]
    kind = column.type
    if _is_binary(kind) and (
        name in table.sealed or isinstance(kind, TypeDecorator) or str(column) in UNDER_MASTER_KEY
    ):
        return Storage.SEALED
    return Storage.MARK if name.endswith(("_mark", "_hash")) else Storage.PLAIN


def is_sealed(table: PersonalTable, name: str) -> bool:
    """Whether the database shows nothing of the column without a key."""
    return storage_of(table, name) is Storage.SEALED


def sealed_columns(table: PersonalTable) -> tuple[str, ...]:
    """Returns the labels of the told columns that are stored sealed."""
    return tuple(words for name, words in table.words().columns.items() if is_sealed(table, name))


def plain_columns(table: PersonalTable) -> tuple[str, ...]:
    """Returns the labels of the told columns that whoever has the database can read."""
    return tuple(words for name, words in table.words().columns.items() if storage_of(table, name) is Storage.PLAIN)


def unlabelled_columns(table: PersonalTable, storage: Storage) -> tuple[str, ...]:
    """Returns the names of the columns that people are not told of, stored so."""
    return tuple(sorted(name for name in table.withheld if storage_of(table, name) is storage))


def copies_of(kind: str, tables: Collection[PersonalTable]) -> tuple[FieldCopy, ...]:
    """Returns every column outside the answers in which the value of a field of this kind may stand as well."""
    return tuple(
        FieldCopy(words.label, words.columns.get(name, name), is_sealed(table, name))
        for table in tables
        for name, kinds in table.repeats.items()
        if kind in kinds
        for words in (table.words(),)
    )


def _is_binary(kind: TypeEngine[object]) -> bool:
    return isinstance(kind.impl_instance if isinstance(kind, TypeDecorator) else kind, LargeBinary)


def storage_text(field: Field, tables: Collection[PersonalTable]) -> str:
    """Says how a field's value is stored, and in which other tables it stands."""
    copies = copies_of(field.kind, tables)
    if not copies:
        return gettext("encrypted")
    plain = _column_names(copy for copy in copies if not copy.is_sealed)
    sealed = _column_names(copy for copy in copies if copy.is_sealed)
    text = gettext("encrypted as an answer")
    if sealed:
        text += "; " + gettext("encrypted in %(places)s too", places=sealed)
    return f"{text}; {gettext('plain in %(places)s', places=plain)}" if plain else text


def database_leak(field: Field, tables: Collection[PersonalTable]) -> str:
    """Says what whoever has a copy of the database, and no key, learns of the field."""
    public = " " + gettext("The value is on public pages anyway.") if field.sensitivity == "public" else ""
    plain = _column_names(copy for copy in copies_of(field.kind, tables) if not copy.is_sealed)
    if plain:
        return gettext("the value, or a part of it, where it stands in %(places)s", places=plain) + public
    return gettext("that it is held, since when, and where it was asked; not the value.") + public


def key_leak() -> str:
    return gettext("nothing")


def combined_leak() -> str:
    return gettext("the value")


def _column_names(copies: Iterable[FieldCopy]) -> str:
    return ", ".join(f"{copy.table} ({copy.column})" for copy in copies)


def whole_leaks(
    manifest: Manifest, tables: Collection[PersonalTable], settings: Settings
) -> tuple[tuple[str, str], ...]:
    """Returns pairs of a leak and what it shows: the database alone, the keys alone, both."""
    return (
        (gettext("The database alone"), _whole_database_leak(manifest, tables)),
        (gettext("The keys alone"), f"{_whole_key_leak()} {_key_location(settings)}"),
        (gettext("Both"), gettext("Everything, in clear. No encryption helps against that, only holding less.")),
    )


def _whole_database_leak(manifest: Manifest, tables: Collection[PersonalTable]) -> str:
    """Says which values stand plain somewhere, and how many tables can be read besides."""
    readable = [
        gettext(field.label)
        for field in manifest.fields.values()
        if any(not copy.is_sealed for copy in copies_of(field.kind, tables))
    ]
    readable_tables = sum(1 for table in tables if plain_columns(table))
    if readable:
        values = gettext(
            "The values of %(fields)s, or parts of them, which stand plain in other records too;",
            fields=", ".join(readable),
        )
    else:
        values = gettext("No value of any field;")
    rest = gettext(
        "that each answer is held, and its circumstances; and what stands plain in %(tables)s tables, below.",
        tables=readable_tables,
    )
    return f"{values} {rest}"


def _whole_key_leak() -> str:
    return gettext("Nothing. The master key opens the accounts' own keys, and these lie in the database.")


def _key_location(settings: Settings) -> str:
    if _beside_the_database(settings):
        return gettext("This demonstration keeps its keys in a file beside the database: who has the folder has both.")
    return gettext(
        "They are given to the application from outside, and lie neither in the database nor in its backups."
    )


def _beside_the_database(settings: Settings) -> bool:
    """Whether the demo made up its keys, and keeps them in the folder that its database is in."""
    file = make_url(settings.database_url).database or ""
    embedded = settings.database_url.startswith("sqlite") and settings.instance in Path(file).parents
    return settings.demo and embedded and (settings.instance / "secrets.json").exists()
