"""A provider that answers badly, late, or not at all: said in words, nothing half-done, nothing learned."""

import json
import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from joserfc.jwk import RSAKey

from asklater import clock
from asklater.accounts.providers import authorization, callback, discovery
from asklater.accounts.tables import Account, LinkedIdentity
from asklater.rate_limits import RateLimit
from asklater.tables import suggestion
from tests.asklater.integration.accounts.providers.fake_provider import Fake
from tests.asklater.integration.accounts.providers.journeys import Traveller
from tests.support.browsing import Browser
from tests.support.people import settle
from tests.support.records import held, rows
from tests.support.waiting import PATIENCE

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "::1"])
UNCHECKED = "could not be checked, so nothing was changed"
SILENT = "does not answer right now"
OVER = "This sign-in has expired"
Told = Callable[[Fake], None]


def nothing_happened(app: Flask) -> bool:
    return not (
        rows(app, Account.__table__) or rows(app, LinkedIdentity.__table__) or rows(app, suggestion) or held(app)
    )


def said(traveller: Traveller) -> str:
    """The page that the person sees after coming back."""
    page = traveller.come_back()
    assert page.status_code == 303, page.text
    return traveller.browser.get(page.location).text


def by_shared_key(fake: Fake) -> None:
    """Signed with the published key as if it were a shared secret."""
    fake.header = {"alg": "HS256", "kid": "one"}
    fake.secret = fake.key.as_pem(private=False)


def by_another_key(fake: Fake) -> None:
    fake.signs_with = RSAKey.generate_key(2048, {"kid": "one"})


def claims(**told: Any) -> Told:
    return lambda fake: fake.claims.update(told)


def header(**told: Any) -> Told:
    return lambda fake: fake.header.update(told)


def token(text: str) -> Told:
    return lambda fake: setattr(fake, "id_token", text)


def published(*keys: dict[str, Any]) -> Told:
    return lambda fake: setattr(fake, "publishes", list(keys))


NOW = int(clock.now().timestamp())
FORGED: dict[str, Told] = {
    "another issuer": claims(iss="https://evil.example"),
    "no issuer": claims(iss=None),
    "another audience": claims(aud="somebody-else"),
    "another audience that lends us its token": claims(aud="somebody-else", azp="workshop"),
    "no audience": claims(aud=None),
    "several audiences and no party": claims(aud=["workshop", "somebody-else"]),
    "another party": claims(azp="somebody-else"),
    "another nonce": claims(nonce="replayed"),
    "no nonce": claims(nonce=None),
    "long over": claims(exp=NOW - 3600),
    "endless": claims(exp=None),
    "no number": claims(exp="tomorrow"),
    "of the future": claims(iat=NOW + 3600),
    "not yet": claims(nbf=NOW + 3600),
    "another access token": claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "nobody": claims(sub=None),
    "an empty subject": claims(sub=""),
    "a subject that is no text": claims(sub=["person-1"]),
    "a subject without end": claims(sub="a" * 256),
    "a key that is unknown": header(kid="two"),
    "an extension that must be understood": header(crit=["x"], x=1),
    "another key": by_another_key,
    "a shared key": by_shared_key,
    "no signature": header(alg="none"),
    "no token": token("nonsense"),
    "a token of dots": token("a.b.c"),
    "no keys": published({}),
    "keys that cannot be read": published({"kty": "RSA", "n": "!", "e": "AQAB", "kid": "one"}),
    "keys of no sort": published({"kty": ["RSA"], "kid": "one"}, {"kty": {}}, {"kty": 7}),
    "a shared key that is published": published({"kty": "oct", "k": "aHVzaA", "kid": "one"}),
    "keys for something else": lambda fake: setattr(
        fake, "publishes", [{**fake.key.as_dict(private=False), "kid": "one", "use": "enc"}]
    ),
}


@pytest.mark.thorough
@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_a_token_that_fails_a_check_is_worth_nothing(traveller: Traveller, workshop: Flask, forge: Told) -> None:
    traveller.leave()
    forge(traveller.fake)
    assert UNCHECKED in said(traveller)
    assert nothing_happened(workshop)


ANSWERS: dict[str, tuple[dict[str, str | None], str]] = {
    "no code": ({"code": None}, UNCHECKED),
    "an empty code": ({"code": ""}, UNCHECKED),
    "another issuer in the address": ({"iss": "https://evil.example"}, UNCHECKED),
    "the person said no": ({"error": "access_denied", "code": None}, "You did not go on with Acme"),
    "an error": ({"error": "server_error", "code": None}, SILENT),
    "an error that is none": ({"error": "<script>\r\nx", "code": None}, SILENT),
}


