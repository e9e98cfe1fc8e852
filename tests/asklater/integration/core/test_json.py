"""Clients that are no browser: a JSON request is answered with documents, and answers what they ask."""

import base64
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.answers import picture as picture_file
from tests.support.browsing import Browser
from tests.support.records import prompts

JSON = {"Accept": "application/json"}


def test_a_gate_answers_with_what_is_missing_and_where_to_supply_it(workshop: Flask) -> None:
    client = workshop.test_client()
    problem = client.post("/publish", headers=JSON)
    assert problem.status_code == 403
    assert problem.content_type == "application/problem+json"
    document = problem.get_json()
    assert document["type"] == "urn:asklater:problem:profile-incomplete"
    assert document["status"] == 403
    assert document["action"] == "publish"
    assert [entry["field"] for entry in document["missing"]] == ["email", "display_name", "picture"]
    assert all(entry["label"] and entry["reason"] and entry["kind"] for entry in document["missing"])
    assert client.get(document["prompt_url"]).status_code == 200


def test_the_detail_is_the_reason_of_what_is_missing_and_left_out_where_there_is_none(workshop: Flask) -> None:
    document = workshop.test_client().post("/letters", headers=JSON).get_json()
    assert document["detail"] == "A letter needs to know where it goes."
    workshop.extensions["on_paper"] = False
    assert "detail" not in workshop.test_client().post("/letters", headers=JSON).get_json()


def test_a_document_is_an_impression_like_any_other_and_a_malformed_request_is_none(workshop: Flask) -> None:
    client = workshop.test_client()
    client.post("/letters", data="{", content_type="application/json")
    client.head("/export", headers=JSON)
    assert prompts(workshop) == []
    client.post("/letters", json={})
    assert [asked.action for asked in prompts(workshop)] == ["send_letter"]


def test_a_gated_page_says_where_it_goes_on(workshop: Flask) -> None:
    document = workshop.test_client().get("/export?format=csv", headers=JSON).get_json()
    assert document["prompt_url"].endswith("/ask/export?next=/export?format%3Dcsv")


def test_a_client_with_a_session_still_needs_its_token(visitor: Browser) -> None:
    visitor.get("/ask/sign_up")
    problem = visitor.client.post("/publish", headers=JSON)
    assert problem.status_code == 400
    assert problem.content_type == "application/problem+json"


def test_other_errors_are_documents_too(workshop: Flask) -> None:
    problem = workshop.test_client().get("/nowhere", headers=JSON)
    assert (problem.status_code, problem.get_json()["status"]) == (404, 404)


def attempt(client: FlaskClient, path: str, body: Any = None, **answers: Any) -> Any:
    """One JSON request at a gate: the action's own body, answers to the prompt `client.asked`, a cross-site token."""
    asked = getattr(client, "asked", "")
    said = {"_asklater": {"prompt": asked, "answers": answers}} if answers else {}
    token = client.get("/ask/csrf-token").get_json()
    response = client.post(path, json={**(body or {}), **said}, headers={token["header"]: token["csrf_token"]})
    document = response.get_json() if response.is_json else None
    client.asked = document["prompt"] if document and "prompt" in document else asked  # type: ignore[attr-defined]
    return response


def test_from_the_attempt_to_done_step_by_step_at_one_address(workshop: Flask) -> None:
    client = workshop.test_client()
    first = attempt(client, "/letters", {"turns": "paper"})
    assert first.status_code == 403
    document = first.get_json()
    assert [entry["field"] for entry in document["missing"]] == ["email"]
    assert (document["step"], document["steps"]) == (1, 3)
    second = attempt(client, "/letters", email="ada@x.example").get_json()
    assert [entry["field"] for entry in second["missing"]] == ["address"]
    home = {"country": "DE", "name": "Ada", "street_address": "Weg 1", "postal_code": "10115", "city": "Berlin"}
    third = attempt(client, "/letters", address=home).get_json()
    assert [entry["field"] for entry in third["missing"]] == ["display_name"]
    done = attempt(client, "/letters", display_name="Ada")
    assert (done.status_code, done.text.startswith("sent")) == (200, True)
    assert [asked.completed_at is not None for asked in prompts(workshop)] == [True]
    assert attempt(client, "/letters").status_code == 200


def test_a_document_says_what_each_field_takes(workshop: Flask) -> None:
    document = attempt(workshop.test_client(), "/publish").get_json()
    email, name, picture = document["missing"]
    assert name["schema"] == {"title": "Display name", "type": "string", "maxLength": 40, "minLength": 2}
    assert email["inputs"][0]["autocomplete"] == "email"
    assert picture["schema"]["properties"]["content"]["contentEncoding"] == "base64"
    assert all(entry["purpose"] and entry["kept"] and len(entry["notice_version"]) == 12 for entry in (email, name))


