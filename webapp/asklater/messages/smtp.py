"""Mail by SMTP: one conversation for many mails, a deadline for each, and what a server's refusals mean."""

import logging
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from email_validator import EmailNotValidError, validate_email

from asklater.messages.outbox import Bounced, Deferred, ServerTrouble, Undeliverable
from asklater.messages.sealing import Mail

TIMEOUT, DEADLINE = 10.0, 30.0
"""Seconds that a server may be silent, and that one mail may take in all, connecting included."""
MAILS_PER_CONNECTION = 50
NO_MAILBOX = frozenset({550, 551, 553, 556})
"""Refusals that say that there is no such mailbox; others of 5xx are about this mail, or about us."""
NOT_THE_MAILBOX = ("5.2.2", "5.3", "5.4", "5.6", "5.7")
"""How the text of such a refusal begins that is about something else: full, too large, no route, our reputation."""
ABOUT_US = frozenset({421, 530, 534, 535, 538})
"""The server ends the conversation, or wants another user or password."""
log = logging.getLogger(__name__)


class SmtpTransport:
    """To the server of `smtp://user:password@host:port` (STARTTLS where offered) or `smtps://` (TLS at once).

    A block of `with` is one conversation, begun with its first mail. One thread at a time may use it.
    """

    def __init__(self, url: str, sender: str, *, timeout: float = TIMEOUT, deadline: float = DEADLINE) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._secure else 25)
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._sender = sender
        self._timeout, self._deadline = timeout, deadline
        self._client: smtplib.SMTP | None = None
        self._sent = 0

    @property
    def server(self) -> str:
        """What the log calls it."""
        return f"the email server {self._host}:{self._port}"

    def __enter__(self) -> "SmtpTransport":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __call__(self, mail: Mail) -> None:
        """Send one mail. Raises Undeliverable, Bounced, Deferred, ServerTrouble and other OSErrors (outbox.py)."""
        message = _mime_message(mail, self._sender)
        with self._within_deadline():
            client = self._connected()
            try:
                client.send_message(message)
                self._sent += 1
            except smtplib.SMTPRecipientsRefused as refused:
                raise _refusal(*next(iter(refused.recipients.values()))) from None
            except smtplib.SMTPSenderRefused as refused:
                if refused.smtp_code == 552:  # it was told the size with the sender
                    raise _refusal(refused.smtp_code, refused.smtp_error) from None
                raise ServerTrouble(f"the sender was refused: {refused.smtp_code}") from None
            except smtplib.SMTPDataError as refused:
                raise _refusal(refused.smtp_code, refused.smtp_error) from None
            except smtplib.SMTPNotSupportedError as missing:
                raise Undeliverable("the server takes ASCII addresses only") from missing
            except OSError:
                self._drop()
                raise

    def close(self) -> None:
        """End the conversation, if there is one."""
        client = self._client
        if client is not None:
            with self._within_deadline(), suppress(OSError):
                client.quit()
        self._drop()

    def _connected(self) -> smtplib.SMTP:
        """The conversation that goes on, or a fresh one. Raises ServerTrouble."""
        if self._client is not None and self._sent < MAILS_PER_CONNECTION and self._still_there(self._client):
            return self._client
        self.close()
        try:
            return self._connect()
        except smtplib.SMTPAuthenticationError as error:
            self._drop()
            log.error("%s refuses the user and password of SMTP_URL (%s)", self.server, error.smtp_code)
            raise ServerTrouble("user and password were refused") from None
        except (OSError, UnicodeError) as error:
            self._drop()
            raise ServerTrouble(type(error).__name__) from error

    def _connect(self) -> smtplib.SMTP:
        context, options = ssl.create_default_context(), {"timeout": self._timeout}
        if self._secure:
            client: smtplib.SMTP = _EncryptedClient(self._note, self._host, self._port, context=context, **options)
        else:
            client = _Client(self._note, self._host, self._port, **options)
            client.ehlo_or_helo_if_needed()
            if client.has_extn("starttls"):
                client.starttls(context=context)
        if self._login:
            client.login(*self._login)
        self._sent = 0
        return client

    def _note(self, client: smtplib.SMTP) -> None:
        """Keep the client from before it connects: the deadline has to reach it then, too."""
        self._client = client

    @staticmethod
    def _still_there(client: smtplib.SMTP) -> bool:
        try:
            return client.noop()[0] == 250
        except OSError:
            return False

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    @contextmanager
    def _within_deadline(self) -> Iterator[None]:
        """Cut the line when the block takes too long: a server that answers a letter at a time is never silent."""
        timer = threading.Timer(self._deadline, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        line = getattr(self._client, "sock", None)
        if line is not None:
            with suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)


to_smtp = SmtpTransport


class _Client(smtplib.SMTP):
    """`opened` is called with it before it connects."""

    def __init__(self, opened: Callable[[smtplib.SMTP], None], *args: Any, **options: Any) -> None:
        opened(self)
        super().__init__(*args, **options)


class _EncryptedClient(smtplib.SMTP_SSL):
    def __init__(self, opened: Callable[[smtplib.SMTP], None], *args: Any, **options: Any) -> None:
        opened(self)
        super().__init__(*args, **options)


def _refusal(code: int, words: bytes | str) -> Exception:
    """What a server's refusal of a mail or its recipient means. Its words are left out: they name the recipient."""
    said = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    if code in ABOUT_US:
        return ServerTrouble(f"status {code}")
    if code < 500:
        return Deferred(f"status {code}")
    if code in NO_MAILBOX and not said.startswith(NOT_THE_MAILBOX):
        return Bounced(f"the server knows no such mailbox: status {code}")
    return Undeliverable(f"the server refuses it: status {code}")


def _mime_message(mail: Mail, sender: str) -> EmailMessage:
    """Raises Undeliverable for a recipient that is no address."""
    name, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=address)
    message["To"] = _ascii_recipient(mail)
    message["Subject"] = mail.title
    message["Message-ID"] = f"<asklater-{mail.id}-{int(mail.written_at.timestamp())}@{address.partition('@')[2]}>"
    if mail.unsubscribe_url:  # RFC 8058: a mail program ends it with one POST, without a page
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    return message


def _ascii_recipient(mail: Mail) -> str:
    """The address as servers take it: its domain in ASCII, and its local part as it is (SMTPUTF8)."""
    try:
        checked = validate_email(mail.recipient, check_deliverability=False)
    except EmailNotValidError as error:
        raise Undeliverable("its recipient is no address") from error
    return f"{checked.local_part}@{checked.ascii_domain}"
