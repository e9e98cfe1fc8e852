"""Which fields an action lacks from a person, and which of them are asked now. Pure functions over frozen data."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from asklater.manifest.declarations import Action, Field, ReasonCase, Requirement


@dataclass(frozen=True)
class Treatment:
    """`action` requires what this person is asked for, in that order; `fields` carry the words of the asking.

    `variant` is `experiment:variant`, "" where no experiment applies. `deferred` are the fields that the action would
    require otherwise.
    """

    action: Action
    fields: Mapping[str, Field]
    variant: str = ""
    deferred: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What an action lacks from a person now, and how it is asked."""

    missing: tuple[str, ...]
    """What the action waits for, in the order of `treatment`, which is how the person meets the action."""
    rounds: tuple[tuple[str, ...], ...]
    """The groups in which they are asked, the first one now; what is optional stands in them too."""
    treatment: Treatment
    declared: tuple[str, ...]
    """What the manifest asks for and the person lacks, whatever an experiment makes of it: answers to it are taken."""
    optional: tuple[str, ...] = ()
    """What is asked beside the missing fields, and no action waits for."""

    @property
    def clear(self) -> bool:
        return not self.missing

    @property
    def now(self) -> tuple[str, ...]:
        return self.rounds[0] if self.rounds else ()

    @property
    def reason(self) -> str:
        """Why the action asks for what is asked now, or else for all that it asks for; "" where no case fits."""
        cases = self.treatment.action.reason
        of_step = reason_for([case for case in cases if case.asks], self.now) if len(self.rounds) > 1 else ""
        return of_step or reason_for(cases, (*self.missing, *self.optional))

    def steps(self, held: Collection[str]) -> int:
        """How many steps the action takes, counting those of what is `held` already: cancelling changes nothing."""
        order = [need.field for need in self.treatment.action.requires]
        asked = {*held, *self.missing, *self.optional}
        known = [key for key in order if key in asked]
        return max(len(self.rounds), len(_rounds(self.treatment.action, self.treatment.fields, known)))


def reason_for(cases: Sequence[ReasonCase], asked: Collection[str]) -> str:
    """The text of the first case whose fields are all `asked`, "" where there is none."""
    return next((case.text for case in cases if set(case.asks) <= set(asked)), "")


def decide(
    treatment: Treatment,
    held: frozenset[str],
    holds: Callable[[str], bool],
    skipped: Callable[[str], bool] = lambda _field: False,
    *,
    prompted: bool = False,
    applies: Callable[[Requirement], bool] = lambda _need: True,
) -> Decision:
    """Compare what the action asks for with what is `held`.

    `holds(name)` answers a condition, `skipped(field)` whether an optional field was left empty here before, and
    `applies(need)` whether a requirement that comes by stages has reached the person; all are asked only for fields
    that are lacking, since they may cost a query. Optional fields are looked at only where
    something is missing, or where the request comes from a prompt: `prompted`.
    """
    action = treatment.action
    missing = tuple(need.field for need in _lacking(action, held, holds, applies, optional=False))
    if not (missing or prompted):
        return Decision((), (), treatment, ())
    offered = [need.field for need in _lacking(action, held, holds, applies, optional=True)]
    optional = _askable(treatment.fields, held, missing, [key for key in offered if not skipped(key)])
    order = [need.field for need in action.requires]
    declared = tuple(sorted((*missing, *offered), key=order.index))
    asked = [key for key in declared if key in missing or key in optional]
    return Decision(missing, _rounds(action, treatment.fields, asked), treatment, declared, optional)


def _lacking(
    action: Action,
    held: frozenset[str],
    holds: Callable[[str], bool],
    applies: Callable[[Requirement], bool],
    *,
    optional: bool,
) -> list[Requirement]:
    return [
        need
        for need in action.requires
        if need.optional is optional and need.field not in held and applies(need)
        if need.when is None or holds(need.when)
    ]


def _askable(
    fields: Mapping[str, Field], held: frozenset[str], missing: Collection[str], offered: Collection[str]
) -> tuple[str, ...]:
    """The optional fields without those that wait for something which is neither held nor going to be asked."""
    asked = tuple(offered)
    while True:
        there = held | {*missing} | {*asked}
        kept = tuple(key for key in asked if set(fields[key].after) <= there)
        if kept == asked:
            return asked
        asked = kept


def _rounds(action: Action, fields: Mapping[str, Field], asked: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """A field is asked after those that its declaration names in `after`, where those are asked too."""
    waiting = list(asked)
    rounds: list[tuple[str, ...]] = []
    while waiting:
        ready = [key for key in waiting if not set(fields[key].after) & set(waiting)]
        if not ready:
            raise ValueError(f"{', '.join(waiting)} wait for each other")
        group = ready[:1] if action.ask == "one_by_one" else ready
        rounds.append(tuple(group))
        waiting = [key for key in waiting if key not in group]
    return tuple(rounds)


UNSEEN = frozenset({"if_wrong", "decided_by", "justification", "imported", "settings", "was"})
"""What a declaration says of a field to those who keep it up, and no person who is asked ever sees; of its settings
what they hold is looked at."""


def fingerprint(field: Field) -> str:
    """Sixteen hexadecimal digits that change with what a person is asked and told by the field. Whoever left it empty
    where it was optional is asked anew once they have changed."""
    said = [
        {name: value for name, value in field if name not in UNSEEN} | {"key": field.first_key},
        dict(field.settings),
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]
