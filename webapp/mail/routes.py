"""The demo's mailbox: every mail that the shop has sent, newest first. It exists in demo mode only."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from webapp import http
from webapp.db import current_database
from webapp.mail.delivering import OUTBOX
from webapp.mail.models import DeliveredMail, OutgoingMail
from webapp.mail.sealing import Letter, opened

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
    shown = select(OutgoingMail.__table__, DeliveredMail.id.label("number"), DeliveredMail.delivered_at)
    newest = shown.join_from(DeliveredMail, OutgoingMail).order_by(DeliveredMail.id.desc()).limit(100)
    rows = current_database().reading().execute(newest).all()
    return tuple(_line(row.number, opened(row), row.delivered_at) for row in rows)


def _line(number: int, letter: Letter, delivered_at: datetime) -> MailLine:
    return MailLine(number, letter.recipient, letter.title, letter.text, delivered_at)
