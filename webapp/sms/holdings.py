"""What the text message room keeps of a person."""

from webapp.profiling.holdings import Holding, Words
from webapp.profiling.words import gettext
from webapp.sms.sealing import PARTS

PROTECTION = "account_protection"
"""The purpose that text messages serve, as a key of the manifest."""
TO = {"recipient": ("phone",)}
"""The kind of field whose value stands in a text message."""


def _outgoing() -> Words:
    return Words(
        gettext("Text messages to you"),
        gettext("what you did here"),
        gettext("two days after they were sent; in the demo, a month"),
        {
            "id": gettext("number"),
            "recipient": gettext("to"),
            "words": gettext("text"),
            "written_at": gettext("written"),
            "send_at": gettext("next try"),
            "sent_at": gettext("sent"),
            "tries": gettext("tries"),
        },
    )


def _delivered() -> Words:
    return Words(
        gettext("Text messages on the demo's page"),
        gettext("what you did here"),
        gettext("a month"),
        {
            "id": gettext("number"),
            "delivered_at": gettext("delivered"),
        },
    )


HOLDINGS = (
    Holding(
        "outgoing_text",
        PROTECTION,
        _outgoing,
        sealed=PARTS.labels,
        repeats=TO,
    ),
    Holding(
        "delivered_text",
        PROTECTION,
        _delivered,
        frozenset({"outgoing_id"}),
        link="outgoing_id",
        through="outgoing_text",
    ),
)
