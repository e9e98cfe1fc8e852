"""The engine serves another application than ours, with one call and one decorator."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.asklater.contracts import small_application
from tests.conftest import running
from tests.support.browsing import forms_of


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    for app in running(small_application.create_app(f"sqlite:///{tmp_path / 'small.sqlite3'}", tmp_path)):
        yield app.test_client()


def send(client: FlaskClient, **answers: str) -> TestResponse:
    """Post a letter with a token, as a form would."""
    _action, hidden = forms_of(client.get("/ask/send_letter").text)[-1]
    return client.post("/letters", data={"csrf_token": hidden["csrf_token"], **answers})


def test_it_is_small() -> None:
    lines = [line for line in inspect.getsource(small_application).splitlines() if line.strip()]
    assert len(lines) <= 25
    assert not any("accounts" in line or "shop" in line for line in lines if "import" in line)


def test_it_asks_in_its_own_frame_and_then_goes_on(client: FlaskClient) -> None:
    asked = send(client, text="Dear Ada")
    assert asked.status_code == 200
    assert 'class="small"' in asked.text
    assert "So that people see who wrote." in asked.text
    action, hidden = forms_of(asked.text)[-1]
    assert hidden["text"] == "Dear Ada"
    assert client.post(action, data={**hidden, "answer.display_name": "Bo"}).text == "Sent: Dear Ada"


def test_what_is_held_is_not_asked_again(client: FlaskClient) -> None:
    action, hidden = forms_of(send(client, text="one").text)[-1]
    client.post(action, data={**hidden, "answer.display_name": "Bo"})
    again = client.post("/letters", data={"csrf_token": hidden["csrf_token"], "text": "two"})
    assert again.text == "Sent: two"


def test_a_wrong_answer_is_explained_and_the_letter_kept(client: FlaskClient) -> None:
    action, hidden = forms_of(send(client, text="Dear Ada").text)[-1]
    refused = client.post(action, data={**hidden, "answer.display_name": ""})
    assert refused.status_code == 422
    assert forms_of(refused.text)[-1][1]["text"] == "Dear Ada"


def test_a_client_of_json_is_told_what_is_missing(client: FlaskClient) -> None:
    token = forms_of(client.get("/ask/send_letter").text)[-1][1]["csrf_token"]
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    problem = client.post("/letters", data={"text": "x"}, headers=headers)
    assert problem.status_code == 403
    assert problem.content_type == "application/problem+json"
    assert [missing["field"] for missing in problem.get_json()["missing"]] == ["display_name"]
