"""Taking answers: parse, prove, store or reject what a submission gives to the fields that were asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from webapp.profiling.answers import Provenance
from webapp.profiling.engine import Engine
from webapp.profiling.kinds.base import Asking, Elsewhere, Given, Invalid, Unable
from webapp.profiling.people import Subject
from webapp.profiling.submission import Submission
from webapp.profiling.tickets import Ticket
from webapp.profiling.words import gettext


@dataclass(frozen=True)
class Taken:
    """What came of a submission: the errors by field and part, the fields that cannot be supplied now, and where
    the person has to go before it goes on."""

    errors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unable: Mapping[str, Unable] = field(default_factory=dict)
    elsewhere: Elsewhere | None = None


def restricted() -> Unable:
    """Why nobody is asked who has restricted what is held of them: what is new could only be kept, not used."""
    return Unable(gettext("You have restricted your data, so nothing new is asked or stored. What is held stays."))


def take(
    engine: Engine,
    subject: Subject,
    ticket: Ticket,
    submission: Submission,
    missing: Collection[str],
    *,
    optional: bool = False,
) -> Taken:
    """Store every answer that holds, reject the others. Fields that were not asked, or are not `missing`, are left
    alone.

    A field that is fine is stored even when its neighbour is not, so that nobody types it twice. Where they are
    `optional`, one that was left empty beside others that were answered is skipped, not rejected.
    """
    asked = [key for key in ticket.fields if key in missing]
    if subject.restricted:
        return Taken(unable=dict.fromkeys(asked, restricted()))
    engine.episodes.submit(subject.id, ticket.action, asked)
    errors: dict[str, Mapping[str, str]] = {}
    unable: dict[str, Unable] = {}
    elsewhere: Elsewhere | None = None
    stored = 0
    suggested = engine.suggestions.read(subject.id)
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
            unable[key] = explained
        except Elsewhere as away:
            elsewhere = away
        else:
            confirmed = key in suggested and suggested[key].value == value
            origin = Provenance(ticket.action, "provider" if confirmed else "person", ticket.prompt_id)
            subject_id = engine.save(subject_id, key, value, origin, prompted=True)
            stored += 1
    if optional and stored:
        errors = {key: words for key, words in errors.items() if not submission.given.get(key, Given()).is_blank}
    engine.episodes.reject(subject_id, ticket.action, errors)
    engine.suggestions.drop(subject_id, suggested.keys() & set(asked) - errors.keys() - unable.keys())
    if subject_id != subject.id:
        engine.people.continue_as(subject_id)
    engine.people.refresh()
    return Taken(errors, unable, elsewhere)
