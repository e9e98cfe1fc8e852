"""The description of the API: as it is served, as a page, and true of what is sent."""

from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from asklater.api.openapi import openapi_document
from tests.asklater.integration.api.test_authzen import BATCHES, DECISIONS, SEARCHES
from tests.asklater.integration.api.test_profile import HOME
from tests.support.browsing import Browser


@pytest.fixture
def description(office: Flask) -> dict[str, Any]:
    return openapi_document(office, office.extensions["asklater.engine"])


def fits(description: dict[str, Any], name: str, body: Any) -> bool:
    schema = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
    return Draft202012Validator(schema).is_valid(body)


def test_it_is_served_to_everybody(office: Flask, description: dict[str, Any]) -> None:
    answer = office.test_client().get("/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.get_json() == description
    assert description["info"]["title"] == "A workshop"


def test_it_is_a_page_for_people(visitor_of_office: Browser) -> None:
    page = visitor_of_office.get("/openapi").text
    for words in ("PATCH /profile", "/subjects/{subject}/actions/{action}", "One decision.", "401, 403"):
        assert words in page


@pytest.fixture
def visitor_of_office(office: Flask) -> Browser:
    return Browser(office)


@pytest.mark.parametrize(
    ("body", "is_fit"),
    [
        ({"display_name": "Ada", "colour": "red", "hobbies": ["chess"], "shelves": 3, "address": HOME}, True),
        ({"display_name": None, "email": None, "news": False, "picture": None}, True),
        ({"colour": "green"}, False),
        ({"shelves": 99}, False),
        ({"email": "ada@x.example"}, False),
        ({"news": True}, False),
        ({"unheard": 1}, False),
    ],
)
def test_it_says_what_a_profile_may_be_changed_to(description: dict[str, Any], body: Any, is_fit: bool) -> None:
    assert fits(description, "Changes", body) is is_fit


def test_it_takes_every_request_of_the_certification_scenario(description: dict[str, Any]) -> None:
    assert all(fits(description, "Evaluation", body) for body, _decision in DECISIONS)
    assert all(fits(description, "Evaluations", body) for body, decisions in BATCHES if 7 not in body["evaluations"])
    for what, body, _found in SEARCHES:
        assert fits(description, f"{what.title()}Search", body), body
    assert not fits(description, "Evaluation", {"subject": "alice"})


def test_every_action_and_table_is_named(description: dict[str, Any]) -> None:
    parameters = description["paths"]["/subjects/{subject}/actions/{action}"]["get"]["parameters"]
    assert "send_letter" in parameters[0]["schema"]["enum"]
    figures = description["paths"]["/figures/{table}.{form}"]["get"]["parameters"]
    assert [one["schema"]["enum"] for one in figures if one["name"] == "form"] == [["csv", "json"]]


def test_a_gates_own_document_is_as_described(office: Flask) -> None:
    client, wants = office.test_client(), {"Accept": "application/json"}
    token = client.get("/ask/csrf-token").get_json()
    asked = client.get("/ask/publish", headers=wants).get_json()
    body = {"_asklater": {"prompt": asked["prompt"], "answers": {"email": "no address"}}}
    refused = client.post("/ask/publish", json=body, headers={token["header"]: token["csrf_token"]})
    assert refused.status_code == 422