def test_answers_that_are_refused_are_told_by_field_and_what_is_fine_is_kept(workshop: Flask) -> None:
    client = workshop.test_client()
    attempt(client, "/publish")
    broken = {"content": base64.b64encode(b"no picture").decode(), "filename": "a.png"}
    refused = attempt(client, "/publish", email="ada@x.example", display_name=7, picture=broken)
    document = refused.get_json()
    assert (refused.status_code, document["type"]) == (422, "urn:asklater:problem:answers-refused")
    told = {entry["field"]: entry["errors"] for entry in document["missing"]}
    assert told.keys() == {"display_name", "picture"}
    assert told["display_name"] == {"": "Send a text."}


def test_a_picture_comes_in_base64(workshop: Flask) -> None:
    client = workshop.test_client()
    attempt(client, "/publish")
    picture = {"content": base64.b64encode(picture_file().read()).decode(), "filename": "a.png"}
    done = attempt(client, "/publish", email="ada@x.example", display_name="Ada", picture=picture)
    assert done.status_code == 200


def test_the_engines_own_route_asks_and_takes_apart_from_the_action(workshop: Flask) -> None:
    client = workshop.test_client()
    asked = client.get("/ask/publish?next=/desk", headers=JSON)
    assert asked.status_code == 200
    client.asked = asked.get_json()["prompt"]  # type: ignore[attr-defined]
    refused = attempt(client, "/ask/publish?next=/desk", email="ada@x.example", display_name="Ada", picture=None)
    assert [entry["field"] for entry in refused.get_json()["missing"]] == ["picture"]
    unknown = client.get("/ask/nothing", headers=JSON)
    assert (unknown.status_code, unknown.content_type) == (404, "application/problem+json")


def test_when_nothing_is_missing_the_own_route_says_where_to_go_on(workshop: Flask) -> None:
    client = workshop.test_client()
    client.asked = client.get("/ask/look?next=/desk", headers=JSON).get_json()  # type: ignore[attr-defined]
    assert client.asked["missing"] == []  # type: ignore[attr-defined]
    assert client.asked["next"].endswith("/desk")  # type: ignore[attr-defined]


@pytest.mark.parametrize("asked", ["nonsense", "foreign", "other action", ""])
def test_a_token_that_is_none_stores_nothing_and_comes_with_a_fresh_one(workshop: Flask, asked: str) -> None:
    client, other = workshop.test_client(), workshop.test_client()
    attempt(other, "/publish")
    attempt(client, "/letters")
    own = client.asked  # type: ignore[attr-defined]
    attempt(client, "/publish")
    client.asked = {  # type: ignore[attr-defined]
        "nonsense": "nonsense",
        "foreign": other.asked,  # type: ignore[attr-defined]
        "other action": own,
        "": "",
    }[asked]
    refused = attempt(client, "/publish", email="ada@x.example")
    document = refused.get_json()
    assert refused.status_code == (409 if asked else 403)
    assert [entry["field"] for entry in document["missing"]] == ["email", "display_name", "picture"]
    assert document["prompt"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("{", 400, "no JSON"),
        ("[" * 100_000, 400, "nested"),
        ('{"_asklater": 1}', 400, "“_asklater”"),
        ('{"_asklater": {"prompt": 1}}', 400, "“_asklater.prompt”"),
        ('{"_asklater": {"answers": []}}', 400, "“_asklater.answers”"),
        ('{"_asklater": {"answer": {}}}', 400, "no member"),
        ('{"_asklater": {"answers": {"shoe_size": 44}}}', 422, "shoe_size"),
        ('{"_asklater": {"prompt": "\\ud800", "answers": {"email": "\\ud800"}}}', 400, "surrogate"),
        ("7", 403, ""),
        ("null", 403, ""),
    ],
)
def test_what_cannot_be_read_is_told(workshop: Flask, body: str, status: int, words: str) -> None:
    response = workshop.test_client().post("/publish", data=body, content_type="application/json")
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert words in response.get_json().get("detail", "")


def test_a_prompt_is_cancelled_by_a_document(workshop: Flask) -> None:
    client = workshop.test_client()
    attempt(client, "/publish")
    said = {"_asklater": {"prompt": client.asked, "cancel": True}}  # type: ignore[attr-defined]
    token = client.get("/ask/csrf-token").get_json()["csrf_token"]
    answer = client.post("/publish", json=said, headers={"X-CSRFToken": token})
    assert answer.get_json() == {"action": "publish", "cancelled": True}
    assert client.post("/publish", json={}, headers={"X-CSRFToken": "x"}).status_code == 400
