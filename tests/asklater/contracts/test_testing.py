"""What the library gives the tests of an application: a client that holds answers and gives them, and a clock."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from flask_login import current_user

from asklater import Profiling, UndeclaredError, gate
from asklater.clock import now
from asklater.kinds import Given, Invalid
from asklater.testing import NoPrompt, ProfilingClient, at, later
from tests.asklater.contracts.adopted import Cards, adopter, larger_manifest, served, with_members

Adopt = Callable[..., ProfilingClient]


@pytest.fixture
def adopt(tmp_path: Path, database_url: str) -> Iterator[Adopt]:
    """Makes an application in which cards are gated, and a client of it."""
    with ExitStack() as stack:

        def made(*, cards: bool = True, **options: Any) -> ProfilingClient:
            app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
            app.test_client_class = ProfilingClient
            profiling = Profiling(app, manifest=larger_manifest(tmp_path), features=[Cards()], **options)
            if cards:
                app.extensions["cards"] = True
            with_members(app)

            @app.route("/cards", methods=["GET", "POST"])
            @gate("send_card")
            def send_card() -> dict[str, object]:
                profile = profiling.profile()
                return {key: profile.get(key) for key in ("display_name", "birthday", "gifts")} | request.form

            client = stack.enter_context(served(app)).test_client()
            assert isinstance(client, ProfilingClient)
            return client

        yield made


def test_a_person_holds_answers(adopt: Adopt) -> None:
    client = adopt()
    client.hold(display_name="Bo", birthday="1990-07-01", gifts=True)
    assert client.post("/cards", data={"text": "Hello"}).json == {
        "display_name": "Bo",
        "birthday": "1990-07-01",
        "gifts": True,
        "text": "Hello",
    }
    with client.as_person() as profile:
        assert profile.get("display_name") == "Bo"
        profile.remove("display_name")
    assert client.prompt(client.post("/cards")) is not None
    assert client.application.test_client().post("/cards").text.count("answer.birthday") > 0  # nobody else holds it


def test_prompts_are_answered(adopt: Adopt) -> None:
    client = adopt()
    client.hold(gifts=False)
    asked = client.post("/cards", data={"text": "Hello"})
    prompt = client.prompt(asked)
    assert prompt is not None
    assert (prompt.url, prompt.fields, prompt.hidden["text"]) == ("/cards", ("display_name", "birthday"), "Hello")
    sent = client.answer(asked, display_name="Bo", birthday=datetime(1990, 7, 1, tzinfo=UTC).date())
    assert (sent.json or {})["birthday"] == "1990-07-01"
    assert client.prompt(sent) is None


def test_what_is_left_out_or_wrong_is_asked_again(adopt: Adopt) -> None:
    client = adopt()
    client.hold(gifts=False)
    asked = client.answer(client.post("/cards"), display_name="Bo")
    assert asked.status_code == 422
    again = client.prompt(asked)
    assert again is not None
    assert again.fields == ("birthday",)
    wrong = client.answer(asked, birthday="soon")
    assert wrong.status_code == 422
    sent = client.answer(wrong, birthday=Given({"day": ("1",), "month": ("7",), "year": ("1990",)}))
    assert (sent.json or {})["birthday"] == "1990-07-01"


def test_a_gated_page_leads_on(adopt: Adopt) -> None:
    client = adopt(cards=False)
    client.hold(gifts=False)
    asked = client.get("/cards", base_url="http://localhost/office")
    assert client.answer(asked, display_name="Bo").location == "/office/cards"


def test_a_signed_in_user_is_the_person(adopt: Adopt) -> None:
    client = adopt(cards=False, user=lambda: current_user)
    client.post("/sign-in/ada")
    client.hold(display_name="Ada", gifts=True)
    other = client.application.test_client()
    other.post("/sign-in/ada")
    assert (other.post("/cards").json or {})["display_name"] == "Ada"


def test_a_test_that_answers_what_nobody_asks_fails(adopt: Adopt) -> None:
    client = adopt(cards=False)
    client.hold(gifts=False)
    with pytest.raises(UndeclaredError):
        client.hold(name="Bo")
    with pytest.raises(Invalid):
        client.hold(gifts="perhaps")
    asked = client.post("/cards")
    with pytest.raises(NoPrompt, match=r"asks for display_name, not for birthday\."):
        client.answer(asked, birthday="1990-07-01")
    sent = client.answer(asked, display_name="Bo")
    with pytest.raises(NoPrompt, match=r"No prompt asks for display_name here: the answer has the status 200"):
        client.answer(sent, display_name="Bo")


def test_the_clock_moves(adopt: Adopt) -> None:
    client = adopt(cards=False)
    client.hold(display_name="Bo", gifts=False)
    assert client.prompt(client.post("/cards")) is None
    app: Flask = client.application
    began = now()
    with later(days=365 * 3):
        assert now() - began >= timedelta(days=365 * 3)
        assert app.test_cli_runner().invoke(args=["asklater", "job", "expire_answers"]).exit_code == 0
        assert client.prompt(client.post("/cards")) is not None
    assert now() - began < timedelta(days=1)
    with at(datetime(2030, 1, 1, tzinfo=UTC)):
        assert now() == datetime(2030, 1, 1, tzinfo=UTC)
