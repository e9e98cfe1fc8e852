"""The address of a web page: a portfolio, a company's site, a profile elsewhere."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

import idna

from asklater.i18n import gettext
from asklater.kinds import settings
from asklater.kinds.base import Given, Input, Invalid, Kind, input_id, input_name
from asklater.kinds.typed_text import UnfitText, echo, line, narrow
from asklater.manifest.declarations import Field

LONGEST = 2_000
SCHEMES = ("https", "http")
_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d+(/|$))")
_NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+\Z)[a-z0-9-]{2,63}")
_KEPT = "/?:@!$&'()*+,;=-._~%[]"


def _are_hosts(value: Any) -> bool:
    return (
        isinstance(value, (list, tuple))
        and bool(value)
        and all(isinstance(host, str) and _NAME.fullmatch(host) for host in value)
    )


_RULES: settings.Rules = {
    "hosts": (_are_hosts, 'must be a list of host names in lower case, such as ["github.com"]'),
    "max_length": settings.whole(20, LONGEST),
    "autocomplete": settings.one_of("url"),
}


class Url(Kind):
    """A str, the absolute address of a page in the web: `https` or `http`, the host in lower case, as ASCII.

    Who types "example.com" means https://example.com/. `hosts` lists the sites that are taken, each with what is below
    it. An address with a user's name in it, or of a bare number, is none.
    """

    name: ClassVar[str] = "url"
    nouns: ClassVar[tuple[str, ...]] = ("website", "web page", "portfolio", "link")

    def check(self, declared: Field) -> Sequence[str]:
        return list(settings.findings(declared, _RULES))

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        return (
            Input(
                name=input_name(declared),
                id=input_id(declared),
                label=declared.label,
                values=tuple(echo(text) for text in given.texts.get("", ())[:1]),
                hint=gettext("Such as %(example)s.", example=f"https://{_hosts(declared)[0]}/")
                if _hosts(declared)
                else "",
                errors=tuple(errors.values()),
                autocomplete=declared.settings.get("autocomplete", ""),
                inputmode="url",
            ),
        )

    def json_schema(self, declared: Field) -> dict[str, Any]:
        return {"title": declared.label, "type": "string", "format": "uri", "maxLength": LONGEST}

    def parse(self, declared: Field, given: Given) -> str:
        try:
            typed = line(narrow(given.text()), int(declared.settings.get("max_length", LONGEST)))
        except UnfitText as unfit:
            raise Invalid({"": unfit.reason}, unfit.code) from unfit
        if not typed:
            raise Invalid(
                {"": gettext("Enter a web address, such as %(example)s.", example="https://example.com")}, "missing"
            )
        address = _read(typed)
        if len(address) > LONGEST:
            raise Invalid(
                {"": gettext("This is too long. Use at most %(most)s characters.", most=LONGEST)}, "too_long"
            )
        host = str(urlsplit(address).hostname)
        hosts = _hosts(declared)
        if hosts and not any(host == taken or host.endswith(f".{taken}") for taken in hosts):
            raise Invalid({"": gettext("Enter an address at %(hosts)s.", hosts=", ".join(hosts))}, "wrong_site")
        return address


def _read(typed: str) -> str:
    """The address in one form. Raises Invalid."""
    wrong = Invalid(
        {"": gettext("Check the address. It looks like %(example)s.", example="https://example.com/page")},
        "wrong_form",
    )
    if " " in typed:
        raise Invalid({"": gettext("Enter the address without spaces.")}, "wrong_form")
    try:
        parts = urlsplit(typed if _HAS_SCHEME.match(typed) else f"https://{typed.lstrip('/')}")
        host, port = _host(parts), parts.port
    except (ValueError, UnicodeError):
        raise wrong from None
    if parts.scheme not in SCHEMES:
        raise Invalid({"": gettext("Enter an address that begins with https:// or http://.")}, "wrong_form")
    if parts.username is not None or parts.password is not None:
        raise Invalid({"": gettext("Enter the address without a name and a password in it.")}, "wrong_form")
    if not _NAME.fullmatch(host):
        raise wrong
    default = {"https": 443, "http": 80}[parts.scheme]
    place = host if port in {None, default} else f"{host}:{port}"
    rest = (
        quote(part, safe=_KEPT, encoding="utf-8", errors="strict")
        for part in (parts.path, parts.query, parts.fragment)
    )
    path, query, fragment = rest
    return urlunsplit((parts.scheme, place, path or "/", query, fragment))


def _host(parts: SplitResult) -> str:
    """The host as ASCII (IDNA 2008), without the dot that ends it. Raises ValueError for one that is none."""
    host = (parts.hostname or "").rstrip(".")
    return host if host.isascii() else idna.encode(host, uts46=True).decode()


def _hosts(declared: Field) -> Sequence[str]:
    return tuple(declared.settings.get("hosts", ()))
