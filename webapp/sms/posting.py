"""Posting: a verb writes its text message inside its own transaction, so both happen together or not at all."""

from flask import current_app
from sqlalchemy import delete

from webapp import clock
from webapp.config import Settings
from webapp.db import current_database, current_session
from webapp.jobs import current_jobs
from webapp.sms.models import LONGEST, OutgoingText
from webapp.sms.sealing import sealed_text

DELIVER = "deliver_texts"


def can_text() -> bool:
    """Whether this application has anything to send text messages with."""
    settings: Settings = current_app.extensions["settings"]
    return settings.demo or bool(settings.sms_url)


def text(recipient: str, words: str, *, subject_id: int | None = None) -> None:
    """Write a text message to the outbox; it is sent once the transaction has committed.

    `recipient` is a number in E.164. Raises ValueError for more words than a message takes.
    """
    if len(words) > LONGEST:
        raise ValueError(f"a text message takes {LONGEST} characters")
    moment = clock.now()
    current_session().add(sealed_text(subject_id, recipient, words, moment))
    current_session().flush()
    current_database().after_commit(lambda: current_jobs().enqueue(DELIVER))


def take_back(subject_id: int) -> None:
    """Delete every message of that subject, sent or not: the number that they went to is held no longer."""
    current_session().execute(delete(OutgoingText).where(OutgoingText.subject_id == subject_id))
