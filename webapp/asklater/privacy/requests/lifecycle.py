"""The lifecycle of a request: filed, carried out, and closed with a signed receipt; and its part in a merge or an
erasure of its person.
"""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, select, update

from asklater import clock
from asklater.database.access import Database, current_database
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.personal_tables import Row
from asklater.privacy.correspondence_tables import letter_label, redaction, redaction_label, request_letter
from asklater.privacy.exports.orders import order_export
from asklater.privacy.requests import audit_trail
from asklater.privacy.requests.deadlines import due_at, due_on
from asklater.privacy.requests.labels import OFFICER, RUNNING_STATES, SELF, Kind, Outcome, State
from asklater.privacy.requests.queries import REQUEST_COLUMNS, Request
from asklater.privacy.signing_keys import current_signer
from asklater.privacy.tables import address_label, message_label, note_label, privacy_request, privacy_request_event
from asklater.rate_limits import RateLimit, spend
from asklater.subjects import rights

RECEIPT_KIND = "request receipt"
FILING_LIMIT = RateLimit("privacy requests", 20, timedelta(hours=1))
"""Per person; a request is never lost to it: it says how long to wait."""
MAX_MESSAGE_LENGTH = 4000
"""Characters of a message."""
Fulfilment = Callable[[Engine, int], object]
FULFILMENTS: dict[Outcome, Fulfilment] = {
    Outcome.RESTRICTED: rights.restrict,
    Outcome.RESTRICTION_LIFTED: rights.lift_restriction,
    Outcome.OBJECTED: rights.object_to_measurement,
    Outcome.OBJECTION_WITHDRAWN: rights.withdraw_objection,
}
"""Done twice, each leaves things as once. Erasing is not among them, since it ends the request along with its person;
nor is an export, which the request waits for."""
UNVERIFIED_KEPT_FOR = timedelta(days=1)
WAITING_SUBJECTS = select(privacy_request.c.subject_id).where(
    privacy_request.c.state.in_(RUNNING_STATES), privacy_request.c.subject_id.is_not(None)
)
"""Who is still waiting for an answer: nothing prunes them."""


def sign_receipt(request: Request) -> str:
    """Returns the signed receipt of a closed request, as its person keeps it."""
    contents = {
        "kind": RECEIPT_KIND,
        "version": 1,
        "id": request.public_id,
        "controller": current_engine().manifest.controller.name,
        "request": request.kind,
        "through": request.through,
        "received_at": request.received_at.isoformat(),
        "due_on": due_on(request.received_at.date(), request.extension).isoformat(),
        "extended_by_months": request.extension,
        "state": request.state,
        "outcome": request.outcome,
        "closed_at": request.closed_at.isoformat() if request.closed_at else None,
    }
    if request.came_by:
        contents["came_by"] = request.came_by
    return json.dumps(current_signer().sign(contents), indent=2, ensure_ascii=False)


@dataclass(frozen=True)
class RequestDraft:
    """What somebody asks for: `field` is what is to be corrected, or the purpose that is objected to, "" where that
    was not said. `idempotency_key` names the press, so that a second one makes no second request."""

    kind: Kind
    message: str = ""
    field: str = ""
    idempotency_key: str = ""


