"""Merging two subjects who turn out to be one person: what the one holds goes over to the other."""

from sqlalchemy import update

from asklater.engine import Engine
from asklater.registry import CONSENT_WITHDRAWN_ACT
from asklater.subjects.rights import carry_rights
from asklater.tables import answer_event


def merge(engine: Engine, from_subject: int, into_subject: int) -> tuple[str, ...]:
    """Move answers, episodes, events, signals, rights and what was asked in the background; the moved fields.

    What `into_subject` holds already wins, and what is still asked of it ends as superseded. Values are
    encrypted anew, under the key of the one that holds them from now on.
    """
    carry_rights(engine, from_subject, into_subject)
    moved: list[str] = []
    origins = {held.field: held for held in engine.answers.held(from_subject)}
    for field, value in engine.answers.read(from_subject, origins).items():
        if engine.answers.carry(origins[field], value, into_subject):
            engine.episodes.saved(into_subject, field, None)
            moved.append(field)
        elif engine.kind_of(field).stated(value):
            engine.exercised(CONSENT_WITHDRAWN_ACT, from_subject, field)  # what the other one said holds for both
        engine.answers.remove(from_subject, field, "settings", "merged")
    engine.suggestions.move(from_subject, into_subject)
    engine.episodes.move(from_subject, into_subject)
    engine.signals.move(from_subject, into_subject)
    engine.background.move(from_subject, into_subject)
    engine.skipped.move(from_subject, into_subject)
    engine.experiments.assignments.move(from_subject, into_subject)
    for held in engine.answers.held(into_subject):
        engine.episodes.saved(into_subject, held.field, None)
    engine.database.writing().execute(
        update(answer_event).where(answer_event.c.subject_id == from_subject).values(subject_id=into_subject)
    )
    engine.events.tell("merged", into_subject, fields=moved, from_subject_id=from_subject)
    return tuple(moved)
