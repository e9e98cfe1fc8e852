"""The personal tables of privacy itself: exports until they expire, and requests even past an erasure, since answering
in time has to be shown.
"""

from functools import partial

from asklater.i18n import gettext
from asklater.keys.keyring import record
from asklater.personal_tables import WITH_ITS_OWNER, ColumnText, LegalHold, PersonalTable, Retention, Row
from asklater.privacy.correspondence_tables import letter_label, redaction, redaction_label, request_letter
from asklater.privacy.register_tables import hold_label, legal_hold, officer_preference
from asklater.privacy.tables import (
    address_label,
    export,
    export_part,
    export_part_label,
    message_label,
    note_label,
    privacy_request,
    privacy_request_event,
)
from asklater.records.personal_tables import ACCOUNTABILITY

EXPORTS_AT_ONCE = 20
"""Exports that are deleted in one transaction, with their parts, which may be large."""
REQUEST_HOLD_TERM = "P36M"
"""As long as somebody can say in court that a request was not dealt with."""


def _hold_label(column: str, row: Row) -> str:
    return record(hold_label(row, column))


def _letter_label(column: str, row: Row) -> str:
    return record(letter_label(row, column))


def _redaction_label(column: str, row: Row) -> str:
    return record(redaction_label(row, column))


def _exports() -> ColumnText:
    return ColumnText(
        gettext("Exports that you asked for"),
        gettext("you"),
        gettext("seven days, or until you delete them"),
        {
            "id": gettext("number"),
            "ordered_at": gettext("asked for"),
            "state": gettext("state"),
            "done": gettext("rows in it"),
            "total": gettext("rows that there were"),
            "unopened": gettext("rows with something that could not be opened"),
            "redacted": gettext("texts with something blacked out"),
            "size": gettext("characters"),
            "began_at": gettext("begun"),
            "ready_at": gettext("ready"),
            "expires_at": gettext("expires"),
        },
    )


def _parts() -> ColumnText:
    return ColumnText(
        gettext("What is in those exports, sealed"),
        gettext("the records that they were made of"),
        gettext("as long as the export"),
        {},
    )


EXPORT_TABLES = (
    PersonalTable(
        export,
        ACCOUNTABILITY,
        _exports,
        frozenset({"section", "after", "places", "tries"}),
        retention=Retention("expires_at", portion=EXPORTS_AT_ONCE),
    ),
    PersonalTable(
        export_part,
        ACCOUNTABILITY,
        _parts,
        frozenset({"place", "section", "content"}),
        retention=WITH_ITS_OWNER,
        link="export_id",
        through=export,
        sealed={"content": lambda row: record(export_part_label(row["export_id"], row["place"]))},
    ),
)


def _holds() -> ColumnText:
    return ColumnText(
        gettext("Legal holds on what is held of you"),
        gettext("the privacy officer"),
        gettext("as long as your account is held"),
        {
            "id": gettext("number"),
            "set_at": gettext("set"),
            "told": gettext("the reason, as you are told it"),
            "review_on": gettext("reviewed by"),
            "lifted_at": gettext("lifted"),
        },
    )


HOLD_TABLE = PersonalTable(
    legal_hold,
    ACCOUNTABILITY,
    _holds,
    frozenset({"public_id", "set_by", "reason", "lifted_by", "lift_reason", "erasure_by"}),
    retention=WITH_ITS_OWNER,
    sealed={name: partial(_hold_label, name) for name in ("reason", "told", "lift_reason")},
)


def _preferences() -> ColumnText:
    return ColumnText(
        gettext("Your choices as a privacy officer"),
        gettext("you"),
        gettext("as long as your account is held"),
        {"request_mails": gettext("emails about requests")},
    )


PREFERENCE_TABLE = PersonalTable(officer_preference, ACCOUNTABILITY, _preferences, retention=WITH_ITS_OWNER)


def _requests() -> ColumnText:
    return ColumnText(
        gettext("What you asked of us about your data"),
        gettext("you"),
        gettext("%(span)s; without your number, address and words once you are erased"),
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
            "field": gettext("field or purpose"),
            "address": gettext("address for the answer"),
            "message": gettext("in your words"),
            "receipt": gettext("receipt"),
            "came_by": gettext("how it came"),
            "entered_at": gettext("entered by the privacy officer"),
        },
    )


def _steps() -> ColumnText:
    return ColumnText(
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


def _letters() -> ColumnText:
    return ColumnText(
        gettext("Letters about it"),
        gettext("you, and who dealt with it"),
        gettext("with the request; without the words once you are erased"),
        {
            "id": gettext("number"),
            "at": gettext("when"),
            "direction": gettext("to you, or from you"),
            "channel": gettext("how"),
            "title": gettext("subject"),
            "text": gettext("text"),
        },
    )


def _redactions() -> ColumnText:
    return ColumnText(
        gettext("What is blacked out in your exports"),
        gettext("the privacy officer"),
        gettext("with the request; without the reason once you are erased"),
        {
            "id": gettext("number"),
            "section": gettext("record"),
            "part": gettext("part"),
            "reason": gettext("reason"),
            "at": gettext("when"),
        },
    )


REQUEST_TABLES = (
    PersonalTable(
        privacy_request,
        ACCOUNTABILITY,
        _requests,
        frozenset(
            {"taken_by", "pressed", "export_id", "address_mark", "new_told_at", "soon_told_at", "overdue_told_at"}
        ),
        kept=LegalHold(
            ACCOUNTABILITY,
            "received_at",
            REQUEST_HOLD_TERM,
            dict.fromkeys(("subject_id", "address", "address_mark", "message", "pressed"), None),
        ),
        sealed={
            "address": lambda row: record(address_label(row["public_id"])),
            "message": lambda row: record(message_label(row["public_id"])),
        },
        free_text=frozenset({"message"}),
    ),
    PersonalTable(
        privacy_request_event,
        ACCOUNTABILITY,
        _steps,
        frozenset({"by"}),
        link="request_id",
        through=privacy_request,
        kept=LegalHold(ACCOUNTABILITY, "", REQUEST_HOLD_TERM, {"note": None}),
        sealed={"note": lambda row: record(note_label(row))},
    ),
    PersonalTable(
        request_letter,
        ACCOUNTABILITY,
        _letters,
        frozenset({"public_id", "noted_at", "by"}),
        link="request_id",
        through=privacy_request,
        kept=LegalHold(ACCOUNTABILITY, "", REQUEST_HOLD_TERM, {"title": None, "text": None}),
        sealed={name: partial(_letter_label, name) for name in ("title", "text")},
        free_text=frozenset({"text"}),
    ),
    PersonalTable(
        redaction,
        ACCOUNTABILITY,
        _redactions,
        frozenset({"public_id", "row", "passage", "by"}),
        link="request_id",
        through=privacy_request,
        kept=LegalHold(ACCOUNTABILITY, "", REQUEST_HOLD_TERM, {"row": "", "passage": None, "reason": None}),
        sealed={name: partial(_redaction_label, name) for name in ("passage", "reason")},
        free_text=frozenset(),
    ),
)
