"""Suggestions: what somebody else (a provider, an earlier system) said of a field. It fills the prompt; confirming
makes it an answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select

from asklater import clock
from asklater.database.access import Database, UTCDateTime
from asklater.keys.keyring import Keyring
from asklater.kinds.base import Kind
from asklater.manifest.declarations import Manifest
from asklater.tables import subject, suggestion

KEPT_FOR = timedelta(days=30)
PROVIDER = "provider"
"""The source of what a provider said, as of an answer that confirms it."""
READ = (
    select(suggestion.c.field, suggestion.c.value, suggestion.c.origin, suggestion.c.source, subject.c.data_key)
    .join_from(suggestion, subject, subject.c.id == suggestion.c.subject_id)
    .where(
        suggestion.c.subject_id == bindparam("of_subject"),
        suggestion.c.expires_at > bindparam("at", type_=UTCDateTime),
    )
)
DROP = delete(suggestion).where(
    suggestion.c.subject_id == bindparam("of_subject"), suggestion.c.field == bindparam("of_field")
)
DROP_ALL = delete(suggestion).where(suggestion.c.subject_id == bindparam("of_subject"))


@dataclass(frozen=True)
class Suggestion:
    """A value in its stored form, and who said so, as a person knows them ("Google"); `source` is that of an answer
    which confirms it."""

    value: Any
    origin: str
    source: str = PROVIDER


class Suggestions:
    """The suggestions of every subject, under each one's own key."""

    def __init__(self, database: Database, keyring: Keyring, manifest: Manifest, kinds: Mapping[str, Kind]) -> None:
        self._database = database
        self._keyring = keyring
        self._manifest = manifest
        self._kinds = kinds
        self.in_use = False
        """Whether any feature makes suggestions; otherwise no prompt asks for them."""

    def keep(self, subject_id: int, field: str, value: Any, origin: str, source: str = PROVIDER) -> None:
        """Remember a value for the prompt that will ask for `field`. The newest one counts."""
        moment = clock.now()
        self.drop(subject_id, [field])
        row = {
            "subject_id": subject_id,
            "field": field,
            "value": self._keyring.seal(subject_id, label_of(field), self._kind(field).dump(value)),
            "origin": origin,
            "source": source,
            "suggested_at": moment,
            "expires_at": moment + KEPT_FOR,
        }
        self._database.writing().execute(self._database.insert(suggestion).values(row).on_conflict_do_nothing())

    def read(self, subject_id: int) -> dict[str, Suggestion]:
        """Every suggestion that stands, by field. One statement, none where no feature makes any."""
        if not self.in_use:
            return {}
        rows = self._database.reading().execute(READ, {"of_subject": subject_id, "at": clock.now()})
        return {
            field: Suggestion(self._open(key, subject_id, field, sealed), origin, source)
            for field, sealed, origin, source, key in rows
            if field in self._manifest.fields
        }

    def drop(self, subject_id: int, fields: Iterable[str]) -> None:
        """Forget them: confirmed, corrected, or not wanted."""
        for field in fields:
            self._database.writing().execute(DROP, {"of_subject": subject_id, "of_field": field})

    def move(self, from_subject: int, into_subject: int) -> None:
        """Two subjects are one person: what was suggested to the one is suggested to the other."""
        for field, told in self.read(from_subject).items():
            self.keep(into_subject, field, told.value, told.origin, told.source)
        self._database.writing().execute(DROP_ALL, {"of_subject": from_subject})

    def _open(self, key: bytes, subject_id: int, field: str, sealed: bytes) -> Any:
        return self._kind(field).load(self._keyring.open(key, subject_id, label_of(field), sealed))

    def _kind(self, field: str) -> Kind:
        return self._kinds[self._manifest.fields[field].kind]


def label_of(field: str) -> str:
    return f"suggestion:{field}"
