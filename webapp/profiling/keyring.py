"""Sealing and opening under a subject's own key, and that key's beginning."""

from collections.abc import Callable

from sqlalchemy import bindparam, select, update

from webapp import clock
from webapp.db import Database
from webapp.profiling.keys.service import KeyService
from webapp.profiling.keys.standing import in_use
from webapp.profiling.tables import subject
from webapp.profiling.vault import Sealed, Vault

KEY = select(subject.c.data_key).where(subject.c.id == bindparam("of_subject"))
FIRST_KEY = update(subject).where(subject.c.id == bindparam("of_subject"), subject.c.data_key.is_(None))


class Keyring:
    """Every subject's ring of keys; what a `label` names is part of what is sealed under it.

    Nobody who saves waits for a renewal of keys, or holds it up: what was sealed under the key before the newest one
    still opens, and is sealed anew before that key goes.
    """

    def __init__(self, database: Database, service: KeyService) -> None:
        self._database = database
        self.service = service
        self.vault = Vault(service)

    def seal(self, subject_id: int, label: str, value: bytes) -> bytes:
        """`value` under the subject's key, which is made when it is the first thing to be sealed."""
        connection, this = self._database.writing(), {"of_subject": subject_id}
        wrapped: bytes | None = connection.execute(KEY, this).scalar_one()
        if wrapped is None:
            ring = self.vault.new_ring(subject_id, in_use(self._database, self.service), clock.now())
            connection.execute(FIRST_KEY, {**this, "data_key": ring})
            wrapped = connection.execute(KEY, this).scalar_one()  # which may be another tab's
        return self.vault.seal(wrapped, subject_id, label, value)

    def open(self, wrapped: bytes, subject_id: int, label: str, sealed: bytes) -> bytes:
        """The inverse, for who has read the subject's ring along, or after what is sealed. Raises Sealed."""
        return self.vault.open(wrapped, subject_id, label, sealed)

    def opener(self, wrapped: bytes, subject_id: int) -> Callable[[str, bytes], bytes]:
        """The same for many values of one subject, by label and sealed bytes."""
        return self.vault.opener(wrapped, subject_id)

    def wrapped(self, subject_id: int) -> bytes:
        """The subject's ring as it is stored. Raises Sealed when there is none: nothing of it opens any more."""
        found: bytes | None = self._database.reading().execute(KEY, {"of_subject": subject_id}).scalar()
        if found is None:
            raise Sealed("the subject has no key")
        return found


def record(label: str) -> str:
    """What a room's record is sealed as: it passes for no answer."""
    return f"record:{label}"
