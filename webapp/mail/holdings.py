"""What the mail room keeps of a person."""

from webapp.mail.sealing import PARTS
from webapp.profiling.holdings import Holding, Words
from webapp.profiling.words import gettext

ACCOUNT = "account"
"""The purpose that mails serve, as a key of the manifest."""
TO = {"recipient": ("email", "second_email")}
"""The kinds of fields whose value stands in a mail."""


def _outgoing() -> Words:
    return Words(
        gettext("Mails to you"),
        gettext("what you did here"),
        gettext("two days after they were sent; in the demo, a month"),
        {
            "id": gettext("number"),
            "recipient": gettext("to"),
            "title": gettext("subject"),
            "text": gettext("text"),
            "written_at": gettext("written"),
            "send_at": gettext("next try"),
            "sent_at": gettext("sent"),
            "tries": gettext("tries"),
        },
    )


def _delivered() -> Words:
    return Words(
        gettext("Mails in the demo's mailbox"),
        gettext("what you did here"),
        gettext("a month"),
        {
            "id": gettext("number"),
            "delivered_at": gettext("delivered"),
        },
    )


HOLDINGS = (
    Holding(
        "outgoing_mail",
        ACCOUNT,
        _outgoing,
        frozenset({"recipient_mark"}),
        sealed=PARTS.labels,
        repeats=TO,
    ),
    Holding(
        "delivered_mail",
        ACCOUNT,
        _delivered,
        frozenset({"outgoing_id"}),
        link="outgoing_id",
        through="outgoing_mail",
    ),
)
