"""Delivering the text messages that are due.

They bring codes, which are good for ten minutes: a message that did not go out in that time helps nobody any more.
"""

from datetime import timedelta

from sqlalchemy import delete

from webapp import clock
from webapp.db import Database
from webapp.outbox import Outbox
from webapp.sms.models import OutgoingText

PAUSES = (timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=4))
KEPT_FOR = timedelta(days=2)

OUTBOX = Outbox(OutgoingText, PAUSES)


def forget_old(database: Database) -> int:
    """Delete the messages that are over, and with them the numbers that they went to; how many."""
    gone = delete(OutgoingText).where(OutgoingText.written_at < clock.now() - KEPT_FOR)
    return database.writing().execute(gone).rowcount
