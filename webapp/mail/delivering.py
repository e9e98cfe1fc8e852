"""Delivering what is due, each mail in a transaction of its own, with growing pauses between tries."""

import logging
import smtplib
from datetime import timedelta

from sqlalchemy import select

from webapp import clock
from webapp.db import Database
from webapp.mail.models import OutgoingMail
from webapp.mail.transports import Transport

MOST_TRIES = 8
log = logging.getLogger(__name__)


def deliver_due(database: Database, transport: Transport) -> int:
    """Send every mail that is due; how many went out. One that fails is tried again, 8 times in about 2 days."""
    moment = clock.now()
    due = select(OutgoingMail.id).where(OutgoingMail.send_at <= moment).order_by(OutgoingMail.send_at)
    numbers = database.reading().scalars(due).all()
    database.release()
    sent = 0
    for number in numbers:
        with database.unit_of_work():
            sent += _deliver(database, transport, number)
    return sent


def _deliver(database: Database, transport: Transport, number: int) -> int:
    """One mail, locked so that no second worker sends it too; 1 when it went out."""
    session, moment = database.session(), clock.now()
    locked = select(OutgoingMail).where(OutgoingMail.id == number).with_for_update(skip_locked=True)
    mail = session.scalar(locked)
    if mail is None or mail.send_at is None or mail.send_at > moment:
        return 0
    mail.tries += 1
    try:
        transport(mail)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail %s was not sent (try %s): %s", number, mail.tries, type(error).__name__)
        pause = timedelta(minutes=4**mail.tries / 4)
        mail.send_at = moment + min(pause, timedelta(hours=18)) if mail.tries < MOST_TRIES else None
        return 0
    mail.sent_at, mail.send_at = moment, None
    return 1
