"""Text messages: send one within the caller's transaction, or take them back. They bring codes that are good for
ten minutes, so none is tried for longer.
"""

import logging
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete

from asklater import clock
from asklater.database.access import current_database, current_session
from asklater.engine import current_engine
from asklater.jobs.service import current_jobs
from asklater.messages.outbox import Outbox
from asklater.messages.sealing import sealed_text
from asklater.messages.tables import MAX_TEXT_LENGTH, OutgoingText
from asklater.rate_limits import RateLimit, try_to_spend
from asklater.settings import Settings

TEXT_PAUSES = (timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=4))

TEXT_GOOD_FOR = timedelta(minutes=10)

TEXT_OUTBOX = Outbox(OutgoingText, TEXT_PAUSES, good_for=TEXT_GOOD_FOR)
DELIVER_TEXTS = "deliver_texts"
TEXTS_TO_NUMBER = (
    RateLimit("text messages to a number in an hour", 25, timedelta(hours=1)),
    RateLimit("text messages to a number in a day", 30, timedelta(days=1)),
)
"""Per number: once for whoever has proved it, once for all others. Above what codes are allowed, which is shared out
among networks: whoever is granted one of those is sent it."""
log = logging.getLogger(__name__)


# Sending


def can_text() -> bool:
    """Whether this application has anything to send text messages with."""
    settings: Settings = current_app.extensions["asklater.settings"]
    return settings.demo or bool(settings.sms_url)


def post_text(
    recipient: str, text: str, *, subject_id: int | None = None, proved: bool = False, counted_as: str = ""
) -> bool:
    """Write a text message to the outbox; it is sent once the transaction has committed. False where it will not be
    sent: the number has been sent too many of late.

    `recipient` is a number in E.164; `proved` where whoever asks has shown before that it is theirs. What strangers
    have sent takes nothing from that. Raises ValueError for more text than a message takes.

    A message to nobody ("") is written and never sent, as a mail is; `counted_as` is whose allowance it takes from.
    """
    if len(text) > MAX_TEXT_LENGTH:
        raise ValueError(f"a text message takes {MAX_TEXT_LENGTH} characters")
    whose = "owner" if proved else "anybody"
    mark = current_engine().keyring.mark(f"number:{recipient or counted_as}").hex()
    if any(try_to_spend(current_database(), limit, mark, whose) for limit in TEXTS_TO_NUMBER):
        log.info("event=text_not_sent subject=%s: too many to that number", subject_id or "-")
        return False
    moment = clock.now()
    current_session().add(sealed_text(subject_id, recipient, text, moment))
    current_session().flush()
    current_database().after_commit(lambda: current_jobs().enqueue(DELIVER_TEXTS))
    return True


def delete_texts_of(subject_id: int) -> None:
    """Delete every message of that subject, sent or not: the number that they went to is held no longer."""
    current_session().execute(delete(OutgoingText).where(OutgoingText.subject_id == subject_id))
