"""What a client that asks for JSON gets: problem documents."""

from flask import Flask

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


def test_a_document_is_no_impression(workshop: Flask) -> None:
    workshop.test_client().post("/publish", headers=JSON)
    assert prompts(workshop) == []


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
