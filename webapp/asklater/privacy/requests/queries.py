"""Queries of requests: one by its name, a person's own, the officer's queue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, case, func, select

from asklater import clock
from asklater.database.access import Database, current_database
from asklater.privacy.requests.deadlines import DUE_SOON
from asklater.privacy.requests.labels import RUNNING_STATES, Outcome, State
from asklater.privacy.tables import EXPORT_FAILED, EXPORT_READY, export, privacy_request

PAGE_SIZE = 100
RUNNING, OVERDUE, SOON, NOBODY = "running", "overdue", "soon", "nobody"
IS_VERIFIED = privacy_request.c.state != State.UNVERIFIED


@dataclass(frozen=True)
class Request:
    """A request as it stands, without its sealed words. `subject_id` is None once its person is erased; `came_by` is
    "" where its person asked here, otherwise an officer entered it."""

    id: int
    public_id: str
    subject_id: int | None
    kind: str
    through: str
    state: str
    outcome: str
    received_at: datetime
    due_at: datetime
    extension: int
    closed_at: datetime | None
    field: str
    taken_by: str
    receipt: str
    export_id: int | None
    came_by: str
    entered_at: datetime | None

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING_STATES

    @property
    def is_preparing(self) -> bool:
        """Whether it waits for its export, and is done once that is ready."""
        return self.is_running and self.outcome == Outcome.EXPORTED

    @property
    def has_failed(self) -> bool:
        """Whether its export could not be made, so that somebody has to try again."""
        return self.is_running and self.outcome == Outcome.FAILED

    @property
    def is_overdue(self) -> bool:
        return self.is_running and self.due_at <= clock.now()

    @property
    def is_soon(self) -> bool:
        return self.is_running and clock.now() < self.due_at <= clock.now() + DUE_SOON


REQUEST_COLUMNS = tuple(privacy_request.c[name] for name in Request.__dataclass_fields__)


@dataclass(frozen=True)
class QueueCounts:
    """How many run, of these how many are overdue, how many will be within a week, and how many are assigned to
    nobody and to the officer who looks."""

    running: int
    overdue: int
    soon: int
    unassigned: int
    mine: int


@dataclass(frozen=True)
class QueueFilter:
    """Which requests of the queue. `state` is a state, RUNNING, or "" for all; `kind` a kind or ""; `due` OVERDUE,
    SOON or ""; `assigned` an officer's pseudonym, NOBODY or ""."""

    state: str = "running"
    kind: str = ""
    due: str = ""
    assigned: str = ""


def find_request(public_id: str) -> Request | None:
    """Returns the request of that name, unless it waits for its code."""
    return _first(select(*REQUEST_COLUMNS).where(privacy_request.c.public_id == public_id, IS_VERIFIED))


def find_own_request(subject_id: int, public_id: str) -> Request | None:
    """Returns the request of that name if it is this person's."""
    found = find_request(public_id)
    return found if found and found.subject_id == subject_id else None


def requests_of(subject_id: int) -> list[Request]:
    """Returns a person's requests, newest first."""
    wanted = (
        select(*REQUEST_COLUMNS)
        .where(privacy_request.c.subject_id == subject_id, IS_VERIFIED)
        .order_by(privacy_request.c.id.desc())
    )
    return [Request(*row) for row in current_database().reading().execute(wanted.limit(PAGE_SIZE))]


def whole_queue(chosen: QueueFilter) -> Iterator[Request]:
    """Yields every request that the queue shows under these filters: the newest first, a page of them in memory."""
    before: int | None = None
    while True:
        wanted = (
            select(*REQUEST_COLUMNS).where(IS_VERIFIED, *_conditions(chosen)).order_by(privacy_request.c.id.desc())
        )
        if before is not None:
            wanted = wanted.where(privacy_request.c.id < before)
        rows = [Request(*row) for row in current_database().reading().execute(wanted.limit(PAGE_SIZE))]
        yield from rows
        if len(rows) < PAGE_SIZE:
            return
        before = rows[-1].id


