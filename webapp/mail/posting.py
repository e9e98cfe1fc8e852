"""Posting: a verb writes its mail inside its own transaction, so mail and deed happen together or not at all."""

from flask import render_template

from webapp import clock
from webapp.db import current_database, current_session
from webapp.jobs import current_jobs
from webapp.mail.sealing import sealed_mail

DELIVER = "deliver_mail"


def post(recipient: str, title: str, template: str, *, subject_id: int | None = None, **context: object) -> None:
    """Write a mail to the outbox; it is sent once the transaction has committed.

    `template` is a text file under templates/mail. Line breaks in `title` are folded, so no header is injected.
    To nobody (""), the same is written and never sent: where an answer must not tell whether somebody is there,
    the time that it takes does not tell either.
    """
    moment = clock.now()
    text = render_template(f"mail/{template}", **context)
    mail = sealed_mail(subject_id, recipient, " ".join(title.split()), text, moment)
    mail.send_at = moment if recipient else None
    current_session().add(mail)
    current_session().flush()
    current_database().after_commit(lambda: current_jobs().enqueue(DELIVER))
