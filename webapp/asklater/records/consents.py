"""Consents as they stand: which ones count at this moment, and an end for those whose terms have changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, delete, false, func, insert, or_, select, update

from asklater import clock
from asklater.database.access import Database, UTCDateTime
from asklater.keys.keyring import Keyring
from asklater.kinds.base import Kind
from asklater.kinds.consent import YES, Consent
from asklater.manifest import notice
from asklater.manifest.consent_terms import accepted_terms, confirmed_by, terms_version
from asklater.manifest.declarations import Manifest
from asklater.records.answers import IMPORTED, label_of
from asklater.records.people import ON_HOLD, RESTRICTED
from asklater.records.reads import ObservedReads
from asklater.tables import answer, answer_event, subject

ConsentState = Literal["given", "pending", "outdated", "refused"]
"""Of a consent to which something was said: `given` counts. `pending` waits for the proof that confirms it, `outdated`
was given to other terms than today's or brought by an import, `refused` is a no."""
OUTDATED: Literal["outdated"] = "outdated"
"""The change that a consent's end by other terms is noted as, and the context that it is noted with."""
END_EVERY_MINUTES = 60
END_PORTION = 200
"""People of one transaction."""
PRESENT_SINCE = timedelta(days=1)
"""An answer that is younger, and was given since this process started, may be to the terms of a newer process."""

WHO: BindParameter[int] = bindparam("of_subject")
FIELDS: BindParameter[str] = bindparam("of_fields", expanding=True)
AT = bindparam("at", type_=UTCDateTime)
READ = select(
    answer.c.subject_id,
    answer.c.field,
    answer.c.value,
    answer.c.source,
    answer.c.notice_version,
    answer.c.terms_version,
    subject.c.data_key,
).join_from(answer, subject)
OF_ONE = READ.where(answer.c.subject_id == WHO, answer.c.field.in_(FIELDS), answer.c.expires_at > AT)
USABLE = OF_ONE.where(subject.c.restricted_at.is_(None)).with_for_update(read=True, of=answer)
"""Those of people whose data may be used; until the transaction ends, no other one changes them."""
_NEWEST = (
    select(func.max(answer_event.c.id))
    .where(answer_event.c.subject_id == WHO, answer_event.c.field.in_(FIELDS))
    .group_by(answer_event.c.field)
)
LAST_EVENTS = select(answer_event.c.field, answer_event.c.change, answer_event.c.at).where(
    answer_event.c.id.in_(_NEWEST)
)
THIS = and_(answer.c.subject_id == WHO, answer.c.field == bindparam("of_field"))


