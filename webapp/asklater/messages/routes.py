"""The demo's mailbox and its page of text messages, newest first. They exist in demo mode only."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from asklater import http
from asklater.database.access import current_database
from asklater.messages.mail import MAIL_OUTBOX
from asklater.messages.sealing import Mail, TextMessage, open_mail, open_text
from asklater.messages.tables import DeliveredMail, DeliveredText, OutgoingMail, OutgoingText
from asklater.messages.text_messages import TEXT_OUTBOX

mailbox_blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")
text_blueprint = Blueprint("messages", __name__, url_prefix="/messages")


# The mailbox


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
    opened: MailLine | None


@mailbox_blueprint.get("/")
@mailbox_blueprint.get("/<asklater_number:number>")
def mailbox(number: int | None = None) -> ResponseReturnValue:
    mails = _newest_mails()
    opened = next((mail for mail in mails if mail.id == number), None)
    if number is not None and opened is None:
        abort(404)
    page = MailboxPage(mails, MAIL_OUTBOX.waiting(current_database()), opened)
    return http.fragment_or_page("asklater/messages/_mailbox.html", "asklater/messages/mailbox.html", page=page)


def _newest_mails() -> tuple[MailLine, ...]:
    shown = select(OutgoingMail.__table__, DeliveredMail.id.label("number"), DeliveredMail.delivered_at)
    newest = shown.join_from(DeliveredMail, OutgoingMail).order_by(DeliveredMail.id.desc()).limit(100)
    rows = current_database().reading().execute(newest).all()
    return tuple(_mail_line(row.number, open_mail(row), row.delivered_at) for row in rows)


def _mail_line(number: int, mail: Mail, delivered_at: datetime) -> MailLine:
    return MailLine(number, mail.recipient, mail.title, mail.text, delivered_at)


# Text messages


@dataclass(frozen=True)
class TextLine:
    """One message of the list."""

    id: int
    recipient: str
    text: str
    delivered_at: datetime


@dataclass(frozen=True)
class TextsPage:
    """The newest hundred messages, and how many wait to be sent."""

    texts: tuple[TextLine, ...]
    waiting: int


@text_blueprint.get("/")
def messages() -> ResponseReturnValue:
    page = TextsPage(_newest_texts(), TEXT_OUTBOX.waiting(current_database()))
    return http.fragment_or_page(
        "asklater/messages/_text_messages.html", "asklater/messages/text_messages.html", page=page
    )


def _newest_texts() -> tuple[TextLine, ...]:
    shown = select(OutgoingText.__table__, DeliveredText.id.label("number"), DeliveredText.delivered_at)
    newest = shown.join_from(DeliveredText, OutgoingText).order_by(DeliveredText.id.desc()).limit(100)
    rows = current_database().reading().execute(newest).all()
    return tuple(_text_line(row.number, open_text(row), row.delivered_at) for row in rows)


def _text_line(number: int, text: TextMessage, delivered_at: datetime) -> TextLine:
    return TextLine(number, text.recipient, text.text, delivered_at)
