"""What a person does, as plain moments and verbs of the episodes: whoever writes them down."""

from datetime import datetime
from typing import Literal, NamedTuple

from webapp.profiling.exposure import Device

Verb = Literal["see", "submit", "reject", "save", "save_elsewhere", "dismiss", "act"]


class Step(NamedTuple):
    """One verb of the episodes, at its moment. `variant` is under what it was seen, "" outside of experiments."""

    at: datetime
    verb: Verb
    action: str
    fields: tuple[str, ...] = ()
    variant: str = ""


class Person(NamedTuple):
    """When it was first here, on which class of device it comes now, and all that it does, in order."""

    created_at: datetime
    device: Device
    steps: tuple[Step, ...]
