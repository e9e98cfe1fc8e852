"""The readiness report: which action would stop how many of those who come, by which fields, and what spares them.

Counts are exact here; whoever shows them on a page hides small ones, see presenters.py.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from asklater.engine import Engine
from asklater.imports.tally import Tally, key_of
from asklater.imports.values import ANSWER, NEVER, mode_of
from asklater.manifest.declarations import Requirement

IMPORT, CONFIRMATION, PERSON = "import", "confirmation", "person"
"""What spares people a question: the import, if it brings an answer; one press that confirms what it suggests;
nothing, since only its person can give it here."""
UNMAPPED, UNNEEDED, NEVER_BROUGHT = "no field is called so", "no action needs it", "no import brings it"
ACTION_COLUMNS = (
    *("action", "people", "stopped", "stopped_at_most", "field"),
    *("lacking", "by_this_alone", "suggested", "when", "spared_by"),
)
LEFT_OUT_COLUMNS = ("name", "people", "reason")


@dataclass(frozen=True)
class FieldLine:
    """A field that people lack for an action. `alone` are those whom nothing else stops, `when` the condition under
    which it is needed, "" for always."""

    field: str
    lacking: int
    alone: int
    suggested: int
    when: str
    spared_by: str


@dataclass(frozen=True)
class ActionLine:
    """An action that would stop somebody; `at_most`, where all conditions of its fields hold."""

    action: str
    stopped: int
    at_most: int
    fields: tuple[FieldLine, ...]


@dataclass(frozen=True)
class LeftOutLine:
    """What the file brought and nobody needs: an attribute or a field, of how many people, and why it stays away."""

    name: str
    people: int
    reason: str


@dataclass(frozen=True)
class Readiness:
    """The report of one run."""

    people: int
    actions: tuple[ActionLine, ...]
    left_out: tuple[LeftOutLine, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def action_rows(self) -> Iterator[tuple[Any, ...]]:
        """A row for each field of each action, as `ACTION_COLUMNS` says."""
        for line in self.actions:
            for it in line.fields:
                counts = (it.lacking, it.alone, it.suggested)
                yield line.action, self.people, line.stopped, line.at_most, it.field, *counts, it.when, it.spared_by

    def left_out_rows(self) -> Iterator[tuple[Any, ...]]:
        """A row for each, as `LEFT_OUT_COLUMNS` says."""
        return ((line.name, line.people, line.reason) for line in self.left_out)


def readiness(engine: Engine, tally: Tally) -> Readiness:
    """The report of what a run has counted, the action that would stop most people first."""
    actions = [_action(engine, tally, key, stopped) for key, stopped in tally.at_most.items()]
    left = [
        *(LeftOutLine(name, people, UNNEEDED) for name, people in tally.unneeded.items()),
        *(LeftOutLine(name, people, NEVER_BROUGHT) for name, people in tally.never.items()),
        *(LeftOutLine(name, people, UNMAPPED) for name, people in tally.unmapped.items()),
    ]
    return Readiness(
        tally.people,
        tuple(sorted((line for line in actions if line.fields), key=lambda line: (-line.at_most, line.action))),
        tuple(sorted(left, key=lambda line: (line.reason, -line.people, line.name))),
    )


def _action(engine: Engine, tally: Tally, key: str, at_most: int) -> ActionLine:
    """The line of an action; one that the manifest has no longer has no fields."""
    declared = engine.manifest.actions.get(key)
    needs = [need for need in declared.requires if tally.lacking[key_of(key, need.field)]] if declared else []
    fields = tuple(_field(engine, tally, key, need) for need in needs)
    return ActionLine(key, tally.stopped[key], at_most, fields)


def _field(engine: Engine, tally: Tally, action: str, need: Requirement) -> FieldLine:
    key = key_of(action, need.field)
    counts = (tally.lacking[key], tally.alone[key], tally.suggested[key])
    return FieldLine(need.field, *counts, need.when or "", spared_by(engine, need.field))


def spared_by(engine: Engine, field: str) -> str:
    """What spares people the question for a field."""
    enrolment = engine.registry.enrolment
    if enrolment is not None and field in enrolment.fields:
        return IMPORT
    mode = mode_of(engine, field)
    return PERSON if mode == NEVER or engine.kind_of(field).guarded else IMPORT if mode == ANSWER else CONFIRMATION


SPARED = {
    IMPORT: "spared if the import brings it",
    CONFIRMATION: 'one press if the import brings it, none with imported = "answer"',
    PERSON: "only its person can give it here",
}


def sentences(report: Readiness) -> Iterator[str]:
    """The report for whoever ran the command, one line each."""
    if not report.actions:
        yield "No action would stop any of them."
    for line in report.actions:
        more = f", {line.at_most} where all its conditions hold" if line.at_most != line.stopped else ""
        yield f"{line.action}: would stop {line.stopped} of {report.people}{more}"
        for it in line.fields:
            when = f" (needed when {it.when})" if it.when else ""
            told = f"{it.lacking} lack it, {it.alone} of them only it"
            suggested = f", {it.suggested} confirm a suggestion" if it.suggested else ""
            yield f"    {it.field}{when}: {told}{suggested}; {SPARED[it.spared_by]}"
    for left in report.left_out:
        yield f"left out: {left.name}, of {left.people}: {left.reason}"
