"""Signals tell an application what has become of profiles: once it is committed, however it came, without values."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from flask_login import current_user

from asklater import Profiling, api, clock, current_jobs
from asklater.api.tokens import make_token
from asklater.events import SIGNALS, Event, answered
from tests.asklater.contracts.adopted import Cards, adopter, larger_manifest, with_members
from tests.conftest import running
from tests.support.browsing import forms_of


@pytest.fixture
def profiling(tmp_path: Path, database_url: str) -> Iterator[Profiling]:
    app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
    features = [Cards(), api]
    made = Profiling(app, manifest=larger_manifest(tmp_path), user=lambda: current_user, features=features)
    with_members(app)

    @app.post("/me")
    def me() -> str:
        made.profile().set("display_name", "Canary")
        if "stop" in request.args:
            raise LookupError("the view broke")
        return "set"

    for _app in running(app):
        yield made


@pytest.fixture
def app(profiling: Profiling) -> Flask:
    return profiling.engine.app


@pytest.fixture
def heard(app: Flask, profiling: Profiling) -> Iterator[list[Event]]:
    """What every signal tells, in its order; each time, what it tells of is committed."""
    events: list[Event] = []

    def hear(sender: Flask, event: Event) -> None:
        assert sender is app
        assert not profiling.engine.database.is_in_transaction
        events.append(event)

    with ExitStack() as connected:
        for signal in SIGNALS.values():
            connected.enter_context(signal.connected_to(hear, app))
        yield events


def told(events: list[Event]) -> list[tuple[str, str | None, str, tuple[str, ...]]]:
    found = [(event.name, event.user, event.context, event.fields) for event in events]
    events.clear()
    return found


def ask(client: FlaskClient) -> tuple[str, dict[str, str]]:
    return forms_of(client.post("/letters", data={"text": "Dear Ada"}).text)[-1]


def test_a_prompt_is_asked_answered_and_completed(app: Flask, heard: list[Event]) -> None:
    client = app.test_client()
    client.post("/sign-in/ada")
    action, hidden = ask(client)
    ask(client)  # another impression of the same ask
    assert told(heard) == [("asked", "ada", "send_letter", ("display_name",))]
    client.post(action, data={**hidden, "answer.display_name": ""})
    assert told(heard) == []
    assert client.post(action, data={**hidden, "answer.display_name": "Canary"}).text == "by Canary"
    assert "Canary" not in repr(heard)
    assert told(heard) == [
        ("answered", "ada", "send_letter", ("display_name",)),
        ("completed", "ada", "send_letter", ()),
    ]


def test_a_cancelled_prompt_is_dismissed_once(app: Flask, heard: list[Event]) -> None:
    client = app.test_client()
    action, hidden = ask(client)
    heard.clear()
    for _again in range(2):
        client.post(action, data={**hidden, "_asklater.cancel": "1"})
    assert told(heard) == [("dismissed", None, "send_letter", ("display_name",))]


def test_nothing_is_told_of_what_was_rolled_back(app: Flask, profiling: Profiling, heard: list[Event]) -> None:
    client = app.test_client()
    client.post("/sign-in/ada")
    with pytest.raises(LookupError):
        client.post("/me?stop")
    with pytest.raises(LookupError), profiling.transaction():  # noqa: PT012
        profiling.profile("ada").set("display_name", "Canary")
        raise LookupError
    assert told(heard) == []
    client.post("/me")
    assert told(heard) == [("answered", "ada", "settings", ("display_name",))]


def test_a_visitor_who_signs_in_is_merged(app: Flask, heard: list[Event]) -> None:
    client = app.test_client()
    action, hidden = ask(client)
    client.post(action, data={**hidden, "answer.display_name": "Canary"})
    (visitor,) = {event.subject_id for event in heard}
    heard.clear()
    client.post("/sign-in/ada")
    (event,) = heard
    assert (event.name, event.user, event.fields) == ("merged", "ada", ("display_name",))
    assert event.from_subject_id == visitor != event.subject_id


def test_what_is_changed_removed_and_erased_is_told(profiling: Profiling, heard: list[Event]) -> None:
    ada = profiling.profile("ada")
    for value in ("Ada", "Canary"):
        with profiling.transaction():
            ada.set("display_name", value)
    with profiling.transaction():
        ada.remove("display_name")
    with profiling.transaction():
        ada.remove("display_name")  # nothing is held any more
        ada.erase()
    import_ = ("answered", "ada", "import", ("display_name",))
    assert told(heard) == [
        import_,
        import_,
        ("removed", "ada", "settings", ("display_name",)),
        ("erased", "ada", "", ()),
    ]


def test_what_the_application_holds_itself_is_told_as_well(profiling: Profiling, heard: list[Event]) -> None:
    names: dict[str, object] = {}
    people = profiling.engine.people
    people.load = str  # type: ignore[attr-defined] # the user is their id
    profiling.source("display_name", names.get, names.__setitem__)
    with profiling.transaction():
        profiling.profile("ada").set("display_name", "Canary")
    assert names == {"ada": "Canary"}
    assert told(heard) == [("answered", "ada", "import", ("display_name",))]


def test_the_worker_tells_what_has_expired(
    app: Flask, profiling: Profiling, heard: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in ("ada", "bo"):
        with profiling.transaction():
            profiling.profile(user).set("display_name", "Canary")
    heard.clear()
    late = clock.now() + timedelta(days=800)
    monkeypatch.setattr("asklater.records.retention.clock.now", lambda: late)
    current_jobs().runs["expire_answers"]()
    assert sorted(told(heard)) == [("expired", user, "expiry", ("display_name",)) for user in ("ada", "bo")]


def test_an_answer_by_the_api_is_told(app: Flask, profiling: Profiling, heard: list[Event]) -> None:
    with profiling.transaction():
        profiling.profile("ada").set("gifts", True)
        _id, token = make_token(profiling.engine.database, "Warehouse", ["answer"], 90)
    heard.clear()
    sent = app.test_client().post(
        "/subjects/ada/actions/send_letter/answers",
        json={"answers": {"display_name": "Canary"}},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert sent.status_code == 200
    assert told(heard) == [("answered", "ada", "send_letter", ("display_name",))]


def test_whoever_is_not_measured_is_not_told_of_as_asked(app: Flask, heard: list[Event]) -> None:
    client = app.test_client()
    client.environ_base["HTTP_SEC_GPC"] = "1"
    action, hidden = ask(client)
    client.post(action, data={**hidden, "answer.display_name": "Canary"})
    assert [event.name for event in heard] == ["answered"]


def test_a_receiver_that_fails_takes_nothing_back_and_nobody_else_along(
    app: Flask, profiling: Profiling, heard: list[Event], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_sender: Flask, event: Event) -> None:
        raise LookupError(event.name)

    with answered.connected_to(fail, app), profiling.transaction():
        profiling.profile("ada").set("display_name", "Ada")
    assert profiling.profile("ada").get("display_name") == "Ada"
    assert [event.name for event in heard] == ["answered"]
    assert "a receiver of the signal answered failed" in caplog.text


def test_a_receiver_may_write(app: Flask, profiling: Profiling, heard: list[Event]) -> None:
    def follow(_sender: Flask, event: Event) -> None:
        if event.fields == ("display_name",):
            with profiling.transaction():
                profiling.profile(event.user).set("gifts", True)

    with answered.connected_to(follow, app):
        app.test_client().post("/sign-in/ada")
        client = app.test_client()
        client.post("/sign-in/ada")
        client.post("/me")
    assert profiling.profile("ada").get("gifts") is True
    assert [event.fields for event in heard] == [("display_name",), ("gifts",)]


def test_another_application_hears_nothing(profiling: Profiling) -> None:
    heard: list[Event] = []
    with answered.connected_to(lambda _sender, event: heard.append(event), Flask("another")), profiling.transaction():
        profiling.profile("ada").set("display_name", "Ada")
    assert heard == []
