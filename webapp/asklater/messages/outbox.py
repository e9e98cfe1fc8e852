"""Outboxes: what goes out to people is written with what it tells of, sent after its commit, and tried again.

No transaction is open while somebody else's server is waited for: a message is claimed in one, by moving its next
try ahead, and noted as sent in another. Should the worker die between the two, it goes out again at that next try.

Urgent messages, which somebody waits for, go before all others: each pass looks for them again after every message.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import ForeignKey, Index, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from asklater import clock
from asklater.database.access import EPOCH, TABLE_PREFIX, Base, Database, UTCDateTime
from asklater.database.errors import is_orphaned
from asklater.registry import Gauge
from asklater.web.breakers import Breaker
from asklater.web.outside_calls import LeftAloneError

log = logging.getLogger(__name__)


MAX_PAUSE = timedelta(hours=18)
PAUSE_FOR_SERVER = timedelta(seconds=30)
"""Until a message is tried again whose server failed before it came to the message."""


def growing_pauses(tries: int) -> tuple[timedelta, ...]:
    """What lies between so many tries: 1, 4, 16 minutes and so on, at most 18 hours."""
    return tuple(min(timedelta(minutes=4**place), MAX_PAUSE) for place in range(tries - 1))


class Undeliverable(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """No server will ever take this message. What it says goes into the log: never a recipient."""


class Bounced(Undeliverable):
    """The recipient's server says that there is no such mailbox: nothing sent there will ever arrive."""


class Deferred(OSError):  # noqa: N818
    """The server is well, and wants to be asked for this message later. What it says goes into the log."""


class ServerTrouble(OSError):  # noqa: N818
    """The server fails whatever the message: it is down, refuses our name, or sends us away. No try is used up.

    What it says goes into the log.
    """


