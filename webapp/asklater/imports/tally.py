"""What an import counts: people and rows, what they brought, and which action would stop how many of them."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from asklater.manifest.declarations import SIGN_UP, Manifest, Requirement

MOST_NAMES = 500
"""Attributes that are counted by name; of a file that has more, the others are counted as one."""
OTHERS = "…"
Counts = Counter[str]


@dataclass
class Tally:
    """Counts of one run. Fields and attributes are counted by people; what is about a field of an action has the key
    `action.field`.

    `alone` are those whom only this field stops, `at_most` those whom an action stops where all its conditions hold.
    """

    rows: int = 0
    new: int = 0
    known: int = 0
    unproved: int = 0
    faulty: int = 0
    with_secrets: int = 0
    left_out: Counts = field(default_factory=Counter)
    answers: Counts = field(default_factory=Counter)
    suggestions: Counts = field(default_factory=Counter)
    refused: Counts = field(default_factory=Counter)
    held: Counts = field(default_factory=Counter)
    never: Counts = field(default_factory=Counter)
    unneeded: Counts = field(default_factory=Counter)
    unmapped: Counts = field(default_factory=Counter)
    stopped: Counts = field(default_factory=Counter)
    at_most: Counts = field(default_factory=Counter)
    lacking: Counts = field(default_factory=Counter)
    alone: Counts = field(default_factory=Counter)
    suggested: Counts = field(default_factory=Counter)

    @property
    def people(self) -> int:
        """Those who came along, or would."""
        return self.new + self.known

    def count_unmapped(self, name: str) -> None:
        """Count an attribute that answers no field."""
        known = name in self.unmapped or len(self.unmapped) < MOST_NAMES
        self.unmapped[name if known else OTHERS] += 1

    def to_json(self) -> str:
        return json.dumps(vars(self))

    @classmethod
    def from_json(cls, text: str) -> "Tally":
        kept = json.loads(text)
        counts: dict[str, Any] = {name: Counter(it) if isinstance(it, dict) else it for name, it in kept.items()}
        return cls(**counts)


class Needs:
    """What the actions of a manifest need on a day, for counting whom they would stop."""

    def __init__(self, manifest: Manifest, today: date) -> None:
        self._by_action: Mapping[str, tuple[Requirement, ...]] = {
            key: due
            for key, action in manifest.actions.items()
            if key != SIGN_UP
            if (due := tuple(need for need in action.requires if not need.optional and _is_due(need, today)))
        }

    def count(self, tally: Tally, held: Collection[str], suggested: Collection[str]) -> None:
        """Count one person, who holds these fields, and to whom those are suggested."""
        for action, needs in self._by_action.items():
            lacking = [need for need in needs if need.field not in held]
            if not lacking:
                continue
            tally.at_most[action] += 1
            tally.stopped[action] += any(need.when is None for need in lacking)
            for need in lacking:
                key = key_of(action, need.field)
                tally.lacking[key] += 1
                tally.alone[key] += len(lacking) == 1
                tally.suggested[key] += need.field in suggested


def key_of(action: str, name: str) -> str:
    """By what a field of an action is counted."""
    return f"{action}.{name}"


def _is_due(need: Requirement, today: date) -> bool:
    """Whether it reaches people who arrive today; of a share of them, some."""
    return not need.applies or any(stage.start <= today for stage in need.applies)
