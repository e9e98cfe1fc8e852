"""Consents with their history as their person sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.privacy.consents.history import ConsentEvent, EventState, consent_histories
from asklater.privacy.notices.version_presenters import ComparedLine, changed_since
from asklater.privacy.notices.versions import NoticeContents, NoticeVersion, find_versions
from asklater.records.consents import ConsentState
from asklater.subjects.held_fields import ConsentLine, consent_line, origin_of
from asklater.subjects.rights import consents

Versions = Mapping[tuple[str, str], NoticeVersion]
"""Versions of the notice, by field and version."""


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
        text=_event_sentence(engine, event),
        place="" if event.state == "outdated" else origin_of(engine, event.context),
        language=event.language,
        notice_url=url_for("notices.version", field=field, version=version) if version else "",
        told=_told(known.contents) if known else "",
    )


def _event_sentence(engine: Engine, event: ConsentEvent) -> str:
    """Returns what happened, and what was deleted with it."""
    gone = ", ".join(gettext(engine.field(key).label) for key in event.removed)
    text = event_text(event.state)
    return gettext("%(what)s, and this was deleted with it: %(fields)s", what=text, fields=gone) if gone else text


def _told(contents: NoticeContents) -> str:
    """Returns the words of a consent, and who else was to receive what it is about."""
    text = gettext(contents.get("text") or contents["reason"])
    recipients = ", ".join(gettext(name) for name in contents["purpose"]["recipients"])
    return gettext("%(text)s Passed on to: %(recipients)s.", text=text, recipients=recipients) if recipients else text


def event_text(state: EventState) -> str:
    """Returns what happened, as its person is told it."""
    return {
        "given": gettext("You said yes"),
        "pending": gettext("You said yes, before your address was verified"),
        "confirmed": gettext("Your address was verified, and your yes is in force"),
        "withdrawn": gettext("You withdrew it"),
        "refused": gettext("You said no"),
        "removed": gettext("The answer was removed"),
        "expired": gettext("The answer expired"),
        "lapsed": gettext("Your yes expired, since your address was not verified"),
        "outdated": gettext("What you said yes to changed, so your yes ended"),
    }[state]
