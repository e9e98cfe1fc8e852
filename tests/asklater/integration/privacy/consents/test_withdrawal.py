"""PRIVACY 2: a consent that is withdrawn takes along what it alone allowed to be held; its person is told before."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.messages.unsubscribing import unsubscribe_url
from asklater.privacy.consents.history import consent_histories
from asklater.privacy.consents.receipts import issue_receipt
from asklater.privacy.ledger.replay import replay
from asklater.settings import Settings
from asklater.tables import answer_event
from tests.asklater.integration.privacy.conftest import FEATURES, declarations
from tests.conftest import within
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows
from tests.support.snapshots import put_back, snapshot

COLOUR = """[fields.colour]
kind = "choice"
label = "Favourite colour"
reason = "So that the paper suits you."
purpose = "publishing"
retention = "P12M"
readers = ["owner"]
sensitivity = "personal"
"""
RESTS = COLOUR.replace('"publishing"', '"news"').replace('"personal"', '"sensitive"') + (
    'after = ["news"]\nspecial_category = true\n'
)
CONSENT = '[fields.news]\nkind = "consent"\n'
FURTHER = """[fields.more_news]
kind = "consent"
label = "More news"
reason = "Now and then."
purpose = "news"
retention = "P12M"
readers = ["owner"]
sensitivity = "personal"
if_wrong = "Nothing much."
decided_by = "the workshop"
after = ["news"]

"""
CHANGES = (
    (COLOUR, RESTS),
    ('fields = ["news", "colour"]', 'fields = ["news", "colour", "more_news"]'),
    (CONSENT, FURTHER + CONSENT + 'settings = { text = "Yes, keep my favourite colour." }\n'),
)
BEFORE = "If you stop this, we also delete: Favourite colour."


@pytest.fixture
def study(settings: Settings, instance: Path) -> Iterator[Flask]:
    with lent(replace(settings, manifest=declarations(instance, *CHANGES)), FEATURES) as app:
        yield from within(app)


@pytest.fixture
def engine(study: Flask) -> Engine:
    found: Engine = study.extensions["asklater.engine"]
    return found


def says_yes(app: Flask, engine: Engine, email: str = "ada@x.example") -> int:
    """Somebody who agreed to both, and gave what the first one allows."""
    number = settle(app, email)
    with app.app_context(), engine.database.unit_of_work():
        for consent in ("news", "more_news"):
            engine.change(number, consent, {"given": True})
        engine.change(number, "colour", "red")
    return number


def held(app: Flask, engine: Engine, number: int) -> set[str]:
    with app.app_context():
        found = set(engine.answers.read(number, ["colour", "more_news"]))
        engine.database.release()
    return found


def withdraw(person: Browser) -> str:
    """One press on Your data; the page before it."""
    page = person.get("/account/data").text
    forms = [action for action, _inputs in person.forms()]
    assert person.answer({}, form=forms.index("/account/consents/news/withdraw")).status_code == 303
    return page


@pytest.mark.thorough
def test_what_rests_on_it_goes_with_it_and_the_person_is_told_before(study: Flask, engine: Engine) -> None:
    ada, bo = says_yes(study, engine), says_yes(study, engine, "bo@x.example")
    person = browser_of(study, ada)
    assert BEFORE in withdraw(person)
    after = person.get("/account/data").text
    assert "Deleted with it: Favourite colour." in after
    assert "this was deleted with it: Favourite colour" in after
    assert BEFORE not in after
    assert held(study, engine, ada) == {"more_news"}, "another consent is a yes of its own"
    assert held(study, engine, bo) == {"colour", "more_news"}


def test_the_receipt_and_the_ledger_say_what_was_deleted(study: Flask, engine: Engine, instance: Path) -> None:
    ada = says_yes(study, engine)
    withdraw(browser_of(study, ada))
    with study.test_request_context():
        receipt = issue_receipt(engine, ada, "news")
        histories = consent_histories(engine, ada)
        engine.database.release()
    assert receipt is not None
    assert [event.get("pii_removed") for event in receipt["events"]] == [None, ["colour"]]
    assert histories["more_news"][-1].removed == ()
    lines = [json.loads(line) for line in (instance / "rights.jsonl").read_text().splitlines()]
    assert [(line["act"], line["what"]) for line in lines] == [("withdrawal", "news"), ("removal", "colour")]
    gone = [row for row in rows(study, answer_event) if row.field == "colour" and row.change == "removed"]
    assert [row.action for row in gone] == ["withdrawal"]


def test_who_said_no_is_not_asked_for_it_and_cannot_give_it(study: Flask, engine: Engine) -> None:
    ada = says_yes(study, engine)
    person = browser_of(study, ada)
    person.get("/account/fields/colour")
    elsewhere = browser_of(study, ada)
    withdraw(elsewhere)
    assert elsewhere.get("/account/fields/colour").status_code == 404
    assert person.answer({"answer.colour": "blue"}).status_code == 404
    with study.test_request_context(), engine.database.unit_of_work():
        engine.signal(ada, "first_letter")
    assert "Favourite colour" not in elsewhere.get("/desk").text
    assert held(study, engine, ada) == {"more_news"}


def test_a_form_from_before_the_withdrawal_stores_nothing(study: Flask, engine: Engine) -> None:
    ada = settle(study)
    with study.test_request_context(), engine.database.unit_of_work():
        engine.change(ada, "news", {"given": True})
        engine.signal(ada, "first_letter")
    person = browser_of(study, ada)
    assert "Favourite colour" in person.get("/desk").text
    withdraw(browser_of(study, ada))
    answered = person.answer({"answer.colour": "blue"})
    assert "You said no to this, so nothing was stored: News by mail." in answered.text
    assert "colour" not in held(study, engine, ada)


def test_a_restored_backup_brings_it_back_for_no_longer_than_the_replay(
    study: Flask, engine: Engine, instance: Path
) -> None:
    ada = says_yes(study, engine)
    kept = snapshot(study)
    withdraw(browser_of(study, ada))
    put_back(study, kept)
    assert "colour" in held(study, engine, ada)
    with study.app_context():
        replay(engine, instance / "rights.jsonl")
        engine.database.release()
    assert held(study, engine, ada) == {"more_news"}


def test_the_link_in_a_mail_tells_it_too(study: Flask, engine: Engine) -> None:
    ada = says_yes(study, engine)
    with study.test_request_context():
        url = unsubscribe_url(ada, "news")
        engine.database.release()
    reader = Browser(study)
    assert BEFORE in reader.get(url).text
    reader.answer({})
    assert held(study, engine, ada) == {"more_news"}
