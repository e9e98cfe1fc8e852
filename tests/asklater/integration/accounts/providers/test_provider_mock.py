"""The same journeys against `oidc-provider-mock`, a provider that was written by others."""

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
import requests
from flask import Flask
from oidc_provider_mock import User, run_server_in_thread

from asklater.settings import Settings
from tests.asklater.integration.accounts.providers.fake_provider import Fake
from tests.asklater.integration.accounts.providers.journeys import Traveller
from tests.conftest import running
from tests.support.applications import create_app
from tests.support.browsing import Browser
from tests.support.waiting import PATIENCE
from tests.support.workshop import WORKSHOP_FEATURES

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1", "::1"]),
    pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning"),  # the mock's own
]
ADA = User(sub="ada", claims={"email": "ada@x.example", "email_verified": True, "name": "Ada Lovelace"})


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # for the mock, which otherwise wants TLS
    with run_server_in_thread(user_claims=[ADA], require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def workshop(settings: Settings, issuer: str, tmp_path: Path) -> Iterator[Flask]:
    file = tmp_path / "providers.toml"
    file.write_text(
        f'[providers.mock]\nlabel = "Mock"\nissuer = "{issuer}"\nclient_id = "workshop"\nclient_secret = "hush"\n'
        'scopes = ["openid", "email", "profile"]\nclaims = { name = "display_name" }\nproves_email = true\n'
    )
    yield from running(create_app(replace(settings, providers=file), [*WORKSHOP_FEATURES, "tests.support.workshop"]))


@pytest.fixture
def traveller(visitor: Browser, fake: Fake) -> Traveller:
    return Traveller(visitor, fake)


def answers(traveller: Traveller, **form: str) -> str:
    """What the person does at the provider's; where that sends the browser."""
    sent = requests.post(unescape(traveller.url), data=form, allow_redirects=False, timeout=PATIENCE)
    assert sent.status_code == 302, sent.text
    return sent.headers["Location"].removeprefix("http://localhost")


@pytest.mark.thorough
def test_signed_in_with_a_suggestion(traveller: Traveller) -> None:
    url = answers(traveller.leave("mock"), sub="ada")
    assert traveller.browser.get(url).status_code == 303
    assert "ada@x.example" in traveller.account()
    assert 'value="Ada Lovelace"' in traveller.browser.post("/publish").text
    assert traveller.browser.get("/export").text == "exported"
    assert traveller.browser.get(url).status_code == 400


@pytest.mark.thorough
def test_known_again(traveller: Traveller, workshop: Flask, fake: Fake) -> None:
    traveller.browser.get(answers(traveller.leave("mock"), sub="ada"))
    again = Traveller(Browser(workshop), fake)
    again.browser.get(answers(again.leave("mock"), sub="ada"))
    assert "ada@x.example" in again.account()


@pytest.mark.thorough
def test_a_person_whose_address_is_not_verified(traveller: Traveller) -> None:
    page = traveller.browser.get(answers(traveller.leave("mock"), sub="bo@x.example"))
    assert "does not verify addresses to us" in traveller.browser.get(page.location).text
    assert "bo@x.example" not in traveller.account()


def test_a_person_who_says_no(traveller: Traveller) -> None:
    """The mock leaves the state out of its refusal, so nobody knows what it belongs to."""
    page = traveller.browser.get(answers(traveller.leave("mock"), action="deny"))
    assert page.status_code == 400
    assert "This sign-in has expired" in page.text
