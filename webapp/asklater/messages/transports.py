"""Where messages go but for SMTP (smtp.py): text messages to Twilio's API, and all to the demo's pages."""

from urllib.parse import quote, unquote, urlsplit

from asklater import clock
from asklater.database.access import current_database, table_of
from asklater.messages.outbox import ServerTrouble, Transport, Undeliverable
from asklater.messages.sealing import Mail, TextMessage
from asklater.messages.tables import DeliveredMail, DeliveredText
from asklater.web import outside_calls

DELIVERED_MAIL = table_of(DeliveredMail)
TWILIO_API = "https://api.twilio.com"
TWILIO_TIMEOUT = 10
"""Seconds that a call may take in all."""
TWILIO_AUTHENTICATION = frozenset({401, 403})
"""Refusals of our account, not of the message."""
TWILIO_RETRY_STATUSES = frozenset({408, 425, 429})
"""Refusals that are none: the provider wants to be asked again."""
DELIVERED_TEXT = table_of(DeliveredText)


# Mail


def to_mailbox(mail: Mail) -> None:
    """Deliver to the mailbox page of the demo."""
    database = current_database()
    row = {
        "outgoing_id": mail.id,
        "delivered_at": clock.now(),
    }
    with database.unit_of_work():
        database.session().execute(database.insert(DELIVERED_MAIL).values(row).on_conflict_do_nothing())


# Text messages


def to_text_page(message: TextMessage) -> None:
    """Deliver to the demo's page of text messages."""
    database = current_database()
    row = {
        "outgoing_id": message.id,
        "delivered_at": clock.now(),
    }
    with database.unit_of_work():
        database.session().execute(database.insert(DELIVERED_TEXT).values(row).on_conflict_do_nothing())


def to_twilio(url: str, api: str = TWILIO_API) -> Transport[TextMessage]:
    """To Twilio's Messages API, as `twilio://account:token@from` says; `from` is a number or a sender's name."""
    parts = urlsplit(url)
    account, token = unquote(parts.username or ""), unquote(parts.password or "")
    sender = unquote(parts.netloc.rpartition("@")[2])  # not `hostname`, which has no capitals
    endpoint = f"{api}/2010-04-01/Accounts/{quote(account, safe='')}/Messages.json"

    def send(message: TextMessage) -> None:
        answer = outside_calls.call(
            "POST",
            endpoint,
            data={"To": message.recipient, "From": sender, "Body": message.text},
            auth=(account, token),
            deadline=TWILIO_TIMEOUT,
        )
        if answer.status in TWILIO_AUTHENTICATION:
            raise ServerTrouble(f"the provider refuses the account of SMS_URL: status {answer.status}")
        if 400 <= answer.status < 500 and answer.status not in TWILIO_RETRY_STATUSES:
            raise Undeliverable(f"the provider refuses it: status {answer.status}, code {_error_code(answer)}")
        if not 200 <= answer.status < 300:
            raise outside_calls.OutsideCallError(f"status {answer.status}")

    return send


def _error_code(answer: outside_calls.Answer) -> int | str:
    """The provider's own number for what is wrong; its sentence is left out, it may name the recipient."""
    try:
        body = answer.json()
    except ValueError:
        return "none"
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, int) else "none"
