"""The demo's page of text messages: all that the shop has sent, newest first. It exists in demo mode only."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from webapp import http
from webapp.db import current_database
from webapp.sms.delivering import OUTBOX
from webapp.sms.models import DeliveredText, OutgoingText
from webapp.sms.sealing import Message, opened

blueprint = Blueprint("messages", __name__, url_prefix="/messages")


@dataclass(frozen=True)
class TextLine:
    """One message of the list."""

    id: int
    recipient: str
    words: str
    delivered_at: datetime


@dataclass(frozen=True)
class MessagesPage:
    """The newest hundred messages, and how many wait to be sent."""

    texts: tuple[TextLine, ...]
    waiting: int


@blueprint.get("/")
def messages() -> ResponseReturnValue:
    page = MessagesPage(_newest(), OUTBOX.waiting(current_database()))
    return http.fragment_or_page("sms/_messages.html", "sms/messages.html", page=page)


def _newest() -> tuple[TextLine, ...]:
    shown = select(OutgoingText.__table__, DeliveredText.id.label("number"), DeliveredText.delivered_at)
    newest = shown.join_from(DeliveredText, OutgoingText).order_by(DeliveredText.id.desc()).limit(100)
    rows = current_database().reading().execute(newest).all()
    return tuple(_line(row.number, opened(row), row.delivered_at) for row in rows)


def _line(number: int, text: Message, delivered_at: datetime) -> TextLine:
    return TextLine(number, text.recipient, text.words, delivered_at)
