"""Storing, reading, changing and removing answers. Values leave here decrypted, for the one who may read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp import clock
from webapp.db import Database
from webapp.profiling import answer_statements as statements, notice
from webapp.profiling.keyring import Keyring
from webapp.profiling.kinds.base import Kind
from webapp.profiling.manifest import Field, Manifest, span


@dataclass(frozen=True)
class Provenance:
    """Where an answer came from. `action` is the context, or `settings`, `import` or `provider`."""

    action: str
    source: str = "person"
    prompt_id: int | None = None


@dataclass(frozen=True)
class Held:
    """An answer that is held, without its value."""

    field: str
    action: str
    source: str
    notice_version: str
    given_at: datetime
    used_at: datetime
    expires_at: datetime


class Answers:
    """The answers of every subject, under each one's own key."""

    def __init__(self, database: Database, keyring: Keyring, manifest: Manifest, kinds: Mapping[str, Kind]) -> None:
        self._database = database
        self._keyring = keyring
        self._manifest = manifest
        self._kinds = kinds
        self._versions = notice.versions(manifest)
        self._give = statements.give(database)

    def give(self, subject_id: int, field: str, value: Any, origin: Provenance, *, change: str = "given") -> bool:
        """Store an answer where none is held. False, and nothing is stored, when one is held already."""
        moment = clock.now()
        row = {"subject_id": subject_id, "field": field, **self._row(subject_id, field, value, origin, moment)}
        if not self._insert(row) and not (self._drop_expired(subject_id, field, moment) and self._insert(row)):
            return False
        self._log(subject_id, field, origin.action, change, moment)
        return True

    def change(self, subject_id: int, field: str, value: Any, origin: Provenance) -> None:
        """Replace a held answer."""
        moment = clock.now()
        row = self._row(subject_id, field, value, origin, moment)
        self._database.writing().execute(statements.CHANGE, {**_this(subject_id, field), **row})
        self._log(subject_id, field, origin.action, "changed", moment)

    def remove(self, subject_id: int, field: str, action: str = "settings", change: str = "removed") -> bool:
        """Delete an answer; False when none was held."""
        if self._database.writing().execute(statements.REMOVE, _this(subject_id, field)).rowcount == 0:
            return False
        self._log(subject_id, field, action, change, clock.now())
        return True

    def read(self, subject_id: int, fields: Iterable[str] | None = None) -> dict[str, Any]:
        """Decrypted values of what is held and has not expired, by field. By default of every field."""
        return self.read_many([subject_id], self._manifest.fields if fields is None else fields)[subject_id]

    def read_many(self, subject_ids: Iterable[int], fields: Iterable[str]) -> dict[int, dict[str, Any]]:
        """Like `read`, of several subjects in one statement. Who holds none of the fields has an empty dict."""
        values: dict[int, dict[str, Any]] = {number: {} for number in subject_ids}
        if not values:
            return values
        binds = {"of_subjects": list(values), "of_fields": list(fields), "at": clock.now()}
        for number, field, sealed, key in self._database.reading().execute(statements.READ, binds):
            opened = self._keyring.open(key, number, label_of(field), sealed)
            values[number][field] = self._kind(field).load(opened)
        return values

    def use(self, subject_id: int, fields: Iterable[str]) -> dict[str, Any]:
        """Like `read`, for the work that a field is held for: its retention counts from now again."""
        values = self.read(subject_id, fields)
        moment = clock.now()
        used = [
            {**_this(subject_id, field), "used_at": moment, "expires_at": self._expiry(field, moment)}
            for field in values
        ]
        if used:
            self._database.writing().execute(statements.CHANGE, used)
        return values

    def held(self, subject_id: int) -> list[Held]:
        """What is held of a subject, oldest first, without values."""
        binds = {"of_subject": subject_id, "at": clock.now()}
        rows = self._database.reading().execute(statements.HELD, binds)
        return [Held(*row) for row in rows if row.field in self._manifest.fields]

    def declared(self, field: str) -> Field:
        return self._manifest.fields[field]

    def _kind(self, field: str) -> Kind:
        return self._kinds[self._manifest.fields[field].kind]

    def _row(self, subject_id: int, field: str, value: Any, origin: Provenance, moment: datetime) -> dict[str, Any]:
        """The answer's columns but for its key."""
        return {
            "value": self._keyring.seal(subject_id, label_of(field), self._kind(field).dump(value)),
            "action": origin.action,
            "prompt_id": origin.prompt_id,
            "source": origin.source,
            "notice_version": self._versions[field],
            "given_at": moment,
            "used_at": moment,
            "expires_at": self._expiry(field, moment),
        }

    def _insert(self, row: Mapping[str, Any]) -> bool:
        return self._database.writing().execute(self._give, row).first() is not None

    def _expiry(self, field: str, moment: datetime) -> datetime:
        return moment + span(self._manifest.fields[field].retention, moment.date())

    def _drop_expired(self, subject_id: int, field: str, moment: datetime) -> bool:
        """Whether what was in the way had expired, and is gone now."""
        binds = {**_this(subject_id, field), "at": moment}
        if self._database.writing().execute(statements.REMOVE_EXPIRED, binds).rowcount == 0:
            return False
        self._log(subject_id, field, "expiry", "expired", moment)
        return True

    def _log(self, subject_id: int, field: str, action: str, change: str, moment: datetime) -> None:
        row = {"subject_id": subject_id, "field": field, "action": action, "change": change, "at": moment}
        self._database.writing().execute(statements.LOG, row)


def _this(subject_id: int, field: str) -> dict[str, Any]:
    """What names one answer to a statement."""
    return {"of_subject": subject_id, "of_field": field}


def label_of(field: str) -> str:
    """What an answer to `field` is sealed as."""
    return f"answer:{field}"
