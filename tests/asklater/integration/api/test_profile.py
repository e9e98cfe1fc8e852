"""The profile as JSON: read by its person, changed as a whole or not at all."""

import base64
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from asklater.engine import Engine
from asklater.subjects.rights import restrict
from asklater.tables import subject
from tests.support.answers import picture
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import prompts

HOME = {"country": "DE", "name": "Ada", "street_address": "Weg 1", "postal_code": "10115", "city": "Berlin"}
PROBLEM = "urn:asklater:problem:"


def patch(browser: Browser, body: Any, **headers: str) -> TestResponse:
    """PATCH /profile with the cross-site token; a str is sent as it is."""
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    sent = {"X-CSRFToken": browser.csrf_token(), "Content-Type": "application/json", **headers}
    return browser.client.patch("/profile", data=text, headers=sent)


def read(browser: Browser) -> dict[str, Any]:
    answer = browser.client.get("/profile")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found: dict[str, Any] = answer.get_json()
    return found


def values(browser: Browser) -> dict[str, Any]:
    return {key: field["value"] for key, field in read(browser)["fields"].items()}


@pytest.fixture
def ada(office: Flask) -> Browser:
    return browser_of(office, settle(office))


def test_a_visitor_of_whom_nothing_is_recorded_has_an_empty_profile_and_stays_unrecorded(office: Flask) -> None:
    browser, database = Browser(office), office.extensions["asklater.database"]
    assert read(browser)["fields"] == {}
    assert read(browser)["consents"]["news"]["state"] is None
    refused = patch(browser, {"display_name": "A"})
    assert refused.status_code == 422
    assert database.reading().scalar(select(func.count()).select_from(subject)) == 0
    assert patch(browser, {"display_name": "Ada"}).status_code == 200
    assert values(browser) == {"display_name": "Ada"}


def test_what_is_held_is_told_with_what_it_is_for(ada: Browser) -> None:
    assert patch(ada, {"display_name": "Ada"}).status_code == 200
    field = read(ada)["fields"]["display_name"]
    expected = {"value": "Ada", "shown": "Ada", "kind": "text", "label": "Display name", "source": "settings"}
    assert {name: field[name] for name in expected} == expected
    assert field["purpose"] == "Showing who publishes"
    assert field["given_at"] < field["kept_until"]
    assert field["change_url"].endswith("/account/fields/display_name")


def test_every_value_comes_back_in_the_form_in_which_it_is_sent(ada: Browser) -> None:
    sent = {"display_name": "Ada", "colour": "blue", "hobbies": ["music"], "shelves": 7, "address": HOME}
    assert patch(ada, sent).status_code == 200
    held = values(ada)
    assert {key: held[key] for key in sent} == sent
    assert patch(ada, {key: held[key] for key in sent}).status_code == 200
    assert values(ada) == held


def test_a_picture_goes_in_and_out_in_base64(ada: Browser) -> None:
    content = base64.b64encode(picture().read()).decode()
    assert patch(ada, {"picture": {"content": content, "filename": "a.png"}}).status_code == 200
    held = values(ada)["picture"]
    assert base64.b64decode(held["content"])[8:12] == b"WEBP"
    assert patch(ada, {"picture": held}).status_code == 200


def test_null_removes_and_takes_along_what_came_after_it(ada: Browser) -> None:
    patch(ada, {"display_name": "Ada", "colour": "blue"})
    assert patch(ada, {"display_name": None, "shelves": None}).status_code == 200
    assert not {"display_name", "colour"} & values(ada).keys()


def test_one_refused_answer_leaves_everything_as_it_was(ada: Browser) -> None:
    patch(ada, {"display_name": "Ada", "shelves": 3})
    refused = patch(ada, {"display_name": "Bo", "shelves": 99, "hobbies": "chess", "address": None})
    problem = refused.get_json()
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert problem["type"] == PROBLEM + "answers-refused"
    told = {entry["field"]: entry["errors"] for entry in problem["fields"]}
    assert told == {"shelves": {"": "Enter a number of at most 40."}, "hobbies": {"": "Send a list of texts."}}
    assert values(ada)["display_name"] == "Ada"


def test_a_part_is_named_in_its_error(ada: Browser) -> None:
    problem = patch(ada, {"address": {**HOME, "postal_code": "1"}}).get_json()
    assert set(problem["fields"][0]["errors"]) == {"postal_code"}


def test_what_comes_after_something_waits_for_it(ada: Browser) -> None:
    problem = patch(ada, {"colour": "red"}).get_json()
    assert problem["fields"] == [{"field": "colour", "errors": {"": "First answer this: Display name."}}]
    assert patch(ada, {"colour": "red", "display_name": "Ada"}).status_code == 200
    refused = patch(ada, {"colour": "blue", "display_name": None})
    assert refused.status_code == 422