@pytest.mark.parametrize(("answer", "words"), ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_without_a_code_is_said_in_words(
    traveller: Traveller, workshop: Flask, answer: dict[str, str | None], words: str
) -> None:
    traveller.leave()
    page = traveller.browser.get(traveller.come_back(**answer).location)
    assert words in page.text
    assert "<script>\r" not in page.text
    assert nothing_happened(workshop)
    assert "token" not in traveller.fake.asked


@pytest.mark.thorough
def test_the_issuer_that_a_provider_promises_to_name_has_to_be_there(traveller: Traveller) -> None:
    traveller.fake.discovery = {"authorization_response_iss_parameter_supported": True}
    traveller.leave()
    assert UNCHECKED in said(traveller)
    traveller.leave()
    assert traveller.browser.get(traveller.come_back(iss=f"{traveller.fake.base}/acme").location).status_code == 303
    assert "ada@x.example" in traveller.account()


@pytest.mark.parametrize("state", [None, "", "made-up", "\N{PILE OF POO}", "a" * 3000])
def test_a_state_that_is_missing_or_made_up(traveller: Traveller, workshop: Flask, state: str | None) -> None:
    traveller.leave()
    page = traveller.come_back(state=state)
    assert page.status_code == 400
    assert OVER in page.text
    assert nothing_happened(workshop)


@pytest.mark.thorough
def test_a_state_is_used_once_even_where_it_failed(traveller: Traveller, workshop: Flask) -> None:
    traveller.leave()
    assert "did not go on" in traveller.browser.get(traveller.come_back(error="access_denied").location).text
    assert traveller.come_back().status_code == 400
    assert nothing_happened(workshop)
    traveller.leave().come_back()
    assert traveller.come_back().status_code == 400
    assert len(rows(workshop, LinkedIdentity.__table__)) == 1


@pytest.mark.parametrize("on_the_way", [False, True])
def test_a_state_is_another_sessions(
    traveller: Traveller, another: Callable[[], Browser], workshop: Flask, on_the_way: bool
) -> None:
    """Whoever sends somebody else their own answer signs nobody in: the victim's session did not begin it."""
    victim = another()
    victim.post("/publish")
    if on_the_way:  # to the same provider, on a journey of their own
        Traveller(victim, traveller.fake).leave()
    traveller.leave()
    page = victim.get(traveller.return_url())
    assert (page.status_code, OVER in page.text) == (400, True)
    assert "ada@x.example" not in victim.get("/account").text
    assert nothing_happened(workshop)


def test_a_state_is_another_providers(traveller: Traveller, workshop: Flask) -> None:
    traveller.leave("hearsay")
    assert traveller.browser.get(traveller.return_url().replace("/hearsay/", "/acme/")).status_code == 400
    assert traveller.browser.get(traveller.return_url().replace("/hearsay/", "/nobody/")).status_code == 404
    assert nothing_happened(workshop)


def test_a_state_grows_old(traveller: Traveller, workshop: Flask) -> None:
    traveller.leave()
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert traveller.come_back().status_code == 400
        workshop.extensions["asklater.jobs"].runs["expire_attempts"]()
    assert nothing_happened(workshop)


BROKEN: dict[str, tuple[Told, str]] = {
    "no token": (lambda fake: fake.status.update(token=500), SILENT),
    "the code is refused": (lambda fake: fake.sends.update(token=b'{"error":"invalid_grant"}'), UNCHECKED),
    "an error in no words": (lambda fake: fake.sends.update(token=b'{"error":{"a":1}}'), UNCHECKED),
    "a token that is no JSON": (lambda fake: fake.sends.update(token=b"<html>"), SILENT),
    "a token that is a list": (lambda fake: fake.sends.update(token=b"[1]"), SILENT),
    "no ID token": (lambda fake: fake.sends.update(token=b'{"access_token":"x","token_type":"Bearer"}'), UNCHECKED),
    "a term that is none": (lambda fake: fake.sends.update(token=b'{"access_token":"x","expires_in":"soon"}'), SILENT),
    "the way to the token leads elsewhere": (lambda fake: fake.status.update(token=302), SILENT),
    "no keys": (lambda fake: fake.status.update(jwks=503), SILENT),
    "the way to the keys leads elsewhere": (lambda fake: fake.status.update(jwks=302), SILENT),
    "keys that are no JSON": (lambda fake: fake.sends.update(jwks=b"\xff"), SILENT),
    "keys without end": (
        lambda fake: fake.sends.update(jwks=json.dumps(fake.keys()).encode() + b" " * 600_000),
        SILENT,
    ),
    "keys nested without end": (lambda fake: fake.sends.update(jwks=b"[" * 100_000), SILENT),
}


@pytest.mark.thorough
@pytest.mark.parametrize(("break_it", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_provider_that_breaks_on_the_way_back(
    traveller: Traveller, workshop: Flask, break_it: Told, words: str
) -> None:
    traveller.leave()
    break_it(traveller.fake)
    shown = said(traveller)
    assert words in shown
    assert nothing_happened(workshop)
    assert max(map(traveller.fake.asked.count, ("token", "jwks"))) == 1


def test_a_provider_that_is_not_there(traveller: Traveller, workshop: Flask) -> None:
    traveller.fake.status = {"openid-configuration": 404}
    traveller.browser.get("/ask/sign_up?next=/account")
    page = traveller.browser.answer({"_asklater.alternative": "provider-acme", "answer.email": "typed@x.example"})
    assert page.status_code == 422
    assert "Acme does not answer right now. Type your address instead" in page.text
    assert 'value="typed@x.example"' in page.text
    assert nothing_happened(workshop)


def test_so_many_ways_an_hour_from_one_network_and_no_more(
    traveller: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        authorization, "ATTEMPTS_OF_NETWORK", RateLimit("ways to a provider, in a test", 2, timedelta(hours=1))
    )
    traveller.leave()
    traveller.leave()
    traveller.browser.get("/ask/sign_up?next=/account")
    page = traveller.browser.answer({"_asklater.alternative": "provider-acme", "answer.email": "typed@x.example"})
    assert "tried too often" in page.text
    assert 'value="typed@x.example"' in page.text


def test_one_that_was_not_there_is_left_alone_for_a_moment(traveller: Traveller) -> None:
    traveller.fake.status = {"openid-configuration": 404}
    traveller.browser.get("/ask/sign_up?next=/account")
    for _ in range(3):
        traveller.browser.answer({"_asklater.alternative": "provider-acme"})
    assert traveller.fake.asked == ["openid-configuration"]
    traveller.fake.status = {}
    with clock.at(clock.now() + timedelta(seconds=31)):
        traveller.leave()


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": 7},
        {"jwks_uri": "https://["},
        {"userinfo_endpoint": "file:///etc/passwd"},
    ],
)
def test_a_discovery_that_leads_astray_is_not_followed(traveller: Traveller, told: dict[str, Any]) -> None:
    traveller.fake.discovery = told
    traveller.browser.get("/ask/sign_up?next=/account")
    page = traveller.browser.answer({"_asklater.alternative": "provider-acme"})
    assert UNCHECKED in page.text


@pytest.mark.parametrize("there", [True, False], ids=["on the way there", "on the way back"])
def test_a_provider_that_keeps_one_waiting(
    traveller: Traveller, workshop: Flask, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr(discovery, "TIMEOUT", 0.05)
    monkeypatch.setattr(callback, "TIMEOUT", 0.05)
    if not there:
        traveller.leave()
    traveller.fake.holds = threading.Event()
    if there:
        traveller.browser.get("/ask/sign_up?next=/account")
        shown = traveller.browser.answer({"_asklater.alternative": "provider-acme"}).text
    else:
        shown = said(traveller)
    assert SILENT in shown
    assert nothing_happened(workshop)


@pytest.mark.parametrize("there", [True, False], ids=["on the way there", "on the way back"])
def test_whoever_waits_for_a_provider_keeps_nobody_from_writing(
    traveller: Traveller,
    another: Callable[[], Browser],
    workshop: Flask,
    there: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On SQLite one transaction writes at a time. Whoever had to wait for this one would give up before it ends."""
    for module in (discovery, callback):
        monkeypatch.setattr(module, "TIMEOUT", PATIENCE)
    other = another()
    other.get("/ask/sign_up?next=/account")
    if there:
        traveller.browser.post("/publish", {"text": "an action that has to be kept"})
    else:
        traveller.leave()
    traveller.fake.holds, traveller.fake.asked = threading.Event(), []
    waits = threading.Thread(target=traveller.press if there else traveller.come_back)
    waits.start()
    while not traveller.fake.asked and waits.is_alive():
        waits.join(0.01)
    assert other.answer({"answer.email": "meanwhile@x.example"}).status_code == 303
    assert waits.is_alive()
    traveller.fake.holds.set()
    waits.join(PATIENCE)
    assert not waits.is_alive()


@pytest.mark.thorough
def test_keys_that_were_changed_are_fetched_once_more(traveller: Traveller) -> None:
    traveller.go()
    new = RSAKey.generate_key(2048, {"kid": "two"})
    traveller.fake.publishes = [new.as_dict(private=False)]
    traveller.fake.signs_with, traveller.fake.header = new, {"alg": "RS256", "kid": "two"}
    traveller.browser.post("/sign-out")
    traveller.go(email="changed@x.example", sub="person-2")
    assert "changed@x.example" in traveller.account()
    assert traveller.fake.asked.count("jwks") == 2
    assert traveller.fake.asked.count("openid-configuration") == 1


def test_a_page_about_somebody_else_is_not_believed(traveller: Traveller, workshop: Flask) -> None:
    traveller.fake.told_elsewhere = {"sub": "person-2", "email": "bo@x.example", "email_verified": True}
    traveller.fake.claims = {"email": None, "email_verified": None}
    traveller.leave()
    assert UNCHECKED in said(traveller)
    assert nothing_happened(workshop)


@pytest.mark.thorough
@pytest.mark.parametrize("email", [None, "", "nobody", 7, ["ada@x.example"], "ada@x.example\r\nBcc: x@y.example"])
def test_without_an_address_nobody_is_signed_in(traveller: Traveller, workshop: Flask, email: object) -> None:
    traveller.fake.claims = {"email": email, "name": None}
    traveller.leave()
    assert "Acme told us no email address. Type it yourself." in said(traveller)
    assert nothing_happened(workshop)


UNPROVED: dict[str, tuple[str, dict[str, Any]]] = {
    "by a provider that proves none": ("hearsay", {}),
    "that the provider did not verify": ("acme", {"email_verified": False}),
    "of which it says nothing": ("acme", {"email_verified": None}),
    "of which it says nonsense": ("acme", {"email_verified": {"a": 1}}),
    "of which it says no in text": ("acme", {"email_verified": "false"}),
}


@pytest.mark.thorough
@pytest.mark.parametrize(("provider", "told"), UNPROVED.values(), ids=UNPROVED.keys())
def test_an_address_that_is_not_proved_only_fills_the_prompt(
    traveller: Traveller, workshop: Flask, provider: str, told: dict[str, Any]
) -> None:
    owner = settle(workshop)
    traveller.fake.claims = told
    traveller.leave(provider)
    shown = said(traveller)
    assert "does not verify addresses to us" in shown
    assert 'value="ada@x.example"' in shown
    assert rows(workshop, LinkedIdentity.__table__) == []
    traveller.browser.answer({"answer.email": "ada@x.example"})
    assert "exported" not in traveller.browser.get("/export").text
    assert {row.subject_id for row in rows(workshop, Account.__table__) if row.verified_at} == {owner}


def test_known_addresses_and_new_ones_get_the_same_answer(
    another_traveller: Callable[[], Traveller], workshop: Flask
) -> None:
    """Of a provider that proves nothing, nobody learns who has an account."""
    settle(workshop)
    shown = []
    for email in ("ada@x.example", "new@x.example"):
        traveller = another_traveller()
        traveller.fake.claims = {"email": email, "sub": email}
        page = traveller.leave("hearsay").come_back()
        text = traveller.browser.get(page.location).text
        shown.append((page.status_code, page.location, sorted(page.headers.keys()), text.count("<")))
    assert shown[0] == shown[1]


@pytest.mark.thorough
def test_nothing_that_was_sent_is_logged(
    traveller: Traveller, workshop: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        traveller.go(name="Ada the Secretive")
        traveller.browser.post("/sign-out")
        traveller.go(aud="somebody-else")
    told = ("Secretive", "ada@x.example", "person-1", "an-access-token", "a-code-of-the-provider", "hush", "eyJ")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("asklater")]
    assert [line for line in ours if any(word in line for word in told)] == []
    assert any("trouble=" in line for line in ours)
