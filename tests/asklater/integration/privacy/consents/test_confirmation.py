"""A consent by mail counts once its address is proved (double opt-in); until then it waits, and not for ever."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.manifest.consent_terms import PENDING_FOR
from asklater.messages.mail import post_mail
from asklater.messages.tables import OutgoingMail
from asklater.privacy.consents.history import consent_histories
from asklater.tables import answer
from tests.asklater.integration.privacy.conftest import Reopened
from tests.support.people import browser_of, settle
from tests.support.records import held, rows

BY_MAIL = ('reason = "Now and then."', 'reason = "Now and then."\nsettings = { confirmed_by = "verified_email" }')
DAY = timedelta(days=1)


@pytest.fixture
def app(reopened: Reopened) -> Iterator[Flask]:
    with reopened(BY_MAIL) as app:
        yield app


def engine_of(app: Flask) -> Engine:
    engine: Engine = app.extensions["asklater.engine"]
    return engine


def say(app: Flask, number: int, *, given: bool = True) -> None:
    with app.app_context(), engine_of(app).database.unit_of_work():
        engine_of(app).change(number, "news", {"given": given})


def prove(app: Flask, number: int, *, proved: bool = True) -> None:
    engine = engine_of(app)
    with app.app_context(), engine.database.unit_of_work():
        if proved:
            engine.change(number, "verified_email", {"address": "ada@x.example", "proved_at": clock.now().isoformat()})
        else:
            engine.remove(number, "verified_email")


def counts(app: Flask, number: int) -> bool:
    with app.app_context(), engine_of(app).database.unit_of_work():
        return engine_of(app).consented(number, "news")


def states(app: Flask, number: int) -> list[str]:
    with app.app_context(), engine_of(app).database.unit_of_work():
        return [event.state for event in consent_histories(engine_of(app), number).get("news", ())]


def kept_for(app: Flask) -> timedelta:
    (row,) = (row for row in rows(app, answer) if row.field == "news")
    lasts: timedelta = row.expires_at - row.given_at
    return lasts


def test_a_yes_waits_for_the_proof_and_counts_with_it(app: Flask) -> None:
    number = settle(app, proved=False)
    say(app, number)
    assert not counts(app, number)
    assert kept_for(app) == PENDING_FOR
    prove(app, number)
    assert counts(app, number)
    assert kept_for(app) > 360 * DAY
    assert states(app, number) == ["pending", "confirmed"]
    prove(app, number, proved=False)  # the proof is taken back: another address may be given
    assert not counts(app, number)
    assert kept_for(app) <= PENDING_FOR + DAY
    prove(app, number)
    assert counts(app, number)


def test_whoever_has_proved_the_address_says_yes_at_once(app: Flask) -> None:
    number = settle(app)
    say(app, number)
    assert counts(app, number)
    assert states(app, number) == ["given"]


def test_no_mail_goes_before_the_proof(app: Flask) -> None:
    number = settle(app, proved=False)
    say(app, number)
    with app.app_context(), engine_of(app).database.unit_of_work():
        sent = post_mail(
            "ada@x.example", "News", "asklater/messages/mailed_code.txt", subject_id=number, consent="news", code="1"
        )
    assert not sent
    with app.app_context():
        assert rows(app, OutgoingMail.__table__) == []


def test_a_yes_that_nobody_confirms_expires_and_a_no_stays(app: Flask) -> None:
    yes, no = settle(app, proved=False), settle(app, "bob@x.example", proved=False)
    say(app, yes)
    say(app, no, given=False)
    with clock.at(clock.now() + PENDING_FOR + DAY):
        app.extensions["asklater.jobs"].runs["expire_answers"]()
        assert (yes, "news") not in held(app)
        assert (no, "news") in held(app)
        assert states(app, yes) == ["pending", "lapsed"]
        prove(app, yes)
        assert not counts(app, yes)  # too late: it is asked for anew


def test_using_what_waits_keeps_it_no_longer(app: Flask) -> None:
    number = settle(app, proved=False)
    say(app, number)
    with app.app_context(), engine_of(app).database.unit_of_work():
        engine_of(app).answers.use(number, ["news"])
    assert kept_for(app) <= PENDING_FOR + DAY


@pytest.mark.thorough
@pytest.mark.parametrize("page", ["/account", "/account/data"])
def test_its_person_sees_that_it_waits_where_to_prove_it_and_takes_it_back_with_one_press(
    app: Flask, page: str
) -> None:
    number = settle(app, proved=False)
    say(app, number)
    person = browser_of(app, number, proved=False)
    text = person.get(page).text
    assert "Yes, not in force yet" in text
    assert "Your yes counts once your address is verified. It waits for 30 days at most." in text
    assert "Verify your address" in text.split("Your yes counts once")[1]
    form = next(place for place, (action, _) in enumerate(person.forms()) if action.endswith("/news/withdraw"))
    assert person.answer({}, form=form).status_code == 303
    assert states(app, number) == ["pending", "withdrawn"]


@pytest.mark.parametrize("htmx", [False, True])
def test_whoever_says_yes_in_the_background_is_told_what_it_waits_for(app: Flask, htmx: bool) -> None:
    number = settle(app, proved=False)
    with app.app_context(), engine_of(app).database.unit_of_work():
        engine_of(app).signal(number, "first_letter")
    person = browser_of(app, number, proved=False, htmx=htmx)
    person.get("/desk")
    form = next(place for place, (action, _) in enumerate(person.forms()) if "background" in action)
    saved = person.answer({"answer.news": "yes", "answer.colour": "red"}, form=form)
    text = saved.text if htmx else person.get("/desk").text
    assert "Saved, not in force yet" in text
    assert "Your yes counts once your address is verified. It waits for 30 days at most." in text
    if htmx:
        assert "Verify your address" in text


def test_the_receipt_tells_when_it_was_confirmed(app: Flask) -> None:
    number = settle(app, proved=False)
    say(app, number)
    prove(app, number)
    receipt = json.loads(browser_of(app, number).get("/account/data/receipts/news.json").text)
    assert [event["state"] for event in receipt["events"]] == [
        "consent given, not in force before it is confirmed",
        "consent confirmed, in force",
    ]
