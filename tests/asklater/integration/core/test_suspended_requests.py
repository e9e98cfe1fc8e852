"""Suspended requests: an action whose person has to go elsewhere first, and carries it on with one press."""

from collections.abc import Callable, Collection
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from asklater import clock
from asklater.engine import Engine
from asklater.kinds.base import Unable
from asklater.policy.decision import Decision
from asklater.rate_limits import RateLimit
from asklater.records import suspended_requests
from asklater.records.answers import Provenance
from asklater.records.people import Subject
from asklater.records.suspended_requests import MOST_BYTES, MOST_OF_SESSION
from asklater.tables import suspended_request
from tests.support.answers import ada
from tests.support.browsing import Browser, went_to
from tests.support.records import rows

CODE = "answer.verified_email"


class Oracle:
    """An alternative to typing: it knows addresses, and lives on another site."""

    key, label = "oracle", "Ask the oracle"
    down = False

    def __init__(self) -> None:
        self.onward = ""

    def answers(self, fields: Collection[str]) -> bool:
        return "email" in fields

    def ensure_reachable(self) -> None:
        """It is on this machine."""

    def begin(self, action: str, onward: str) -> str:
        if self.down:
            raise Unable("The oracle does not answer. Type your address instead.")
        self.onward = onward
        return f"https://oracle.example/?for={action}"


@pytest.fixture
def oracle(workshop: Flask) -> Oracle:
    engine: Engine = workshop.extensions["asklater.engine"]
    engine.registry.register_alternative(oracle := Oracle())
    return oracle


@pytest.fixture
def left(visitor: Browser, oracle: Oracle) -> Browser:
    """Sent to the oracle, in the middle of publishing."""
    visitor.post("/publish", {"text": "hello", "tag": ["a", "b"]})
    visitor.answer({"_asklater.alternative": "oracle", "answer.display_name": "Ada"})
    return visitor


def test_it_is_offered_where_it_helps(visitor: Browser, oracle: Oracle) -> None:
    assert "Ask the oracle" in visitor.post("/publish").text
    visitor.answer({"answer.email": "ada@x.example"})
    assert "Ask the oracle" not in visitor.post("/publish").text


def test_without_a_script_a_page_leads_there_by_itself(left: Browser) -> None:
    assert left.page is not None
    assert left.page.status_code == 200
    assert 'http-equiv="refresh" content="0; url=https://oracle.example/?for=publish"' in left.page.text
    assert "On to oracle.example" in left.page.text


