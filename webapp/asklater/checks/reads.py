"""Required fields that an action's code was never seen to read. Pure."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from asklater.checks.manifest import Finding
from asklater.manifest.declarations import SIGN_UP, Manifest

LEAST_RUNS = 5
"""So many runs have to have been seen before anything is said of an action."""


class Seen(Protocol):
    """How often an action's code ran, and what it read."""

    @property
    def runs(self) -> int: ...

    @property
    def fields(self) -> frozenset[str]: ...


def unread(manifest: Manifest, seen: Mapping[str, Seen]) -> Iterator[Finding]:
    """A warning for each requirement of which no run of its action read anything.

    A proof, and what it proves, is used by being there, and signing up by the address; `read_later` names who reads
    the field once the action is over.
    """
    for key, action in manifest.actions.items():
        found = seen.get(key)
        if key == SIGN_UP or found is None or found.runs < LEAST_RUNS:
            continue
        proved = {manifest.fields[need.field].settings.get("proves") for need in action.requires}
        for place, need in enumerate(action.requires):
            is_proof = need.field in proved or "proves" in manifest.fields[need.field].settings
            is_used = is_proof or need.field in found.fields or need.read_later
            if not (need.optional or is_used):
                message = (
                    f"in {found.runs} runs the action's code never read {need.field!r}: make it optional, ask for it "
                    "where it is used, or name in read_later who reads it afterwards"
                )
                yield Finding(f"actions.{key}.requires.{place}", message, warning=True)
