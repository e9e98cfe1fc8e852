"""Delivering what is due, with growing pauses between tries.

No transaction is open while a mail server is waited for: a mail is claimed in one, by moving its next try ahead,
and noted as sent in another. Should the worker die between the two, the mail goes out again at that next try.
"""

import logging
import smtplib
from datetime import timedelta

from sqlalchemy import select, update

from webapp import clock
from webapp.db import Database
from webapp.mail.models import OutgoingMail
from webapp.mail.transports import Transport, Undeliverable

MOST_TRIES = 8
LONGEST_PAUSE = timedelta(hours=18)
log = logging.getLogger(__name__)


def deliver_due(database: Database, transport: Transport) -> int:
    """Send every mail that is due; how many went out. One that fails is tried again, 8 times in about 2 days."""
    due = select(OutgoingMail.id).where(OutgoingMail.send_at <= clock.now()).order_by(OutgoingMail.send_at)
    numbers = database.reading().scalars(due).all()
    database.release()
    return sum(_deliver(database, transport, number) for number in numbers)


def _deliver(database: Database, transport: Transport, number: int) -> int:
    """1 when the mail went out."""
    with database.unit_of_work():
        mail = _claim(database, number)
    if mail is None:
        return 0
    try:
        transport(mail)
    except Undeliverable as error:
        log.error("mail %s is given up: %s", number, error)
        _note(database, number, send_at=None)
        return 0
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail %s was not sent (try %s): %s", number, mail.tries, type(error).__name__)
        return 0
    _note(database, number, send_at=None, sent_at=clock.now())
    return 1


def _claim(database: Database, number: int) -> OutgoingMail | None:
    """The mail, its next try moved ahead so that no second worker sends it too; None when one has it already."""
    locked = select(OutgoingMail).where(OutgoingMail.id == number).with_for_update(skip_locked=True)
    mail, moment = database.session().scalar(locked), clock.now()
    if mail is None or mail.send_at is None or mail.send_at > moment:
        return None
    mail.tries += 1
    mail.send_at = moment + pause_after(mail.tries) if mail.tries < MOST_TRIES else None
    return mail


def pause_after(tries: int) -> timedelta:
    """1, 4, 16 minutes and so on, at most 18 hours."""
    return min(timedelta(minutes=4 ** (tries - 1)), LONGEST_PAUSE)


def _note(database: Database, number: int, **values: object) -> None:
    with database.unit_of_work():
        database.writing().execute(update(OutgoingMail).where(OutgoingMail.id == number).values(**values))
