"""Networks: what a limit counts under, and which addresses are those of the public Internet."""

import socket

import pytest

from asklater.networks import SITE, is_public, network_of
from asklater.web import outside_calls


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        (None, ""),
        ("unix:", ""),
    ],
)
def test_an_address_counts_as_its_customers_network(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_nobody_chooses_the_network_that_an_address_counts_under() -> None:
    assert network_of("2a00:1450::5efe:102:304") == "2a00:1450::"


def test_all_that_one_customer_may_have_is_one_site() -> None:
    assert network_of("2001:db8:1:2::1", SITE) == network_of("2001:db8:1:ffff::9", SITE) == "2001:db8:1::"
    assert network_of("192.0.2.7", SITE) == "192.0.2.7"


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "nonsense", "", "168.63.129.16", "fec0::1", "3fff::1"),
        "2a00:1450::5efe:7f00:1",
    ],
)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["169.254.169.254"]])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_leads_inside_is_not_called(
    monkeypatch: pytest.MonkeyPatch, found: list[str], scheme: str
) -> None:
    looked: list[object] = []

    def lookup(host: str, port: int, **_more: object) -> list[tuple[object, ...]]:
        looked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(outside_calls.OutsideCallError, match="not on the public Internet"):
        outside_calls.call("POST", f"{scheme}://pay.example/erase", json={}, deadline=5, public_only=True)
    assert looked == ["pay.example"], "looked up once: what was looked at is what is connected to"


def test_what_was_looked_at_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[object] = []

    def connect(address: tuple[str, int], *_more: object, **_options: object) -> socket.socket:
        connected.append(address)
        raise OSError("enough")

    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("8.8.8.8", "8.8.4.4")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_o: answers)
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    with pytest.raises(outside_calls.OutsideCallError):
        outside_calls.call("POST", "https://pay.example/", json={}, deadline=5, public_only=True)
    assert connected == [("8.8.8.8", 443), ("8.8.4.4", 443)]
