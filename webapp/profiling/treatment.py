"""An action as one person meets it: as it is declared, or as the variant of an experiment changes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.profiling.manifest import Action, Field


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
