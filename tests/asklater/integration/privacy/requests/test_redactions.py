"""Art. 15(4): before an export is given as the answer to a request, the officer looks through the person's texts and
blacks out what is about others; the file says how much and why, and so does the mail.
"""

import json

import pytest
from flask import Flask

from asklater.privacy.correspondence_tables import redaction
from asklater.privacy.exports.redactions import BLACK
from asklater.privacy.requests.lifecycle import RequestMerge
from asklater.privacy.tables import export, privacy_request_event
from tests.asklater.integration.privacy.requests.submissions import (
    ask_for,
    ask_from_outside,
    mails_to,
    prepared,
    states,
    trail,
)
from tests.support.browsing import Browser, went_to
from tests.support.exports import build, document, exported, ordered, tables
from tests.support.people import browser_of, settle, somebody
from tests.support.records import rows

ADDRESS = "ada@x.example"
MESSAGE = "My neighbour Grace Hopper, of Elm Street, told me. Grace Hopper knows."
REASON = "It names a neighbour"
EXPORT = {"outcome": "exported"}


@pytest.fixture
def number(office: Flask) -> int:
    return settle(office, ADDRESS)


@pytest.fixture
def path(office: Flask, number: int) -> str:
    return "/officer/requests/" + ask_from_outside(office, ADDRESS, "access", MESSAGE)[1]


def review(officer: Browser, path: str) -> str:
    """Open the texts; the page."""
    officer.get(f"{path}/texts")
    assert went_to(officer.answer({})) == f"{path}/texts"
    return officer.get(f"{path}/texts").text


def black_out(officer: Browser, path: str, passage: str = "", reason: str = REASON) -> str:
    """Black out a passage of the first text, or all of it; the page that follows."""
    officer.get(f"{path}/texts")
    form = next(number for number, (_action, hidden) in enumerate(officer.forms()) if "section" in hidden)
    given = {"what": "passage" if passage else "whole", "passage": passage, "reason": reason}
    answer = officer.answer(given, form=form)
    return officer.get(f"{path}/texts").text if answer.status_code == 303 else answer.text


def told_message(app: Flask, number: int) -> dict[str, object]:
    document_ = document(app, number)
    (row,) = next(it["rows"] for it in document_["records"] if it["table"] == "privacy_request")
    return dict(row)


def test_no_export_before_the_texts_were_looked_through(office: Flask, officer: Browser, path: str) -> None:
    refused = officer.post(f"{path}/complete", EXPORT)
    assert refused.status_code == 422
    assert "Look through the person’s texts first" in refused.text
    closed = officer.get(f"{path}/texts").text
    assert "Grace Hopper" not in closed
    assert trail(office) == [("received", "person")]
    assert "Grace Hopper" in review(officer, path)
    assert trail(office)[-1] == ("reviewed", "officer")
    assert went_to(officer.post(f"{path}/complete", EXPORT)) == path


def test_where_there_is_no_text_there_is_nothing_to_look_through(office: Flask, officer: Browser) -> None:
    settle(office, "bob@x.example")
    path = "/officer/requests/" + ask_from_outside(office, "bob@x.example", "access")[1]
    assert went_to(officer.post(f"{path}/complete", EXPORT)) == path


@pytest.mark.thorough
def test_another_officer_opens_them_for_themselves(office: Flask, officer: Browser, path: str) -> None:
    review(officer, path)
    second = somebody(office, "second@x.example", "privacy_officer", factor=True)
    assert "Grace Hopper" not in second.get(f"{path}/texts").text
    assert went_to(second.post(f"{path}/texts/redact", {})) == f"{path}/texts"
    assert rows(office, redaction) == []


@pytest.mark.thorough
def test_a_passage_is_black_wherever_it_stands_and_the_person_is_told(
    office: Flask, officer: Browser, number: int, path: str
) -> None:
    review(officer, path)
    page = black_out(officer, path, "Grace Hopper")
    assert page.count('class="redacted"') == 3, "twice in the text, once in the list"
    assert trail(office)[-1] == ("redacted", "officer")
    (kept,) = rows(office, redaction)
    assert b"Grace" not in kept.passage + kept.reason
    officer.post(f"{path}/complete", EXPORT)
    prepared(office)
    assert states(office) == [("access", "done", "exported")]
    row = told_message(office, number)
    assert row["message"] == f"My neighbour {BLACK}, of Elm Street, told me. {BLACK} knows."
    assert row["blacked_out"] == {"message": [REASON]}
    whole = document(office, number)
    assert whole["about"]["redactions"] == [{"reason": REASON, "texts": 1}]
    assert whole["end"]["redacted"] == 1
    assert "Grace" not in json.dumps(whole)
    assert b"Grace" not in b"".join(tables(office, number).values())
    assert [
        text for text in mails_to(office, ADDRESS) if "In 1 text something is blacked out" in text and REASON in text
    ]
    ada = browser_of(office, number)
    for url in (path.replace("/officer", "/account"), "/account/data", "/account/export"):
        assert "Grace Hopper" not in ada.get(url).text
    assert REASON in ada.get("/account/export").text


@pytest.mark.thorough
def test_the_whole_text_leaves_nothing_of_it(office: Flask, officer: Browser, number: int, path: str) -> None:
    review(officer, path)
    black_out(officer, path)
    exported(office, number)
    assert told_message(office, number)["message"] == BLACK


