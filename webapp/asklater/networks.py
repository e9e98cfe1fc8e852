"""Addresses of machines: the network that a limit counts, and whether an address is one of the public Internet."""

import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

CUSTOMER = 64
"""Bits of an IPv6 address that are one customer's; the other half its owner changes at will."""
SITE = 48
"""Bits that are the most one customer has: 65,536 networks of 64 bits."""
NAT64 = IPv6Network("64:ff9b::/96")
THIS_MACHINE = frozenset({"localhost", "ip6-localhost", "ip6-loopback", "localhost.localdomain"})

INNER = tuple(map(ip_network, ("168.63.129.16/32", "fec0::/10", "3fff::/20")))
"""What Python takes for public and is not: a provider's platform, addresses of a site, those of documentation."""
PREFIX_HEADER, PATH = "HTTP_X_FORWARDED_PREFIX", re.compile(r"(/[\w.~-]+)+/?")
ISATAP = (0x5EFE, 0x2005EFE)
"""What stands before an IPv4 address in the last half of one of IPv6 that leads to it."""
Address = IPv4Address | IPv6Address


def network_of(address: str | None, bits: int = CUSTOMER) -> str:
    """What a limit counts an address under: of IPv6 the first 64 bits, or so many; "" for what is no address.

    An IPv4 address counts as itself, also where a server that listens on IPv6 writes it as `::ffff:192.0.2.1`.
    """
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    found = _without_wrapping(found)
    if isinstance(found, IPv4Address):
        return str(found)
    shift = 128 - bits
    return str(IPv6Address(int(found) >> shift << shift))


def behind_proxies(app: Flask, proxies: int) -> None:
    """Believe so many proxies in front what they say of client, scheme, host, and the path that all lies below."""
    if proxies and not isinstance(app.wsgi_app, ProxyFix):
        trusted = dict.fromkeys(("x_for", "x_proto", "x_host", "x_prefix"), proxies)
        app.wsgi_app = _CheckedProxyFix(app.wsgi_app, **trusted)  # type: ignore[method-assign]


class _CheckedProxyFix(ProxyFix):
    """Believes no X-Forwarded-Prefix that is no path: links that begin with it would lead to another site."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        given = str(environ.get(PREFIX_HEADER, ""))
        if given and not all(PATH.fullmatch(each.strip()) for each in given.split(",")):
            del environ[PREFIX_HEADER]
        return super().__call__(environ, start_response)


def client_network() -> str:
    """The network of this request's sender; whether a proxy may name it, TRUSTED_PROXIES says."""
    return network_of(request.remote_addr)


def client_site() -> str:
    """The same as far as one customer may reach, which is the first 48 bits of IPv6: for what networks share."""
    return network_of(request.remote_addr, SITE)


def literal(host: str) -> Address | None:
    """The address that a host is written as, in any spelling that a resolver takes (`127.1`, `0x7f000001`)."""
    bare = host.strip("[]").partition("%")[0]
    try:
        return ip_address(bare)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(bare)) if bare[:1].isdigit() and " " not in bare else None
    except (OSError, ValueError):
        return None


def is_public(address: str) -> bool:
    """Whether an address is one of the public Internet: none of this machine, of a private network or link, and none
    that a provider's machines are told their secrets at."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and (int(found) >> 32) & 0xFFFFFFFF in ISATAP:
        found = IPv4Address(int(found) & 0xFFFFFFFF)
    found = _without_wrapping(found)
    inner = any(found in network for network in INNER if network.version == found.version)
    return found.is_global and not found.is_multicast and not found.is_reserved and not inner


def is_local_name(host: str) -> bool:
    """Whether a host is this machine, or the number of one nearby: what a site is called that is tried at home."""
    name, number = host.lower().rstrip("."), literal(host)
    if number is not None:
        return number.is_loopback or number.is_private
    return name in THIS_MACHINE or name.endswith(".localhost")


def _without_wrapping(found: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return found.ipv4_mapped
        if found.sixtofour:
            return found.sixtofour
        if found in NAT64:
            return IPv4Address(int(found) & 0xFFFFFFFF)
    return found