def queue(chosen: QueueFilter, before: int | None) -> list[Request]:
    """Returns a hundred requests for the officer: what runs, by its last day; then what is closed, newest first.
    `before` goes on below that request, among closed ones."""
    running = privacy_request.c.state.in_(RUNNING_STATES)
    wanted = select(*REQUEST_COLUMNS).where(IS_VERIFIED, *_conditions(chosen))
    if before is not None:
        wanted = wanted.where(privacy_request.c.id < before, ~running)
    order = case((running, 0), else_=1), case((running, privacy_request.c.due_at)), privacy_request.c.id.desc()
    return [Request(*row) for row in current_database().reading().execute(wanted.order_by(*order).limit(PAGE_SIZE))]


def _conditions(chosen: QueueFilter) -> Iterator[ColumnElement[bool]]:
    it, moment = privacy_request.c, clock.now()
    running = it.state.in_(RUNNING_STATES)
    if chosen.state:
        yield running if chosen.state == RUNNING else it.state == chosen.state
    if chosen.kind:
        yield it.kind == chosen.kind
    if chosen.due == OVERDUE:
        yield running & (it.due_at <= moment)
    elif chosen.due == SOON:
        yield running & (it.due_at > moment) & (it.due_at <= moment + DUE_SOON)
    if chosen.assigned:
        yield it.taken_by == ("" if chosen.assigned == NOBODY else chosen.assigned)


def due_before(moment: datetime) -> list[Request]:
    """Returns the running requests whose time ends by then, the earliest first, a page of them at most."""
    running = privacy_request.c.state.in_(RUNNING_STATES), privacy_request.c.due_at <= moment
    wanted = select(*REQUEST_COLUMNS).where(*running).order_by(privacy_request.c.due_at).limit(PAGE_SIZE)
    return [Request(*row) for row in current_database().reading().execute(wanted)]


def failed_requests() -> list[Request]:
    """Returns the running requests whose export could not be made, the first due first, a page of them at most."""
    failed = privacy_request.c.state.in_(RUNNING_STATES), privacy_request.c.outcome == Outcome.FAILED
    wanted = select(*REQUEST_COLUMNS).where(*failed).order_by(privacy_request.c.due_at).limit(PAGE_SIZE)
    return [Request(*row) for row in current_database().reading().execute(wanted)]


def ended_preparations() -> list[tuple[Request, bool]]:
    """Returns a page of the requests whose export has come to an end, and whether it is ready; what is neither ready
    nor being built was deleted, or could not be made."""
    has_ended = export.c.id.is_(None) | export.c.state.in_([EXPORT_READY, EXPORT_FAILED])
    wanted = (
        select(*REQUEST_COLUMNS, export.c.state)
        .outerjoin(export, export.c.id == privacy_request.c.export_id)
        .where(privacy_request.c.state.in_(RUNNING_STATES), privacy_request.c.outcome == Outcome.EXPORTED, has_ended)
        .order_by(privacy_request.c.id)
        .limit(PAGE_SIZE)
    )
    return [(Request(*row[:-1]), row[-1] == EXPORT_READY) for row in current_database().reading().execute(wanted)]


def queue_counts(database: Database, officer: str = "") -> QueueCounts:
    """Counts what runs; `officer` is the pseudonym of the one who looks."""
    moment, due, taken_by = clock.now(), privacy_request.c.due_at, privacy_request.c.taken_by
    row = (
        database.reading()
        .execute(
            select(
                func.count(),
                func.count(case((due <= moment, 1))),
                func.count(case(((due > moment) & (due <= moment + DUE_SOON), 1))),
                func.count(case((taken_by == "", 1))),
                func.count(case(((taken_by == officer) & (taken_by != ""), 1))),
            ).where(privacy_request.c.state.in_(RUNNING_STATES))
        )
        .one()
    )
    return QueueCounts(*row)


def sealed_texts(request_id: int) -> RowMapping:
    """Returns the sealed address and message of a request."""
    wanted = select(privacy_request.c.address, privacy_request.c.message).where(privacy_request.c.id == request_id)
    return current_database().reading().execute(wanted).mappings().one()


def was_verified_by_address(request_id: int) -> bool:
    """Tells whether the request was verified by a code to an address, rather than by a sign-in."""
    return sealed_texts(request_id)["address"] is not None


def _first(wanted: Select[Any]) -> Request | None:
    row = current_database().reading().execute(wanted).first()
    return Request(*row) if row else None
