"""AuthZEN 1.0: the requests of the published certification scenario, and what a denial says of the profile."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from asklater.api.tokens import make_token
from asklater.engine import Engine
from asklater.records.answers import Provenance
from asklater.settings import Settings
from tests.asklater.integration.api import records_pdp
from tests.conftest import within
from tests.support.applications import lent
from tests.support.paths import ROOT
from tests.support.people import settle
from tests.support.records import prompts
from tests.support.workshop import PEOPLED_WORKSHOP

ALICE, BOB = {"type": "user", "id": "alice"}, {"type": "user", "id": "bob"}
ADMIN = {**BOB, "properties": {"role": "admin"}}
RECORD_1 = {"type": "record", "id": "record-1"}
RECORD_2 = {"type": "record", "id": "record-2"}
ARCHIVED = {**RECORD_2, "properties": {"status": "archived"}}
READ, WRITE = {"name": "read"}, {"name": "write"}
ACTIONS = "".join(
    f"""
[actions.{name}]
label = "{name.title()}"
reason = "A record shows who was there."
requires = ["display_name"]
"""
    for name in ("read", "write", "delete")
)


@pytest.fixture
def pdp(settings: Settings, instance: Path) -> Iterator[Flask]:
    path = instance / "manifest.toml"
    path.write_text((ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8") + ACTIONS, "utf-8")
    with lent(replace(settings, manifest=path), (*PEOPLED_WORKSHOP, records_pdp.__name__)) as app:
        engine: Engine = app.extensions["asklater.engine"]
        for name in ("alice", "bob", "carol"):
            records_pdp.NAMES[name] = number = settle(app, f"{name}@x.example")
            if name != "carol":
                with app.app_context(), engine.database.unit_of_work():
                    engine.answers.give(number, "display_name", name.title(), Provenance("import", "import"))
        with app.app_context(), engine.database.unit_of_work():
            app.extensions["token"] = make_token(engine.database, "Gateway", ["decide"], 30)[1]
        yield from within(app)
        records_pdp.NAMES.clear()


def ask(app: Flask, path: str, body: Any, **headers: str) -> TestResponse:
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    sent = {"Authorization": f"Bearer {app.extensions['token']}", "Content-Type": "application/json", **headers}
    return app.test_client().post(f"/access/v1/{path}", data=text, headers=sent)


def asked(subject: Any = ALICE, action: Any = READ, resource: Any = RECORD_1, **more: Any) -> dict[str, Any]:
    return {"subject": subject, "action": action, "resource": resource, **more}


def without(entity: str, name: str = "") -> dict[str, Any]:
    """A request that lacks an entity, or a member of it."""
    body = asked()
    if name:
        return {**body, entity: {key: value for key, value in body[entity].items() if key != name}}
    return {key: value for key, value in body.items() if key != entity}


DECISIONS = [
    (asked(), True),
    (asked(action=WRITE), True),
    (asked(BOB), True),
    (asked(BOB, WRITE), False),
    (asked(action=WRITE, resource=ARCHIVED), False),
    (asked(ADMIN, WRITE, ARCHIVED), True),
    (asked(action={"name": "delete", "properties": {"soft": True}}), True),
    (asked(action={"name": "delete", "properties": {"soft": False}}), False),
    (asked(context={"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}), True),
    (asked({**ALICE, "properties": {"department": "Sales"}}, {**READ, "properties": {"method": "GET"}}), True),
    (asked(foo="bar", futureField={"nested": True}), True),
]


@pytest.mark.parametrize(("body", "decision"), DECISIONS)
def test_an_evaluation_is_decided(pdp: Flask, body: Any, decision: bool) -> None:
    for path in ("evaluation", "evaluations"):
        answers = [ask(pdp, path, body) for _ in range(2)]
        assert [(answer.status_code, answer.mimetype) for answer in answers] == [(200, "application/json")] * 2
        assert [answer.get_json()["decision"] for answer in answers] == [decision] * 2
    assert prompts(pdp) == []


MALFORMED = [
    without("subject"),
    without("action"),
    without("resource"),
    without("subject", "type"),
    without("subject", "id"),
    without("action", "name"),
    without("resource", "type"),
    without("resource", "id"),
    asked("alice"),
    asked(action={"name": 123}),
    asked(action={"name": ""}),
    asked({**ALICE, "properties": []}),
    asked(context=[]),
    "",
    "{",
    "null",
    "[]",
    '{"subject": {"type": "user", "id": "\\ud800"}}',
]


@pytest.mark.parametrize("body", MALFORMED)
def test_a_request_that_lacks_something_or_is_none_is_refused(pdp: Flask, body: Any) -> None:
    for path in ("evaluation", "evaluations"):
        answer = ask(pdp, path, body)
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_another_content_type_is_refused(pdp: Flask) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json"):
        assert ask(pdp, "evaluation", asked(), **{"Content-Type": kind}).status_code == 400


def test_the_name_of_a_request_comes_back_with_it(pdp: Flask) -> None:
    for body in (asked(), "{"):
        assert ask(pdp, "evaluation", body, **{"X-Request-ID": "a-b_1"}).headers["X-Request-ID"] == "a-b_1"
    own = ask(pdp, "evaluation", asked(), **{"X-Request-ID": "a" * 201}).headers["X-Request-ID"]
    assert own != "a" * 201
    refused = pdp.test_client().post("/access/v1/evaluation", json=asked(), headers={"X-Request-ID": "a-b_1"})
    assert (refused.status_code, refused.headers["X-Request-ID"]) == (401, "a-b_1")


BATCHES = [
    (
        {"subject": ALICE, "action": READ, "evaluations": [{"resource": RECORD_1}, {"resource": RECORD_2}]},
        [True, True],
    ),
    ({"subject": BOB, "resource": RECORD_1, "evaluations": [{"action": READ}, {"action": WRITE}]}, [True, False]),
    ({"action": WRITE, "resource": ARCHIVED, "evaluations": [{"subject": ALICE}, {"subject": ADMIN}]}, [False, True]),
    ({"evaluations": [asked(), asked(BOB, WRITE)]}, [True, False]),
    (
        {
            "subject": ALICE,
            "action": READ,
            "context": {"time": "2025-06-27T18:03-07:00"},
            "evaluations": [{"resource": RECORD_1}, {"resource": RECORD_2, "context": {"source": "override"}}],
        },
        [True, True],
    ),
    (
        {
            "subject": ALICE,
            "action": WRITE,
            "resource": {"type": "record"},
            "evaluations": [
                {"resource": {"id": "record-1", "properties": {"status": "active"}}},
                {"resource": ARCHIVED},
            ],
        },
        [True, False],
    ),
    ({"subject": ALICE, "action": READ, "evaluations": [{"resource": RECORD_1}, {}]}, [True, False]),
    ({"subject": ALICE, "action": READ, "evaluations": [{"resource": RECORD_1}, 7]}, [True, False]),
]


@pytest.mark.parametrize(("body", "decisions"), BATCHES)
def test_several_are_decided_in_their_order(pdp: Flask, body: Any, decisions: list[bool]) -> None:
    answer = ask(pdp, "evaluations", body)
    assert answer.status_code == 200
    assert [one["decision"] for one in answer.get_json()["evaluations"]] == decisions


@pytest.mark.parametrize(
    ("semantic", "decisions"),
    [
        ("execute_all", [True, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_a_semantic_says_how_far_it_goes(pdp: Flask, semantic: str, decisions: list[bool]) -> None:
    body = {
        "subject": BOB,
        "resource": RECORD_1,
        "options": {"evaluations_semantic": semantic},
        "evaluations": [{"action": READ}, {"action": WRITE}, {"action": READ}],
    }
    assert [one["decision"] for one in ask(pdp, "evaluations", body).get_json()["evaluations"]] == decisions


@pytest.mark.parametrize(
    "more",
    [
        {"evaluations": {}},
        {"evaluations": [{}] * 1001},
        {"options": []},
        {"options": {"evaluations_semantic": "some"}},
        {"options": {"evaluations_semantic": 1}},
        {"subject": "alice", "evaluations": [asked()]},
    ],
)
def test_what_is_wrong_with_all_of_them_is_refused(pdp: Flask, more: Any) -> None:
    assert ask(pdp, "evaluations", {**asked(), **more}).status_code == 400


def test_an_empty_list_is_a_single_one(pdp: Flask) -> None:
    assert ask(pdp, "evaluations", asked(evaluations=[])).get_json() == {"decision": True}


def test_who_lacks_something_is_told_what_and_where_to_give_it(pdp: Flask) -> None:
    context = ask(pdp, "evaluation", asked({"type": "user", "id": "carol"})).get_json()["context"]
    assert context["reason"] == "urn:asklater:problem:profile-incomplete"
    assert [entry["field"] for entry in context["missing"]] == ["display_name"]
    assert context["prompt_url"] == "http://localhost/ask/read"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (asked({"type": "user", "id": "nobody"}), "unknown-subject"),
        (asked({"type": "spaceship", "id": "alice"}), "unknown-subject"),
        (asked(action={"name": "fly"}), "unknown-action"),
        (asked(BOB, WRITE), "not-allowed"),
    ],
)
def test_a_denial_says_why(pdp: Flask, body: Any, reason: str) -> None:
    told = ask(pdp, "evaluation", body).get_json()
    assert told == {"decision": False, "context": {"reason": f"urn:asklater:problem:{reason}"}}


SEARCHES = [
    ("subject", {"subject": {"type": "user"}, "action": READ, "resource": RECORD_1}, ["alice", "bob"]),
    ("subject", {"subject": {"type": "user"}, "action": WRITE, "resource": ARCHIVED}, ["bob"]),
    ("subject", {"subject": {"type": "spaceship"}, "action": READ, "resource": RECORD_1}, []),
    ("subject", {"subject": {"type": "user"}, "action": {"name": "fly"}, "resource": RECORD_1}, []),
    ("resource", {"subject": ALICE, "action": READ, "resource": {"type": "record"}}, ["record-1", "record-2"]),
    ("resource", {"subject": ADMIN, "action": WRITE, "resource": {"type": "record"}}, ["record-2"]),
    ("resource", {"subject": ALICE, "action": READ, "resource": {"type": "spaceship"}}, []),
    ("resource", {"subject": ALICE, "action": {"name": "fly"}, "resource": {"type": "record"}}, []),
    ("action", {"subject": ALICE, "resource": RECORD_1}, ["look", "read", "write"]),
    ("action", {"subject": ADMIN, "resource": ARCHIVED}, ["look", "read", "write"]),
    ("action", {"subject": {"type": "user", "id": "nonexistent-user"}, "resource": RECORD_1}, []),
]


@pytest.mark.parametrize(("what", "body", "expected"), SEARCHES)
def test_a_search_finds_what_is_permitted(pdp: Flask, what: str, body: Any, expected: list[str]) -> None:
    for context in ({}, {"context": {"ip": "192.168.1.1"}}):
        answer = ask(pdp, f"search/{what}", {**body, **context})
        results = answer.get_json()["results"]
        found = [one["name" if what == "action" else "id"] for one in results]
        assert (answer.status_code, sorted(set(found) & {*expected, "delete"})) == (200, expected)
        assert what == "action" or found == expected
        assert all(one["type"] == body[what]["type"] for one in results if what != "action")


@pytest.mark.parametrize(("what", "body", "expected"), [row for row in SEARCHES if len(row[2]) > 1])
def test_a_search_goes_on_page_by_page(pdp: Flask, what: str, body: Any, expected: list[str]) -> None:
    whole = ask(pdp, f"search/{what}", body).get_json()["results"]
    found, page = [], {"limit": 1}
    for _ in range(20):
        told = ask(pdp, f"search/{what}", {**body, "page": page}).get_json()
        assert len(told["results"]) == told["page"]["count"] <= 1
        found += told["results"]
        if not told["page"]["next_token"]:
            break
        page = {"limit": 1, "token": told["page"]["next_token"]}
    assert found == whole


@pytest.mark.parametrize("page", [7, {"limit": 0}, {"limit": True}, {"limit": "1"}, {"token": "x"}, {"token": 1}])
def test_a_page_that_is_none_is_refused(pdp: Flask, page: Any) -> None:
    for what, body, _found in (SEARCHES[0], SEARCHES[4], SEARCHES[7]):
        assert ask(pdp, f"search/{what}", {**body, "page": page}).status_code == 400


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("subject", {"subject": {"type": "user"}, "resource": RECORD_1}),
        ("subject", {"subject": {"type": "user"}, "action": READ, "resource": {"type": "record"}}),
        ("resource", {"action": READ, "resource": {"type": "record"}}),
        ("resource", {"subject": {"type": "user"}, "action": READ, "resource": {"type": "record"}}),
        ("action", {"subject": ALICE}),
        ("action", {"subject": ALICE, "resource": {"type": "record"}}),
    ],
)
def test_a_search_that_lacks_something_is_refused(pdp: Flask, what: str, body: Any) -> None:
    assert ask(pdp, f"search/{what}", body).status_code == 400


def test_the_endpoints_are_found(pdp: Flask) -> None:
    answer = pdp.test_client().get("/.well-known/authzen-configuration")
    told = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert told["policy_decision_point"] == "http://localhost"
    for name, url in told.items():
        if name.endswith("_endpoint"):
            path = url.removeprefix("http://localhost/access/v1/")
            assert ask(pdp, path, "{").status_code == 400, name
    assert len(told) == 6
