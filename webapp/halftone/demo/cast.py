"""The people of the demo as their file declares them: personas, and the stock that shoppers are made from."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field as Limits


class CastPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PastAction(CastPart):
    """Something that a persona did: the action, how many days before it was loaded, and with which products."""

    action: Literal["checkout", "share_print"]
    days_ago: Annotated[int, Limits(gt=0)]
    products: Annotated[tuple[Annotated[str, Limits(pattern=r"^[a-z0-9-]{1,60}$")], ...], Limits(min_length=1)]


class Persona(CastPart):
    """Whom one can look around as. Without an `email` it is a fresh visitor.

    `answers` are values as their kinds store them, by field; `picture = true` stands for the portrait.
    """

    key: Annotated[str, Limits(pattern=r"^[a-z][a-z_]{0,19}$")]
    title: str
    summary: str
    tries: tuple[str, ...]
    button: str
    portrait: Annotated[int, Limits(ge=0, le=100)]
    lands_on: Annotated[str, Limits(pattern=r"^/")]
    email: str = ""
    role: Literal["", "pm", "privacy_officer", "admin"] = ""
    answers: dict[str, Any] = {}
    past: tuple[PastAction, ...] = ()

    @property
    def host(self) -> str:
        """The first label of the host name at which this one can be tried beside others: `noor`."""
        name = self.email.partition("@")[0].partition(".")[0] or self.key
        return name.replace("_", "-")


class ProviderPerson(CastPart):
    """Somebody whom the demo's identity provider knows; `verified` says whether it vouches for the address, if any."""

    key: Annotated[str, Limits(pattern=r"^[a-z][a-z_]{0,19}$")]
    name: str
    email: str = ""
    verified: bool = False
    portrait: Annotated[int, Limits(ge=0, le=100)]


class Town(CastPart):
    """A town, and streets that it might have."""

    country: str
    city: str
    postal_code: str
    country_area: str = ""
    streets: tuple[str, ...]


class Stock(CastPart):
    """What shoppers are made from; `pictures` is the number of portraits that they share."""

    given_names: tuple[str, ...]
    family_names: tuple[str, ...]
    domains: tuple[str, ...]
    brands: tuple[str, ...]
    pictures: Annotated[int, Limits(gt=0, le=100)]
    places: tuple[Town, ...]


class Cast(CastPart):
    personas: tuple[Persona, ...]
    provider_people: tuple[ProviderPerson, ...] = ()
    crowd: Stock


def read(path: Path) -> Cast:
    """The cast. Raises pydantic's ValidationError for a file that is malformed."""
    return Cast.model_validate(tomllib.loads(path.read_text("utf-8")))