class Queued(Base):
    """One message to be sent. `next_try_at` is when it is tried next; null once it is sent or given up."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    urgent: Mapped[bool] = mapped_column(default=False, doc="a code or a warning: it goes before the others")
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index, ...]:
        return (Index(f"ix_{cls.__tablename__}_urgent_next_try_at", "urgent", "next_try_at"),)


class Outgoing(Queued):
    """A message that goes to a person, or is about one."""

    __abstract__ = True

    subject_id: Mapped[int | None] = mapped_column(ForeignKey("asklater_subject.id", ondelete="CASCADE"), index=True)


Message = TypeVar("Message", bound=Queued)
Sent = TypeVar("Sent")
Transport = Callable[[Sent], None]
"""Sends one message. Raises OSError when it could not (Deferred, ServerTrouble), Undeliverable when it never will."""


class Outbox(Generic[Message]):
    """The messages of one table. `pauses` lie between the tries; after the last of them a message is given up.

    `note_bounce` is called with a message that bounced, in the transaction that gives it up. What is older than
    `good_for` is worth nothing any more, and given up unsent.
    """

    def __init__(
        self,
        messages: type[Message],
        pauses: Sequence[timedelta],
        note_bounce: Callable[[Database, Message], None] | None = None,
        good_for: timedelta | None = None,
    ) -> None:
        self._messages = messages
        self._pauses = pauses
        self._note_bounce = note_bounce
        self._good_for = good_for

    def deliver_due(
        self,
        database: Database,
        transport: Transport[Message],
        *,
        breaker: Breaker | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> int:
        """Send every message that is due, the urgent ones first; how many went out.

        It ends early where `breaker` leaves the server alone, or the process is `stopping`.
        """
        sent, held_by_others = 0, list[int]()
        while not stopping() and (breaker is None or breaker.allows()):
            number = self._next_due(database, held_by_others)
            if number is None:
                break
            with database.unit_of_work():
                message = self._claim(database, number)
            if message is None:
                held_by_others.append(number)
            else:
                sent += self._deliver(database, transport, message, breaker)
        return sent

    def _next_due(self, database: Database, held_by_others: Sequence[int]) -> int | None:
        messages, moment = self._messages, clock.now()
        at_last = moment + MAX_PAUSE + clock.SKEW  # what is further ahead was put off by a clock that was wrong
        waiting = select(messages.id).order_by(messages.next_try_at, messages.id).limit(1)
        if held_by_others:
            waiting = waiting.where(messages.id.not_in(held_by_others))
        is_due = (messages.next_try_at <= moment, messages.next_try_at > at_last)
        found = (
            database.reading().scalar(waiting.where(messages.urgent.is_(urgent), condition))
            for urgent in (True, False)
            for condition in is_due
        )
        number = next((number for number in found if number is not None), None)
        database.release()
        return number

    def waiting(self, database: Database) -> int:
        """How many are still to be sent."""
        messages = self._messages
        by_index = messages.urgent.in_((True, False)), messages.next_try_at >= EPOCH
        counted = select(func.count()).select_from(messages).where(*by_index)
        return database.reading().execute(counted).scalar_one()

    def gauges(self, database: Database) -> Iterator[Gauge]:
        """What the metrics tell of it: how many wait, and for how long the oldest of them has."""
        name = self._messages.__tablename__.removeprefix(TABLE_PREFIX)
        yield Gauge(f"{name}_waiting", "Messages that are still to be sent", lambda: {(): self.waiting(database)})
        about = "Seconds since the oldest of them was written"
        yield Gauge(f"{name}_oldest_seconds", about, lambda: {(): self.oldest_seconds(database)})

    def oldest_seconds(self, database: Database) -> float:
        """Seconds since the oldest message that is still to be sent was written; 0 where none is."""
        messages = self._messages
        by_index = messages.urgent.in_((True, False)), messages.next_try_at >= EPOCH
        oldest = select(func.min(messages.written_at)).where(*by_index)
        written_at: datetime | None = database.reading().scalar(oldest)
        return max(0.0, (clock.now() - written_at).total_seconds()) if written_at else 0.0

    def _deliver(
        self, database: Database, transport: Transport[Message], message: Message, breaker: Breaker | None
    ) -> int:
        """1 when the message went out."""
        name, number = self._messages.__tablename__, message.id
        try:
            transport(message)
        except Undeliverable as error:
            log.error("%s %s is given up: %s", name, number, error)
            self._give_up(database, message, bounced=isinstance(error, Bounced))
            return 0
        except IntegrityError as error:  # the demo's pages keep what they are sent, for a message that is there
            if not is_orphaned(error):
                raise
            log.warning("%s %s was taken back while it was sent", name, number)
            return 0
        except OSError as error:  # what smtplib raises, and outside calls, is among them
            why = str(error) if isinstance(error, ServerTrouble | Deferred) else type(error).__name__
            log.warning("%s %s was not sent (try %s): %s", name, number, message.tries, why)
            if isinstance(error, ServerTrouble | LeftAloneError):
                self._give_back(database, message)
            if breaker is not None and not isinstance(error, Deferred):
                breaker.failed(why, lambda: f"; {self._count_waiting(database)} messages wait")
            return 0
        self._note(database, number, next_try_at=None, sent_at=clock.now())
        if breaker is not None:
            breaker.succeeded()
        return 1

    def _give_up(self, database: Database, message: Message, *, bounced: bool) -> None:
        with database.unit_of_work():
            given_up = update(self._messages).where(self._messages.id == message.id).values(next_try_at=None)
            found = database.writing().execute(given_up).rowcount
            if found and bounced and self._note_bounce is not None:
                self._note_bounce(database, message)

    def _give_back(self, database: Database, message: Message) -> None:
        """Let the try not count, for as long as all tries together would take: what is older comes too late."""
        moment = clock.now()
        if moment - message.written_at < sum(self._pauses, timedelta()):
            self._note(database, message.id, tries=message.tries - 1, next_try_at=moment + PAUSE_FOR_SERVER)

    def _count_waiting(self, database: Database) -> int:
        try:
            return self.waiting(database)
        finally:
            database.release()

    def _claim(self, database: Database, number: int) -> Message | None:
        """The message, its next try moved ahead so that no second worker sends it too; None when one has it."""
        locked = select(self._messages).where(self._messages.id == number).with_for_update(skip_locked=True)
        message, moment = database.session().scalar(locked), clock.now()
        at_last = moment + MAX_PAUSE + clock.SKEW
        if message is None or message.next_try_at is None or moment < message.next_try_at <= at_last:
            return None
        if self._good_for is not None and moment - message.written_at > self._good_for:
            log.error("%s %s is given up: it comes too late", self._messages.__tablename__, number)
            message.next_try_at = None
            return None
        message.tries += 1
        left = self._pauses[message.tries - 1 :]
        message.next_try_at = moment + left[0] if left else None
        return message

    def _note(self, database: Database, number: int, **values: object) -> None:
        with database.unit_of_work():
            database.writing().execute(update(self._messages).where(self._messages.id == number).values(**values))
