"""How a prompt met its person: what is kept with it, so that asks can be told apart later. It names nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["gate", "background"]
Device = Literal["phone", "tablet", "desktop", "other"]
TABLETS = ("iPad", "Tablet", "PlayBook", "Silk/", "Kindle")
DESKTOPS = ("Windows NT", "Macintosh", "X11", "CrOS")


@dataclass(frozen=True)
class Exposure:
    """`variant` is `experiment:variant` where an experiment applied, else "". `device` is a class, no model.
    `segments` are those of its person, as they are kept; "" for what the request tells of them."""

    kind: Kind = "gate"
    variant: str = ""
    device: Device = "other"
    segments: str = ""

    @property
    def binds(self) -> Mapping[str, str]:
        """For the statement that opens a prompt."""
        return {"of_kind": self.kind, "of_variant": self.variant, "of_device": self.device}


GATE = Exposure()


def device_class(user_agent: str) -> Device:
    """The class of a device by what its browser says of itself; "other" for what says nothing known.

    Phones write "Mobi", as browsers' makers recommend; Android's tablets leave it out.
    """
    if any(word in user_agent for word in TABLETS):
        return "tablet"
    if "Mobi" in user_agent:
        return "phone"
    if "Android" in user_agent:
        return "tablet"
    return "desktop" if any(word in user_agent for word in DESKTOPS) else "other"
