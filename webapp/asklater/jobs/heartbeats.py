"""Heartbeats: each worker notes that it is alive, so that pages and load balancers can tell when none is."""

import hmac
import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select

from asklater import clock
from asklater.database.access import Database, is_within
from asklater.tables import heartbeat

STALE_AFTER = timedelta(minutes=2)
"""A worker that was not heard of for so long has died or hangs. So far apart may the clocks of two machines be."""
FORGOTTEN_AFTER = timedelta(days=1)
WORKER, WEB = "worker", "web"


@dataclass(frozen=True)
class WorkerState:
    """Whether a worker is alive, and when one was heard of last; None where none is known of."""

    alive: bool
    heard_at: datetime | None


class Heartbeat:
    """That of this process, which is a `worker`, or a `web` server that tries whether it can write."""

    def __init__(self, database: Database, role: str, secret_key: str = "") -> None:
        """With the `secret_key` of a worker, other machines can tell whether it is theirs, too."""
        self._database = database
        self._role = role
        self._secret = fingerprint(secret_key)

    def beat(self) -> None:
        """Note that this process is alive, and forget those of which nothing was heard for a day."""
        moment = clock.now()
        adding = self._database.insert(heartbeat).values(**self._key(), beat_at=moment, secret=self._secret)
        noted = adding.on_conflict_do_update(
            index_elements=list(heartbeat.primary_key),
            set_={name: adding.excluded[name] for name in ("beat_at", "secret")},
        )
        long_ago, ahead = moment - FORGOTTEN_AFTER, moment + FORGOTTEN_AFTER
        gone = or_(heartbeat.c.beat_at < long_ago, heartbeat.c.beat_at > ahead)  # a clock was set back
        with self._database.unit_of_work():
            self._database.writing().execute(noted)
            self._database.writing().execute(delete(heartbeat).where(gone))

    def end(self) -> None:
        """Take the note back, since this process ends."""
        mine = [heartbeat.c[name] == value for name, value in self._key().items()]
        with self._database.unit_of_work():
            self._database.writing().execute(delete(heartbeat).where(*mine))

    def _key(self) -> dict[str, object]:
        """Asked for each time: the process may have been forked since."""
        return {"machine": _this_machine(), "process": os.getpid(), "role": self._role}


@dataclass(frozen=True)
class OtherMachine:
    """A machine that uses this database, too, and was heard of just now."""

    name: str
    same_secret: bool
    """Whether its SECRET_KEY is ours."""


def other_machines(database: Database, secret_key: str) -> list[OtherMachine]:
    """Those that are alive, beside this one. One statement."""
    heard = select(heartbeat.c.machine, heartbeat.c.secret).where(
        heartbeat.c.machine != _this_machine(), is_within(heartbeat.c.beat_at, STALE_AFTER), heartbeat.c.secret != ""
    )
    rows = database.reading().execute(heard.distinct().order_by(*heard.selected_columns)).all()
    return [OtherMachine(row.machine, row.secret == fingerprint(secret_key)) for row in rows]


def fingerprint(secret_key: str) -> str:
    """Tells two secrets apart, and nothing of either; "" for none."""
    return hmac.digest(secret_key.encode(), b"which secret", "sha256").hex()[:16] if secret_key else ""


def _this_machine() -> str:
    return socket.gethostname()[:80]


_LAST = select(func.max(heartbeat.c.beat_at)).where(heartbeat.c.role == WORKER)


def seconds_since_worker(database: Database) -> float:
    """Seconds since a worker was heard of; infinite where none ever was."""
    heard = worker_state(database).heard_at
    return float("inf") if heard is None else max(0.0, (clock.now() - heard).total_seconds())


def worker_state(database: Database) -> WorkerState:
    """Whether a worker is alive. One statement.

    A beat from the future, which a clock that was ahead has left, says nothing.
    """
    moment = clock.now()
    wanted = _LAST.where(heartbeat.c.beat_at <= moment + STALE_AFTER)
    heard: datetime | None = database.reading().scalar(wanted)
    return WorkerState(heard is not None and moment - heard <= STALE_AFTER, heard)
