"""Consents with their history, as their person sees them."""

from flask import url_for

from webapp.accounts.preferences import consent_line
from webapp.accounts.showing import origin_of
from webapp.privacy.consents.history import ConsentEvent, State, histories
from webapp.privacy.consents.pages import ConsentRecord, EventLine
from webapp.profiling.consenting import consents
from webapp.profiling.engine import Engine
from webapp.profiling.words import gettext


def consent_records(engine: Engine, subject_id: int) -> tuple[ConsentRecord, ...]:
    """Every consent that there is to give, in the order of the manifest."""
    fields = consents(engine)
    values = engine.answers.read(subject_id, fields) if fields else {}
    said = histories(engine, subject_id)
    return tuple(
        ConsentRecord(
            key=key,
            line=consent_line(engine, key, given=values.get(key, {}).get("given")),
            events=tuple(_line(engine, key, event) for event in reversed(said.get(key, ()))),
            receipt_url=url_for("consents.receipt", field=key) if key in said else "",
        )
        for key in fields
    )


def _line(engine: Engine, field: str, event: ConsentEvent) -> EventLine:
    version = event.notice_version
    return EventLine(
        at=event.at,
        text=_words(event.state),
        place=origin_of(engine, event.context),
        language=event.language,
        notice_url=url_for("notices.version", field=field, version=version) if version else "",
    )


def _words(state: State) -> str:
    return {
        "given": gettext("You said yes"),
        "withdrawn": gettext("You withdrew it"),
        "refused": gettext("You said no"),
        "removed": gettext("The answer was removed"),
        "expired": gettext("The answer expired"),
    }[state]