@pytest.mark.thorough
def test_one_passage_within_another_leaves_nothing(office: Flask, officer: Browser, number: int, path: str) -> None:
    review(officer, path)
    for passage in ("Grace", "Grace Hopper, of Elm Street"):
        black_out(officer, path, passage)
    exported(office, number)
    assert told_message(office, number)["message"] == f"My neighbour {BLACK}, told me. {BLACK} Hopper knows."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"passage": ""}, "Copy the passage from the text, or choose the whole text."),
        ({"passage": "Katherine Johnson"}, "This does not stand in the text."),
        ({"reason": " "}, "Write a few words."),
        ({"what": ""}, "Choose one of these."),
    ],
)
def test_what_is_wrong_is_told_beside_the_input_and_kept(
    office: Flask, officer: Browser, path: str, given: dict[str, str], said: str
) -> None:
    review(officer, path)
    (form,) = (number for number, (_action, hidden) in enumerate(officer.forms()) if "section" in hidden)
    page = officer.answer({"what": "passage", "passage": "Elm Street", "reason": REASON, **given}, form=form)
    assert page.status_code == 422
    assert said in page.text
    assert REASON in page.text or "reason" in given
    assert "Elm Street</textarea>" in page.text or "passage" in given
    assert rows(office, redaction) == []


@pytest.mark.thorough
def test_a_text_that_is_gone_is_told(office: Flask, officer: Browser, path: str) -> None:
    review(officer, path)
    for place in (
        {"section": "privacy_request", "row": "[0]", "part": "message"},
        {"section": "x", "row": "[", "part": ""},
    ):
        page = officer.post(f"{path}/texts/redact", {**place, "what": "whole", "reason": REASON})
        assert page.status_code == 409
        assert "not there any more" in page.text
    assert rows(office, redaction) == []


@pytest.mark.thorough
def test_it_is_taken_back(office: Flask, officer: Browser, number: int, path: str) -> None:
    review(officer, path)
    black_out(officer, path, "Grace Hopper")
    (kept,) = rows(office, redaction)
    for _press in range(2):
        assert went_to(officer.post(f"{path}/texts/{kept.public_id}/restore")) == f"{path}/texts"
    assert [event for event, _role in trail(office)].count("restored") == 1
    exported(office, number)
    assert told_message(office, number)["message"] == MESSAGE


@pytest.mark.thorough
def test_what_was_exported_before_goes_and_what_is_being_built_begins_anew(
    office: Flask, officer: Browser, number: int, path: str
) -> None:
    exported(office, number)
    review(officer, path)
    black_out(officer, path, "Grace Hopper")
    assert rows(office, export) == []
    ordered(office, number)
    black_out(officer, path, "Elm Street")
    build(office)
    assert "Elm Street" not in str(told_message(office, number))


@pytest.mark.thorough
def test_nothing_of_it_is_logged(
    office: Flask, officer: Browser, number: int, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    review(officer, path)
    black_out(officer, path, "Grace Hopper")
    exported(office, number)
    assert "Grace" not in caplog.text
    assert REASON not in caplog.text


def test_a_field_and_a_noted_letter_are_texts_too(office: Flask, officer: Browser, number: int, path: str) -> None:
    engine = office.extensions["asklater.engine"]
    with office.test_request_context(), engine.database.unit_of_work():
        engine.change(number, "display_name", "Ada and Grace")
    note = {"direction": "in", "channel": "phone", "at": "2026-01-01T10:00", "text": "Katherine said so."}
    officer.post(f"{path}/note", note)
    page = review(officer, path)
    assert "Ada and Grace" in page
    assert "Katherine said so." in page


@pytest.mark.thorough
def test_an_erased_person_leaves_no_word_of_it(office: Flask, officer: Browser, number: int, path: str) -> None:
    review(officer, path)
    black_out(officer, path, "Grace Hopper")
    ada = browser_of(office, number)
    ada.get("/account/erase")
    ada.post("/account/erase", {"erase": "yes"})
    (kept,) = rows(office, redaction)
    assert kept.passage is kept.reason is None
    assert kept.row == ""
    assert all(row.note is None for row in rows(office, privacy_request_event))


@pytest.mark.thorough
def test_only_a_request_that_is_answered_by_an_export_has_the_page(
    office: Flask, officer: Browser, number: int
) -> None:
    path = "/officer/requests/" + ask_from_outside(office, ADDRESS, "erasure", MESSAGE)[1]
    assert went_to(officer.get(f"{path}/texts")) == path
    assert "Look through the texts" not in officer.get(path).text
    ada = browser_of(office, number)
    done = ask_for(ada, "access").replace("/account", "/officer")
    prepared(office)
    assert went_to(officer.get(f"{done}/texts")) == done


@pytest.mark.thorough
def test_letters_and_redactions_come_along_when_two_subjects_are_one_person(
    office: Flask, officer: Browser, number: int, path: str
) -> None:
    note = {"direction": "in", "channel": "phone", "at": "2026-01-01T10:00", "text": "Katherine said so."}
    review(officer, path)
    black_out(officer, path, "Grace Hopper")
    officer.post(f"{path}/note", note)
    other = settle(office, "other@x.example")
    engine = office.extensions["asklater.engine"]
    with office.test_request_context(), engine.database.unit_of_work():
        RequestMerge(engine)(number, other)
    exported(office, other)
    assert BLACK in str(told_message(office, other)["message"])
    told = {it["table"]: it["rows"] for it in document(office, other)["records"]}
    assert [row["text"] for row in told["request_letter"]] == ["Katherine said so."]
    assert [row["reason"] for row in told["redaction"]] == [REASON]
