"""What could open an account is guarded: no route answers a guarded kind, or changes how an account is entered, for
somebody whose proof has has expired."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from pyotp import random_base32
from sqlalchemy import update
from werkzeug.routing import Rule

from asklater import clock
from asklater.accounts.tables import (
    Account,
    Authenticator,
    BrowserSession,
    LinkedIdentity,
    Passkey,
    PhoneCode,
    PhoneFactor,
    RecoveryCode,
)
from asklater.asking.submission import TOKEN
from asklater.engine import Engine
from asklater.prompt_tokens import PromptToken
from asklater.settings import Settings
from asklater.tables import answer
from tests.conftest import within
from tests.contracts.test_routes import ROUTES, unsafe
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.demo import EVERYTHING, WHOLE_MANIFEST
from tests.support.people import browser_of, settle
from tests.support.records import held, rows

UNPROVED: dict[str, str] = ROUTES["unproved"]
WORDS = {"lost": "mail", "number": 1}
PHONE, SECOND = "+49 1512 3456789", "ada@second.example"
TYPED = {"answer.email": SECOND, "answer.phone": PHONE, "answer.recovery_address": SECOND}
ANSWERED = {"email", "verified_email", "phone", "verified_phone", "recovery_address", "verified_recovery_address"}
"""The guarded fields that are answered here."""
SECURITY = (Account, Authenticator, LinkedIdentity, Passkey, PhoneFactor, RecoveryCode)
"""The tables that say how an account is entered."""


@pytest.fixture
def everything(settings: Settings) -> Iterator[Flask]:
    """Every feature that there is, and a door by which browsers come in."""
    with lent(replace(settings, manifest=WHOLE_MANIFEST), [*EVERYTHING, "tests.support.people"]) as app:
        yield from within(app)


@pytest.fixture
def guarded(everything: Flask) -> list[str]:
    """The fields whose kind could open an account."""
    engine: Engine = everything.extensions["asklater.engine"]
    return [key for key in engine.manifest.fields if engine.kind_of(key).guarded]


@pytest.fixture
def ada(everything: Flask) -> int:
    """An account with a proved address and an authenticator app."""
    number, engine = settle(everything), everything.extensions["asklater.engine"]
    with everything.app_context(), engine.database.unit_of_work():
        secret, moment = engine.seal(number, "authenticator", random_base32()), clock.now()
        row = {"subject_id": number, "secret": secret, "last_step": 0, "began_at": moment, "confirmed_at": moment}
        engine.database.session().add(Authenticator(**row))
    return number


def grow_old(app: Flask) -> None:
    """Every session proved an hour ago who it is."""
    database = app.extensions["asklater.database"]
    before = clock.now() - timedelta(hours=1)
    with database.unit_of_work():
        database.writing().execute(update(BrowserSession).values(proved_at=before, factor_at=before))


def entered_by(app: Flask, number: int) -> dict[str, list[Any]]:
    """Everything that says how the account is entered, with the guarded answers that it holds."""
    engine: Engine = app.extensions["asklater.engine"]
    kept: dict[str, list[Any]] = {table.__tablename__: rows(app, table.__table__) for table in SECURITY}
    answers = [row for row in rows(app, answer) if engine.kind_of(row.field).guarded and row.subject_id == number]
    return {**kept, "answers": answers}


def answering(app: Flask, rule: Rule, fields: list[str]) -> Iterator[tuple[str, str]]:
    """Every address of a rule that could take an answer, with the action or placement whose prompt it takes: one for
    each action, prompt or field that its variable can name."""
    engine: Engine = app.extensions["asklater.engine"]
    choices = {"action": [*engine.manifest.actions], "prompt": [*engine.manifest.prompts], "field": fields}
    name = next((name for name in choices if name in rule.arguments), "")
    for chosen in choices.get(name, [""]):
        with app.test_request_context():
            given = {other: WORDS.get(other, "made-up") for other in rule.arguments} | ({name: chosen} if name else {})
            url = app.url_map.bind("localhost").build(rule.endpoint, given, method=method_of(rule))
        action = getattr(app.view_functions[rule.endpoint], "gated_action", chosen or "enrol_phone")
        yield url, engine.manifest.prompts[chosen].placement if name == "prompt" else action


def method_of(rule: Rule) -> str:
    """By which it changes something."""
    methods = rule.methods or set()
    return "POST" if "POST" in methods else next(iter(sorted(methods - {"GET", "HEAD", "OPTIONS"})))


def signed_in(app: Flask, number: int) -> Browser:
    """A browser that is in the account; who it is was proved an hour ago."""
    browser = browser_of(app, number, factor=True)
    grow_old(app)
    return browser


@pytest.mark.thorough
def test_no_route_answers_a_guarded_kind_on_an_old_proof(everything: Flask, ada: int, guarded: list[str]) -> None:
    engine: Engine = everything.extensions["asklater.engine"]
    assert {*guarded} == ANSWERED, "a kind is guarded that this test does not answer: add what is typed there"
    before, tried, stale = entered_by(everything, ada), 0, signed_in(everything, ada)
    for rule, _view in unsafe(everything):
        if stale.get("/account/sessions").status_code == 404:  # it was ended by what was tried last
            stale = signed_in(everything, ada)
        for url, action in answering(everything, rule, guarded):
            token = engine.tokens.sign(PromptToken(ada, action, 0, tuple(guarded), 1, "/"))
            typed = {**TYPED, TOKEN: token, "phone": PHONE, "address": SECOND, "email": SECOND}
            if method_of(rule) == "POST":
                stale.post(url, typed)
            said = {key: typed.get(f"answer.{key}", "123456") for key in guarded}
            more = {"_asklater": {"prompt": token, "answers": said}} if method_of(rule) == "POST" else said
            stale.client.open(url, method=method_of(rule), json=more, headers={"X-CSRFToken": stale.csrf_token()})
            tried += 1
        assert entered_by(everything, ada) == before, f"{rule.endpoint} took an answer"
    assert rows(everything, PhoneCode.__table__) == [], "a code was sent to a number that nobody vouches for"
    assert tried > 60


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("action", "asked", "proof"),
    [
        ("enrol_phone", {"answer.phone": PHONE}, "verified_phone"),
        ("add_recovery_address", {"answer.recovery_address": SECOND}, "verified_recovery_address"),
        ("bring_back", {}, "verified_email"),
    ],
)
def test_a_code_that_waits_is_not_taken_once_the_proof_is_old(
    everything: Flask, ada: int, guarded: list[str], action: str, asked: dict[str, str], proof: str
) -> None:
    engine: Engine = everything.extensions["asklater.engine"]
    if action == "bring_back":
        with engine.database.unit_of_work():
            engine.answers.remove(ada, proof, "expiry", "expired")
    ours = browser_of(everything, ada, factor=True)
    ours.get(f"/ask/{action}")
    if asked:
        ours.answer(asked)
    typed = {f"answer.{proof}": ours.texted_code() if action == "enrol_phone" else ours.mailed_code()}
    grow_old(everything)
    before = entered_by(everything, ada)
    token = engine.tokens.sign(PromptToken(ada, action, 0, tuple(guarded), 1, "/"))
    pages = [rule.rule for rule, view in unsafe(everything) if getattr(view, "gated_action", "") == action]
    for url in (f"/ask/{action}", f"/account/fields/{proof}", *pages):
        page = ours.post(url, {**typed, TOKEN: token})
        assert page.status_code == 404 or page.location.startswith("/confirm")
        assert entered_by(everything, ada) == before
    assert (ada, proof) not in held(everything)


def test_the_same_is_taken_with_a_fresh_proof(everything: Flask, ada: int, guarded: list[str]) -> None:
    """So the walk above goes the way that would have stored it."""
    engine: Engine = everything.extensions["asklater.engine"]
    fresh = browser_of(everything, ada, factor=True)
    token = engine.tokens.sign(PromptToken(ada, "enrol_phone", 0, tuple(guarded), 1, "/"))
    fresh.post("/ask/enrol_phone", {**TYPED, TOKEN: token})
    assert (ada, "phone") in held(everything)


def test_every_page_of_accounts_wants_a_fresh_proof_or_says_why_not(everything: Flask) -> None:
    open_ones = {
        rule.endpoint
        for rule, view in unsafe(everything)
        if rule.endpoint.startswith("accounts.") and not hasattr(view, "reauthenticated")
    }
    assert sorted(open_ones - UNPROVED.keys()) == [], "guard it with @reauthenticated, or say why not in routes.toml"
    assert sorted(UNPROVED.keys() - open_ones) == []
    assert all(len(reason) > 12 for reason in UNPROVED.values())


@pytest.mark.thorough
def test_looking_changes_nothing_of_how_an_account_is_entered(everything: Flask, ada: int, guarded: list[str]) -> None:
    before = entered_by(everything, ada)
    browser: Browser = browser_of(everything, ada, factor=True)
    for rule in everything.url_map.iter_rules():
        if rule.endpoint.startswith("accounts.") and "GET" in (rule.methods or set()):
            for url, _action in _pages(everything, rule, guarded):
                browser.get(url)
                assert entered_by(everything, ada) == before, f"looking at {url} changed something"


def _pages(app: Flask, rule: Rule, fields: list[str]) -> Iterator[tuple[str, str]]:
    given = {"number": 1, "token": "made-up", "lost": "mail", "provider": "nobody"}
    for field in fields if "field" in rule.arguments else [""]:
        with app.test_request_context():
            values = {name: field if name == "field" else given[name] for name in rule.arguments}
            yield app.url_map.bind("localhost").build(rule.endpoint, values, method="GET"), field
