"""PRIVACY 2 and 15: each statement is an event and stands in the receipt, and a withdrawal holds at once."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.privacy.consents.history import consent_histories
from asklater.privacy.signing import PROOF
from asklater.records.answers import Provenance
from asklater.subjects.merge import merge
from asklater.subjects.rights import restrict, with_consent
from tests.asklater.integration.privacy.conftest import Reopened
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(study: Flask) -> Engine:
    found: Engine = study.extensions["asklater.engine"]
    return found


def press(person: Browser, what: str) -> None:
    """One press on Your data."""
    person.get("/account/data")
    form = next(
        place for place, (action, _) in enumerate(person.forms()) if action == f"/account/consents/news/{what}"
    )
    assert (
        person.answer(
            {},
            form=form,
        ).status_code
        == 303
    )


def states(engine: Engine, number: int) -> list[str]:
    return [event.state for event in consent_histories(engine, number).get("news", ())]


def test_withdrawing_takes_as_many_presses_as_giving(study: Flask, engine: Engine) -> None:
    number = settle(study)
    person = browser_of(study, number)
    presses = {}
    for what, wanted in (("give", True), ("withdraw", False)):
        presses[what] = 0
        while engine.consented(number, "news") is not wanted:
            press(person, what)
            presses[what] += 1
            engine.database.release()
    assert presses == {"give": 1, "withdraw": 1}
    assert states(engine, number) == ["given", "withdrawn"]


def test_what_acts_on_a_consent_stops_with_it_in_its_own_transaction(study: Flask, engine: Engine) -> None:
    number, sent = settle(study), []

    @with_consent("news")
    def write(_engine: Engine, subject_id: int) -> bool:
        sent.append(subject_id)
        return True

    def say(answer: bool) -> None:
        with engine.database.unit_of_work():
            engine.change(number, "news", {"given": answer})

    assert write(engine, number) is None  # nothing was said
    say(True)
    assert write(engine, number) is True
    with engine.database.unit_of_work():
        engine.change(number, "news", {"given": False})
        assert write(engine, number) is None  # before the commit already
    say(True)
    with engine.database.unit_of_work():
        restrict(engine, number)
    assert write(engine, number) is None  # a yes that is kept, and not used
    assert sent == [number]


def test_a_yes_that_expired_is_none(study: Flask, engine: Engine) -> None:
    number = settle(study)
    with clock.at(NOON), engine.database.unit_of_work():
        engine.change(number, "news", {"given": True})
    with clock.at(NOON + timedelta(days=370)):
        assert not engine.consented(number, "news")
        with engine.database.unit_of_work():
            study.extensions["asklater.jobs"].runs["expire_answers"]()
    assert states(engine, number) == ["given", "expired"]


def test_the_history_tells_where_when_and_under_which_words(study: Flask, engine: Engine) -> None:
    number = settle(study)
    with engine.database.unit_of_work():
        engine.signal(number, "first_letter")
    person = browser_of(study, number)
    person.get("/desk")
    form = next(place for place, (action, _) in enumerate(person.forms()) if "background" in action)
    person.answer({"answer.news": "yes", "answer.colour": "red"}, form=form)
    press(person, "withdraw")
    page = person.get("/account/data").text.split('id="consents"')[1].split("</dl>")[0]
    assert page.index("You withdrew it") < page.index("You said yes")
    assert "· Desk · in en" in page
    given, withdrawn = consent_histories(engine, number)["news"]
    assert f"/privacy/notice/news/{given.notice_version}" in page
    assert (given.context, withdrawn.context) == ("desk", "settings")


def test_two_sessions_of_one_person_have_one_history(study: Flask, engine: Engine) -> None:
    ada, visit = settle(study), settle(study, "visit@x.example", proved=False)
    with engine.database.unit_of_work():
        engine.answers.give(visit, "news", {"given": True}, Provenance("desk"))
        merge(engine, visit, ada)
    assert states(engine, ada) == ["given", "given"]
    assert engine.consented(ada, "news")
    other = settle(study, "other@x.example", proved=False)
    with engine.database.unit_of_work():
        engine.change(ada, "news", {"given": False})
        engine.answers.give(other, "news", {"given": True}, Provenance("desk"))
        merge(engine, other, ada)
    assert not engine.consented(ada, "news")  # what the account says wins, and the other yes has its end
    assert states(engine, ada)[-1] == "removed"


@pytest.fixture
def receipt(study: Flask) -> Any:
    person = browser_of(study, settle(study))
    press(person, "give")
    press(person, "withdraw")
    answer = person.get("/account/data/receipts/news.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.json


def test_a_receipt_has_the_elements_of_the_specification_and_no_name(receipt: dict[str, Any], study: Flask) -> None:
    assert receipt["schema_version"] == "ISO/IEC TS 27560:2023"
    for key in ("record_id", "receipt_id", "pii_principal_id"):
        assert len(receipt[key]) == 36
    notice = receipt["pii_processing"]["privacy_notice"]
    assert Browser(study).get(notice["reference"].removeprefix("http://localhost")).status_code == 200
    (purpose,) = receipt["pii_processing"]["purposes"]
    assert purpose["purpose"] == "Telling you what is new"
    assert purpose["lawful_basis"] == "consent"
    assert [item["pii_attribute_id"] for item in purpose["pii_information"]] == ["news"]
    assert purpose["retention_period"] == "P12M"
    assert purpose["withdrawal_method"]["url"] == "http://localhost/account/data"
    for key in ("storage_locations", "jurisdiction", "recipients", "pii_controllers"):
        assert purpose[key]
    assert receipt["pii_processing"]["language"] == "en"
    assert receipt["party_identification"][0]["party_name"] == "A workshop"
    assert [event["state"] for event in receipt["events"]] == ["consent given", "consent withdrawn"]
    assert all(event["event_time"] for event in receipt["events"])
    assert "ada@x.example" not in json.dumps(receipt)


@pytest.mark.thorough
def test_whoever_is_shown_a_receipt_can_tell_whether_it_is_ours(receipt: dict[str, Any], study: Flask) -> None:
    stranger = Browser(study)
    genuine = json.dumps(receipt, ensure_ascii=False, indent=1)
    altered = genuine.replace("consent withdrawn", "consent given")
    foreign = json.dumps({**receipt, PROOF: "e30..c2lnbmVk"})
    for text, status, words in (
        (genuine, 200, "Genuine"),
        (altered, 200, "Altered"),
        (foreign, 200, "Not ours"),
        (json.dumps({"made": "up"}), 200, "Not ours"),
        ("no receipt <script>", 422, "This is no receipt"),
        ("[1]", 422, "This is no receipt"),
        ("  ", 422, "Paste a receipt"),
    ):
        page = stranger.post("/privacy/receipts/check", {"receipt": text})
        assert (page.status_code, words in page.text) == (status, True), text
    assert (
        "no receipt &lt;script&gt;"
        in stranger.post("/privacy/receipts/check", {"receipt": "no receipt <script>"}).text
    )
    for content, words in ((genuine.encode(), "Genuine"), (b"\xff\xfe\x00", "This is no receipt")):
        file = (BytesIO(content), "receipt.json")
        assert words in stranger.post("/privacy/receipts/check", {"receipt": "", "file": file}).text


def test_who_said_nothing_is_told_that_there_is_no_receipt(study: Flask) -> None:
    for person in (Browser(study), browser_of(study, settle(study))):
        for field in ("news", "email", "nothing"):
            assert went_to(person.get(f"/account/data/receipts/{field}.json")) == "/account/data"


@pytest.mark.thorough
def test_a_receipt_tells_what_was_told_then(reopened: Reopened) -> None:
    with reopened() as before:
        before.extensions["asklater.jobs"].runs["note_notices"]()
        number = settle(before)
        press(browser_of(before, number), "give")
    with reopened(("Telling you what is new", "Telling you whatever we like")) as after:
        issued = json.loads(browser_of(after, number).get("/account/data/receipts/news.json").text)
        assert issued["pii_processing"]["purposes"][0]["purpose"] == "Telling you what is new"
