"""What is wrong with a setting, in a sentence that says what to give instead. None of them holds a secret."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from asklater.master_keys import MAKE_ONE
from asklater.networks import PATH, is_local_name, is_public, literal

MODES = frozenset({"demo", "production"})
SHORTEST_SECRET, FEWEST_SIGNS = 32, 8
FEWEST_BYTES = 16
"""Different ones in a master key; of 32 by chance some 30 differ."""
ONCE_PRINTED = frozenset({"32 characters or more, from your secrets"})
"""What examples said in the place of a secret."""
PROVIDER = re.compile(r"twilio://[^\s:@/]+:[^\s@/]+@[^\s@/]+")
COUNT = re.compile(r"[0-9]{1,3}")
RECIPIENT = re.compile(r"[a-z_]{1,40}")
REDIS = re.compile(r"((redis|valkey)s?://[^\s/]\S*|unix://\S*/\S+)")
HOST = re.compile(r"\.?[\w-]+(\.[\w-]+)*")
CONTACT = re.compile(r"(mailto:[^\s@,]+@[^\s@,]+|https://[^\s/]\S*|tel:\+?[0-9-]+)")
LOG_FORMATS = frozenset({"plain", "json"})
SWITCH = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False, "off": False}
ONE_ADDRESS = re.compile(r"[^\s@,:/]+@[^\s@,:/]+")


def wrong_with_secret(secret: str) -> str:
    """Why SECRET_KEY will not do; "" where it will."""
    if len(secret) < SHORTEST_SECRET:
        return f"must hold at least {SHORTEST_SECRET} characters; {MAKE_ONE}"
    if len(set(secret)) < FEWEST_SIGNS or secret in ONCE_PRINTED:
        return f"can be guessed; {MAKE_ONE}"
    return ""


def wrong_with_master_key(key: bytes) -> str:
    """Why a key of 32 bytes will not do: it is one repeated byte, a pattern, or counted up; "" where it will."""
    steps = {(later - earlier) % 256 for earlier, later in pairwise(key)}
    return f"can be guessed; {MAKE_ONE}" if len(set(key)) < FEWEST_BYTES or len(steps) == 1 else ""


def wrong_with_public_url(url: str, *, production: bool) -> str:
    """Why PUBLIC_URL will not do; "" where it will."""
    parts = parts_of(url)
    rest = (parts.query, parts.fragment, parts.username, parts.password)
    below = not parts.path or PATH.fullmatch(parts.path)
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(rest) or not below or re.search(r"\s", url):
        return "must be where people find the site, such as https://shop.example"
    if production and parts.scheme != "https":
        return "must begin with https:// in production: over http:// anybody on the way reads and changes what is sent"
    return ""


def wrong_with_time_zone(name: str) -> str:
    """Why TIME_ZONE will not do; "" where it will."""
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return "must be a name of the time zone database, such as Europe/Berlin, that this machine knows"
    return ""


def wrong_with_webhooks(webhooks: Iterable[tuple[str, str]], *, production: bool) -> Iterator[str]:
    """Why ERASURE_WEBHOOKS will not do. Where a name leads is looked at again whenever something is sent there."""
    for name, url in webhooks:
        parts = parts_of(url)
        host = parts.hostname or ""
        if not RECIPIENT.fullmatch(name) or parts.scheme not in {"http", "https"} or not host:
            yield "must be name=https://..., with commas between them"
            return
        if production and parts.scheme != "https":
            yield f"must name an address with https:// for {name}: what is sent there names people"
        number = literal(host)
        if production and (is_local_name(host) or (number is not None and not is_public(str(number)))):
            yield f"must name an address on the Internet for {name}, not one of this machine or of a private network"


def wrong_with_metrics_address(address: str) -> str:
    """Why METRICS_ADDRESS will not do; "" where it will. The figures are for those who run the site alone."""
    parts = parts_of(f"//{address}")
    number = literal(parts.hostname or "")
    if (
        address != parts.netloc
        or parts.username is not None
        or not parts.port
        or (number is None and parts.hostname != "localhost")
    ):
        return "must be a number and a port of this machine, such as 127.0.0.1:9100"
    if number is not None and is_public(str(number)):
        return "must not be an address of the public Internet: name one of this machine or of a private network"
    return ""


def webhooks_of(given: Any) -> tuple[tuple[str, str], ...]:
    """The pairs of ERASURE_WEBHOOKS, from a text `name=https://...,...` or from pairs. Raises ValueError."""
    if isinstance(given, str):
        entries = (entry.strip() for entry in given.split(",") if entry.strip())
        return tuple((name.strip(), url.strip()) for name, _, url in (entry.partition("=") for entry in entries))
    pairs = given.items() if isinstance(given, Mapping) else given
    return tuple((str(name), str(url)) for name, url in pairs)


def words_of(given: Any) -> tuple[str, ...]:
    """Several values of one setting: a text with commas or spaces between them, or a list."""
    words = given.replace(",", " ").split() if isinstance(given, str) else given
    return tuple(str(word) for word in words)


def contact_of(given: str) -> str:
    """SECURITY_CONTACT as an address that a program can follow: a bare mail address becomes `mailto:`."""
    return f"mailto:{given}" if ONE_ADDRESS.fullmatch(given) else given


def parts_of(url: str) -> SplitResult:
    """The parts of an address; all of them empty where it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts
