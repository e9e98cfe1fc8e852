"""Finding requests: one by its name, a person's own, the officer's queue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, case, func, select

from webapp import clock
from webapp.db import Database, current_database
from webapp.privacy.requests.deadlines import SOON
from webapp.privacy.requests.models import requests
from webapp.privacy.requests.vocabulary import RUNNING, State

PAGE = 100


@dataclass(frozen=True)
class Request:
    """A request as it stands, without its sealed words. `subject_id` is None once its person is erased."""

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

    @property
    def runs(self) -> bool:
        return self.state in RUNNING

    @property
    def overdue(self) -> bool:
        return self.runs and self.due_at <= clock.now()


COLUMNS = tuple(requests.c[name] for name in Request.__dataclass_fields__)
PROVED = requests.c.state != State.UNPROVED


@dataclass(frozen=True)
class Counts:
    """How many run, of these how many are overdue, and how many will be within a week."""

    running: int
    overdue: int
    soon: int


def by_name(public_id: str) -> Request | None:
    """The request of that name, unless it waits for its code."""
    return _first(select(*COLUMNS).where(requests.c.public_id == public_id, PROVED))


def own(subject_id: int, public_id: str) -> Request | None:
    """The same, if it is this person's."""
    found = by_name(public_id)
    return found if found and found.subject_id == subject_id else None


def all_of(subject_id: int) -> list[Request]:
    """A person's requests, newest first."""
    wanted = select(*COLUMNS).where(requests.c.subject_id == subject_id, PROVED).order_by(requests.c.id.desc())
    return [Request(*row) for row in current_database().reading().execute(wanted.limit(PAGE))]


def queue(state: str, kind: str, before: int | None) -> list[Request]:
    """A hundred for the officer: what runs, by its last day; then what is closed, newest first.

    `state` is a state, `running`, or "" for all; `kind` a kind or "". `before` goes on below that request, among
    closed ones.
    """
    runs = requests.c.state.in_(RUNNING)
    wanted = select(*COLUMNS).where(PROVED)
    if state == "running":
        wanted = wanted.where(runs)
    elif state:
        wanted = wanted.where(requests.c.state == state)
    if kind:
        wanted = wanted.where(requests.c.kind == kind)
    if before is not None:
        wanted = wanted.where(requests.c.id < before, ~runs)
    order = case((runs, 0), else_=1), case((runs, requests.c.due_at)), requests.c.id.desc()
    return [Request(*row) for row in current_database().reading().execute(wanted.order_by(*order).limit(PAGE))]


def counts(database: Database) -> Counts:
    moment, due = clock.now(), requests.c.due_at
    row = (
        database.reading()
        .execute(
            select(
                func.count(),
                func.count(case((due <= moment, 1))),
                func.count(case(((due > moment) & (due <= moment + SOON), 1))),
            ).where(requests.c.state.in_(RUNNING))
        )
        .one()
    )
    return Counts(*row)


def sealed_of(request_id: int) -> RowMapping:
    """The sealed address and message of a request."""
    wanted = select(requests.c.address, requests.c.message).where(requests.c.id == request_id)
    return current_database().reading().execute(wanted).mappings().one()


def came_by_address(request_id: int) -> bool:
    """Whether an address was proved for it, rather than who it is."""
    return sealed_of(request_id)["address"] is not None


def _first(wanted: Select[Any]) -> Request | None:
    row = current_database().reading().execute(wanted).first()
    return Request(*row) if row else None
