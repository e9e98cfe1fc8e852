"""Where people find their place here: an account by their address, or the application's user by their id."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Protocol

from asklater.email_addresses import normalise_address, parse_address
from asklater.engine import Engine
from asklater.imports.people import Person
from asklater.kinds.base import Invalid
from asklater.registry import Enrolled, Enrolment
from asklater.settings import ConfigurationError
from asklater.subjects.users import UserPeople

NOBODY = (
    "Nobody could sign in to what an import brings: give the application accounts (asklater.accounts), or say who its "
    "own users are, Profiling(app, user=...)."
)
EXTERNAL_ID = "id"
"""What names the id that somebody had in the other system."""


class Faulty(Exception):  # noqa: N818
    """A row cannot be taken; the message says why, and never what stands in it."""


class Place(Protocol):
    """How this application knows people."""

    @property
    def own(self) -> tuple[str, ...]:
        """The fields that it fills itself."""

    def name(self, person: Person) -> str:
        """What somebody is known by here. Raises Faulty."""

    def same(self, name: str) -> str:
        """What two spellings of one name share."""

    def find(self, name: str) -> Enrolled | None:
        """Who is here by that name."""

    def is_trusted(self, person: Person) -> bool:
        """Whether what the other system held may count as an answer: it knew that the person is who they said."""

    def enrol(self, name: str, person: Person, found: Enrolled | None) -> int:
        """The subject from now on, in the open transaction."""


class ByAddress:
    """Accounts, which are known by their address."""

    def __init__(self, enrolment: Enrolment) -> None:
        self._enrolment = enrolment

    @property
    def own(self) -> tuple[str, ...]:
        return self._enrolment.fields

    def name(self, person: Person) -> str:
        if not person.address:
            raise Faulty("has no email address")
        try:
            return parse_address(person.address)
        except Invalid as error:
            raise Faulty("its email address is none") from error

    def same(self, name: str) -> str:
        return normalise_address(name)

    def find(self, name: str) -> Enrolled | None:
        return self._enrolment.find(name)

    def is_trusted(self, person: Person) -> bool:
        return person.proved

    def enrol(self, name: str, person: Person, found: Enrolled | None) -> int:
        if found is None:
            return self._enrolment.enrol(name, proved=person.proved)
        if person.proved and not found.is_proved:
            self._enrolment.prove(found.subject_id, name)
        return found.subject_id


class ByUserId:
    """The application's own users, known by the id that `attribute` holds."""

    own: tuple[str, ...] = ()

    def __init__(self, people: UserPeople, attribute: str) -> None:
        self._people = people
        self._attribute = attribute

    def name(self, person: Person) -> str:
        found = {**person.attributes, "email": person.address, EXTERNAL_ID: person.external_id}.get(self._attribute)
        if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
            raise Faulty(f"has no {self._attribute}, by which the application knows its users")
        return str(found)

    def same(self, name: str) -> str:
        return name

    def find(self, name: str) -> Enrolled | None:
        number = self._people.users.number(name)
        return None if number is None else Enrolled(number, is_proved=True)

    def is_trusted(self, person: Person) -> bool:
        return True  # the application lets nobody else act as its user

    def enrol(self, name: str, person: Person, found: Enrolled | None) -> int:
        return self._people.users.record(name)


def place_of(engine: Engine, user_id: str = EXTERNAL_ID) -> Place:
    """How people of this application are known. Raises ConfigurationError where nobody could come back."""
    if engine.registry.enrolment is not None:
        return ByAddress(engine.registry.enrolment)
    if isinstance(engine.people, UserPeople):
        return ByUserId(engine.people, user_id)
    raise ConfigurationError(NOBODY)


class SeenNames:
    """The names of a file with the row of each, on disk: a million of them take no memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("CREATE TABLE seen (name BLOB PRIMARY KEY, row INTEGER) WITHOUT ROWID")

    def first_row(self, name: str, row: int) -> int:
        """The first row of this name, which may be this one."""
        key = blake2b(name.encode("utf-8", "replace"), digest_size=16).digest()
        self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, row))
        found: int = self._connection.execute("SELECT row FROM seen WHERE name = ?", (key,)).fetchone()[0]
        return found


@contextmanager
def seen_names() -> Iterator[SeenNames]:
    """Names in a file of their own, which goes with the block."""
    connection = sqlite3.connect("", isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        yield SeenNames(connection)
    finally:
        connection.close()
