"""Which fields an action lacks from a person, and which of them are asked now. Pure functions over frozen data."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from asklater.manifest.declarations import Action, Field, ReasonCase


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
    """In the order of `treatment`, which is how the person meets the action."""
    rounds: tuple[tuple[str, ...], ...]
    """The groups in which they are asked, the first one now."""
    treatment: Treatment
    declared: tuple[str, ...]
    """What the manifest requires and the person lacks, whatever an experiment makes of it: answers to it are taken."""

    @property
    def clear(self) -> bool:
        return not self.missing

    @property
    def now(self) -> tuple[str, ...]:
        return self.rounds[0] if self.rounds else ()

    @property
    def reason(self) -> str:
        """Why the action asks for what is missing, in this step and in later ones; "" where no case fits."""
        return reason_for(self.treatment.action.reason, self.missing)


def reason_for(cases: Sequence[ReasonCase], asked: Collection[str]) -> str:
    """The text of the first case whose fields are all `asked`, "" where there is none."""
    return next((case.text for case in cases if set(case.asks) <= set(asked)), "")


def decide(treatment: Treatment, held: frozenset[str], holds: Callable[[str], bool]) -> Decision:
    """Compare what the action requires with what is `held`.

    `holds(name)` answers a condition; it is asked only for fields that are lacking, since it may cost a query.
    """
    action = treatment.action
    missing = tuple(
        need.field for need in action.requires if need.field not in held and (need.when is None or holds(need.when))
    )
    return Decision(missing, _rounds(action, treatment.fields, missing), treatment, declared=missing)


def _rounds(action: Action, fields: Mapping[str, Field], missing: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """A field is asked after those that its declaration names in `after`, where those are missing too."""
    waiting = list(missing)
    rounds: list[tuple[str, ...]] = []
    while waiting:
        ready = [key for key in waiting if not set(fields[key].after) & set(waiting)]
        if not ready:
            raise ValueError(f"{', '.join(waiting)} wait for each other")
        group = ready[:1] if action.ask == "one_by_one" else ready
        rounds.append(tuple(group))
        waiting = [key for key in waiting if key not in group]
    return tuple(rounds)
