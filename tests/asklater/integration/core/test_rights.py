"""PRIVACY 7: what is asked, kept and measured of somebody who restricted what is held, or objected."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from asklater import clock
from asklater.engine import Engine
from asklater.records.answers import Provenance
from asklater.subjects import rights
from asklater.subjects.merge import merge
from asklater.subjects.rights import forget_measurement
from asklater.tables import answer, prompt, prompt_field, right_event, subject
from tests.support.answers import ada as answers
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import episodes, held, prompts, rows, statements

Exercise = Callable[[Engine, int], bool]


@pytest.fixture
def engine(asking: Flask) -> Engine:
    found: Engine = asking.extensions["asklater.engine"]
    return found


def exercise(engine: Engine, number: int, *verbs: Exercise) -> list[bool]:
    """Each in a transaction of its own."""
    done = []
    for verb in verbs:
        with engine.database.unit_of_work():
            done.append(verb(engine, number))
    return done


def since(engine: Engine, number: int) -> set[str]:
    found = set(rights.since(engine, number))
    engine.database.release()
    return found


def test_each_is_exercised_once_withdrawn_once_and_logged(asking: Flask, engine: Engine) -> None:
    ada = settle(asking)
    assert exercise(engine, ada, rights.restrict, rights.restrict) == [True, False]
    assert exercise(engine, ada, rights.object_to_measurement, rights.object_to_measurement) == [True, False]
    assert since(engine, ada) == {"restriction", "objection"}
    assert exercise(engine, ada, rights.lift_restriction, rights.lift_restriction) == [True, False]
    assert exercise(engine, ada, rights.withdraw_objection, rights.withdraw_objection) == [True, False]
    assert since(engine, ada) == set()
    assert [(row.right, row.change) for row in rows(asking, right_event)] == [
        ("restriction", "exercised"),
        ("objection", "exercised"),
        ("restriction", "withdrawn"),
        ("objection", "withdrawn"),
    ]
    nobody = exercise(engine, 999, rights.restrict, rights.object_to_measurement, rights.withdraw_objection)
    assert nobody == [False] * 3


@pytest.mark.parametrize("htmx", [False, True])
def test_restricted_a_gate_explains_instead_of_asking(asking: Flask, engine: Engine, *, htmx: bool) -> None:
    engine.registry.restriction_endpoint = "accounts.account"
    ada = settle(asking)
    browser = browser_of(asking, ada, htmx=htmx)
    browser.post("/publish", {"text": "hello"})
    exercise(engine, ada, rights.restrict)
    late = browser.answer({"answer.display_name": "Ada"})  # a form from before, sent now
    for page in (late, browser.post("/publish", {"text": "hello"})):
        assert "You have restricted your data" in page.text
        assert '<a href="/account">Lift the restriction</a>' in page.text
        assert 'name="answer.' not in page.text
        assert 'name="text" value="hello"' in page.text
    assert {field for _number, field in held(asking)} == {"email", "verified_email"}
    measured = [(row.impressions, row.submissions, row.unable) for row in rows(asking, prompt_field)]
    assert measured == [(1, 0, 0)] * 2  # as before the restriction
    assert browser.client.post("/publish", headers={"Accept": "application/json"}).status_code in {400, 403}
    exercise(engine, ada, rights.lift_restriction)
    assert 'name="answer.display_name"' in browser.post("/publish").text


def test_restricted_what_is_clear_goes_on_in_one_statement(asking: Flask, engine: Engine) -> None:
    ada = settle(asking)
    browser = browser_of(asking, ada)
    browser.post("/publish")
    for field, value in (("display_name", "Ada"), ("picture", b"picture")):
        with engine.database.unit_of_work():
            engine.answers.give(ada, field, value, Provenance("settings"))
    exercise(engine, ada, rights.restrict, rights.object_to_measurement)
    token = browser.csrf_token()
    with statements(asking) as sent:
        page = browser.client.post("/publish", data={"text": "mine", "csrf_token": token})
    assert page.text == "published mine"
    assert len(sent) == 1, sent


def test_restricted_nobody_is_asked_in_the_background(
    asking: Flask, engine: Engine, writer: Callable[..., Browser]
) -> None:
    browser = writer()
    shown = browser.get("/desk").text
    assert "May we write?" in shown
    number = max(row.id for row in rows(asking, subject))
    exercise(engine, number, rights.restrict)
    assert "You have restricted your data" in browser.answer({"answer.news": "yes"}).text
    assert "May we write?" not in browser.get("/desk").text
    assert "news" not in {field for _number, field in held(asking)}


def test_restricted_no_answer_expires_until_it_is_lifted(asking: Flask, engine: Engine) -> None:
    ada, eve = settle(asking), settle(asking, "eve@x.example")
    exercise(engine, ada, rights.restrict)
    purge = asking.extensions["asklater.jobs"].runs["expire_answers"]
    with clock.at(clock.now() + timedelta(days=365 * 4)):
        purge()
        assert {number for number, _field in held(asking)} == {ada}
        assert engine.answers.read(ada) == {}  # it is kept, and used for nothing
        engine.database.release()
        exercise(engine, ada, rights.lift_restriction)
        purge()
    assert held(asking) == set()
    assert eve


def test_an_objection_takes_what_was_measured_and_nothing_is_measured_after_it(
    asking: Flask, engine: Engine, writer: Callable[..., Browser]
) -> None:
    browser = writer()
    browser.get("/desk")
    browser.post("/publish")
    browser.answer({"answer.display_name": "Ada"})
    number = max(row.id for row in rows(asking, subject))
    assert {row.prompt_id for row in rows(asking, answer)} != {None}
    exercise(engine, number, rights.object_to_measurement)
    assert prompts(asking) == []
    assert {row.prompt_id for row in rows(asking, answer)} == {None}
    assert 'name="answer.picture"' in browser.answer({"answer.display_name": "Ada"}).text  # the form from before
    assert 'name="answer.picture"' in browser.post("/publish").text
    browser.get("/desk")
    assert (prompts(asking), episodes(asking)) == ([], [])
    assert {field for _number, field in held(asking)} >= {"email", "display_name"}  # answers are no measurement
    browser.post("/publish")
    assert "published" in browser.answer(answers()).text
    assert {row.prompt_id for row in rows(asking, answer)} == {None}


def test_what_earlier_versions_kept_of_who_objects_goes(asking: Flask, engine: Engine) -> None:
    ada, eve = settle(asking), settle(asking, "eve@x.example")
    exercise(engine, ada, rights.object_to_measurement)
    with engine.database.unit_of_work():
        for number in (ada, eve):
            row = {"subject_id": number, "action": "publish", "opened_at": clock.now()}
            engine.database.writing().execute(insert(prompt), row)
    asking.extensions["asklater.jobs"].runs["forget_objectors"]()
    assert [row.subject_id for row in prompts(asking)] == [eve]


def test_whoever_takes_an_objection_back_is_measured_from_then_on(asking: Flask, engine: Engine) -> None:
    ada = settle(asking)
    browser = browser_of(asking, ada)
    exercise(engine, ada, rights.object_to_measurement)
    browser.post("/publish")
    exercise(engine, ada, rights.withdraw_objection)
    assert prompts(asking) == []
    browser.post("/publish")
    assert len(prompts(asking)) == 1


def test_rooms_hear_of_a_departure_before_the_rows_go(asking: Flask, engine: Engine) -> None:
    ada = settle(asking)
    browser_of(asking, ada).post("/publish")
    seen: list[int] = []

    def count(number: int) -> None:
        mine = select(prompt_field.c.id).where(prompt_field.c.subject_id == number)
        seen.append(len(engine.database.reading().execute(mine).all()))

    engine.registry.register_opt_out(count)
    for _ in range(2):
        with engine.database.unit_of_work():
            forget_measurement(engine, ada)
    assert seen == [2, 0]


@pytest.mark.parametrize("who", ["visitor", "owner"])
def test_what_either_has_exercised_holds_for_the_person_that_they_turn_out_to_be(
    asking: Flask, engine: Engine, who: str
) -> None:
    visitor, owner = settle(asking, proved=False), settle(asking, "owner@x.example")
    for number in (visitor, owner):
        browser_of(asking, number).post("/publish")
    exercise(engine, visitor if who == "visitor" else owner, rights.object_to_measurement, rights.restrict)
    with engine.database.unit_of_work():
        merge(engine, visitor, owner)
    assert since(engine, owner) == {"restriction", "objection"}
    assert prompts(asking) == []
    assert {row.subject_id for row in rows(asking, right_event)} == {owner}
