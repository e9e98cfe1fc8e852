"""Where mail goes: to an SMTP server, or into the demo's mailbox."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import cast
from urllib.parse import unquote, urlsplit

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Table

from webapp import clock
from webapp.db import current_database
from webapp.mail.models import DeliveredMail
from webapp.mail.sealing import Letter
from webapp.outbox import Transport, Undeliverable

DELIVERED = cast("Table", DeliveredMail.__table__)


def to_mailbox(mail: Letter) -> None:
    """Into the page that the demo shows."""
    database = current_database()
    row = {
        "outgoing_id": mail.id,
        "delivered_at": clock.now(),
    }
    with database.unit_of_work():
        database.session().execute(database.insert(DELIVERED).values(row).on_conflict_do_nothing())


def to_smtp(url: str, sender: str) -> Transport[Letter]:
    """To the server of `smtp://user:password@host:port` (STARTTLS where offered) or `smtps://` (TLS at once)."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"

    def send(mail: Letter) -> None:
        secure = parts.scheme == "smtps"
        port = parts.port or (465 if secure else 25)
        context = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(host, port, timeout=20, context=context)
            if secure
            else smtplib.SMTP(host, port, timeout=20)
        )
        with server:
            if not secure and server.has_extn("starttls"):
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(_message(mail, sender))

    return send


def _message(mail: Letter, sender: str) -> EmailMessage:
    """Raises Undeliverable for a recipient that is no address."""
    name, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=address)
    message["To"] = _recipient(mail)
    message["Subject"] = mail.title
    message["Message-ID"] = f"<asklater-{mail.id}-{int(mail.written_at.timestamp())}@{address.partition('@')[2]}>"
    message.set_content(mail.text)
    return message


def _recipient(mail: Letter) -> str:
    """The address as servers take it: its domain in ASCII, and its local part as it is (SMTPUTF8)."""
    try:
        checked = validate_email(mail.recipient, check_deliverability=False)
    except EmailNotValidError as error:
        raise Undeliverable("its recipient is no address") from error
    return f"{checked.local_part}@{checked.ascii_domain}"