class Consents:
    """The consents of every subject, by the terms of the manifest that is live."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        manifest: Manifest,
        kinds: Mapping[str, Kind],
        reads: ObservedReads,
    ) -> None:
        """`reads` is told of what is read for the work of an action."""
        self._database, self._keyring, self._reads = database, keyring, reads
        self._kinds = {
            key: kinds[it.kind] for key, it in manifest.fields.items() if isinstance(kinds[it.kind], Consent)
        }
        self._notices = {key: notice.version(manifest, key) for key in self._kinds}
        self._accepted = {key: accepted_terms(manifest, key) for key in self._kinds}
        self._proofs = {key: confirmed_by(manifest.fields[key]) for key in self._kinds}
        self.terms: Mapping[str, str] = {key: terms_version(manifest, key) for key in self._kinds}
        """The version of today's terms of each consent, in the order of the manifest."""
        self._started_at = clock.now()

    def terms_of(self, fields: Iterable[str]) -> str:
        """What of the consents among these fields a form shows the terms of; "" without a consent."""
        return " ".join(self.terms[key] for key in fields if key in self.terms)

    def counts(self, subject_id: int, field: str) -> bool:
        """Whether the subject says yes to `field`, a consent, by its terms of now, has proved what confirms it, and
        what is held may be used. Until the transaction ends no other one withdraws it."""
        self._reads.note([field])
        return self._states(USABLE, subject_id, [field]).get(field) == "given"

    def states(self, subject_id: int) -> dict[str, ConsentState]:
        """The state of every consent to which the subject said something, also where its end by other terms was the
        last of it. Two statements."""
        ended: dict[str, ConsentState] = dict.fromkeys(self.ended(subject_id), OUTDATED)
        return ended | self._states(OF_ONE, subject_id, list(self.terms))

    def ended(self, subject_id: int) -> dict[str, datetime]:
        """The consents that ended by other terms, and were not answered since; when. One statement."""
        rows = self._database.reading().execute(LAST_EVENTS, {"of_subject": subject_id, "of_fields": list(self.terms)})
        return {row.field: row.at for row in rows if row.change == OUTDATED}

    def _states(self, statement: Any, subject_id: int, fields: Collection[str]) -> dict[str, ConsentState]:
        wanted = {*fields, *(self._proofs.get(key, "") for key in fields)} - {""}
        if not wanted:
            return {}
        binds = {"of_subject": subject_id, "of_fields": sorted(wanted), "at": clock.now()}
        rows = {row.field: row for row in self._database.reading().execute(statement, binds)}
        return {key: self._state(rows[key], rows) for key in fields if key in rows}

    def _state(self, row: Any, held: Collection[str]) -> ConsentState:
        if self._stated(row) != YES:
            return "refused"
        if not self._is_bound(row):
            return "outdated"
        proof = self._proofs[row.field]
        return "pending" if proof and proof not in held else "given"

    def _is_bound(self, row: Any) -> bool:
        """Whether it was given to the terms of now. An answer from before terms were noted tells by its notice."""
        if row.source == IMPORTED:
            return False
        if row.terms_version is None:
            return bool(row.notice_version == self._notices[row.field])
        return row.terms_version in self._accepted[row.field]

    def bound_to_terms(self, field: str) -> ColumnElement[bool]:
        """A condition on answers to this consent: they were given to the terms of now."""
        noted = answer.c.terms_version.in_(sorted(self._accepted[field]))
        earlier = and_(answer.c.terms_version.is_(None), answer.c.notice_version == self._notices[field])
        return and_(answer.c.source != IMPORTED, func.coalesce(noted, false()) | earlier)

    def _stated(self, row: Any) -> str:
        kind = self._kinds[row.field]
        return kind.stated(kind.load(self._keyring.open(row.data_key, row.subject_id, label_of(row.field), row.value)))

    def end_outdated(self, most: int = END_PORTION) -> dict[int, tuple[str, ...]]:
        """End the consents of some people whose terms have changed; the people looked at, with what was ended of each.

        A no stays a no to the terms of now. Who has restricted what is held, or is under a legal hold, keeps
        everything until that is lifted; it does not count meanwhile.
        """
        condition = self._outdated()
        if condition is None:
            return {}
        connection = self._database.writing()
        people = select(answer.c.subject_id).where(condition).distinct().order_by(answer.c.subject_id).limit(most)
        numbers = connection.execute(people).scalars().all()
        ended: dict[int, list[str]] = {number: [] for number in numbers}
        if not numbers:
            return {}
        found = READ.where(condition, answer.c.subject_id.in_(numbers)).with_for_update(of=answer)
        for row in connection.execute(found).all():
            if self._stated(row) == YES and not self._is_bound(row):
                ended[row.subject_id].append(row.field)
            else:
                bound = {"of_subject": row.subject_id, "of_field": row.field, "terms_version": self.terms[row.field]}
                connection.execute(update(answer).where(THIS), bound)
        self._end([(number, field) for number, fields in ended.items() for field in fields])
        return {number: tuple(key for key in self.terms if key in fields) for number, fields in ended.items()}

    def _end(self, consents: Sequence[tuple[int, str]]) -> None:
        if not consents:
            return
        connection, moment = self._database.writing(), clock.now()
        connection.execute(delete(answer).where(THIS), [{"of_subject": who, "of_field": key} for who, key in consents])
        event = {"action": OUTDATED, "change": OUTDATED, "at": moment}
        rows = [{"subject_id": who, "field": key, "terms_version": self.terms[key], **event} for who, key in consents]
        connection.execute(insert(answer_event), rows)

    def _outdated(self) -> ColumnElement[bool] | None:
        """A condition on answers that looks for those which are not known to be to the terms of now."""
        horizon: datetime = max(self._started_at, clock.now() - PRESENT_SINCE)
        other = [
            and_(
                answer.c.field == key,
                or_(answer.c.terms_version.is_(None), answer.c.terms_version.not_in(sorted(accepted))),
            )
            for key, accepted in self._accepted.items()
        ]
        if not other:
            return None
        kept = answer.c.subject_id.not_in(RESTRICTED), answer.c.subject_id.not_in(ON_HOLD)
        return and_(or_(*other), answer.c.given_at < horizon, answer.c.expires_at > clock.now(), *kept)
