"""Whose word on an address counts, by the rules of the presets; and how Apple wants its secret."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import ECKey

from asklater import clock
from asklater.accounts.providers.callback import client_secret_of
from asklater.accounts.providers.declarations import Provider, presets
from asklater.accounts.providers.discovery import UntrustedProviderError
from asklater.accounts.providers.login import proved_address
from asklater.accounts.tables import Account
from asklater.engine import Engine
from tests.asklater.integration.accounts.providers.journeys import Traveller
from tests.support.people import settle
from tests.support.records import rows

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "::1"])
BY_ADMINISTRATORS = [name for name in presets() if name not in {"google", "apple", "entra"}]


def preset(name: str, **more: Any) -> Provider:
    table = {**presets()[name], "key": name, "client_id": "shop", **more}
    return Provider.model_validate({**table, "issuer": "https://id.example"})


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "claims", "proved"),
    [
        ("google", {"email": "ada@gmail.com", "email_verified": True}, True),
        ("google", {"email": "ada@GoogleMail.com", "email_verified": True}, True),
        ("google", {"email": "ada@shop.example", "email_verified": True, "hd": "shop.example"}, True),
        ("google", {"email": "ada@shop.example", "email_verified": True}, False),
        ("google", {"email": "ada@shop.example", "email_verified": True, "hd": ""}, False),
        ("google", {"email": "ada@notgmail.com", "email_verified": True}, False),
        ("google", {"email": "ada@gmail.com", "email_verified": False, "hd": "x"}, False),
        ("apple", {"email": "ada@x.example", "email_verified": "true"}, True),
        ("apple", {"email": "ada@x.example", "email_verified": "false"}, False),
        ("apple", {"email": "ada@x.example"}, False),
        ("entra", {"email": "ada@x.example", "email_verified": True}, False),
        ("entra", {"email": "ada@x.example", "xms_edov": True}, True),
        ("entra", {"email": "ada@x.example", "xms_edov": "1"}, True),
        ("entra", {"email": "ada@x.example", "xms_edov": 0}, False),
        *((name, {"email": "ada@x.example", "email_verified": True}, False) for name in BY_ADMINISTRATORS),
    ],
)
def test_whose_word_counts(workshop: Flask, name: str, claims: dict[str, Any], proved: bool) -> None:
    engine: Engine = workshop.extensions["asklater.engine"]
    assert bool(proved_address(engine, preset(name), claims)) is proved


def test_who_runs_a_directory_may_trust_it(workshop: Flask) -> None:
    engine: Engine = workshop.extensions["asklater.engine"]
    claims = {"email": "Ada@X.example", "email_verified": True}
    assert proved_address(engine, preset("keycloak", proves_email=True), claims) == "Ada@x.example"


@pytest.mark.parametrize(
    ("domain", "email", "proved"),
    [
        ("strasse.example", "ada@straße.example", False),
        ("straße.example", "ada@straße.example", True),
        ("xn--strae-oqa.example", "ada@straße.example", True),
        ("straße.example", "ada@strasse.example", False),
        ("Straße.Example", "ada@STRAßE.example", True),
    ],
)
def test_a_provider_answers_for_its_own_domains(workshop: Flask, domain: str, email: str, proved: bool) -> None:
    engine: Engine = workshop.extensions["asklater.engine"]
    provider = preset("keycloak", proves_email=True, authoritative_for=(domain,))
    assert bool(proved_address(engine, provider, {"email": email, "email_verified": True})) is proved


@pytest.mark.thorough
def test_its_word_on_one_address_opens_not_the_one_that_looks_like_it(workshop: Flask, traveller: Traveller) -> None:
    settle(workshop, "ada@strasse.example")
    traveller.go(email="ada@straße.example", email_verified=True)
    assert "ada@straße.example" in traveller.account()
    assert "ada@strasse.example" not in traveller.account()
    assert len(rows(workshop, Account.__table__)) == 2


def test_apples_secret_is_signed_and_soon_over(tmp_path: Path) -> None:
    key = ECKey.generate_key("P-256")
    file = tmp_path / "key.p8"
    file.write_bytes(key.as_pem(private=True))
    apple = preset("apple", client_secret_key=str(file), team_id="TEAM", key_id="KEY")
    token = jwt.decode(client_secret_of(apple), key, algorithms=["ES256"])
    assert token.header["kid"] == "KEY"
    assert token.claims["iss"] == "TEAM"
    assert token.claims["sub"] == "shop"
    assert token.claims["aud"] == "https://id.example"
    assert 0 < token.claims["exp"] - clock.now().timestamp() <= 300


@pytest.mark.parametrize("content", [b"", b"no key", ECKey.generate_key("P-256").as_pem(private=False)])
def test_a_key_that_cannot_sign_is_said_so(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key.p8"
    file.write_bytes(content)
    with pytest.raises(UntrustedProviderError):
        client_secret_of(preset("apple", client_secret_key=str(file), team_id="TEAM", key_id="KEY"))
