"""Consents with their history as their person sees them, and the page on which a receipt is checked."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for

from asklater.engine import Engine
from asklater.held_fields import ConsentLine, consent_line, origin_of
from asklater.i18n import gettext
from asklater.kinds.base import Input, InputError
from asklater.privacy.consents.history import ConsentEvent, ConsentState, consent_histories
from asklater.privacy.consents.receipts import ReceiptCheck, ReceiptVerdict, check_receipt_text
from asklater.privacy.signing import Signer
from asklater.rights import consents

TEXT_INPUT, FILE_INPUT = "receipt", "file"


@dataclass(frozen=True)
class EventLine:
    """One event of a consent in words; `notice_url` leads to what its person was told, "" where nothing was."""

    at: datetime
    text: str
    place: str
    language: str
    notice_url: str


@dataclass(frozen=True)
class ConsentRecord:
    """One consent with all that became of it, the latest first; `receipt_url` is "" where nothing was said yet."""

    key: str
    line: ConsentLine
    events: tuple[EventLine, ...]
    receipt_url: str


@dataclass(frozen=True)
class ReceiptCheckPage:
    """The form that takes a receipt, and what came of the one that it was given.

    `facts` are pairs of what a genuine one says, `text` is all of it.
    """

    paste: Input
    file: Input
    errors: tuple[InputError, ...]
    verdict: ReceiptVerdict | None
    heading: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    text: str


def consent_records(engine: Engine, subject_id: int) -> tuple[ConsentRecord, ...]:
    """Returns every consent that there is to give, in the order of the manifest."""
    fields = consents(engine)
    values = engine.answers.read(subject_id, fields) if fields else {}
    histories = consent_histories(engine, subject_id)
    return tuple(
        ConsentRecord(
            key=key,
            line=consent_line(engine, key, given=values.get(key, {}).get("given")),
            events=tuple(_event_line(engine, key, event) for event in reversed(histories.get(key, ()))),
            receipt_url=url_for("consents.receipt", field=key) if key in histories else "",
        )
        for key in fields
    )


def _event_line(engine: Engine, field: str, event: ConsentEvent) -> EventLine:
    version = event.notice_version
    return EventLine(
        at=event.at,
        text=_state_text(event.state),
        place=origin_of(engine, event.context),
        language=event.language,
        notice_url=url_for("notices.version", field=field, version=version) if version else "",
    )


def _state_text(state: ConsentState) -> str:
    return {
        "given": gettext("You said yes"),
        "withdrawn": gettext("You withdrew it"),
        "refused": gettext("You said no"),
        "removed": gettext("The answer was removed"),
        "expired": gettext("The answer expired"),
    }[state]


def empty_check_page() -> ReceiptCheckPage:
    return _check_page("", "", None)


def check_page(signer: Signer, pasted: str, uploaded: bytes) -> ReceiptCheckPage:
    """Checks the file, or the pasted text where there is none. An empty form gets an error."""
    text = uploaded.decode("utf-8", "replace") if uploaded else pasted
    if not text.strip():
        return _check_page(pasted, gettext("Paste a receipt, or choose its file."), None)
    found = check_receipt_text(signer, text)
    if found.verdict == "unreadable":
        return _check_page(
            pasted,
            gettext("This is no receipt: it is to be one JSON document, from its first { to its last }."),
            found,
        )
    return _check_page(pasted, "", found)


def _check_page(pasted: str, error: str, found: ReceiptCheck | None) -> ReceiptCheckPage:
    errors = (error,) if error else ()
    paste = Input(
        name=TEXT_INPUT,
        id=TEXT_INPUT,
        label=gettext("The receipt, as text"),
        type="textarea",
        values=(pasted,),
        optional=True,
    )
    file = Input(
        name=FILE_INPUT,
        id=FILE_INPUT,
        label=gettext("Or its file"),
        type="file",
        accept=".json,application/json",
        optional=True,
    )
    verdict = found.verdict if found else None
    heading, summary = _verdict_texts(verdict)
    return ReceiptCheckPage(
        paste=replace(paste, errors=errors),
        file=file,
        errors=tuple(InputError(TEXT_INPUT, message) for message in errors),
        verdict=verdict if verdict != "unreadable" else None,
        heading=heading,
        summary=summary,
        facts=_facts(found.contents) if found and found.contents is not None else (),
        text=json.dumps(found.contents, indent=2, ensure_ascii=False) if found and found.contents is not None else "",
    )


def _verdict_texts(verdict: ReceiptVerdict | None) -> tuple[str, str]:
    return {
        "genuine": (gettext("Genuine"), gettext("We signed this document, and not a letter of it has changed since.")),
        "altered": (
            gettext("Altered"),
            gettext("It names our key, but its contents are not what was signed. Something in it was changed."),
        ),
        "forged": (gettext("Not ours"), gettext("We did not sign this document: it bears no proof by our key.")),
    }.get(verdict or "", ("", ""))


def _facts(contents: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Returns the main facts of a consent's receipt. Other documents of ours have none, and are shown in full."""
    processing = contents.get("pii_processing")
    if not isinstance(processing, dict):
        return ()
    last = contents["events"][-1]
    return (
        (gettext("For"), processing["purposes"][0]["purpose"]),
        (gettext("State when it was issued"), last["state"]),
        (gettext("Since"), last["event_time"]),
        (gettext("Issued"), contents["issued_at"]),
        (gettext("Person"), contents["pii_principal_id"]),
    )
