"""A subject's profile as JSON: all that is held of it, and changes of it, which are taken as a whole or not at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asklater.asking.json_documents import given_answer, refuse_unknown
from asklater.engine import BY_PERSON, Engine
from asklater.http import absolute_url
from asklater.i18n import gettext
from asklater.kinds.base import Asking, Invalid, Redirected, Unable
from asklater.kinds.consent import Consent
from asklater.manifest.notice import kept
from asklater.records.answers import Held, Provenance
from asklater.records.people import Subject
from asklater.subjects.held_fields import change_url, origin_of
from asklater.subjects.rights import restricted

SERVICE = "service"
"""The source of what another system of the application's gave for its subject."""
GIVEN, TERMS = "given", "terms"
Errors = dict[str, Mapping[str, str]]
"""What is wrong, by field and part; the part "" is the field's own."""


class Refused(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Nothing was changed. `errors` are sentences by field and part."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


@dataclass(frozen=True)
class Giver:
    """Who changes a profile: its person, or a service with a token for them."""

    origin: Provenance
    is_person: bool


PERSON = Giver(BY_PERSON, is_person=True)


def service_for(context: str) -> Giver:
    """A service that gives answers in the context of this action, or `settings` for none."""
    return Giver(Provenance(context, SERVICE), is_person=False)


def profile_document(engine: Engine, subject: Subject | None) -> dict[str, Any]:
    """Everything that is held, with what it is for, and how each consent stands. Two statements, three with consents.

    Reading it is no impression, and no use: no retention begins anew.
    """
    held = engine.answers.held(subject.id) if subject else []
    values = engine.answers.read(subject.id) if subject else {}
    states = engine.consents.states(subject.id) if subject and engine.consents.terms else {}
    return {
        "restricted": bool(subject and subject.restricted),
        "fields": {entry.field: _field(engine, entry, values[entry.field]) for entry in held if entry.field in values},
        "consents": {
            key: {
                "label": gettext(engine.field(key).label),
                "reason": gettext(engine.field(key).reason),
                "state": states.get(key),
                TERMS: terms,
            }
            for key, terms in engine.consents.terms.items()
        },
    }


def _field(engine: Engine, held: Held, value: Any) -> dict[str, Any]:
    declared, kind = engine.field(held.field), engine.kind_of(held.field)
    page = change_url(engine, held.field)
    return {
        "value": kind.to_json(declared, value),
        "shown": kind.show(declared, value),
        "kind": declared.kind,
        "label": gettext(declared.label),
        "reason": gettext(declared.reason),
        "purpose": gettext(engine.manifest.purposes[declared.purpose].label),
        "kept": kept(declared),
        "kept_until": held.expires_at.isoformat(),
        "given_at": held.given_at.isoformat(),
        "source": held.source,
        "context": held.action,
        "context_label": origin_of(engine, held.action),
        "notice_version": held.notice_version,
        "change_url": absolute_url(page) if page else None,
    }


def change_profile(engine: Engine, subject: Subject, changes: Mapping[str, Any], giver: Giver = PERSON) -> int:
    """Store what each field is changed to, and remove those that are changed to None; the subject that holds it all
    from now on, which may be another one that turned out to be the same person.

    Raises Refused where any of it cannot be taken: nothing is changed then. Raises Unreadable for a field that is not
    declared, and what the guard of a kind raises that could open the account.
    """
    refuse_unknown(engine, changes)
    removed = [key for key, value in changes.items() if value is None and not _is_consent(engine, key)]
    wanted = {
        key: value for key, value in changes.items() if key not in removed and not _is_nothing(subject, key, value)
    }
    errors: Errors = {}
    parsed: dict[str, Any] = {}
    for key in (*removed, *wanted):
        try:
            _ensure_may(engine, subject, key, giver, removes=key in removed)
            if key in wanted:
                parsed[key] = _parsed(engine, key, wanted[key], giver)
        except (Invalid, Unable) as refused:
            errors[key] = refused.errors if isinstance(refused, Invalid) else {"": refused.reason}
    errors |= _out_of_order(engine, subject, parsed, removed)
    proved = _proved(engine, subject, parsed, giver, errors) if not errors else {}
    if errors:
        raise Refused(errors)
    return _store(engine, subject, proved, removed, giver)


def _ensure_may(engine: Engine, subject: Subject, key: str, giver: Giver, *, removes: bool) -> None:
    """Raises Unable where this giver cannot change the field here, and what its guard raises."""
    kind = engine.kind_of(key)
    by_hand = not kind.editable or bool(kind.change_endpoint)
    if not giver.is_person and (kind.guarded or by_hand):
        raise Unable(gettext("Only its person can change this."))
    engine.guard(key)
    if removes:
        return
    if by_hand:
        page = change_url(engine, key)
        raise Unable(
            gettext("This is changed on a page: %(url)s", url=absolute_url(page))
            if page
            else gettext("This cannot be changed here.")
        )
    if subject.restricted and key not in subject.held:
        raise restricted()


def _parsed(engine: Engine, key: str, value: Any, giver: Giver) -> Any:
    """What the kind reads of a value. Raises Invalid."""
    if _is_consent(engine, key):
        return _decision(engine, key, value, giver)
    given = given_answer(engine, key, value)
    if given.unfit:
        raise Invalid({"": given.unfit})
    return engine.kind_of(key).parse(engine.field(key), given)


def _decision(engine: Engine, key: str, value: Any, giver: Giver) -> dict[str, bool]:
    """A consent: a no as it is, a yes with the version of the terms that its person has read. Raises Invalid."""
    terms = engine.consents.terms[key]
    if value is None or value is False or value == {GIVEN: False}:
        return {GIVEN: False}
    if not giver.is_person:
        raise Invalid({"": gettext("Only its person can say yes to this.")})
    if value != {GIVEN: True, TERMS: terms}:
        shape = f'{{"{GIVEN}": true, "{TERMS}": "{terms}"}}'
        raise Invalid({"": gettext("Show the terms, and send %(shape)s once its person says yes.", shape=shape)})
    return {GIVEN: True}


def _is_consent(engine: Engine, key: str) -> bool:
    return isinstance(engine.kind_of(key), Consent)


def _is_nothing(subject: Subject, key: str, value: Any) -> bool:
    """Whether a consent that was never answered is taken back."""
    return value is None and key not in subject.held


def _out_of_order(engine: Engine, subject: Subject, parsed: Mapping[str, Any], removed: list[str]) -> Errors:
    """The fields that come after another one which is not there then."""
    there = (subject.held | parsed.keys()) - {*removed}
    found: Errors = {}
    for key, value in parsed.items():
        lacking = [other for other in engine.field(key).after if other not in there]
        if lacking and value != {GIVEN: False}:
            first = gettext(engine.field(lacking[0]).label)
            found[key] = {"": gettext("First answer this: %(label)s.", label=first)}
    return found


def _proved(
    engine: Engine, subject: Subject, parsed: Mapping[str, Any], giver: Giver, errors: Errors
) -> dict[str, Any]:
    """What to store; what cannot be proved goes into `errors`."""
    proved: dict[str, Any] = {}
    for key in _in_order(engine, parsed):
        try:
            proved[key] = engine.prove(key, Asking(subject.id, giver.origin.action), parsed[key])
        except Invalid as rejected:
            errors[key] = rejected.errors
        except Unable as explained:
            errors[key] = {"": explained.reason}
        except Redirected:
            errors[key] = {"": gettext("Only its person can change this, on a page.")}
    return proved


def _in_order(engine: Engine, keys: Mapping[str, Any]) -> Iterator[str]:
    """The fields, each behind those that it comes after."""
    left = list(keys)
    while left:
        ready = [key for key in left if not {*engine.field(key).after} & {*left}] or left
        yield from ready
        left = [key for key in left if key not in ready]


def _store(engine: Engine, subject: Subject, proved: Mapping[str, Any], removed: list[str], giver: Giver) -> int:
    number = subject.id
    for key in removed:
        engine.remove(number, key)
    for key, value in proved.items():
        number = engine.change(number, key, value, giver.origin)
    engine.people.refresh()
    return number
