"""Storing, reading, changing and removing answers. Values leave here decrypted, for the one who may read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flask import has_request_context
from sqlalchemy import BindParameter, and_, bindparam, delete, insert, select, update

from asklater import clock, translations
from asklater.database.access import Database, UTCDateTime
from asklater.events import Tell, tell_nobody
from asklater.keys.keyring import Keyring
from asklater.kinds.base import Kind
from asklater.kinds.consent import YES, Consent
from asklater.manifest import notice
from asklater.manifest.consent_terms import PENDING_FOR, confirmed_by, terms_version
from asklater.manifest.declarations import Field, Manifest, span
from asklater.records.reads import ObservedReads
from asklater.records.sources import Sources
from asklater.tables import answer, answer_event, subject

AT = bindparam("at", type_=UTCDateTime)
SUBJECT: BindParameter[int] = bindparam("of_subject")
SUBJECTS: BindParameter[int] = bindparam("of_subjects", expanding=True)
FIELD: BindParameter[str] = bindparam("of_field")
FIELDS: BindParameter[str] = bindparam("of_fields", expanding=True)
DESCRIBED = ("field", "action", "source", "notice_version", "given_at", "used_at", "expires_at", "terms_version")
"""What is told of an answer without its value."""

IMPORTED = "import"
"""The source of what nobody typed here."""
WITHDRAWAL = "withdrawal"
"""The context of what goes since the consent that it rested on was withdrawn."""
EVENTS = MappingProxyType({"given": "answered", "changed": "answered", "removed": "removed", "expired": "expired"})
"""The event that a change is told as; a merge has one of its own."""
THIS = and_(answer.c.subject_id == SUBJECT, answer.c.field == FIELD)

READ = (
    select(answer.c.subject_id, answer.c.field, answer.c.value, subject.c.data_key)
    .join_from(answer, subject)
    .where(answer.c.subject_id.in_(SUBJECTS), answer.c.field.in_(FIELDS), answer.c.expires_at > AT)
)
HELD = (
    select(*(answer.c[name] for name in DESCRIBED))
    .where(answer.c.subject_id == SUBJECT, answer.c.expires_at > AT)
    .order_by(answer.c.given_at, answer.c.field)
)
CHANGE = update(answer).where(THIS)
RENEW = update(answer).where(THIS, answer.c.expires_at > AT)
IS_HELD = select(answer.c.field).where(THIS, answer.c.expires_at > AT)
REMOVE = delete(answer).where(THIS)
REMOVE_EXPIRED = delete(answer).where(THIS, answer.c.expires_at <= AT)
LOG = insert(answer_event)


def give(database: Database) -> Any:
    """An answer where none is held; its field comes back, no row when one is held already."""
    return database.insert(answer).on_conflict_do_nothing().returning(answer.c.field)


@dataclass(frozen=True)
class Provenance:
    """Where an answer came from. `action` is the context, or `settings`, `import`, `provider` or `withdrawal`."""

    action: str
    source: str = "person"
    prompt_id: int | None = None


BY_IMPORT = Provenance("import", IMPORTED)
"""Of what came from another system, by an import."""


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
    terms_version: str | None = None
    """Of a consent: the terms that it was given under."""


class ImportedConsent(Exception):  # noqa: N818
    """An import was about to say yes to a consent, which is given here by its person or not at all."""


class Answers:
    """The answers of every subject, under each one's own key."""

    tell: Tell = staticmethod(tell_nobody)
    """Called in the transaction of what was given, changed, removed or has expired."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        manifest: Manifest,
        kinds: Mapping[str, Kind],
        reads: ObservedReads | None = None,
    ) -> None:
        """`reads` is told of what is read."""
        self._reads = reads or ObservedReads()
        self.sources: Sources | None = None
        """What the application holds itself, where it has said so."""
        self._database = database
        self._keyring = keyring
        self._manifest = manifest
        self._kinds = kinds
        self._versions = notice.versions(manifest)
        consents = [key for key, declared in manifest.fields.items() if isinstance(kinds[declared.kind], Consent)]
        self._terms = {key: terms_version(manifest, key) for key in consents}
        self._proofs = {key: proof for key in consents if (proof := confirmed_by(manifest.fields[key]))}
        self._give = give(database)

    def give(self, subject_id: int, field: str, value: Any, origin: Provenance) -> bool:
        """Store an answer where none is held. False, and nothing is stored, when one is held already.

        Raises ImportedConsent.
        """
        return self._store(subject_id, field, value, origin, "given", self._told(field))

    def carry(self, held: Held, value: Any, into_subject: int) -> bool:
        """Give another subject, who is the same person, an answer as the first one holds it: what they were told and,
        of a consent, what they said yes to stays what it was. False where one is held already."""
        told: dict[str, str | None] = {
            "notice_version": held.notice_version,
            "terms_version": held.terms_version,
        }
        return self._store(into_subject, held.field, value, Provenance(held.action, held.source), "merged", told)

    def _store(
        self, subject_id: int, field: str, value: Any, origin: Provenance, change: str, told: dict[str, str | None]
    ) -> bool:
        moment = clock.now()
        if self.sources is not None and self.sources.of_subject(subject_id, [field]):
            return False
        if change == "given":
            self._refuse_imported(field, value, origin)
        stored = self._row(subject_id, field, value, origin, moment) | told
        row = {"subject_id": subject_id, "field": field, **stored}
        if not self._insert(row) and not (self._drop_expired(subject_id, field, moment) and self._insert(row)):
            return False
        told |= self._stated(field, value) | {"source": origin.source}
        self._log(subject_id, field, origin.action, change, moment, told)
        self._confirm(subject_id, field, moment)
        return True

    def change(self, subject_id: int, field: str, value: Any, origin: Provenance) -> None:
        """Replace a held answer. Raises ImportedConsent."""
        moment, told = clock.now(), self._told(field)
        self._refuse_imported(field, value, origin)
        row = self._row(subject_id, field, value, origin, moment) | told
        self._database.writing().execute(CHANGE, {**_this(subject_id, field), **row})
        told |= self._stated(field, value) | {"source": origin.source}
        self._log(subject_id, field, origin.action, "changed", moment, told)
        self._confirm(subject_id, field, moment)

    def remove(self, subject_id: int, field: str, action: str = "settings", change: str = "removed") -> bool:
        """Delete an answer; False when none was held."""
        if self._database.writing().execute(REMOVE, _this(subject_id, field)).rowcount == 0:
            return False
        moment = clock.now()
        self._log(subject_id, field, action, change, moment)
        self._unconfirm(subject_id, field, moment)
        return True

    def read(self, subject_id: int, fields: Iterable[str] | None = None) -> dict[str, Any]:
        """Decrypted values of what is held and has not expired, by field. By default of every field."""
        return self.read_many([subject_id], self._manifest.fields if fields is None else fields)[subject_id]

    def read_many(self, subject_ids: Iterable[int], fields: Iterable[str]) -> dict[int, dict[str, Any]]:
        """Decrypted values by subject and field, in one statement. Who holds none of the fields has an empty dict."""
        values: dict[int, dict[str, Any]] = {number: {} for number in subject_ids}
        if not values:
            return values
        fields = list(fields)
        self._reads.note(fields)
        binds = {"of_subjects": list(values), "of_fields": fields, "at": clock.now()}
        for number, field, sealed, key in self._database.reading().execute(READ, binds):
            opened = self._keyring.open(key, number, label_of(field), sealed)
            values[number][field] = self._kind(field).load(opened)
        if self.sources is not None:
            for number, held in values.items():
                held.update(self.sources.of_subject(number, fields))
        return values

    def live(self, subject_id: int) -> dict[str, Any]:
        """What the application holds of the subject itself, by field, as it is now."""
        return self.sources.of_subject(subject_id) if self.sources is not None else {}

    def use(self, subject_id: int, fields: Iterable[str]) -> dict[str, Any]:
        """Read values for the work that the fields are held for: their retention counts from now again."""
        values = self.read(subject_id, fields)
        moment = clock.now()
        used = [
            {
                **_this(subject_id, field),
                "used_at": moment,
                "expires_at": self._expiry(subject_id, field, value, moment),
            }
            for field, value in values.items()
        ]
        if used:
            self._database.writing().execute(CHANGE, used)
        return values

    def held(self, subject_id: int) -> list[Held]:
        """What is held of a subject, oldest first, without values."""
        binds = {"of_subject": subject_id, "at": clock.now()}
        rows = self._database.reading().execute(HELD, binds)
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
            "prompt_id": origin.prompt_id or None,  # 0 of one that was not measured
            "source": origin.source,
            "given_at": moment,
            "used_at": moment,
            "expires_at": self._expiry(subject_id, field, value, moment),
        }

    def _insert(self, row: Mapping[str, Any]) -> bool:
        return self._database.writing().execute(self._give, row).first() is not None

    def _expiry(self, subject_id: int, field: str, value: Any, moment: datetime) -> datetime:
        """When the answer expires. A yes that waits for its proof does so sooner than its field's retention says."""
        over = self._full_term(field, moment)
        proof = self._proofs.get(field)
        if proof is None or self._kind(field).stated(value) != YES or self._holds(subject_id, proof, moment):
            return over
        return min(over, moment + PENDING_FOR)

    def _full_term(self, field: str, moment: datetime) -> datetime:
        return moment + span(self._manifest.fields[field].retention, moment.date())

    def _holds(self, subject_id: int, field: str, moment: datetime) -> bool:
        binds = {**_this(subject_id, field), "at": moment}
        return self._database.reading().execute(IS_HELD, binds).first() is not None

    def _confirm(self, subject_id: int, proof: str, moment: datetime) -> None:
        """Let the consents that this proof confirms be kept for their full term, from now on."""
        waiting = [key for key, needed in self._proofs.items() if needed == proof]
        rows = [
            {**_this(subject_id, key), "at": moment, "expires_at": self._full_term(key, moment)} for key in waiting
        ]
        if rows:
            self._database.writing().execute(RENEW, rows)

    def _unconfirm(self, subject_id: int, proof: str, moment: datetime) -> None:
        """Let the consents that this proof confirmed wait for another one."""
        over = moment + PENDING_FOR
        waiting = [key for key, needed in self._proofs.items() if needed == proof]
        for key, value in self.read(subject_id, waiting).items() if waiting else ():
            if self._kind(key).stated(value) == YES:
                row = {**_this(subject_id, key), "at": over, "expires_at": over}
                self._database.writing().execute(RENEW, row)

    def _refuse_imported(self, field: str, value: Any, origin: Provenance) -> None:
        if field in self._terms and origin.source == IMPORTED and self._kind(field).stated(value) == YES:
            raise ImportedConsent(f"{field}: a consent is given by its person, and no import brings one")

    def _drop_expired(self, subject_id: int, field: str, moment: datetime) -> bool:
        """Whether what was in the way had expired, and is gone now."""
        binds = {**_this(subject_id, field), "at": moment}
        if self._database.writing().execute(REMOVE_EXPIRED, binds).rowcount == 0:
            return False
        self._log(subject_id, field, "expiry", "expired", moment)
        return True

    def _log(
        self,
        subject_id: int,
        field: str,
        action: str,
        change: str,
        moment: datetime,
        told: Mapping[str, str | None] = MappingProxyType({}),
    ) -> None:
        row = {"subject_id": subject_id, "field": field, "action": action, "change": change, "at": moment}
        self._database.writing().execute(LOG, {**row, **told})
        if change in EVENTS:
            self.tell(EVENTS[change], subject_id, context=action, fields=(field,))

    def _told(self, field: str) -> dict[str, str | None]:
        """What a person is told now, and the terms of a consent."""
        return {"notice_version": self._versions[field], "terms_version": self._terms.get(field)}

    def _stated(self, field: str, value: Any) -> dict[str, str | None]:
        """What a person says to a consent, and the language of the page on which they do."""
        language = translations.language_tag() if has_request_context() else ""
        return {"stated": self._kind(field).stated(value), "language": language}


def _this(subject_id: int, field: str) -> dict[str, Any]:
    """What names one answer to a statement."""
    return {"of_subject": subject_id, "of_field": field}


def label_of(field: str) -> str:
    """What an answer to `field` is sealed as."""
    return f"answer:{field}"