class StepNotAllowed(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The request is in no state in which this step can be taken. Its words say why."""


def file_request(subject_id: int, draft: RequestDraft) -> tuple[Request, bool]:
    """File a signed-in person's request for the officer; returns it, and whether it is new. Raises Unable."""
    return _file(subject_id, draft, OFFICER, State.OPEN)


def file_done(subject_id: int, draft: RequestDraft, outcome: Outcome) -> tuple[Request, bool]:
    """File a request that is done at once, with its receipt; returns it, and whether it is new. Raises Unable."""
    request, is_new = _file(subject_id, draft, SELF, State.OPEN)
    if is_new:
        request = close_request(request, State.DONE, audit_trail.PERSON, outcome=outcome)
    return request, is_new


def file_for_export(subject_id: int, draft: RequestDraft) -> Request:
    """File a signed-in person's request for an export, which is done once that is ready. Raises Unable."""
    request, is_new = _file(subject_id, draft, SELF, State.OPEN)
    return order_for(request, audit_trail.PERSON) if is_new else request


def order_for(request: Request, who: audit_trail.Actor, note: str = "") -> Request:
    """Have everything of its person collected; the request is done once that is ready, and `note` told then. Raises
    StepNotAllowed."""
    if request.is_preparing:
        raise StepNotAllowed(gettext("Everything is being collected already."))
    if not request.is_running or request.subject_id is None:
        raise StepNotAllowed
    ordered = update_running(request, outcome=Outcome.EXPORTED, export_id=order_export(request.subject_id))
    audit_trail.add_step(request.id, request.subject_id, "ordered", who, note)
    return ordered


def retry_export(request: Request) -> Request:
    """Have everything collected once more at its person's press, after that has failed. Raises StepNotAllowed."""
    if not request.has_failed:
        raise StepNotAllowed
    return order_for(request, audit_trail.PERSON)


def file_unverified(subject_id: int, draft: RequestDraft, address: str) -> Request:
    """File a request that waits for the code which was sent to `address`. Raises Unable."""
    request, _is_new = _file(subject_id, draft, OFFICER, State.UNVERIFIED)
    sealed = current_engine().seal(subject_id, address_label(request.public_id), address)
    current_database().writing().execute(
        update(privacy_request).where(privacy_request.c.id == request.id).values(address=sealed)
    )
    return request


def close_request(
    request: Request, state: State, who: audit_trail.Actor, note: str = "", *, outcome: str = "", event: str = ""
) -> Request:
    """End a request, with a receipt. Raises StepNotAllowed when it has ended already, which a second press finds."""
    moment = clock.now()
    closed = update_running(request, state=state, outcome=outcome, closed_at=moment)
    audit_trail.add_step(request.id, request.subject_id, event or state, who, note)
    receipt = sign_receipt(closed)
    current_database().writing().execute(
        update(privacy_request).where(privacy_request.c.id == request.id).values(receipt=receipt)
    )
    return reload_request(request)


def update_running(request: Request, **values: object) -> Request:
    """Change a running request, in one statement that others see or wait for. Raises StepNotAllowed."""
    running = update(privacy_request).where(
        privacy_request.c.id == request.id, privacy_request.c.state.in_(RUNNING_STATES)
    )
    if current_database().writing().execute(running.values(**values)).rowcount == 0:
        raise StepNotAllowed
    return reload_request(request)


def reload_request(request: Request) -> Request:
    """Returns the request as it stands now."""
    row = (
        current_database().writing().execute(select(*REQUEST_COLUMNS).where(privacy_request.c.id == request.id)).one()
    )
    return Request(*row)


def _file(subject_id: int, draft: RequestDraft, through: str, state: State) -> tuple[Request, bool]:
    spend(FILING_LIMIT, subject_id)
    request, is_new = add_request(subject_id, draft, through, state)
    if is_new and state is not State.UNVERIFIED:
        audit_trail.add_step(request.id, subject_id, "received", audit_trail.PERSON)
    return request, is_new


def add_request(
    subject_id: int,
    draft: RequestDraft,
    through: str,
    state: State,
    received_at: datetime | None = None,
    **entered: object,
) -> tuple[Request, bool]:
    """Add the row of a request, with what an officer has `entered` of it; returns it, and whether it is new. Its month
    runs from `received_at`, by default from now."""
    database, engine, moment = current_database(), current_engine(), received_at or clock.now()
    name = secrets.token_urlsafe(18)
    row = {
        "public_id": name,
        "subject_id": subject_id,
        "kind": draft.kind,
        "through": through,
        "state": state,
        "outcome": "",
        "received_at": moment,
        "due_at": due_at(moment),
        "extension": 0,
        "field": draft.field,
        "taken_by": "",
        "pressed": draft.idempotency_key[:32] or None,
        "message": engine.seal(subject_id, message_label(name), draft.message) if draft.message else None,
        "receipt": "",
        **entered,
    }
    added = database.insert(privacy_request).values(row).on_conflict_do_nothing().returning(*REQUEST_COLUMNS)
    made = database.writing().execute(added).first()
    if made is None:
        return _already_filed(subject_id, draft.idempotency_key[:32]), False
    return Request(*made), True


def _already_filed(subject_id: int, idempotency_key: str) -> Request:
    wanted = select(*REQUEST_COLUMNS).where(
        privacy_request.c.subject_id == subject_id, privacy_request.c.pressed == idempotency_key
    )
    return Request(*current_database().writing().execute(wanted).one())


def fulfil(engine: Engine, subject_id: int, outcome: Outcome) -> None:
    """Do what the outcome stands for, if anything."""
    if outcome in FULFILMENTS:
        FULFILMENTS[outcome](engine, subject_id)


class RequestMerge:
    """Takes requests along when two subjects turn out to be one person: what is sealed goes under the other key."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __call__(self, from_subject: int, into_subject: int) -> None:
        connection = self._engine.database.writing()
        for row in (
            connection.execute(select(privacy_request).where(privacy_request.c.subject_id == from_subject))
            .mappings()
            .all()
        ):
            for step in (
                connection.execute(
                    select(privacy_request_event).where(privacy_request_event.c.request_id == row["id"])
                )
                .mappings()
                .all()
            ):
                note = self._reseal(from_subject, into_subject, note_label(dict(step)), step["note"])
                connection.execute(
                    update(privacy_request_event).where(privacy_request_event.c.id == step["id"]).values(note=note)
                )
            self._move_sealed(from_subject, into_subject, row["id"], request_letter, letter_label, ("title", "text"))
            self._move_sealed(from_subject, into_subject, row["id"], redaction, redaction_label, ("passage", "reason"))
            address = self._reseal(from_subject, into_subject, address_label(row["public_id"]), row["address"])
            message = self._reseal(from_subject, into_subject, message_label(row["public_id"]), row["message"])
            moved = update(privacy_request).where(privacy_request.c.id == row["id"])
            values = {"subject_id": into_subject, "address": address, "message": message, "pressed": None}
            connection.execute(moved.values(**values))

    def _move_sealed(
        self,
        from_subject: int,
        into_subject: int,
        request_id: int,
        table: Table,
        label_of: Callable[[Row, str], str],
        columns: Sequence[str],
    ) -> None:
        connection = self._engine.database.writing()
        rows = connection.execute(select(table).where(table.c.request_id == request_id)).mappings().all()
        for row in map(dict, rows):
            moved = {
                name: self._reseal(from_subject, into_subject, label_of(row, name), row[name]) for name in columns
            }
            connection.execute(update(table).where(table.c.id == row["id"]).values(moved))

    def _reseal(self, from_subject: int, into_subject: int, label: str, sealed: bytes | None) -> bytes | None:
        if sealed is None:
            return None
        return self._engine.seal(into_subject, label, self._engine.open(from_subject, {label: sealed})[label])


class RequestErasure:
    """Ends at an erasure what its person still waited for (`asklater.registry.Traces`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lock(self, subject_id: int) -> None:
        """Do nothing: the row itself waits for whoever closes one of them at the same time."""

    def erase(self, subject_id: int) -> Mapping[str, int]:
        """Close running requests, and delete unverified ones; returns how many rows went."""
        connection = self._database.writing()
        running = select(*REQUEST_COLUMNS).where(
            privacy_request.c.subject_id == subject_id, privacy_request.c.state.in_(RUNNING_STATES)
        )
        for row in connection.execute(running).all():
            close_request(Request(*row), State.WITHDRAWN, audit_trail.SYSTEM, event="erased")
        unverified = delete(privacy_request).where(
            privacy_request.c.subject_id == subject_id, privacy_request.c.state == State.UNVERIFIED
        )
        return {privacy_request.name: connection.execute(unverified).rowcount}


def delete_unverified(database: Database) -> int:
    """Delete a portion of the requests whose code nobody typed, and return their number."""
    old = (privacy_request.c.state == State.UNVERIFIED) & (
        privacy_request.c.received_at < clock.now() - UNVERIFIED_KEPT_FOR
    )
    return database.delete_some(privacy_request, old)
