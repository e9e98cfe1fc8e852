"""Delivering the mails that are due, with growing pauses between tries: 8 of them in about 2 days."""

from datetime import timedelta

from sqlalchemy import delete

from webapp import clock
from webapp.db import Database
from webapp.mail.models import OutgoingMail
from webapp.outbox import Outbox, growing_pauses

MOST_TRIES = 8
PAUSES = growing_pauses(MOST_TRIES)

KEPT_FOR = timedelta(days=2)
"""After a mail was written, once it has gone out or was given up. It holds codes and links that let people in, which
are kept as hashes everywhere else."""
SHOWN_FOR = timedelta(days=30)
"""The same in the demo, whose mailbox page shows it."""

OUTBOX = Outbox(OutgoingMail, PAUSES)


def forget_old(database: Database, kept_for: timedelta = KEPT_FOR) -> int:
    """Delete the mails that are over; how many."""
    over = OutgoingMail.send_at.is_(None) & (OutgoingMail.written_at < clock.now() - kept_for)
    return database.writing().execute(delete(OutgoingMail).where(over)).rowcount
