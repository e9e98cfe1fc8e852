"""What this part keeps of a person. That it was dealt with in time has to be shown even once they are erased."""

from webapp.privacy.requests.models import address_label, message_label, note_label
from webapp.profiling.holdings import Holding, Kept, Words
from webapp.profiling.keyring import record
from webapp.profiling.own_holdings import ACCOUNTABILITY
from webapp.profiling.words import gettext

TERM = "P36M"
"""As long as somebody can say in court that a request was not dealt with."""


def _requests() -> Words:
    return Words(
        gettext("What you asked of us about your data"),
        gettext("you"),
        gettext("three years; without your number, address and words once you are erased"),
        {
            "id": gettext("number"),
            "public_id": gettext("name in addresses"),
            "kind": gettext("what for"),
            "through": gettext("dealt with by"),
            "state": gettext("state"),
            "outcome": gettext("what was done"),
            "received_at": gettext("received"),
            "due_at": gettext("time until"),
            "extension": gettext("months more"),
            "closed_at": gettext("closed"),
            "field": gettext("field"),
            "address": gettext("address for the answer"),
            "message": gettext("in your words"),
            "receipt": gettext("receipt"),
        },
    )


def _steps() -> Words:
    return Words(
        gettext("What happened to it"),
        gettext("you, and who dealt with it"),
        gettext("with the request"),
        {
            "id": gettext("number"),
            "at": gettext("when"),
            "event": gettext("what happened"),
            "role": gettext("by whom"),
            "field": gettext("field"),
            "note": gettext("reason"),
        },
    )


HOLDINGS = (
    Holding(
        "privacy_request",
        ACCOUNTABILITY,
        _requests,
        frozenset({"taken_by", "pressed"}),
        kept=Kept(
            ACCOUNTABILITY, "received_at", TERM, dict.fromkeys(("subject_id", "address", "message", "pressed"), None)
        ),
        sealed={
            "address": lambda row: record(address_label(row["public_id"])),
            "message": lambda row: record(message_label(row["public_id"])),
        },
    ),
    Holding(
        "request_event",
        ACCOUNTABILITY,
        _steps,
        frozenset({"by"}),
        link="request_id",
        through="privacy_request",
        kept=Kept(ACCOUNTABILITY, "", TERM, {"note": None}),
        sealed={"note": lambda row: record(note_label(row))},
    ),
)
