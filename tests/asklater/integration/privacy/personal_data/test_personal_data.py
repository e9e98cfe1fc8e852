"""Your data: every field with all that is to be known of it, every record, every right; nothing of anybody else."""

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from asklater.engine import Engine
from asklater.privacy.requests.labels import Kind
from asklater.privacy.requests.lifecycle import RequestDraft, file_request
from asklater.privacy.tables import privacy_request
from asklater.records.people import record_arrival
from asklater.tables import prompt, subject
from tests.support.answers import ada
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, somebody
from tests.support.records import held, rows


def published(app: Flask) -> Browser:
    """Somebody of whom an address, its proof, a name and a picture are held."""
    person = somebody(app)
    person.post("/publish", {"text": "hello"})
    person.answer(ada())
    return person


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def part(page: str, field: str) -> str:
    """What the page says of one field."""
    return page.split(f'id="data-{field}"', 1)[1].split("</section>", 1)[0]


def test_a_field_is_told_with_all_that_is_to_be_known(study: Flask) -> None:
    engine: Engine = study.extensions["asklater.engine"]
    page = published(study).get("/account/data").text
    for key in ("email", "display_name", "picture"):
        declared, told = engine.field(key), text_of(part(page, key))
        purpose = engine.manifest.purposes[declared.purpose]
        for words in (declared.label, declared.reason, purpose.label, "Art. 6(1)(b)", "Since", "Kept for", "Remove"):
            assert words in told
        assert ", ".join(declared.readers) in told
    told = text_of(part(page, "display_name"))
    assert "you, at: Publish" in told
    assert "Passed on to everyone who sees the page" in told
    assert "/account/fields/picture/picture" in part(page, "picture")


def test_a_person_of_whom_nothing_was_ever_sealed_has_no_key_and_sees_their_records(study: Flask) -> None:
    engine: Engine = study.extensions["asklater.engine"]
    with engine.database.unit_of_work():
        number = record_arrival(engine.database)
        file_request(number, RequestDraft(Kind.ACCESS))
    page = browser_of(study, number).get("/account/data")
    assert page.status_code == 200
    keys = select(subject.c.data_key).where(subject.c.id == number)
    assert engine.database.reading().scalar(keys) is None


def test_what_is_sensitive_is_folded(study: Flask) -> None:
    page = published(study).get("/account/data").text
    assert re.search(
        r"<details><summary>.*?</summary>\s*<p class=.held-value.[^>]*>Ada</p></details>", page, re.DOTALL
    )
    assert "<details>" not in part(page, "email")


def test_what_is_not_held_says_what_for_and_who_would_ask(study: Flask) -> None:
    told = text_of(published(study).get("/account/data").text.split('id="not-held"')[1])
    assert "Postal address For: Keeping your account. Only asked by: Send a letter" in told
    assert "Display name For" not in told


def test_a_visitor_sees_that_nothing_is_held_and_every_field_that_may_be(study: Flask) -> None:
    page = Browser(study).get("/account/data")
    assert page.headers["Cache-Control"] == "no-store"
    assert "One cookie keeps you signed in" in page.text
    assert "Display name For: Showing who publishes" in text_of(page.text)
    assert "What else we store" not in page.text


def test_every_personal_table_is_told_with_its_count_purpose_source_and_term(study: Flask) -> None:
    engine: Engine = study.extensions["asklater.engine"]
    person = published(study)
    told = text_of(person.get("/account/data").text)
    with study.test_request_context():
        for table in engine.registry.tables_in_use():
            assert table.key == "answer" or table.words().label in told
    assert "Prompts that you were shown (1) For: Measuring how questions are answered" in told
    assert "Sessions (1)" in told
    assert "From: your browser." in told
    (number,) = {row.subject_id for row in rows(study, prompt)}
    somebody(study, "other@x.example").post("/publish")
    with study.app_context():
        assert engine.registry.personal_tables["prompt"].count(engine.database.reading(), number) == 1


def test_no_column_that_is_withheld_is_shown(study: Flask) -> None:
    page = published(study).get("/account/data").text
    for secret in ("token_hash", "data_key", "rolled_as"):
        assert secret not in page


def test_a_change_and_a_removal_lead_back_here(study: Flask) -> None:
    person = published(study)
    page = person.get("/account/data").text
    assert 'href="/account/fields/display_name?back=/account/data"' in page
    person.get("/account/fields/display_name?back=/account/data")
    assert went_to(person.answer({"answer.display_name": "x"})) == ""
    assert went_to(person.answer({"answer.display_name": "Ada L."})) == "/account/data"
    page = person.get("/account/fields/display_name/remove?back=/account/data").text
    assert "These will ask for it again: Publish, Send a letter" in page
    assert went_to(person.answer({})) == "/account/data"
    assert "display_name" not in {field for _, field in held(study)}


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_it_leads_nowhere_else(study: Flask, back: str) -> None:
    person = published(study)
    person.get("/account/fields/display_name", query_string={"back": back})
    assert went_to(person.answer({"answer.display_name": "Ada L."})) == "/account"


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("route", "column", "on", "off"),
    [
        ("measurement", "objected_at", "Nothing is measured any more", "counted again"),
        ("restriction", "restricted_at", "used for nothing", "The restriction was lifted"),
    ],
)
def test_a_right_is_turned_on_and_off_with_one_press(study: Flask, route: str, column: str, on: str, off: str) -> None:
    person = published(study)
    for words, is_on in ((on, True), (off, False)):
        person.get("/account/data")
        form = next(place for place, (action, _) in enumerate(person.forms()) if action.endswith(route))
        assert went_to(person.answer({}, form=form)) == "/account/data"
        assert words in person.get("/account/data").text
        (row,) = rows(study, subject)
        assert (getattr(row, column) is not None) is is_on
    assert (rows(study, prompt) == []) is (route == "measurement")
    assert [bool(row.receipt) for row in rows(study, privacy_request)] == [True, True], (
        "each is on record, with a receipt"
    )


def test_what_another_tab_has_done_already_is_done_once(study: Flask) -> None:
    person = published(study)
    for _press in range(2):
        assert went_to(person.post("/account/data/restriction", {"on": "1"})) == "/account/data"
    assert [(row.kind, row.outcome) for row in rows(study, privacy_request)] == [("restriction", "restricted")]


@pytest.mark.thorough
def test_somebody_who_presses_on_and_on_is_told_to_wait(study: Flask) -> None:
    person = published(study)
    for turn in range(21):
        person.post("/account/data/restriction", {} if turn % 2 else {"on": "1"})
    assert len(rows(study, privacy_request)) == 20
    assert "Try again" in person.get("/account/data").text


def test_a_visitor_who_presses_is_led_back_and_nobody_is_recorded(study: Flask) -> None:
    visitor = Browser(study)
    for route in ("measurement", "restriction"):
        assert went_to(visitor.post(f"/account/data/{route}", {"on": "1"})) == "/account/data"
    assert rows(study, subject) == []


def test_it_is_linked_from_the_account_and_the_notice(study: Flask) -> None:
    person = published(study)
    for page in ("/account", "/privacy"):
        assert 'href="/account/data"' in person.get(page).text
