"""Taking answers: parse, prove, store or reject what a submission gives to the fields that were asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.profiling.answers import Provenance
from webapp.profiling.engine import Engine
from webapp.profiling.kinds.base import Asking, Given, Invalid, Unable
from webapp.profiling.people import Subject
from webapp.profiling.submission import Submission, Ticket


@dataclass(frozen=True)
class Taken:
    """What came of a submission: the errors by field and part, and the fields that cannot be supplied now."""

    errors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unable: Mapping[str, str] = field(default_factory=dict)


def take(engine: Engine, subject: Subject, ticket: Ticket, submission: Submission) -> Taken:
    """Store every answer that holds, reject the others. Fields that were not asked, or are held, are left alone.

    A field that is fine is stored even when its neighbour is not, so that nobody types it twice.
    """
    missing = engine.decide(ticket.action, subject).missing
    asked = [key for key in ticket.fields if key in missing]
    engine.episodes.submit(subject.id, ticket.action, asked)
    errors: dict[str, Mapping[str, str]] = {}
    unable: dict[str, str] = {}
    subject_id = subject.id
    for key in asked:
        kind, declared = engine.kind_of(key), engine.field(key)
        asking = Asking(subject_id, ticket.action)
        try:
            value = kind.parse(declared, submission.given.get(key, Given()))
            value = kind.prove(declared, asking, value)
        except Invalid as rejected:
            errors[key] = rejected.errors
        except Unable as explained:
            unable[key] = explained.reason
        else:
            origin = Provenance(ticket.action, prompt_id=ticket.prompt_id)
            subject_id = engine.save(subject_id, key, value, origin, prompted=True)
    engine.episodes.reject(subject_id, ticket.action, errors)
    if subject_id != subject.id:
        engine.people.continue_as(subject_id)
    engine.people.refresh()
    return Taken(errors, unable)