def test_nothing_is_written_while_it_is_looked_for(
    workshop: Flask, oracle: Oracle, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine: Engine = workshop.extensions["asklater.engine"]
    found: list[bool] = []
    monkeypatch.setattr(oracle, "ensure_reachable", lambda: found.append(engine.database.is_in_transaction))
    visitor.post("/publish", {"text": "hello"})
    decide = engine.decide

    def decide_and_write(action: str, subject: Subject | None, *, prompted: bool = False) -> Decision:
        engine.database.writing()  # as whatever looks after sessions does now and then
        return decide(action, subject, prompted=prompted)

    monkeypatch.setattr(engine, "decide", decide_and_write)
    visitor.answer({"_asklater.alternative": "oracle"})
    assert found == [False]


def test_htmx_is_sent_there(workshop: Flask, oracle: Oracle) -> None:
    visitor = Browser(workshop, htmx=True)
    visitor.post("/publish", {"text": "hello"})
    assert went_to(visitor.answer({"_asklater.alternative": "oracle"})) == "https://oracle.example/?for=publish"


def test_one_press_carries_on_what_was_interrupted(left: Browser, oracle: Oracle) -> None:
    page = left.get(oracle.onward)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    action, hidden = left.forms()[0]
    assert (action, hidden["text"], hidden["answer.display_name"]) == ("/publish", "hello", "Ada")
    page = left.answer({}, form=0)
    assert 'value="Ada"' in page.text
    assert left.answer(ada()).text == "published hello"


def test_what_the_way_supplied_is_not_asked_again(left: Browser, oracle: Oracle, workshop: Flask) -> None:
    engine: Engine = workshop.extensions["asklater.engine"]
    with engine.database.unit_of_work():
        for field, value in (("display_name", "Ada"), ("picture", b"x"), ("email", "ada@x.example")):
            engine.answers.give(1, field, value, Provenance("publish", "provider"))
    left.get(oracle.onward)
    assert left.answer({}, form=0).text == "published hello"


def test_looking_at_it_changes_nothing_and_it_carries_on_once(left: Browser, oracle: Oracle) -> None:
    left.get(oracle.onward)
    left.get(oracle.onward)
    form = left.forms()[0]
    assert left.post(form[0], form[1]).status_code == 200
    again = left.post(form[0], form[1])
    assert again.status_code == 409
    assert "already completed" in again.text
    assert left.get(oracle.onward).status_code == 409


def test_another_session_finds_nothing(left: Browser, oracle: Oracle, another: Callable[[], Browser]) -> None:
    page = another().get(oracle.onward)
    assert page.status_code == 409
    assert "hello" not in page.text


def test_it_waits_half_an_hour(left: Browser, oracle: Oracle, workshop: Flask) -> None:
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert left.get(oracle.onward).status_code == 409
        workshop.extensions["asklater.jobs"].runs["expire_suspended_requests"]()
    assert rows(workshop, suspended_request) == []


def test_the_database_alone_does_not_tell_what_it_was(left: Browser, workshop: Flask) -> None:
    (row,) = rows(workshop, suspended_request)
    assert b"hello" not in row.content


@pytest.mark.parametrize("token", ["x", "\N{PILE OF POO}", "a" * 3000])
def test_a_token_that_was_made_up_leads_nowhere(left: Browser, token: str) -> None:
    assert left.get(f"/ask/resume/{token}").status_code == 409
    assert left.post("/publish", {"_asklater.resumed": token, "text": "x"}).status_code == 409


def test_a_way_that_is_down_is_said_and_what_was_typed_stays(visitor: Browser, oracle: Oracle) -> None:
    oracle.down = True
    visitor.post("/publish", {"text": "hello"})
    page = visitor.answer({"_asklater.alternative": "oracle", "answer.display_name": "Ada"})
    assert page.status_code == 422
    assert "The oracle does not answer" in page.text
    assert 'value="Ada"' in page.text


def test_a_way_that_nobody_offers_is_no_way(visitor: Browser) -> None:
    visitor.post("/publish", {"text": "hello"})
    assert 'name="answer.email"' in visitor.answer({"_asklater.alternative": "nowhere"}).text


def test_a_page_that_was_asked_for_is_simply_asked_anew(visitor: Browser, oracle: Oracle, workshop: Flask) -> None:
    visitor.get("/export")
    visitor.answer({"_asklater.alternative": "oracle"})
    assert unquote(oracle.onward) == "/ask/export?next=/export&result=download"
    assert rows(workshop, suspended_request) == []


def test_a_code_that_was_typed_is_never_kept(visitor: Browser, oracle: Oracle) -> None:
    visitor.post("/publish", {"text": "hello"})
    visitor.answer({"_asklater.alternative": "oracle", CODE: "123456", "answer.unheard_of": "x"})
    visitor.get(oracle.onward)
    assert not {CODE, "answer.unheard_of"} & visitor.forms()[0][1].keys()


def leave(person: Browser, text: str = "hello") -> TestResponse:
    """Interrupt `publish` for the oracle."""
    person.post("/publish", {"text": text})
    return person.answer({"_asklater.alternative": "oracle"})


class TestLimits:
    def test_a_long_one_is_not_kept_and_says_so(self, visitor: Browser, oracle: Oracle, workshop: Flask) -> None:
        page = leave(visitor, "x" * MOST_BYTES)
        assert page.status_code == 422
        assert "too long to be kept meanwhile" in page.text
        assert rows(workshop, suspended_request) == []
        assert leave(visitor, "x" * (MOST_BYTES - 2_000)).status_code == 200

    @pytest.mark.thorough
    def test_a_session_keeps_its_newest(self, visitor: Browser, oracle: Oracle, workshop: Flask) -> None:
        onward = []
        for number in range(MOST_OF_SESSION + 2):
            leave(visitor, f"draft {number}")
            onward.append(oracle.onward)
        assert len(rows(workshop, suspended_request)) == MOST_OF_SESSION
        assert [visitor.get(url).status_code for url in onward] == [409] * 2 + [200] * MOST_OF_SESSION

    def test_another_session_loses_nothing(
        self, left: Browser, another: Callable[[], Browser], oracle: Oracle, workshop: Flask
    ) -> None:
        first, other = oracle.onward, another()
        for _ in range(MOST_OF_SESSION + 1):
            leave(other)
        assert left.get(first).status_code == 200

    def test_a_network_has_so_many_an_hour(
        self, another: Callable[[], Browser], oracle: Oracle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        limit = RateLimit("interrupted requests, in a test", 2, timedelta(hours=1))
        monkeypatch.setattr(suspended_requests, "OF_NETWORK", limit)
        assert [leave(another()).status_code for _ in range(3)] == [200, 200, 422]

    def test_there_are_so_many_in_all(
        self, another: Callable[[], Browser], oracle: Oracle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(suspended_requests, "MOST_IN_ALL", 2)
        assert [leave(another()).status_code for _ in range(3)] == [200, 200, 422]

    def test_one_that_was_carried_on_holds_nothing_any_more(
        self, left: Browser, oracle: Oracle, workshop: Flask
    ) -> None:
        left.get(oracle.onward)
        left.answer({}, form=0)
        (row,) = rows(workshop, suspended_request)
        assert row.content == b""


class Seer(Oracle):
    """One that a script can ask in place."""

    def attributes(self) -> dict[str, str]:
        return {"data-seer": "here"}

    def show(self, answer: str) -> str:
        if answer != "the truth":
            raise Unable("The seer does not believe it.")
        return "The seer knows you."


@pytest.fixture
def seer(workshop: Flask) -> Seer:
    engine: Engine = workshop.extensions["asklater.engine"]
    engine.registry.register_alternative(seer := Seer())
    return seer


def test_what_a_script_shows_in_place_is_taken_there_and_the_prompt_goes_on(visitor: Browser, seer: Seer) -> None:
    assert 'data-seer="here"' in visitor.post("/publish").text
    page = visitor.answer({"_asklater.alternative": "oracle", "_asklater.shown": "the truth"})
    assert (page.status_code, went_to(page)) == (200, "")
    assert "The seer knows you." in page.text
    assert seer.onward == ""


def test_what_it_refuses_is_said_and_nothing_is_kept(visitor: Browser, seer: Seer, workshop: Flask) -> None:
    visitor.post("/publish")
    page = visitor.answer(
        {"_asklater.alternative": "oracle", "_asklater.shown": "a lie", "answer.display_name": "Ada"}
    )
    assert page.status_code == 422
    assert "The seer does not believe it." in page.text
    assert 'value="Ada"' in page.text
    assert rows(workshop, suspended_request) == []


def test_without_its_script_it_leads_away_as_any_other(visitor: Browser, seer: Seer) -> None:
    visitor.post("/publish")
    visitor.answer({"_asklater.alternative": "oracle"})
    assert seer.onward.startswith("/ask/resume/")
