"""Sealing and opening under each subject's own key or that of the application, and those keys' beginning."""

from collections.abc import Callable, Sequence
from hmac import digest

from sqlalchemy import bindparam, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.keys.in_use import in_use
from asklater.keys.service import KeyService, Sealed
from asklater.keys.tables import application_key
from asklater.keys.vault import Vault
from asklater.personal_tables import PersonalTable, Row
from asklater.tables import subject

KEY = select(subject.c.data_key).where(subject.c.id == bindparam("of_subject"))
FIRST_KEY = update(subject).where(subject.c.id == bindparam("of_subject"), subject.c.data_key.is_(None))
APPLICATION = "application"
"""The owner of what belongs to no subject."""
APPLICATION_KEY = select(application_key.c.data_key).where(application_key.c.name == APPLICATION)
MARKS = "marks"
"""What the key of marks is derived for."""


class Keyring:
    """Every subject's ring of keys, and the application's; what a `label` names is part of what is sealed under it.

    Nobody who saves waits for a renewal of keys, or holds it up: what was sealed under the key before the newest one
    still opens, and is sealed anew before that key goes.
    """

    def __init__(self, database: Database, service: KeyService) -> None:
        self._database = database
        self.service = service
        self.vault = Vault(service)

    def seal(self, subject_id: int | None, label: str, value: bytes) -> bytes:
        """`value` under the subject's key, the application's for None. The first thing to be sealed makes it."""
        owner = APPLICATION if subject_id is None else subject_id
        return self.vault.seal(self._own_ring(subject_id), owner, label, value)

    def open(self, wrapped: bytes, subject_id: int | None, label: str, sealed: bytes) -> bytes:
        """Open what `seal` has sealed, for who has read the owner's ring as well. Raises Sealed."""
        return self.opener(wrapped, subject_id)(label, sealed)

    def opener(self, wrapped: bytes, subject_id: int | None) -> Callable[[str, bytes], bytes]:
        """A function that opens many values of one owner, by label and sealed bytes."""
        return self.vault.opener(wrapped, APPLICATION if subject_id is None else subject_id)

    def reveal(self, table: PersonalTable, subject_id: int, rows: Sequence[Row]) -> Sequence[Row]:
        """The subject's rows, with what is told of them opened. One statement, none for nothing. Raises Sealed.

        A person of whom nothing was sealed has no key, and their rows tell as much.
        """
        if all(row[name] is None for row in rows for name in table.columns_to_open):
            return rows
        opened = self.opener(self.wrapped(subject_id), subject_id)

        def opened_cell(row: Row, name: str) -> bytes | str | None:
            if row[name] is None:
                return None
            content = opened(table.sealed[name](row), row[name])
            return content if table.dumped else content.decode()

        return [{**row, **{name: opened_cell(row, name) for name in table.columns_to_open}} for row in rows]

    def wrapped(self, subject_id: int | None) -> bytes:
        """The owner's ring as it is stored. Raises Sealed when there is none: nothing of it opens any more."""
        wanted = APPLICATION_KEY if subject_id is None else KEY
        found: bytes | None = self._database.reading().execute(wanted, {"of_subject": subject_id}).scalar()
        if found is None:
            raise Sealed("there is no key")
        return found

    def mark(self, text: str) -> bytes:
        """A keyed hash: it finds a row by what it holds sealed, and tells nobody else what that is.

        Its key is derived from the application's, so it stays the same under another master key.
        """
        marked: bytes = digest(self.derived(MARKS), text.encode("utf-8", "replace"), "sha256")
        return marked

    def derived(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose, which follows from the application's own and lasts as long as that."""
        return self.vault.derived(self._own_ring(None), APPLICATION, purpose)

    def _own_ring(self, subject_id: int | None) -> bytes:
        """The owner's ring, made where there is none yet."""
        try:
            return self.wrapped(subject_id)
        except Sealed:
            master = in_use(self._database, self.service)
        connection, moment = self._database.writing(), clock.now()
        if subject_id is None:
            row = {"name": APPLICATION, "data_key": self.vault.new_ring(APPLICATION, master, moment)}
            connection.execute(self._database.insert(application_key).values(row).on_conflict_do_nothing())
        else:
            ring = self.vault.new_ring(subject_id, master, moment)
            connection.execute(FIRST_KEY, {"of_subject": subject_id, "data_key": ring})
        return self.wrapped(subject_id)  # which may be another tab's


def record(label: str) -> str:
    """What a feature's record is sealed as: it passes for no answer."""
    return f"record:{label}"
