"""Mail: post one within the caller's transaction; how often it is tried, and how long it is kept."""

from datetime import timedelta

from flask import render_template

from asklater import clock
from asklater.db import Database, current_database, current_session, table_of
from asklater.engine import current_engine
from asklater.jobs import current_jobs
from asklater.messages.bounces import bounced_at, note_bounced_mail
from asklater.messages.outbox import Outbox, growing_pauses
from asklater.messages.sealing import sealed_mail
from asklater.messages.tables import OutgoingMail
from asklater.messages.unsubscribing import unsubscribe_url

MAX_TRIES = 8
MAIL_PAUSES = growing_pauses(MAX_TRIES)

MAIL_KEPT_FOR = timedelta(days=2)
"""After a mail was written, once it has gone out or was given up. It holds codes and links that let people in, which
are kept as hashes everywhere else."""
MAIL_SHOWN_FOR = timedelta(days=30)
"""How long a mail is kept in the demo, whose mailbox page shows it."""

MAIL_OUTBOX = Outbox(OutgoingMail, MAIL_PAUSES, note_bounced_mail)
DELIVER_MAIL = "deliver_mail"


# Retries and retention


def delete_old_mails(database: Database, kept_for: timedelta = MAIL_KEPT_FOR) -> int:
    """Delete a portion of the mails that are over; how many."""
    over = OutgoingMail.next_try_at.is_(None) & (OutgoingMail.written_at < clock.now() - kept_for)
    return database.delete_some(table_of(OutgoingMail), over)


# Posting


def post_mail(
    recipient: str,
    title: str,
    template: str,
    *,
    subject_id: int | None = None,
    urgent: bool = False,
    consent: str = "",
    **context: object,
) -> None:
    """Write a mail to the outbox; it is sent once the transaction has committed.

    An `urgent` one brings a code or a warning: it goes before all others, and to an address that bounced before,
    which gets nothing else until it is proved again.

    `consent` names the field by which `subject_id` agreed to such mails. Without a yes nothing is written; with it,
    the mail says where it can be taken back, to mail programs too, and its template has the `unsubscribe_url`.

    `template` is the name of a text template. Line breaks in `title` are folded, so no header is injected.
    A mail to nobody ("") is written and never sent: where an answer must not tell whether somebody is there,
    the time that it takes does not tell either.
    """
    if consent:
        if subject_id is None:
            raise ValueError("a mail that rests on a consent goes to a person: give their subject_id")
        if not current_engine().consented(subject_id, consent):
            return
        context["unsubscribe_url"] = unsubscribe_url(subject_id, consent)
    moment = clock.now()
    text = render_template(template, **context)
    mail = sealed_mail(subject_id, recipient, " ".join(title.split()), text, moment)
    mail.urgent, mail.consent = urgent, consent
    mail.next_try_at = moment if recipient and (urgent or bounced_at(recipient) is None) else None
    current_session().add(mail)
    current_session().flush()
    current_database().after_commit(lambda: current_jobs().enqueue(DELIVER_MAIL))
