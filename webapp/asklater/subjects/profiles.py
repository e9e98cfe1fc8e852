"""`Profile`: what is held of one person, for the application's own code, in a request and outside of one."""

from typing import Any

from flask import has_request_context

from asklater.engine import BY_PERSON, Engine
from asklater.kinds.base import Asking, Given
from asklater.policy.decision import decide
from asklater.records.answers import IMPORTED, Provenance
from asklater.records.people import Subject
from asklater.records.sources import as_given
from asklater.records.users import user_id_of
from asklater.settings import ConfigurationError
from asklater.subjects.deletion import APPLICATION, erase_subject
from asklater.subjects.rights import restricted
from asklater.subjects.users import UserPeople

NO_USERS = (
    "A user is named where Profiling(app, user=...) tells who they are. Without that, profile() is whoever makes the "
    "request."
)
HELD_ELSEWHERE = "{} is held by the application itself: change it there, or give its source a write=."
NO_TRANSACTION = "Nothing would commit this: write within `with profiling.transaction():`, or in a view."
BY_APPLICATION = Provenance("import", IMPORTED)


class Profile:
    """What is held of one person: a user of the application, or whoever makes the request.

    Values are as the field's kind keeps them: text for most, see the manifest's chapter. Names that the manifest does
    not declare raise UndeclaredError. What is written is committed with the request, or at the end of
    `with profiling.transaction():`; elsewhere, writing raises ConfigurationError.
    """

    def __init__(self, engine: Engine, user: object = None) -> None:
        """`user` is named as in `Profiling(app, user=...)`; None is whoever makes the request. Raises
        ConfigurationError for one that is named where nobody tells who users are."""
        self._engine = engine
        self._people = engine.people
        self._user = user_id_of(user)
        if self._user is not None and not isinstance(self._people, UserPeople):
            raise ConfigurationError(NO_USERS)

    def __repr__(self) -> str:
        return f"<Profile of {'whoever asks' if self._user is None else 'a user'}>"

    @property
    def subject(self) -> Subject | None:
        """Who it is for the library, and what they hold; None for somebody of whom nothing is recorded."""
        if self._is_here and has_request_context():
            return self._people.subject()
        if self._user is None or not isinstance(self._people, UserPeople):
            return None
        return self._people.subject_of(self._user)

    def get(self, field: str, default: Any = None) -> Any:
        """The value that is held, or `default`."""
        self._engine.field(field)
        found = self.subject
        return default if found is None else self._engine.answers.read(found.id, [field]).get(field, default)

    def holds(self, field: str) -> bool:
        """Whether a value is held. None is read."""
        self._engine.field(field)
        found = self.subject
        return found is not None and field in found.held

    def missing(self, action: str) -> tuple[str, ...]:
        """The fields that the action waits for, as the manifest declares it; () where it would run. Nobody is asked by
        this, and nothing is counted."""
        found, registry = self.subject, self._engine.registry
        number, held = (found.id, found.held) if found else (None, frozenset[str]())
        treatment = self._engine.experiments.as_declared(action)
        reaches = self._engine.reaching(number)
        return decide(treatment, held, lambda name: registry.conditions[name](number), applies=reaches).missing

    def set(self, field: str, value: Any) -> None:
        """Hold this value in the place of an earlier one. It is given as `get` returns it, a day also as a `date`, or
        as `Given`, the parts that a person typed.

        In their own request it counts as given by the person, otherwise as imported: a yes to a consent, which its
        person alone can say, then raises ImportedConsent. Raises Invalid with the kind's errors, and Unable for a
        person who has restricted what is held; of kinds that prove something also what their `prove` raises.
        """
        engine = self._engine
        self._refuse_fixed(field)
        declared, kind = engine.field(field), engine.kind_of(field)
        number = self._ensured()
        found = self.subject
        if found is not None and found.restricted:
            raise restricted()
        parsed = kind.parse(declared, value if isinstance(value, Given) else as_given(declared, kind, value))
        stored = engine.prove(field, Asking(number, BY_PERSON.action), parsed)
        engine.change(number, field, stored, BY_PERSON if self._is_here else BY_APPLICATION)
        self._people.refresh()

    def remove(self, field: str) -> None:
        """Hold it no more, nor what proves it; nothing where it is not held."""
        self._refuse_fixed(field)
        self._require_transaction()
        number = self._number
        if number is not None:
            self._engine.remove(number, field)
            self._refresh()

    def erase(self) -> bool:
        """Erase all that is held of them, as the application does with a user whom it deletes. False where a legal
        hold keeps it. Nothing for somebody of whom nothing is recorded."""
        self._require_transaction()
        number = self._number
        erased = number is None or erase_subject(self._engine, number, by=APPLICATION)
        self._refresh()
        return erased

    def rename(self, user: object) -> None:
        """Know this user by another id from now on. Where that one is known already, both become one: what the other
        one holds wins. Raises ConfigurationError for whoever is no user."""
        self._require_transaction()
        other = user_id_of(user)
        if self._user is None or other is None or not isinstance(self._people, UserPeople):
            raise ConfigurationError(NO_USERS)
        self._people.rename(self._user, other)
        self._user = other
        self._refresh()

    @property
    def _is_here(self) -> bool:
        """Whether it is of whoever makes the request."""
        if self._user is None:
            return True
        people = self._people
        return has_request_context() and isinstance(people, UserPeople) and people.current_id() == self._user

    @property
    def _number(self) -> int | None:
        if self._user is not None and isinstance(self._people, UserPeople):
            return self._people.users.number(self._user)
        found = self._people.subject() if has_request_context() else None
        return found.id if found else None

    def _ensured(self) -> int:
        self._require_transaction()
        if self._user is not None and isinstance(self._people, UserPeople):
            return self._people.users.record(self._user)
        return self._people.ensure_subject().id

    def _refuse_fixed(self, field: str) -> None:
        """Raises ConfigurationError for what the application holds itself, and nobody said how to change."""
        self._engine.field(field)
        sources, number = self._engine.answers.sources, self._number
        held = sources.of_subject(number, [field]) if sources is not None and number is not None else {}
        if held and sources is not None and number is not None and not sources.writes(number, field):
            raise ConfigurationError(HELD_ELSEWHERE.format(field))

    def _require_transaction(self) -> None:
        if not self._engine.database.is_in_unit_of_work:
            raise ConfigurationError(NO_TRANSACTION)

    def _refresh(self) -> None:
        if has_request_context():
            self._people.refresh()
