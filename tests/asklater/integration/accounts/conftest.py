"""Workshops: one with stand-ins for evidence of recovery, one with providers (of which one proves addresses, one does
not, and one posts its answers)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from joserfc.jwk import RSAKey

from asklater.settings import Settings
from tests.asklater.integration.accounts.providers import second_factor
from tests.asklater.integration.accounts.providers.fake_provider import Fake, serving
from tests.asklater.integration.accounts.providers.journeys import Traveller
from tests.asklater.integration.accounts.recovery_steps import ADA
from tests.conftest import running, within
from tests.support.applications import create_app, lent
from tests.support.browsing import Browser
from tests.support.people import settle
from tests.support.workshop import PEOPLED_WORKSHOP

STAND_INS = "tests.asklater.integration.accounts.stand_ins"


@pytest.fixture
def shelter(settings: Settings) -> Iterator[Flask]:
    with lent(settings, [*PEOPLED_WORKSHOP, STAND_INS]) as app:
        yield from within(app)


@pytest.fixture
def ada(shelter: Flask) -> int:
    """An account with a proved address."""
    return settle(shelter, ADA)


@pytest.fixture
def person(shelter: Flask) -> Browser:
    """Somebody who is not signed in."""
    return Browser(shelter)


DECLARED = """
[providers.acme]
label = "Acme"
issuer = "{base}/acme"
client_id = "workshop"
client_secret = "hush"
scopes = ["openid", "email", "profile"]
claims = {{ name = "display_name" }}
proves_email = true

[providers.hearsay]
label = "Hearsay"
issuer = "{base}/hearsay"
client_id = "workshop"
client_secret = "hush"

[providers.hearsay.claims]
name = "address.name"
code = "verified_email"
"address.street_address" = "address.street_address"
"address.locality" = "address.city"
"address.postal_code" = "address.postal_code"
"address.country" = "address.country"

[providers.poster]
label = "Poster"
issuer = "{base}/poster"
client_id = "workshop"
response_mode = "form_post"
proves_email = true
"""


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "one"})


@pytest.fixture
def fake(signing_key: RSAKey) -> Iterator[Fake]:
    with serving(signing_key) as provider:
        yield provider


@pytest.fixture
def providing(settings: Settings, fake: Fake, tmp_path: Path) -> Iterator[Flask]:
    """The workshop, whose people can continue with three providers."""
    file = tmp_path / "providers.toml"
    file.write_text(DECLARED.format(base=fake.base), "utf-8")
    app = create_app(replace(settings, providers=file), PEOPLED_WORKSHOP)
    app.register_blueprint(second_factor.blueprint)
    yield from running(app)


@pytest.fixture
def traveller(visitor: Browser, fake: Fake) -> Traveller:
    """A visitor who goes to providers and comes back."""
    return Traveller(visitor, fake)


@pytest.fixture
def another_traveller(another: Callable[[], Browser], fake: Fake) -> Callable[[], Traveller]:
    """Makes further ones."""
    return lambda: Traveller(another(), fake)
