"""The personal tables of the outboxes and of the demo's pages."""

from asklater.db import table_of
from asklater.i18n import gettext
from asklater.messages.sealing import MAIL_COLUMNS, TEXT_COLUMNS
from asklater.messages.tables import BouncedAddress, DeliveredMail, DeliveredText, OutgoingMail, OutgoingText
from asklater.personal_tables import ColumnText, PersonalTable

MAIL_PURPOSE = "account"
"""The purpose that mails serve, as a key of the manifest."""
MAIL_REPEATS = {"recipient": ("email", "second_email")}
"""The kinds of fields whose value stands in a mail."""


# Mail


def _outgoing_mail() -> ColumnText:
    return ColumnText(
        gettext("Mails to you"),
        gettext("what you did here"),
        gettext("two days after they were sent; in the demo, a month"),
        {
            "id": gettext("number"),
            "recipient": gettext("to"),
            "title": gettext("subject"),
            "text": gettext("text"),
            "written_at": gettext("written"),
            "urgent": gettext("sent before others"),
            "next_try_at": gettext("next try"),
            "sent_at": gettext("sent"),
            "tries": gettext("tries"),
            "bounced_at": gettext("refused"),
            "consent": gettext("by your consent"),
        },
    )


def _bounced_address() -> ColumnText:
    return ColumnText(
        gettext("Addresses of yours that take no mail"),
        gettext("the mail server of the address"),
        gettext("until the address is proved again, at most half a year"),
        {"bounced_at": gettext("refused")},
    )


def _delivered_mail() -> ColumnText:
    return ColumnText(
        gettext("Mails in the demo's mailbox"),
        gettext("what you did here"),
        gettext("a month"),
        {
            "id": gettext("number"),
            "delivered_at": gettext("delivered"),
        },
    )


MAIL_TABLES = (
    PersonalTable(
        table_of(OutgoingMail),
        MAIL_PURPOSE,
        _outgoing_mail,
        frozenset({"recipient_mark"}),
        sealed=MAIL_COLUMNS.labels,
        repeats=MAIL_REPEATS,
    ),
    PersonalTable(table_of(BouncedAddress), MAIL_PURPOSE, _bounced_address, frozenset({"recipient_mark"})),
    PersonalTable(
        table_of(DeliveredMail),
        MAIL_PURPOSE,
        _delivered_mail,
        frozenset({"outgoing_id"}),
        link="outgoing_id",
        through=table_of(OutgoingMail),
    ),
)


# Text messages


TEXT_PURPOSE = "account_protection"
"""The purpose that text messages serve, as a key of the manifest."""
TEXT_REPEATS = {"recipient": ("phone",)}
"""The kind of field whose value stands in a text message."""


def _outgoing_text() -> ColumnText:
    return ColumnText(
        gettext("Text messages to you"),
        gettext("what you did here"),
        gettext("two days after they were sent; in the demo, a month"),
        {
            "id": gettext("number"),
            "recipient": gettext("to"),
            "text": gettext("text"),
            "written_at": gettext("written"),
            "urgent": gettext("sent before others"),
            "next_try_at": gettext("next try"),
            "sent_at": gettext("sent"),
            "tries": gettext("tries"),
        },
    )


def _delivered_text() -> ColumnText:
    return ColumnText(
        gettext("Text messages on the demo's page"),
        gettext("what you did here"),
        gettext("a month"),
        {
            "id": gettext("number"),
            "delivered_at": gettext("delivered"),
        },
    )


TEXT_TABLES = (
    PersonalTable(
        table_of(OutgoingText),
        TEXT_PURPOSE,
        _outgoing_text,
        sealed=TEXT_COLUMNS.labels,
        repeats=TEXT_REPEATS,
    ),
    PersonalTable(
        table_of(DeliveredText),
        TEXT_PURPOSE,
        _delivered_text,
        frozenset({"outgoing_id"}),
        link="outgoing_id",
        through=table_of(OutgoingText),
    ),
)
