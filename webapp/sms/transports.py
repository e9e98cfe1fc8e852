"""Where text messages go: to a provider's HTTP API, or onto the demo's page."""

from typing import cast
from urllib.parse import quote, unquote, urlsplit

import requests
from sqlalchemy import Table

from webapp import clock
from webapp.db import current_database
from webapp.outbox import Transport, Undeliverable
from webapp.sms.models import DeliveredText
from webapp.sms.sealing import Message

TWILIO = "https://api.twilio.com"
TIME_OUT = 10
"""Seconds, for the connection and again for the answer."""
LATER = frozenset({408, 425, 429})
"""Refusals that are none: the provider wants to be asked again."""
DELIVERED = cast("Table", DeliveredText.__table__)


def to_page(message: Message) -> None:
    """Onto the page that the demo shows."""
    database = current_database()
    row = {
        "outgoing_id": message.id,
        "delivered_at": clock.now(),
    }
    with database.unit_of_work():
        database.session().execute(database.insert(DELIVERED).values(row).on_conflict_do_nothing())


def to_twilio(url: str, api: str = TWILIO) -> Transport[Message]:
    """To Twilio's Messages API, as `twilio://account:token@from` says; `from` is a number or a sender's name."""
    parts = urlsplit(url)
    account, token = unquote(parts.username or ""), unquote(parts.password or "")
    sender = unquote(parts.netloc.rpartition("@")[2])  # not `hostname`, which has no capitals
    endpoint = f"{api}/2010-04-01/Accounts/{quote(account, safe='')}/Messages.json"

    def send(message: Message) -> None:
        answer = requests.post(
            endpoint,
            data={"To": message.recipient, "From": sender, "Body": message.words},
            auth=(account, token),
            timeout=TIME_OUT,
            allow_redirects=False,
        )
        if 400 <= answer.status_code < 500 and answer.status_code not in LATER:
            raise Undeliverable(f"the provider refuses it: status {answer.status_code}, code {_code(answer)}")
        if not 200 <= answer.status_code < 300:
            raise requests.HTTPError(f"status {answer.status_code}")

    return send


def _code(answer: requests.Response) -> int | str:
    """The provider's own number for what is wrong; its sentence is left out, it may name the recipient."""
    try:
        said = answer.json()
    except ValueError:
        return "none"
    code = said.get("code") if isinstance(said, dict) else None
    return code if isinstance(code, int) else "none"
