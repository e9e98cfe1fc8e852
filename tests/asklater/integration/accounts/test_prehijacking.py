"""Account pre-hijacking (Sudhodanan and Paverd, 2022), a test per variant: the attacker was there first, and ends with
nothing: no session, no value of the victim's, no way in, and nothing of theirs in the victim's account."""

from collections.abc import Callable

import pytest
from flask import Flask

from asklater.accounts.tables import Account, LinkedIdentity
from asklater.engine import Engine
from tests.asklater.integration.accounts.providers.fake_provider import Fake
from tests.asklater.integration.accounts.providers.journeys import Traveller
from tests.asklater.integration.accounts.test_signup import prove, sign_up
from tests.support.answers import ada
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "::1"])
VICTIM = "ada@x.example"
TROJAN = "What the attacker left behind"


@pytest.fixture
def workshop(providing: Flask) -> Flask:
    return providing


@pytest.fixture
def attacker(visitor: Browser, fake: Fake) -> Traveller:
    """Gave the victim's address before the victim did, and a name with it."""
    visitor.post("/publish", {"text": "first"})
    visitor.answer({**ada(), "answer.email": VICTIM, "answer.display_name": TROJAN})
    return Traveller(visitor, fake)


@pytest.fixture
def victim(another: Callable[[], Browser], fake: Fake) -> Traveller:
    return Traveller(another(), fake)


def comes_by_code(victim: Traveller) -> None:
    """The victim signs up, proves the address by a code, and publishes."""
    prove(sign_up(victim.browser, VICTIM))
    publishes(victim)


def comes_by_provider(victim: Traveller) -> None:
    victim.go("acme", sub="the-victim", email=VICTIM)
    publishes(victim)


def publishes(victim: Traveller) -> None:
    victim.browser.post("/publish", {"text": "mine"})
    answers = {name: value for name, value in ada().items() if name != "answer.email"}
    assert victim.browser.answer({**answers, "answer.display_name": "The real Ada"}).text == "published mine"


def the_attacker_has_nothing(app: Flask, attacker: Traveller, victim: Traveller) -> None:
    assert "The real Ada" in victim.account()
    assert TROJAN not in victim.account()
    page = attacker.account()
    assert VICTIM not in page
    assert "The real Ada" not in page
    engine: Engine = app.extensions["asklater.engine"]
    (owner,) = [row for row in rows(app, Account.__table__) if row.verified_at and row.email == VICTIM]
    assert [row for row in rows(app, Account.__table__) if row.email == VICTIM] == [owner]
    assert engine.answers.read(owner.subject_id, ["display_name"]) == {"display_name": "The real Ada"}
    engine.database.release()


@pytest.mark.thorough
def test_classic_federated_merge(attacker: Traveller, victim: Traveller, workshop: Flask) -> None:
    """The attacker signs up the classic way; the victim comes by a provider, whose account would be merged."""
    comes_by_provider(victim)
    the_attacker_has_nothing(workshop, attacker, victim)
    sign_up(attacker.browser, VICTIM)
    assert "The real Ada" not in attacker.account()


@pytest.mark.thorough
def test_unexpired_session(attacker: Traveller, victim: Traveller, workshop: Flask) -> None:
    """The attacker stays signed in to the account of the victim's address; the victim takes it over by a code."""
    cookie = attacker.browser.client.get_cookie("asklater")
    assert cookie is not None
    comes_by_code(victim)
    the_attacker_has_nothing(workshop, attacker, victim)
    attacker.browser.client.set_cookie("asklater", cookie.value)
    the_attacker_has_nothing(workshop, attacker, victim)


@pytest.mark.thorough
@pytest.mark.parametrize("comes", [comes_by_code, comes_by_provider])
def test_trojan_identifier(
    attacker: Traveller, victim: Traveller, workshop: Flask, comes: Callable[[Traveller], None]
) -> None:
    """The attacker adds an identity of their own to the account of the victim's address, to come back by it."""
    attacker.browser.post("/account/providers/hearsay/link")
    attacker.fake.claims = {"sub": "the-attacker", "email": "attacker@x.example"}
    attacker.leave("hearsay", prompt="/export").come_back()
    attacker.leave("acme", prompt="/export").come_back()
    assert [row.provider for row in rows(workshop, LinkedIdentity.__table__)] == ["acme"]  # their own, proved address
    assert "attacker@x.example" in attacker.account()
    comes(victim)
    the_attacker_has_nothing(workshop, attacker, victim)
    again = Traveller(Browser(workshop), attacker.fake)
    for provider in ("hearsay", "acme"):
        again.go(provider, sub="the-attacker", email="attacker@x.example")
        assert VICTIM not in again.account()
        assert "The real Ada" not in again.account()


@pytest.mark.thorough
@pytest.mark.parametrize("comes", [comes_by_code, comes_by_provider])
def test_unexpired_email_change(victim: Traveller, workshop: Flask, comes: Callable[[Traveller], None]) -> None:
    """The attacker begins to change their own address to the victim's, and ends it once the victim is there."""
    attacker = Traveller(browser_of(workshop, settle(workshop, "attacker@x.example")), victim.fake)
    attacker.browser.get("/account/email")
    attacker.browser.answer({"email": VICTIM})
    code = attacker.browser.mailed_code()  # even if they came to know it
    comes(victim)
    refused = attacker.browser.answer({"code": code})
    assert refused.status_code == 422
    assert "has run out" in refused.text  # and not a word on whose the address is
    assert VICTIM not in attacker.account()
    assert "attacker@x.example" in attacker.account()
    assert "The real Ada" in victim.account()


@pytest.mark.thorough
def test_non_verifying_identity_provider(visitor: Browser, victim: Traveller, workshop: Flask) -> None:
    """The attacker is whoever they like at a provider that verifies nothing: the victim's address is theirs there."""
    attacker = Traveller(visitor, victim.fake)
    attacker.go("hearsay", sub="the-attacker", email=VICTIM)
    attacker.browser.post("/publish", {"text": "first"})
    attacker.browser.answer({**ada(), "answer.email": VICTIM, "answer.display_name": TROJAN})
    comes_by_provider(victim)
    the_attacker_has_nothing(workshop, attacker, victim)
    attacker.go("hearsay", sub="the-attacker", email=VICTIM)
    assert "The real Ada" not in attacker.account()
    assert [row.sub for row in rows(workshop, LinkedIdentity.__table__)] == ["the-victim"]


@pytest.mark.thorough
def test_non_verifying_identity_provider_afterwards(victim: Traveller, workshop: Flask) -> None:
    """The same against an account that is there already."""
    comes_by_code(victim)
    attacker = Traveller(Browser(workshop), victim.fake)
    attacker.go("hearsay", sub="the-attacker", email=VICTIM)
    assert "The real Ada" not in attacker.account()
    assert rows(workshop, LinkedIdentity.__table__) == []
