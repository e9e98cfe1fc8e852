"""Consents with their history as their person sees them, and the page on which a receipt is checked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for

from asklater.engine import Engine
from asklater.held_fields import ConsentLine, consent_line, origin_of
from asklater.i18n import gettext
from asklater.kinds.base import Input, InputError
from asklater.privacy.consents.history import ConsentEvent, EventState, consent_histories
from asklater.privacy.consents.receipts import ReceiptCheck, ReceiptVerdict, check_receipt_text
from asklater.privacy.notices.version_presenters import ComparedLine, changed_since
from asklater.privacy.notices.versions import NoticeContents, NoticeVersion, find_versions
from asklater.privacy.signing import Signer
from asklater.records.consents import ConsentState
from asklater.rights import consents

Versions = Mapping[tuple[str, str], NoticeVersion]
"""Versions of the notice, by field and version."""
TEXT_INPUT, FILE_INPUT = "receipt", "file"


@dataclass(frozen=True)
class EventLine:
    """One event of a consent in words; `notice_url` leads to what its person was told, "" where nothing was.

    `place` is where it was said, "" where other terms made the event. `told` is what a statement was said to, "" for
    other events and for words that are not on record.
    """

    at: datetime
    text: str
    place: str
    language: str
    notice_url: str
    told: str


@dataclass(frozen=True)
class ConsentRecord:
    """One consent with all that became of it, the latest first; `receipt_url` is "" where nothing was said yet.

    `changed` is what became of the words that its person said yes to, where that ended it.
    """

    key: str
    line: ConsentLine
    events: tuple[EventLine, ...]
    receipt_url: str
    changed: tuple[ComparedLine, ...]


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
    states, histories = engine.consents.states(subject_id), consent_histories(engine, subject_id)
    told = {(key, event.notice_version) for key, events in histories.items() for event in events}
    versions = find_versions(engine, {pair for pair in told if pair[1]})
    return tuple(_record(engine, key, states.get(key), histories.get(key, ()), versions) for key in consents(engine))


def _record(
    engine: Engine, key: str, state: ConsentState | None, events: Sequence[ConsentEvent], versions: Versions
) -> ConsentRecord:
    return ConsentRecord(
        key=key,
        line=consent_line(engine, key, state, url_for("personal_data.data")),
        events=tuple(_event_line(engine, key, event, versions) for event in reversed(events)),
        receipt_url=url_for("consents.receipt", field=key) if events else "",
        changed=changed_terms(engine, key, events, versions) if state == "outdated" else (),
    )


def changed_terms(
    engine: Engine, field: str, events: Sequence[ConsentEvent], versions: Versions
) -> tuple[ComparedLine, ...]:
    """Returns what became of the words of the last statement; empty where they are not on record."""
    last = next((event.notice_version for event in reversed(events) if event.notice_version), "")
    known = versions.get((field, last))
    return changed_since(engine, known) if known else ()


def _event_line(engine: Engine, field: str, event: ConsentEvent, versions: Versions) -> EventLine:
    version = event.notice_version
    known = versions.get((field, version))
    return EventLine(
        at=event.at,
        text=event_text(event.state),
        place="" if event.state == "outdated" else origin_of(engine, event.context),
        language=event.language,
        notice_url=url_for("notices.version", field=field, version=version) if version else "",
        told=_told(known.contents) if known else "",
    )


def _told(contents: NoticeContents) -> str:
    """Returns the words of a consent, and who else was to receive what it is about."""
    text = gettext(contents.get("text") or contents["reason"])
    recipients = ", ".join(gettext(name) for name in contents["purpose"]["recipients"])
    return gettext("%(text)s Passed on to: %(recipients)s.", text=text, recipients=recipients) if recipients else text


def event_text(state: EventState) -> str:
    """Returns what happened, as its person is told it."""
    return {
        "given": gettext("You said yes"),
        "pending": gettext("You said yes, before your address was proved"),
        "confirmed": gettext("Your address was proved, and your yes is in force"),
        "withdrawn": gettext("You withdrew it"),
        "refused": gettext("You said no"),
        "removed": gettext("The answer was removed"),
        "expired": gettext("The answer expired"),
        "lapsed": gettext("Your yes expired, since your address was not proved"),
        "outdated": gettext("What you said yes to changed, so your yes ended"),
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
