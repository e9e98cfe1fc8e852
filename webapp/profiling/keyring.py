"""Sealing and opening under a subject's own key, and that key's beginning."""

from sqlalchemy import bindparam, select, update

from webapp.db import Database
from webapp.profiling.tables import subject
from webapp.profiling.vault import Sealed, Vault

KEY = select(subject.c.data_key).where(subject.c.id == bindparam("of_subject"))
FIRST_KEY = update(subject).where(subject.c.id == bindparam("of_subject"), subject.c.data_key.is_(None))


class Keyring:
    """Every subject's key; what a `label` names is part of what is sealed under it."""

    def __init__(self, database: Database, master_key: bytes) -> None:
        self._database = database
        self._vault = Vault(master_key)

    def seal(self, subject_id: int, label: str, value: bytes) -> bytes:
        """`value` under the subject's key, which is made when it is the first thing to be sealed."""
        connection, this = self._database.writing(), {"of_subject": subject_id}
        wrapped: bytes | None = connection.execute(KEY, this).scalar_one()
        if wrapped is None:
            connection.execute(FIRST_KEY, {**this, "data_key": self._vault.new_key(subject_id)})
            wrapped = connection.execute(KEY, this).scalar_one()  # which may be another tab's
        return self._vault.seal(wrapped, subject_id, label, value)

    def open(self, wrapped: bytes, subject_id: int, label: str, sealed: bytes) -> bytes:
        """The inverse, for who has read the subject's wrapped key along. Raises Sealed."""
        return self._vault.open(wrapped, subject_id, label, sealed)

    def wrapped(self, subject_id: int) -> bytes:
        """The subject's key as it is stored. Raises Sealed when there is none: nothing of it opens any more."""
        found: bytes | None = self._database.reading().execute(KEY, {"of_subject": subject_id}).scalar()
        if found is None:
            raise Sealed("the subject has no key")
        return found
