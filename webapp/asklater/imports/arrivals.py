"""One person's arrival: what they bring is looked at without a write, and then stored, never over what is held."""

from collections.abc import Iterable
from dataclasses import dataclass

from asklater.engine import Engine
from asklater.imports.people import Person
from asklater.imports.places import Faulty, Place
from asklater.imports.values import ANSWER, Brought, FieldMapping, brought
from asklater.kinds.base import Asking, Invalid, Redirected, Unable
from asklater.records.answers import BY_IMPORT, IMPORTED
from asklater.records.people import subject_by_id
from asklater.registry import Enrolled

RESTRICTED = "its person has restricted what is held of them here: nothing was changed"


@dataclass(frozen=True)
class Arrival:
    """What somebody would bring: `answers` and `suggestions`, `refused` by a field's kind, and what stays as it is
    since it is `held` here already."""

    person: Person
    name: str
    found: Enrolled | None
    holds: frozenset[str]
    answers: tuple[Brought, ...]
    suggestions: tuple[Brought, ...]
    refused: tuple[Brought, ...]
    held: tuple[str, ...]

    @property
    def after(self) -> frozenset[str]:
        """The fields that they hold once they are here."""
        return self.holds | {it.field for it in self.answers}


class Arrivals:
    """People as they arrive by one format, in one application. `origin` is who they are told it comes from."""

    def __init__(self, engine: Engine, place: Place, mapping: FieldMapping, origin: str) -> None:
        self._engine = engine
        self._place = place
        self._mapping = mapping
        self._origin = origin

    def foresee(self, person: Person, name: str) -> Arrival:
        """What the person, who is known by this `name` here, would bring. Nothing is written. Raises Faulty."""
        found = self._place.find(name)
        subject = subject_by_id(self._engine.database, found.subject_id) if found else None
        if subject is not None and subject.restricted:
            raise Faulty(RESTRICTED)
        holds = subject.held if subject else frozenset()
        trusted = self._place.is_trusted(person)
        own = self._place.own[: 2 if trusted else 1]
        holds |= {*own}
        parsed = brought(self._engine, self._mapping, person.attributes)
        fit = [it for it in parsed if not it.fault]
        there = [it for it in fit if it.field not in holds]
        answers = self._answers(holds, there) if trusted else []
        return Arrival(
            person,
            name,
            found,
            holds,
            tuple(answers),
            tuple(it for it in there if it not in answers),
            tuple(it for it in parsed if it.fault),
            tuple(it.field for it in fit if it.field in holds),
        )

    def store(self, arrival: Arrival) -> list[Brought]:
        """Store it, in the open transaction; what could not be proved here, with the reason."""
        number = self._place.enrol(arrival.name, arrival.person, arrival.found)
        told = self._engine.suggestions.read(number) if arrival.found else {}
        for it in arrival.suggestions:
            if it.field not in told:
                self._engine.suggestions.keep(number, it.field, it.value, self._origin, IMPORTED)
        return [refused for it in arrival.answers if (refused := self._save(number, it)) is not None]

    def _answers(self, holds: frozenset[str], there: Iterable[Brought]) -> list[Brought]:
        """What counts as answers: declared so, and not before the fields that they come after."""
        declared = [it for it in there if self._mapping.modes[it.field] == ANSWER]
        while True:
            after = holds | {it.field for it in declared}
            kept = [it for it in declared if after.issuperset(self._engine.field(it.field).after)]
            if len(kept) == len(declared):
                return kept
            declared = kept

    def _save(self, number: int, it: Brought) -> Brought | None:
        engine = self._engine
        try:
            value = engine.prove(it.field, Asking(number, BY_IMPORT.action), it.value)
        except Invalid as refused:
            return Brought(it.field, fault=" ".join(refused.errors.values()))
        except Unable as explained:
            return Brought(it.field, fault=explained.reason)
        except Redirected:
            return Brought(it.field, fault="its person has to prove it here")
        engine.save(number, it.field, value, BY_IMPORT, prompted=False)
        return None
