"""Where mail goes: to an SMTP server, or into the demo's mailbox."""

import smtplib
import ssl
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from webapp import clock
from webapp.db import current_session
from webapp.mail.models import DeliveredMail, OutgoingMail

Transport = Callable[[OutgoingMail], None]
"""Sends one mail. Raises OSError or smtplib.SMTPException when it could not."""


def to_mailbox(mail: OutgoingMail) -> None:
    """Into the page that the demo shows."""
    current_session().add(
        DeliveredMail(
            outgoing_id=mail.id,
            recipient=mail.recipient,
            title=mail.title,
            text=mail.text,
            delivered_at=clock.now(),
        )
    )


def to_smtp(url: str, sender: str) -> Transport:
    """To the server of `smtp://user:password@host:port` (STARTTLS where offered) or `smtps://` (TLS at once)."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"

    def send(mail: OutgoingMail) -> None:
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


def _message(mail: OutgoingMail, sender: str) -> EmailMessage:
    name, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = mail.title
    message["Message-ID"] = f"<asklater-{mail.id}-{int(mail.written_at.timestamp())}@{address.partition('@')[2]}>"
    message.set_content(mail.text)
    return message