def test_a_yes_needs_the_terms_that_were_read_and_a_no_needs_nothing(ada: Browser) -> None:
    assert patch(ada, {"news": None}).status_code == 200
    assert read(ada)["consents"]["news"]["state"] is None
    terms = read(ada)["consents"]["news"]["terms"]
    for yes in (True, {"given": True}, {"given": True, "terms": "older"}, "yes"):
        assert patch(ada, {"news": yes}).status_code == 422, yes
    assert patch(ada, {"news": {"given": True, "terms": terms}}).status_code == 200
    assert read(ada)["consents"]["news"]["state"] == "given"
    assert patch(ada, {"news": None}).status_code == 200
    assert (read(ada)["consents"]["news"]["state"], values(ada)["news"]) == ("refused", False)


def test_what_has_a_page_of_its_own_is_changed_there(ada: Browser) -> None:
    problem = patch(ada, {"email": "bo@x.example"}).get_json()
    assert "/account/email" in problem["fields"][0]["errors"][""]


def test_what_could_open_the_account_wants_a_fresh_proof(office: Flask) -> None:
    number = settle(office)
    stale = browser_of(office, number, proved=False)
    refused = patch(stale, {"verified_email": None, "display_name": "Ada"})
    assert (refused.status_code, refused.get_json()["type"]) == (403, PROBLEM + "reauthentication-required")
    assert "display_name" not in values(stale)
    assert patch(browser_of(office, number), {"verified_email": None}).status_code == 200


def test_who_has_restricted_their_data_gives_nothing_new_and_puts_right_what_is_held(office: Flask) -> None:
    number = settle(office)
    ada = browser_of(office, number)
    patch(ada, {"display_name": "Ada"})
    engine: Engine = office.extensions["asklater.engine"]
    with engine.database.unit_of_work():
        restrict(engine, number)
    assert patch(ada, {"shelves": 2}).status_code == 422
    assert patch(ada, {"display_name": "Bo"}).status_code == 200
    assert read(ada)["restricted"] is True


def test_a_read_is_no_impression(office: Flask, ada: Browser) -> None:
    read(ada)
    patch(ada, {"display_name": "Ada"})
    assert prompts(office) == []


def test_somebody_elses_page_changes_nothing_and_the_session_needs_its_token(ada: Browser) -> None:
    body = {"display_name": "Eve"}
    assert ada.client.patch("/profile", json=body).status_code == 400
    assert patch(ada, body, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert "display_name" not in values(ada)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[]", 400),
        ('"x"', 400),
        ('{"display_name": NaN}', 400),
        ('{"shelves": 1e999}', 400),
        ('{"shelves": ' + "9" * 5000 + "}", 400),
        ('{"display_name": "Ada", "display_name": "Bo"}', 400),
        ('{"display_name": "\\ud800"}', 400),
        ('{"\\ud800": 1}', 400),
        (b'{"display_name": "\xff"}', 400),
        ("[" * 100_000, 400),
        ('{"hobbies": ' + "[" * 80 + "]" * 80 + "}", 400),
        ('{"unheard": 1}', 422),
        ('{"display_name": {"": "Ada"}}', 422),
        ('{"display_name": 7}', 422),
        ('{"display_name": "\\u0000"}', 422),
        ('{"hobbies": [1]}', 422),
        ('{"shelves": -1}', 422),
        ('{"picture": {"content": "%"}}', 422),
    ],
)
def test_a_body_that_cannot_be_taken_gets_a_problem_document(ada: Browser, body: str, status: int) -> None:
    refused = patch(ada, body)
    assert (refused.status_code, refused.mimetype) == (status, "application/problem+json")
    assert refused.get_json()["status"] == status


def test_a_body_that_is_too_long_is_not_read(ada: Browser) -> None:
    refused = patch(ada, json.dumps({"display_name": "a" * (11 * 1024 * 1024)}))
    assert (refused.status_code, refused.mimetype) == (413, "application/problem+json")


@pytest.mark.parametrize("answer", ['"\\ud800"', "NaN", "1e999"])
def test_a_prompts_answers_are_read_as_strictly(ada: Browser, answer: str) -> None:
    body = '{"_asklater": {"answers": {"display_name": ' + answer + "}}}"
    sent = {"X-CSRFToken": ada.csrf_token(), "Content-Type": "application/json"}
    refused = ada.client.post("/letters", data=body, headers=sent)
    assert (refused.status_code, refused.get_json()["type"]) == (400, PROBLEM + "malformed-request")
