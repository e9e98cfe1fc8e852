"""The site as passkeys know it: by name. They do not exist for a site that is a bare number."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import current_app

from webapp.site import origin


@dataclass(frozen=True)
class Party:
    """`id` is the host that passkeys are bound to, `origin` what their answers name. `brand` is for people."""

    id: str
    origin: str
    brand: str

    @property
    def has_a_name(self) -> bool:
        """Whether the host is a name, not the number of a machine."""
        return _number(self.id) is None

    def by_name(self, path: str) -> str:
        """The same page under a name, where this machine is looked at by its own number; "" elsewhere."""
        number = _number(self.id)
        if number is None or not number.is_loopback:
            return ""
        parts = urlsplit(self.origin)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://localhost{port}{path}"


def current_party() -> Party:
    """This site."""
    here = origin()
    return Party(urlsplit(here).hostname or "", here, current_app.extensions["settings"].brand)


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
