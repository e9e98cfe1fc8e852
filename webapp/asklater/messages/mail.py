"""Mail: post one within the caller's transaction; how often it is tried, and how long it is kept."""

from datetime import timedelta

from flask import render_template

from asklater import clock
from asklater.db import Database, current_database, current_session, table_of
from asklater.jobs import current_jobs
from asklater.messages.outbox import Outbox, growing_pauses
from asklater.messages.sealing import sealed_mail
from asklater.messages.tables import OutgoingMail

MAX_TRIES = 8
MAIL_PAUSES = growing_pauses(MAX_TRIES)

MAIL_KEPT_FOR = timedelta(days=2)
"""After a mail was written, once it has gone out or was given up. It holds codes and links that let people in, which
are kept as hashes everywhere else."""
MAIL_SHOWN_FOR = timedelta(days=30)
"""How long a mail is kept in the demo, whose mailbox page shows it."""

MAIL_OUTBOX = Outbox(OutgoingMail, MAIL_PAUSES)
DELIVER_MAIL = "deliver_mail"


# Retries and retention


def delete_old_mails(database: Database, kept_for: timedelta = MAIL_KEPT_FOR) -> int:
    """Delete a portion of the mails that are over; how many."""
    over = OutgoingMail.next_try_at.is_(None) & (OutgoingMail.written_at < clock.now() - kept_for)
    return database.delete_some(table_of(OutgoingMail), over)


# Posting


def post_mail(recipient: str, title: str, template: str, *, subject_id: int | None = None, **context: object) -> None:
    """Write a mail to the outbox; it is sent once the transaction has committed.

    `template` is the name of a text template. Line breaks in `title` are folded, so no header is injected.
    A mail to nobody ("") is written and never sent: where an answer must not tell whether somebody is there,
    the time that it takes does not tell either.
    """
    moment = clock.now()
    text = render_template(template, **context)
    mail = sealed_mail(subject_id, recipient, " ".join(title.split()), text, moment)
    mail.next_try_at = moment if recipient else None
    current_session().add(mail)
    current_session().flush()
    current_database().after_commit(lambda: current_jobs().enqueue(DELIVER_MAIL))
