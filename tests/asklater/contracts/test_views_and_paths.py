"""Gates on every sort of view, and the library below a path: its own, a proxy's, or a server's."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, redirect, request
from flask.testing import FlaskClient
from flask.views import MethodView, View
from flask_restful import Api, Resource

from asklater import ConfigurationError, ManifestError, Profiling, gate
from asklater.view_checks import action_of, gated_actions
from tests.asklater.contracts.adopted import MANIFEST, adopter, served
from tests.support.browsing import forms_of

Adopt = Callable[..., Flask]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def adopt(tmp_path: Path, database_url: str) -> Iterator[Adopt]:
    with ExitStack() as stack:

        def made(*, joined: dict[str, Any] | None = None, **config: Any) -> Flask:
            app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url, **config)
            Profiling(app, manifest=MANIFEST, **(joined or {}))
            return stack.enter_context(served(app))

        yield made


def told() -> str:
    return f"sent: {request.form['text']}"


class Letters(MethodView):
    def get(self) -> str:
        return "all letters"

    @gate("send_letter")
    def post(self) -> str:
        return told()


class Desk(MethodView):
    decorators = (gate("send_letter"),)

    def post(self) -> str:
        return told()


class Letter(View):
    methods = ("POST",)

    @gate("send_letter")
    def dispatch_request(self) -> str:
        return told()


class Mailing(Resource):
    @gate("send_letter")
    def post(self) -> dict[str, str]:
        return {"sent": request.get_json()["text"]}


async def send_later() -> str:
    await asyncio.sleep(0)
    return told()


def to_sync(run: Callable[..., Any]) -> Callable[..., Any]:
    """In a thread of its own: where a browser was driven before, this one has a loop already."""

    def called(*given: Any, **named: Any) -> Any:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(copy_context().run, asyncio.run, run(*given, **named)).result()

    return called


async def is_too_long() -> tuple[str, int] | None:
    await asyncio.sleep(0)
    return ("too long", 413) if request.form["text"] == "long" else None


def goes_through(client: FlaskClient, path: str) -> None:
    """An attempt is asked, the answer carries it on, the next one is not asked."""
    asked = client.post(path, data={"text": "Dear Ada"})
    assert "So that people see who wrote." in asked.text
    action, hidden = forms_of(asked.text)[-1]
    assert client.post(action, data={**hidden, "answer.display_name": "Bo"}).text == "sent: Dear Ada"
    assert client.post(path, data={"text": "again"}).text == "sent: again"


@pytest.mark.parametrize("view", [Letters, Desk, Letter])
def test_class_based_views(adopt: Adopt, view: type[View]) -> None:
    app = adopt()
    app.add_url_rule("/letters", view_func=view.as_view("letters"))
    gated = app.view_functions["letters"]
    assert (gated_actions(gated), action_of(gated, "POST")) == ({"send_letter"}, "send_letter")
    goes_through(app.test_client(), "/letters")


def test_a_resource_of_flask_restful(adopt: Adopt) -> None:
    app = adopt()
    Api(app).add_resource(Mailing, "/mailings")
    assert gated_actions(app.view_functions["mailing"]) == {"send_letter"}
    client = app.test_client()
    asked = client.post("/mailings", json={"text": "Dear Ada"})
    problem = asked.get_json()
    assert (asked.status_code, asked.content_type) == (403, "application/problem+json")
    assert [missing["field"] for missing in problem["missing"]] == ["display_name"]
    refused = {"text": "Dear Ada", "_asklater": {"prompt": problem["prompt"], "answers": {"display_name": ""}}}
    assert client.post("/mailings", json=refused).status_code == 422
    given = {"text": "Dear Ada", "_asklater": {"prompt": problem["prompt"], "answers": {"display_name": "Bo"}}}
    assert client.post("/mailings", json=given).get_json() == {"sent": "Dear Ada"}
    assert client.post("/mailings", json={"text": "again"}).get_json() == {"sent": "again"}


def test_a_gate_above_a_resource_of_flask_restful_is_one_of_every_method(adopt: Adopt) -> None:
    class Everything(Resource):
        method_decorators = (gate("send_letter"),)

        def put(self) -> dict[str, str]:
            return {"sent": "all"}

    app = adopt()
    Api(app).add_resource(Everything, "/mailings")
    assert app.test_client().put("/mailings", json={}).status_code == 403


PAGE = "<!doctype html><title>All letters</title>"


@pytest.mark.parametrize("target", ["div#prompt-page-send-letter", "div#prompt-slot-send-letter-7"])
def test_what_a_view_without_htmx_answers_stands_in_no_slot(adopt: Adopt, target: str) -> None:
    app = adopt()
    answers = {
        "redirect": lambda: redirect("/letters?page=2"),
        "page": lambda: PAGE,
        "fragment": lambda: "<p>Sent</p>",
        "own": lambda: Response(PAGE, headers={"HX-Retarget": "#letters"}),
        "stream": lambda: Response(iter([PAGE]), mimetype="text/html"),
    }
    app.post("/letters/<kind>")(gate("send_letter")(lambda kind: answers[kind]()))
    client = app.test_client()
    action, hidden = forms_of(client.post("/letters/page").text)[-1]
    assert client.post(action, data={**hidden, "answer.display_name": "Bo"}).text == PAGE
    sent = {kind: client.post(f"/letters/{kind}", headers={**HTMX, "HX-Target": target}) for kind in answers}
    told = {
        kind: (answer.status_code, *[answer.headers.get(f"HX-{name}") for name in ("Redirect", "Retarget", "Reswap")])
        for kind, answer in sent.items()
    }
    assert told == {
        "redirect": (200, "/letters?page=2", None, None),
        "page": (200, None, "body", "innerHTML"),
        "fragment": (200, None, None, None),
        "own": (200, None, "#letters", None),
        "stream": (200, None, None, None),
    }
    elsewhere = client.post("/letters/redirect", headers={**HTMX, "HX-Target": "div#letters"})
    assert (elsewhere.status_code, elsewhere.location) == (302, "/letters?page=2")


def test_a_view_that_shows_a_form_and_takes_it_asks_when_it_is_sent(adopt: Adopt) -> None:
    app = adopt()
    objected: list[str] = []

    @app.route("/letters", methods=["GET", "POST"])
    @gate("send_letter", methods=["POST"], first=lambda: objected.append(request.method))
    def letters() -> str:
        return told() if request.method == "POST" else "the form"

    client = app.test_client()
    assert [client.get("/letters").text, client.head("/letters").status_code] == ["the form", 200]
    assert objected == []
    goes_through(client, "/letters")
    assert [action_of(letters, method) for method in ("GET", "HEAD", "POST")] == ["", "", "send_letter"]


def test_a_gate_of_get_is_one_of_head(adopt: Adopt) -> None:
    app = adopt()
    app.route("/letters", methods=["GET", "POST"])(gate("send_letter", methods=["GET"])(told))
    client = app.test_client()
    assert client.head("/letters").status_code == 200  # the view would miss its text
    assert "So that people see who wrote." in client.get("/letters").text
    assert client.post("/letters", data={"text": "Dear Ada"}).text == "sent: Dear Ada"


def test_a_gate_without_methods_stands_before_those_that_hardly_anybody_uses(adopt: Adopt) -> None:
    app = adopt()
    app.route("/letters", methods=["PURGE"])(gate("send_letter")(told))
    assert "So that people see who wrote." in app.test_client().open("/letters", method="PURGE").text


@pytest.mark.parametrize("methods", ["POST", [], ["PSOT"], ["HEAD"]])
def test_a_gate_of_methods_that_there_are_not_is_told(methods: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"such as \['POST'\], not"):
        gate("send_letter", methods=methods)


def test_a_gate_of_methods_that_its_route_does_not_take_is_told(adopt: Adopt) -> None:
    app = adopt()
    app.get("/letters")(gate("send_letter", methods=["POST"])(told))
    with pytest.raises(ManifestError, match="told is for POST alone, which its route does not take"):
        app.test_client().get("/letters")


def test_a_method_without_a_gate_stays_open(adopt: Adopt) -> None:
    app = adopt()
    app.add_url_rule("/letters", view_func=Letters.as_view("letters"))
    assert app.test_client().get("/letters").text == "all letters"
    assert action_of(app.view_functions["letters"], "GET") == ""


def test_what_carries_too_much_is_refused_at_a_class_based_view_too(adopt: Adopt) -> None:
    app = adopt()
    app.add_url_rule("/letters", view_func=Letters.as_view("letters"))
    form = {"content_type": "application/x-www-form-urlencoded"}
    assert app.test_client().post("/letters", data=b"a&" * 100_000, **form).status_code == 413


def test_asynchronous_views(adopt: Adopt) -> None:
    app = adopt()
    app.async_to_sync = to_sync  # type: ignore[method-assign]
    app.post("/letters")(gate("send_letter", first=is_too_long)(send_later))
    client = app.test_client()
    assert client.post("/letters", data={"text": "long"}).status_code == 413
    goes_through(client, "/letters")


def test_a_blueprint_below_a_path(adopt: Adopt) -> None:
    app, blueprint = adopt(), Blueprint("post", __name__)
    blueprint.post("/letters")(gate("send_letter")(told))
    app.register_blueprint(blueprint, url_prefix="/office", name="post_office")
    goes_through(app.test_client(), "/office/letters")


def addresses(page: str) -> list[str]:
    return re.findall(r'(?:href|src|action|data-hx-post)="(/[^"]*)"', page)


@pytest.mark.thorough
def test_the_librarys_own_routes_lie_below_a_path_of_the_applications_choice(adopt: Adopt) -> None:
    app = adopt(joined={"url_prefix": "/profile"})
    app.add_url_rule("/ask/<action>", "own", lambda action: f"our own {action}")
    app.add_url_rule("/letters", "letters", gate("send_letter")(lambda: "all letters"))
    client = app.test_client()
    assert client.get("/ask/send_letter").text == "our own send_letter"
    page = client.get("/letters").text
    own = [address for address in addresses(page) if address not in {"/", "/letters"}]
    assert own
    assert [address for address in own if not address.startswith("/profile/")] == []
    for address in own:
        with client.get(address) as found:
            assert found.status_code == 200
    action, hidden = forms_of(page)[-1]
    assert action.startswith("/profile/ask/send_letter")
    onward = client.post(action, data={**hidden, "answer.display_name": "Bo"})
    assert (onward.status_code, onward.location) == (303, "/letters")


@pytest.mark.parametrize("wrong", ["profile", "/profile/", "//profile", "/", 7])
def test_a_path_that_is_none_is_told(adopt: Adopt, wrong: object) -> None:
    with pytest.raises(ConfigurationError, match="url_prefix is a path such as /profile"):
        adopt(joined={"url_prefix": wrong})


@pytest.mark.parametrize(
    ("config", "sent"),
    [
        ({}, {"base_url": "http://localhost/office"}),
        ({"ASKLATER_TRUSTED_PROXIES": 1}, {"headers": {"X-Forwarded-Prefix": "/office"}}),
    ],
)
def test_below_a_path_of_the_servers_or_the_proxys(adopt: Adopt, config: dict[str, Any], sent: dict[str, Any]) -> None:
    app = adopt(**config)
    app.post("/letters")(gate("send_letter")(told))
    client = app.test_client()
    asked = client.post("/letters", data={"text": "Dear Ada"}, **sent)
    assert [address for address in addresses(asked.text) if not address.startswith("/office/")] == []
    action, hidden = forms_of(asked.text)[-1]
    answers = {**hidden, "answer.display_name": "Bo"}
    assert client.post(action.removeprefix("/office"), data=answers, **sent).text == "sent: Dear Ada"


def test_below_a_path_a_gated_page_leads_on_and_cancel_leads_back(adopt: Adopt) -> None:
    app, below = adopt(), {"base_url": "http://localhost/office"}
    app.add_url_rule("/letters", "letters", gate("send_letter")(lambda: "all letters"))
    client = app.test_client()
    action, hidden = forms_of(client.get("/letters?of=ada", **below).text)[-1]
    assert action.startswith("/office/ask/send_letter")
    path = action.removeprefix("/office").replace("&amp;", "&")
    cancelled = client.post(path, data={**hidden, "_asklater.cancel": "1"}, **below)
    assert (cancelled.status_code, cancelled.location) == (303, "/office/")
    onward = client.post(path, data={**hidden, "answer.display_name": "Bo"}, **below)
    assert (onward.status_code, onward.location) == (303, "/office/letters?of=ada")


@pytest.mark.parametrize("prefix", ["//evil.example", "/office, //evil.example", "javascript:", "/a b"])
def test_a_prefix_that_leads_to_another_site_is_believed_of_no_proxy(adopt: Adopt, prefix: str) -> None:
    app = adopt(ASKLATER_TRUSTED_PROXIES=2)
    page = app.test_client().get("/ask/send_letter", headers={"X-Forwarded-Prefix": prefix}).text
    assert "evil" not in page
    assert "/ask/send_letter" in addresses(page)[-1]
    assert "/" in addresses(page)
