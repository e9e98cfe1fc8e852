"""Outboxes: what goes out to people is written with what it tells of, sent after its commit, and tried again.

No transaction is open while somebody else's server is waited for: a message is claimed in one, by moving its next
try ahead, and noted as sent in another. Should the worker die between the two, it goes out again at that next try.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import ForeignKey, func, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from asklater import clock
from asklater.db import TABLE_PREFIX, Base, Database, UTCDateTime, is_orphaned
from asklater.registry import Gauge

log = logging.getLogger(__name__)


MAX_PAUSE = timedelta(hours=18)


def growing_pauses(tries: int) -> tuple[timedelta, ...]:
    """What lies between so many tries: 1, 4, 16 minutes and so on, at most 18 hours."""
    return tuple(min(timedelta(minutes=4**place), MAX_PAUSE) for place in range(tries - 1))


class Undeliverable(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """No server will ever take this message. What it says goes into the log: never a recipient."""


class Queued(Base):
    """One message to be sent. `next_try_at` is when it is tried next; null once it is sent or given up."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)


class Outgoing(Queued):
    """A message that goes to a person, or is about one."""

    __abstract__ = True

    subject_id: Mapped[int | None] = mapped_column(ForeignKey("asklater_subject.id", ondelete="CASCADE"), index=True)


Message = TypeVar("Message", bound=Queued)
Sent = TypeVar("Sent")
Transport = Callable[[Sent], None]
"""Sends one message. Raises OSError when it could not, Undeliverable when it never will."""


class Outbox(Generic[Message]):
    """The messages of one table. `pauses` lie between the tries; after the last of them a message is given up."""

    def __init__(self, messages: type[Message], pauses: Sequence[timedelta]) -> None:
        self._messages = messages
        self._pauses = pauses

    def deliver_due(self, database: Database, transport: Transport[Message]) -> int:
        """Send every message that is due; how many went out."""
        messages = self._messages
        moment = clock.now()
        at_last = moment + MAX_PAUSE + clock.SKEW  # what is further ahead was put off by a clock that was wrong
        waiting = select(messages.id, messages.next_try_at)
        due = union_all(waiting.where(messages.next_try_at <= moment), waiting.where(messages.next_try_at > at_last))
        numbers = database.reading().scalars(due.order_by("next_try_at")).all()
        database.release()
        return sum(self._deliver(database, transport, number) for number in numbers)

    def waiting(self, database: Database) -> int:
        """How many are still to be sent."""
        counted = select(func.count()).select_from(self._messages).where(self._messages.next_try_at.is_not(None))
        return database.reading().execute(counted).scalar_one()

    def gauges(self, database: Database) -> Iterator[Gauge]:
        """What the metrics tell of it: how many wait, and for how long the oldest of them has."""
        name = self._messages.__tablename__.removeprefix(TABLE_PREFIX)
        yield Gauge(f"{name}_waiting", "Messages that are still to be sent", lambda: {(): self.waiting(database)})
        about = "Seconds since the oldest of them was written"
        yield Gauge(f"{name}_oldest_seconds", about, lambda: {(): self.oldest_seconds(database)})

    def oldest_seconds(self, database: Database) -> float:
        """Seconds since the oldest message that is still to be sent was written; 0 where none is."""
        oldest = select(func.min(self._messages.written_at)).where(self._messages.next_try_at.is_not(None))
        written_at: datetime | None = database.reading().scalar(oldest)
        return max(0.0, (clock.now() - written_at).total_seconds()) if written_at else 0.0

    def _deliver(self, database: Database, transport: Transport[Message], number: int) -> int:
        """1 when the message went out."""
        with database.unit_of_work():
            message = self._claim(database, number)
        if message is None:
            return 0
        name = self._messages.__tablename__
        try:
            transport(message)
        except Undeliverable as error:
            log.error("%s %s is given up: %s", name, number, error)
            self._note(database, number, next_try_at=None)
            return 0
        except IntegrityError as error:  # the demo's pages keep what they are sent, for a message that is there
            if not is_orphaned(error):
                raise
            log.warning("%s %s was taken back while it was sent", name, number)
            return 0
        except OSError as error:  # what smtplib raises, and outside calls, is among them
            log.warning("%s %s was not sent (try %s): %s", name, number, message.tries, type(error).__name__)
            return 0
        self._note(database, number, next_try_at=None, sent_at=clock.now())
        return 1

    def _claim(self, database: Database, number: int) -> Message | None:
        """The message, its next try moved ahead so that no second worker sends it too; None when one has it."""
        locked = select(self._messages).where(self._messages.id == number).with_for_update(skip_locked=True)
        message, moment = database.session().scalar(locked), clock.now()
        at_last = moment + MAX_PAUSE + clock.SKEW
        if message is None or message.next_try_at is None or moment < message.next_try_at <= at_last:
            return None
        message.tries += 1
        left = self._pauses[message.tries - 1 :]
        message.next_try_at = moment + left[0] if left else None
        return message

    def _note(self, database: Database, number: int, **values: object) -> None:
        with database.unit_of_work():
            database.writing().execute(update(self._messages).where(self._messages.id == number).values(**values))
