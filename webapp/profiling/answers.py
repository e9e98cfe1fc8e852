"""Storing, reading, changing and removing answers. Values leave here decrypted, for the one who may read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from webapp import clock
from webapp.db import Database
from webapp.profiling import notice
from webapp.profiling.kinds.base import Kind
from webapp.profiling.manifest import Field, Manifest, span
from webapp.profiling.tables import answer, answer_event, subject
from webapp.profiling.vault import Vault


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

    def __init__(self, database: Database, vault: Vault, manifest: Manifest, kinds: Mapping[str, Kind]) -> None:
        self._database = database
        self._vault = vault
        self._manifest = manifest
        self._kinds = kinds
        self._versions = notice.versions(manifest)

    def give(self, subject_id: int, field: str, value: Any, origin: Provenance, *, change: str = "given") -> bool:
        """Store an answer where none is held. False, and nothing is stored, when one is held already."""
        moment = clock.now()
        self._drop_expired(subject_id, field, moment)
        row = self._row(subject_id, field, value, origin, moment)
        statement = self._database.insert(answer).values(row).on_conflict_do_nothing().returning(answer.c.field)
        if self._database.writing().execute(statement).first() is None:
            return False
        self._log(subject_id, field, origin.action, change, moment)
        return True

    def change(self, subject_id: int, field: str, value: Any, origin: Provenance) -> None:
        """Replace a held answer."""
        moment = clock.now()
        row = self._row(subject_id, field, value, origin, moment)
        self._database.writing().execute(update(answer).where(_key(subject_id, field)).values(row))
        self._log(subject_id, field, origin.action, "changed", moment)

    def remove(self, subject_id: int, field: str, action: str = "settings", change: str = "removed") -> bool:
        """Delete an answer; False when none was held."""
        connection = self._database.writing()
        if connection.execute(delete(answer).where(_key(subject_id, field))).rowcount == 0:
            return False
        self._log(subject_id, field, action, change, clock.now())
        return True

    def read(self, subject_id: int, fields: Iterable[str] | None = None) -> dict[str, Any]:
        """Decrypted values of what is held and has not expired, by field."""
        wanted = list(self._manifest.fields if fields is None else fields)
        rows = self._database.reading().execute(
            select(answer.c.field, answer.c.value, subject.c.data_key)
            .join_from(answer, subject)
            .where(answer.c.subject_id == subject_id, answer.c.field.in_(wanted), answer.c.expires_at > clock.now())
        )
        return {
            field: self._kind(field).load(self._vault.open(key, subject_id, field, sealed))
            for field, sealed, key in rows
        }

    def use(self, subject_id: int, fields: Iterable[str]) -> dict[str, Any]:
        """Like `read`, for the work that a field is held for: its retention counts from now again."""
        values = self.read(subject_id, fields)
        moment = clock.now()
        for field in values:
            self._database.writing().execute(
                update(answer)
                .where(_key(subject_id, field))
                .values(used_at=moment, expires_at=self._expiry(field, moment))
            )
        return values

    def held(self, subject_id: int) -> list[Held]:
        """What is held of a subject, oldest first, without values."""
        columns = [answer.c[name] for name in Held.__dataclass_fields__]
        rows = self._database.reading().execute(
            select(*columns)
            .where(answer.c.subject_id == subject_id, answer.c.expires_at > clock.now())
            .order_by(answer.c.given_at, answer.c.field)
        )
        return [Held(*row) for row in rows if row.field in self._manifest.fields]

    def expire(self) -> int:
        """Delete every answer whose retention has run out; how many there were."""
        connection, moment = self._database.writing(), clock.now()
        expired = connection.execute(select(answer.c.subject_id, answer.c.field).where(answer.c.expires_at <= moment))
        rows = expired.all()
        for subject_id, field in rows:
            self.remove(subject_id, field, "expiry", "expired")
        return len(rows)

    def declared(self, field: str) -> Field:
        return self._manifest.fields[field]

    def _kind(self, field: str) -> Kind:
        return self._kinds[self._manifest.fields[field].kind]

    def _row(self, subject_id: int, field: str, value: Any, origin: Provenance, moment: datetime) -> dict[str, Any]:
        sealed = self._vault.seal(self._data_key(subject_id), subject_id, field, self._kind(field).dump(value))
        return {
            "subject_id": subject_id,
            "field": field,
            "value": sealed,
            "action": origin.action,
            "prompt_id": origin.prompt_id,
            "source": origin.source,
            "notice_version": self._versions[field],
            "given_at": moment,
            "used_at": moment,
            "expires_at": self._expiry(field, moment),
        }

    def _data_key(self, subject_id: int) -> bytes:
        """The subject's wrapped key, made when its first answer is stored."""
        connection = self._database.writing()
        wanted = select(subject.c.data_key).where(subject.c.id == subject_id)
        key: bytes | None = connection.execute(wanted).scalar_one()
        if key is None:
            fresh = self._vault.new_key(subject_id)
            connection.execute(
                update(subject).where(subject.c.id == subject_id, subject.c.data_key.is_(None)).values(data_key=fresh)
            )
            key = connection.execute(wanted).scalar_one()
        return key

    def _expiry(self, field: str, moment: datetime) -> datetime:
        return moment + span(self._manifest.fields[field].retention, moment.date())

    def _drop_expired(self, subject_id: int, field: str, moment: datetime) -> None:
        gone = delete(answer).where(_key(subject_id, field), answer.c.expires_at <= moment)
        if self._database.writing().execute(gone).rowcount:
            self._log(subject_id, field, "expiry", "expired", moment)

    def _log(self, subject_id: int, field: str, action: str, change: str, moment: datetime) -> None:
        self._database.writing().execute(
            insert(answer_event).values(subject_id=subject_id, field=field, action=action, change=change, at=moment)
        )


def _key(subject_id: int, field: str) -> Any:
    return and_(answer.c.subject_id == subject_id, answer.c.field == field)
