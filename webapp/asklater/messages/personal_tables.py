"""The personal tables of the outboxes and of the demo's pages."""

from dataclasses import replace

from asklater.database.access import table_of
from asklater.i18n import gettext
from asklater.messages.sealing import MAIL_COLUMNS, TEXT_COLUMNS
from asklater.messages.tables import BouncedAddress, DeliveredMail, DeliveredText, OutgoingMail, OutgoingText
from asklater.personal_tables import WITH_ITS_OWNER, ColumnText, PersonalTable, Retention

MAIL_PURPOSE = "account"
"""The purpose that mails serve, as a key of the manifest."""
MAIL_KEPT = Retention("written_at", "P2D", waits_for="next_try_at")
"""After a mail was written, once it has gone out or was given up. It holds codes and links that let people in, which
are kept as hashes everywhere else."""
SHOWN_MAIL_KEPT = replace(MAIL_KEPT, span="P30D")
"""In the demo, whose mailbox page shows mails."""
SENT_TO_THEM: frozenset[str] = frozenset()
"""The free texts of a message: none, since whoever has its row was sent it."""
MAIL_REPEATS = {"recipient": ("email", "second_email")}
"""The kinds of fields whose value stands in a mail."""


# Mail


def _outgoing_mail() -> ColumnText:
    return ColumnText(
        gettext("Emails to you"),
        gettext("what you did here"),
        gettext("%(span)s after they were written, once they have gone out"),
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
            "mailing_list": gettext("emails that you asked for"),
        },
    )


def _bounced_address() -> ColumnText:
    return ColumnText(
        gettext("Addresses of yours that take no email"),
        gettext("the email server of the address"),
        gettext("until the address is verified again, at most %(span)s"),
        {"bounced_at": gettext("refused")},
    )


def _delivered_mail() -> ColumnText:
    return ColumnText(
        gettext("Emails in the demo's mailbox"),
        gettext("what you did here"),
        gettext("as long as the email"),
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
        free_text=SENT_TO_THEM,
        retention=MAIL_KEPT,
    ),
    PersonalTable(
        table_of(BouncedAddress),
        MAIL_PURPOSE,
        _bounced_address,
        frozenset({"recipient_mark"}),
        retention=Retention("bounced_at", "P180D"),
    ),
    PersonalTable(
        table_of(DeliveredMail),
        MAIL_PURPOSE,
        _delivered_mail,
        frozenset({"outgoing_id"}),
        retention=WITH_ITS_OWNER,
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
        gettext("%(span)s after they were written"),
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
        gettext("as long as the message"),
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
        free_text=SENT_TO_THEM,
        retention=Retention("written_at", "P2D"),
    ),
    PersonalTable(
        table_of(DeliveredText),
        TEXT_PURPOSE,
        _delivered_text,
        frozenset({"outgoing_id"}),
        retention=WITH_ITS_OWNER,
        link="outgoing_id",
        through=table_of(OutgoingText),
    ),
)
