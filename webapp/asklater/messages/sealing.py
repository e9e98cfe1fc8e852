"""Messages as an outbox keeps them: sealed for whom they are about, and mails found by a keyed mark of their
address.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from asklater.database.access import microseconds
from asklater.email_addresses import normalise_address
from asklater.engine import Engine, current_engine
from asklater.keys.keyring import record
from asklater.keys.service import MissingMasterKey, Sealed
from asklater.messages.mailing_lists import mailing_list_of
from asklater.messages.outbox import Transport, Undeliverable
from asklater.messages.tables import OutgoingMail, OutgoingText
from asklater.messages.unsubscribing import unsubscribe_url
from asklater.personal_tables import LabelOf

# Sealed columns


@dataclass(frozen=True)
class SealedColumns:
    """The sealed columns of one outbox's rows, which have `subject_id` and `written_at` too; `label_prefix` begins
    the label that each is sealed under.
    """

    label_prefix: str
    columns: tuple[str, ...]

    @property
    def labels(self) -> dict[str, LabelOf]:
        """The label that each column is sealed under, for its personal table."""
        return {name: self._label_of_row(name) for name in self.columns}

    def seal(self, subject_id: int | None, moment: datetime, *texts: str) -> dict[str, bytes]:
        """The texts of a message that is written in that moment, in the order of the columns."""
        engine, named = current_engine(), zip(self.columns, texts, strict=True)
        return {name: engine.seal(subject_id, self._label(moment, name), text) for name, text in named}

    def open(self, row: Any) -> list[str]:
        """The texts of a row, in that order.

        Raises Undeliverable where it does not open any more, since its person was erased meanwhile.
        """
        sealed = {self._label(row.written_at, name): getattr(row, name) for name in self.columns}
        try:
            return list(current_engine().open(row.subject_id, sealed).values())
        except MissingMasterKey:
            raise
        except Sealed as error:
            raise Undeliverable("it does not open any more") from error

    def _label(self, moment: datetime, name: str) -> str:
        return f"{self.label_prefix}:{microseconds(moment)}:{name}"

    def _label_of_row(self, name: str) -> LabelOf:
        return lambda row: record(self._label(row["written_at"], name))


# Mail


MAIL_COLUMNS = SealedColumns("mail", ("recipient", "title", "text"))


@dataclass(frozen=True)
class Mail:
    """A mail in plain, on its way out or to its reader."""

    id: int
    recipient: str
    title: str
    text: str
    written_at: datetime
    unsubscribe_url: str = ""
    """Where its reader withdraws the consent that it rests on, or leaves its list; "" where there is neither."""


def address_mark(address: str) -> bytes:
    """The keyed mark by which the rows that keep this address sealed are found."""
    return address_mark_in(current_engine(), address)


def address_mark_in(engine: Engine, address: str) -> bytes:
    """The keyed mark of an address by the keys of `engine`, outside an application too."""
    return engine.keyring.mark(f"address:{normalise_address(address)}")


def sealed_mail(subject_id: int | None, recipient: str, title: str, text: str, moment: datetime) -> OutgoingMail:
    """The row of a mail that is written now, not to be sent yet."""
    sealed = MAIL_COLUMNS.seal(subject_id, moment, recipient, title, text)
    return OutgoingMail(subject_id=subject_id, recipient_mark=address_mark(recipient), written_at=moment, **sealed)


def open_mail(mail: OutgoingMail | Row[Any]) -> Mail:
    """Open a sealed mail. Raises Undeliverable where it does not open any more."""
    recipient, title, text = MAIL_COLUMNS.open(mail)
    return Mail(mail.id, recipient, title, text, mail.written_at)


def opening_mail(transport: Transport[Mail]) -> Transport[OutgoingMail]:
    """The transport of what the outbox keeps: it opens that first. What rests on a consent goes while it stands, what
    goes by a list while its reader is on it."""

    def send(sealed: OutgoingMail) -> None:
        mail = open_mail(sealed)
        if sealed.subject_id is not None:
            mail = replace(mail, unsubscribe_url=_way_out(sealed, sealed.subject_id))
        transport(mail)

    return send


def _way_out(sealed: OutgoingMail, subject_id: int) -> str:
    """Where its reader stops such mails, "" where that cannot be. Raises Undeliverable where they have."""
    if sealed.consent:
        if not current_engine().consented(subject_id, sealed.consent):
            raise Undeliverable("the consent that it rests on was withdrawn")
        return unsubscribe_url(subject_id, sealed.consent)
    mailing_list = mailing_list_of(sealed.mailing_list)
    if mailing_list is None:
        return ""
    if not mailing_list.wants(subject_id):
        raise Undeliverable("its reader has left the list")
    return mailing_list.stop_url(subject_id)


# Text messages


TEXT_COLUMNS = SealedColumns("text", ("recipient", "text"))


@dataclass(frozen=True)
class TextMessage:
    """A text message in plain; `recipient` is a number in E.164: a plus and at most 15 digits."""

    id: int
    recipient: str
    text: str


def sealed_text(subject_id: int | None, recipient: str, text: str, moment: datetime) -> OutgoingText:
    """The row of a text message that is written now, to be sent at once; one to nobody ("") never is."""
    sealed = TEXT_COLUMNS.seal(subject_id, moment, recipient, text)
    next_try_at = moment if recipient else None
    return OutgoingText(subject_id=subject_id, written_at=moment, next_try_at=next_try_at, **sealed)


def open_text(message: OutgoingText | Row[Any]) -> TextMessage:
    """Open a sealed text message. Raises Undeliverable where it does not open any more."""
    recipient, text = TEXT_COLUMNS.open(message)
    return TextMessage(message.id, recipient, text)


def opening_text(transport: Transport[TextMessage]) -> Transport[OutgoingText]:
    """The transport of what the outbox keeps: it opens that first."""
    return lambda sealed: transport(open_text(sealed))
