"""Consents with their history as their person sees them."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from asklater.engine import Engine
from asklater.held_fields import ConsentLine, consent_line, origin_of
from asklater.i18n import gettext
from asklater.privacy.consents.history import ConsentEvent, ConsentState, consent_histories
from asklater.rights import consents


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
