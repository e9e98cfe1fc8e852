"""The page objects of passkeys."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PasskeyPage:
    """A page on which the browser makes or shows a passkey.

    `ceremony` is create or get, `options` what the browser is asked for, as JSON; `named` says whether the site goes
    by a name here, without which there are no passkeys, and `by_name_url` leads to it, "" where none is known.
    `links` are other ways as (label, url).
    """

    title: str
    text: str
    ceremony: str
    options: str
    post_url: str
    submit_label: str
    named: bool
    by_name_url: str
    links: tuple[tuple[str, str], ...] = ()
    links_title: str = ""
    back_url: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class PasskeyLine:
    """One passkey of the list. `used_at` is None while it was never used."""

    name: str
    added_at: datetime
    used_at: datetime | None
    backed_up: bool
    rename_url: str
    remove_url: str


@dataclass(frozen=True)
class PasskeysPanel:
    """The passkeys on the security page."""

    passkeys: tuple[PasskeyLine, ...]


@dataclass(frozen=True)
class OfferPanel:
    """The offer to add a passkey, once it would have helped."""

    add_url: str
    later_url: str
