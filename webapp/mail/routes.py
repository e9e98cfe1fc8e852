"""The demo's mailbox: every mail that the shop has sent, newest first. It exists in demo mode only."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from webapp import http
from webapp.db import current_database
from webapp.mail.delivering import OUTBOX
from webapp.mail.models import DeliveredMail

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")


@dataclass(frozen=True)
class MailLine:
    """One mail of the list, or the one that is open."""

    id: int
    recipient: str
    title: str
    text: str
    delivered_at: datetime


@dataclass(frozen=True)
class MailboxPage:
    """The newest hundred mails, how many wait to be sent, and the one that is open."""

    mails: tuple[MailLine, ...]
    waiting: int
    open: MailLine | None


@blueprint.get("/")
@blueprint.get("/<int:number>")
def mailbox(number: int | None = None) -> ResponseReturnValue:
    mails = _newest()
    opened = next((mail for mail in mails if mail.id == number), None)
    if number is not None and opened is None:
        abort(404)
    page = MailboxPage(mails, OUTBOX.waiting(current_database()), opened)
    return http.fragment_or_page("mail/_mailbox.html", "mail/mailbox.html", page=page)


def _newest() -> tuple[MailLine, ...]:
    mail = DeliveredMail
    rows = (
        current_database()
        .reading()
        .execute(
            select(mail.id, mail.recipient, mail.title, mail.text, mail.delivered_at)
            .order_by(mail.id.desc())
            .limit(100)
        )
    )
    return tuple(MailLine(*row) for row in rows)
