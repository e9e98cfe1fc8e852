"""Evidence: what can be shown to get back in. The features that keep some register it here."""

from collections.abc import Callable, Set
from dataclasses import dataclass

from flask import Flask, current_app

from asklater.kinds.base import Input
from asklater.registry import Ordered

EVIDENCE_EXTENSION = "asklater.recovery_evidence"
"""The key of an application's `EvidenceRegistry`."""
NO_ACCOUNT = 0
"""Stands for the account that is not there. Every callable below takes it, finds nothing, and works as long."""


@dataclass(frozen=True)
class Evidence:
    """One sort of evidence, by its key in `RECOVERY_METHODS`. Those with a lower `order` are asked and offered first.

    `is_held` tells whether an account has it. `check(subject_id, typed)` uses up what was typed and tells whether it
    is right; it may raise Invalid or Unable with the sentence to show. `make_input(typed, error)` makes its input, and
    `send(subject_id)` has a code sent where it takes one. What is not typed (a passkey) has none of the three.
    `is_factor` says that showing it shows the account's second factor; `add_endpoint` is where one adds it.
    """

    key: str
    order: int
    label: Callable[[], str]
    is_held: Callable[[int], bool]
    check: Callable[[int, str], bool] | None = None
    make_input: Callable[[str, str], Input] | None = None
    send: Callable[[int], None] | None = None
    send_label: Callable[[], str] | None = None
    is_factor: bool = False
    add_endpoint: str = ""


class EvidenceRegistry:
    """The evidence of this application, and how each second factor is dropped when it is lost."""

    def __init__(self) -> None:
        self.all: Ordered[Evidence] = Ordered()
        self.factor_removals: list[Callable[[int], None]] = []

    def register(self, evidence: Evidence) -> None:
        """Register evidence; it replaces an earlier one of the same key."""
        self.all.add(evidence.order, evidence, key=evidence.key)

    def register_removal(self, drop: Callable[[int], None]) -> None:
        """`drop(subject_id)` removes one sort of second factor from an account whose person has lost theirs."""
        self.factor_removals.append(drop)

    def to_type(self, keys: Set[str]) -> tuple[Evidence, ...]:
        """The evidence of `keys` that is shown by typing."""
        return tuple(evidence for evidence in self.all if evidence.key in keys and evidence.make_input)

    def held_by(self, subject_id: int) -> frozenset[str]:
        """The keys of the evidence that an account holds."""
        return frozenset(evidence.key for evidence in self.all if evidence.is_held(subject_id))


def evidence_of(app: Flask) -> EvidenceRegistry:
    """The evidence of an application."""
    known: EvidenceRegistry = app.extensions[EVIDENCE_EXTENSION]
    return known


def current_evidence() -> EvidenceRegistry:
    """The evidence of the current application."""
    return evidence_of(current_app)
