"""What becomes of requests when their persons merge or are erased, and of those that were never proved."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, select, update

from webapp import clock
from webapp.db import Database
from webapp.privacy.requests import filing, trail
from webapp.privacy.requests.finding import COLUMNS, Request
from webapp.privacy.requests.models import address_label, events, message_label, note_label, requests
from webapp.privacy.requests.vocabulary import RUNNING, State
from webapp.profiling.engine import Engine

UNPROVED_FOR = timedelta(days=1)
KEPT = select(requests.c.subject_id).where(requests.c.state.in_(RUNNING), requests.c.subject_id.is_not(None))
"""Who is still waiting for an answer: nothing prunes them."""


class Carrying:
    """Takes requests along when two subjects turn out to be one person: what is sealed goes under the other key."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __call__(self, from_subject: int, into_subject: int) -> None:
        connection = self._engine.database.writing()
        for row in connection.execute(select(requests).where(requests.c.subject_id == from_subject)).mappings().all():
            for step in connection.execute(select(events).where(events.c.request_id == row["id"])).mappings().all():
                note = self._anew(from_subject, into_subject, note_label(dict(step)), step["note"])
                connection.execute(update(events).where(events.c.id == step["id"]).values(note=note))
            address = self._anew(from_subject, into_subject, address_label(row["public_id"]), row["address"])
            message = self._anew(from_subject, into_subject, message_label(row["public_id"]), row["message"])
            moved = update(requests).where(requests.c.id == row["id"])
            values = {"subject_id": into_subject, "address": address, "message": message, "pressed": None}
            connection.execute(moved.values(**values))

    def _anew(self, from_subject: int, into_subject: int, label: str, sealed: bytes | None) -> bytes | None:
        if sealed is None:
            return None
        return self._engine.seal(into_subject, label, self._engine.open(from_subject, {label: sealed})[label])


class RequestSweep:
    """An erasure ends what its person still waited for (`profiling.departures.Sweep`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hold(self, subject_id: int) -> None:
        """Nothing: whoever closes one of them at the same time is waited for by the row."""

    def erase(self, subject_id: int) -> Mapping[str, int]:
        """Close what runs, and delete what was never proved; how many rows went."""
        connection = self._database.writing()
        running = select(*COLUMNS).where(requests.c.subject_id == subject_id, requests.c.state.in_(RUNNING))
        for row in connection.execute(running).all():
            filing.close(Request(*row), State.WITHDRAWN, trail.SYSTEM, event="erased")
        unproved = delete(requests).where(requests.c.subject_id == subject_id, requests.c.state == State.UNPROVED)
        return {requests.name: connection.execute(unproved).rowcount}


def forget_unproved(database: Database) -> int:
    """Delete what nobody typed the code of; how many."""
    old = (requests.c.state == State.UNPROVED) & (requests.c.received_at < clock.now() - UNPROVED_FOR)
    return database.writing().execute(delete(requests).where(old)).rowcount
