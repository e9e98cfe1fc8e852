"""Service tokens: made once, opening what their scopes say, until they expire or are revoked."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from asklater import clock
from asklater.api import authentication
from asklater.api.tables import service_token
from asklater.api.tokens import SCOPES, make_token, revoke_token
from asklater.engine import Engine
from asklater.rate_limits import RateLimit
from tests.support.people import browser_of, settle, somebody
from tests.support.records import prompts

PROBLEM = "urn:asklater:problem:"
PATHS = {
    "decide": "/subjects/{}/actions/publish",
    "read": "/subjects/{}/profile",
    "metrics": "/figures",
}


def token(app: Flask, *scopes: str) -> str:
    engine: Engine = app.extensions["asklater.engine"]
    with engine.database.unit_of_work():
        return make_token(engine.database, "Warehouse", scopes or tuple(SCOPES), 90)[1]


def bearer(shown: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {shown}"}


@pytest.fixture
def ada(office: Flask) -> int:
    return settle(office)


@pytest.mark.parametrize("scope", PATHS)
def test_a_scope_opens_what_it_says_and_nothing_else(office: Flask, ada: int, scope: str) -> None:
    shown, client = token(office, scope), office.test_client()
    for other, path in PATHS.items():
        answer = client.get(path.format(ada), headers=bearer(shown))
        assert answer.status_code == (200 if other == scope else 403), path
        if other != scope:
            assert answer.get_json()["type"] == PROBLEM + "scope-lacking"
            assert f'error="insufficient_scope", scope="{other}"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Basic YTpi", "Bearer nonsense", "Bearer aslt_" + "0" * 16 + "_" + "a" * 43]
)
def test_no_token_and_a_wrong_one_open_nothing(office: Flask, ada: int, shown: str) -> None:
    for path in PATHS.values():
        answer = office.test_client().get(path.format(ada), headers={"Authorization": shown} if shown else {})
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="asklater"')
        assert answer.get_json()["type"] == PROBLEM + "token-required"


def test_an_id_that_there_is_opens_nothing_with_another_secret(office: Flask, ada: int) -> None:
    public_id = token(office).split("_")[1]
    shown = f"aslt_{public_id}_{'a' * 43}"
    assert office.test_client().get(PATHS["read"].format(ada), headers=bearer(shown)).status_code == 401


def test_a_token_ends_with_its_time_and_when_it_is_revoked(
    office: Flask, ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, client, database = PATHS["read"].format(ada), office.test_client(), office.extensions["asklater.database"]
    shown, other = token(office), token(office)
    with database.unit_of_work():
        assert revoke_token(database, other.split("_")[1])
        assert not revoke_token(database, other.split("_")[1])
    assert client.get(path, headers=bearer(other)).status_code == 401
    assert client.get(path, headers=bearer(shown)).status_code == 200
    late = clock.now() + timedelta(days=90)
    monkeypatch.setattr("asklater.api.tokens.clock.now", lambda: late)
    answer = client.get(path, headers=bearer(shown))
    assert (answer.status_code, 'error="invalid_token"' in answer.headers["WWW-Authenticate"]) == (401, True)


def test_the_secret_is_in_no_row_and_no_log(office: Flask, ada: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        shown = token(office)
        body = {"answers": {"display_name": "Canary"}}
        path = f"/subjects/{ada}/actions/publish/answers"
        assert office.test_client().post(path, json=body, headers=bearer(shown)).status_code == 200
    secret = shown[-20:]  # its end: what stands in front is its name
    row = office.extensions["asklater.database"].reading().execute(select(service_token)).one()
    assert secret.encode() not in repr(row).encode()
    assert secret not in caplog.text
    assert "Canary" not in caplog.text
    assert re.search(rf"event=service_answer token={row.public_id} subject={ada} fields=display_name", caplog.text)
    assert row.used_at is not None


def test_a_decision_says_what_is_missing_and_asks_nobody(office: Flask, ada: int) -> None:
    client, headers = office.test_client(), bearer(token(office, "decide"))
    told = client.get(PATHS["decide"].format(ada), headers=headers).get_json()
    assert (told["decision"], [entry["field"] for entry in told["missing"]]) == (False, ["display_name", "picture"])
    assert told["missing"][0]["schema"]["maxLength"] == 40
    assert told["prompt_url"].endswith("/ask/publish")
    assert client.get(f"/subjects/{ada}/actions/look", headers=headers).get_json()["decision"] is True
    assert prompts(office) == []


def test_answers_are_given_for_a_subject_all_or_none(office: Flask, ada: int) -> None:
    client, headers = office.test_client(), bearer(token(office))
    path = f"/subjects/{ada}/actions/send_letter/answers"
    refused = client.post(path, json={"answers": {"display_name": "Ada", "address": {}}}, headers=headers)
    assert (refused.status_code, [entry["field"] for entry in refused.get_json()["fields"]]) == (422, ["address"])
    first = client.post(path, json={"answers": {"display_name": "Ada", "address": None}}, headers=headers).get_json()
    assert (first["taken"], [entry["field"] for entry in first["missing"]]) == (["display_name"], ["address"])
    again = client.post(path, json={"answers": {"display_name": "Bo"}}, headers=headers).get_json()
    assert again["taken"] == []
    held = client.get(f"/subjects/{ada}/profile", headers=headers).get_json()["fields"]["display_name"]
    assert (held["value"], held["source"], held["context"]) == ("Ada", "service", "send_letter")
    assert prompts(office) == []


def test_a_service_changes_a_profile_but_for_what_is_its_persons_alone(office: Flask, ada: int) -> None:
    client, headers, path = office.test_client(), bearer(token(office)), f"/subjects/{ada}/profile"
    changed = client.patch(path, json={"display_name": "Ada", "shelves": 3}, headers=headers)
    assert (changed.status_code, changed.get_json()["changed"]) == (200, ["display_name", "shelves"])
    terms = client.get(path, headers=headers).get_json()["consents"]["news"]["terms"]
    for body in (
        {"news": {"given": True, "terms": terms}},
        {"email": "eve@x.example"},
        {"verified_email": None},
        {"email": None},
        {"phone": "+4915155512345"},
    ):
        refused = client.patch(path, json={**body, "display_name": "Eve"}, headers=headers)
        assert (refused.status_code, [it["field"] for it in refused.get_json()["fields"]]) == (422, list(body))
    assert client.patch(path, json={"news": False, "shelves": None}, headers=headers).status_code == 200
    told = client.get(path, headers=headers).get_json()
    assert told["consents"]["news"]["state"] == "refused"
    assert (told["fields"]["display_name"]["value"], "shelves" in told["fields"]) == ("Ada", False)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/subjects/999/actions/publish", "unknown-subject"),
        ("/subjects/0/actions/publish", "unknown-subject"),
        ("/subjects/99999999999/actions/publish", "unknown-subject"),
        ("/subjects/ada/actions/publish", "unknown-subject"),
        ("/subjects/{}/actions/nothing", "unknown-action"),
    ],
)
def test_whom_and_what_there_is_not_is_told(office: Flask, ada: int, path: str, kind: str) -> None:
    answer = office.test_client().get(path.format(ada), headers=bearer(token(office)))
    assert (answer.status_code, answer.get_json()["type"]) == (404, PROBLEM + kind)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ([], 400),
        ({"answers": []}, 400),
        ({"answers": {}, "more": 1}, 400),
        ({"answers": {"phone": "1"}}, 422),
    ],
)
def test_a_body_that_is_no_answers_is_refused(office: Flask, ada: int, body: Any, status: int) -> None:
    path = f"/subjects/{ada}/actions/publish/answers"
    answer = office.test_client().post(path, json=body, headers=bearer(token(office)))
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_a_session_opens_no_route_of_systems_and_a_token_none_of_people(office: Flask, ada: int) -> None:
    own = browser_of(office, ada)
    assert own.client.get(f"/subjects/{ada}/profile").status_code == 401
    told = office.test_client().get("/profile", headers=bearer(token(office))).get_json()
    assert told["fields"] == {}


def test_a_token_and_wrong_tokens_are_limited(office: Flask, ada: int, monkeypatch: pytest.MonkeyPatch) -> None:
    one = RateLimit("one", 1, timedelta(minutes=1))
    monkeypatch.setattr(authentication, "REQUESTS", one)
    monkeypatch.setattr(authentication, "REFUSALS", one)
    client, shown, path = office.test_client(), token(office), PATHS["read"].format(ada)
    for headers, first in ((bearer(shown), 200), (bearer("wrong"), 401)):
        answers = [client.get(path, headers=headers) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [first, 429]
        assert int(answers[1].headers["Retry-After"]) > 0
    assert client.get(path, headers=bearer(token(office))).status_code == 200


def test_the_dashboards_tables_go_to_a_warehouse(office: Flask) -> None:
    client, headers = office.test_client(), bearer(token(office, "metrics"))
    listed = client.get("/figures", headers=headers).get_json()["tables"]
    assert "fields" in {entry["table"] for entry in listed}
    table = client.get("/figures/fields.json", headers=headers).get_json()
    assert table["table"] == "fields"
    assert client.get("/figures/fields.csv", headers=headers).mimetype == "text/csv"
    for path in ("/figures/nothing.csv", "/figures/fields.xml", "/figures/fields.csv,json"):
        unknown = client.get(path, headers=headers)
        assert (unknown.status_code, unknown.mimetype) == (404, "application/problem+json")
    refused = client.get("/figures/fields.csv?from=never", headers=headers)
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")


# The page and the commands


def test_an_administrator_makes_a_token_which_is_shown_once_and_revokes_it(office: Flask, ada: int) -> None:
    admin = somebody(office, "tove@x.example", "admin", factor=True)
    assert "No tokens yet" in admin.get("/staff/tokens").text
    shown = admin.post("/staff/tokens", {"name": "Shop &amp; <b>", "scopes": ["read"], "days": "30"}).text
    found = re.search(r"aslt_[0-9a-f]{16}_[A-Za-z0-9_-]{43}", shown)
    assert found is not None
    path = PATHS["read"].format(ada)
    assert office.test_client().get(path, headers=bearer(found[0])).status_code == 200
    assert found[0] not in admin.get("/staff/tokens").text
    admin.post(f"/staff/tokens/{found[0].split('_')[1]}/revoke")
    assert office.test_client().get(path, headers=bearer(found[0])).status_code == 401
    assert "Revoked" in admin.get("/staff/tokens").text
    audit = admin.get("/staff/events").text
    assert "A token for the API was made" in audit
    assert "A token for the API was revoked" in audit


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": " ", "scopes": ["read"], "days": "30"}, "Give the token a name"),
        ({"name": "a" * 81, "scopes": ["read"], "days": "30"}, "Give it a shorter name"),
        ({"name": "a\u202eb", "scopes": ["read"], "days": "30"}, "Use letters, digits and signs only."),
        ({"name": "Kept", "days": "30"}, "Choose what it may do."),
        ({"name": "Kept", "scopes": ["read", "all"], "days": "30"}, "Choose what it may do."),
        ({"name": "Kept", "scopes": ["read"], "days": "9999"}, "Choose how long it is valid."),
    ],
)
def test_a_form_with_a_fault_makes_nothing_and_keeps_what_was_typed(
    office: Flask, sent: dict[str, Any], words: str
) -> None:
    admin = somebody(office, "tove@x.example", "admin", factor=True)
    page = admin.post("/staff/tokens", sent)
    assert (page.status_code, words in page.text) == (422, True)
    assert sent["name"].strip()[:20] in page.text
    assert office.extensions["asklater.database"].reading().execute(select(service_token)).all() == []


@pytest.mark.thorough
def test_the_commands_make_list_and_revoke(office: Flask, ada: int) -> None:
    run = office.test_cli_runner().invoke
    made = run(args=["asklater", "tokens", "make", "Warehouse", "--scope", "read"])
    shown = made.output.strip()
    assert office.test_client().get(PATHS["read"].format(ada), headers=bearer(shown)).status_code == 200
    public_id = shown.split("_")[1]
    listed = run(args=["asklater", "tokens", "list"]).output
    assert f"{public_id}  In use  read" in listed
    assert shown not in listed
    assert run(args=["asklater", "tokens", "revoke", public_id]).exit_code == 0
    assert run(args=["asklater", "tokens", "revoke", public_id]).exit_code == 1
    assert run(args=["asklater", "tokens", "make", " ", "--scope", "read"]).exit_code == 1
