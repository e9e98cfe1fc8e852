"""Why an answer was rejected: the code of its kind beside the episode, and never what was typed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from asklater.engine import Engine
from asklater.insights.rejections import reason_labels
from asklater.kinds import Given, Invalid
from asklater.records.people import record_arrival
from asklater.subjects.rights import forget_measurement
from asklater.tables import prompt_field, rejection
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.records import rows

LIBRARY, SHOP = ROOT / "webapp" / "asklater", ROOT / "webapp" / "halftone"
FREE_WORDS = ("asklater/privacy", "asklater/records", "asklater/api", "asklater/accounts")
"""What raises Invalid there as well is no answer to a prompt."""


def reasons(app: Flask) -> list[tuple[str, str]]:
    """(field, reason) as they are kept."""
    fields = {row.id: row.field for row in rows(app, prompt_field)}
    return sorted((fields[row.prompt_field_id], row.reason) for row in rows(app, rejection))


def test_each_rejected_field_has_its_reasons(workshop: Flask) -> None:
    person = Browser(workshop)
    person.post("/letters")
    person.answer({"answer.email": "ada"})
    person.answer({"answer.email": "ada@@x.example"})
    person.answer({"answer.email": ""})
    assert reasons(workshop) == [("email", "missing"), ("email", "wrong_form"), ("email", "wrong_form")]
    (row,) = rows(workshop, prompt_field)
    assert row.rejections == 3


def test_one_submission_may_be_wrong_in_several_ways(workshop: Flask) -> None:
    person = Browser(workshop)
    person.post("/letters")
    person.answer({"answer.email": "ada@x.example"})
    person.answer({"answer.address.country": "DE", "answer.address.postal_code": "1", "answer.address.city": ""})
    assert reasons(workshop) == [("address", "missing"), ("address", "wrong_form")]


def test_what_is_asked_back_is_no_rejection_and_an_answer_leaves_none(workshop: Flask) -> None:
    person = Browser(workshop)
    person.post("/letters")
    person.answer({"answer.email": "ada@x.example"})
    assert reasons(workshop) == []


@pytest.fixture
def twice(workshop: Flask) -> tuple[int, int]:
    """Two visitors who are asked the same, and both rejected."""
    engine: Engine = workshop.extensions["asklater.engine"]
    numbers = []
    with engine.database.unit_of_work():
        for reason in ("too_short", "missing"):
            numbers.append(record_arrival(engine.database))
            engine.episodes.see(numbers[-1], "publish", ["display_name"])
            engine.episodes.submit(numbers[-1], "publish", ["display_name"])
            engine.episodes.reject(numbers[-1], "publish", {"display_name": [reason]})
    return numbers[0], numbers[1]


def test_two_who_are_one_person_keep_the_reasons_of_both(workshop: Flask, twice: tuple[int, int]) -> None:
    engine: Engine = workshop.extensions["asklater.engine"]
    with engine.database.unit_of_work():
        engine.episodes.move(*twice)
    assert reasons(workshop) == [("display_name", "missing"), ("display_name", "too_short")]
    (row,) = rows(workshop, prompt_field)
    assert row.rejections == 2


def test_they_go_with_the_rest_of_the_measurement(workshop: Flask, twice: tuple[int, int]) -> None:
    engine: Engine = workshop.extensions["asklater.engine"]
    with workshop.app_context(), engine.database.unit_of_work():
        forget_measurement(engine, twice[0])
    assert reasons(workshop) == [("display_name", "missing")]


def test_a_late_or_overlong_reason_stops_nobody(workshop: Flask) -> None:
    engine: Engine = workshop.extensions["asklater.engine"]
    with engine.database.unit_of_work():
        number = record_arrival(engine.database)
        engine.episodes.reject(number, "publish", {"display_name": ["missing"]})  # nothing is open
        engine.episodes.see(number, "publish", ["display_name"])
        engine.episodes.reject(number, "publish", {"display_name": ["x" * 90]})
        engine.episodes.reject(number, "publish", {"display_name": ["missing"]}, 0)  # a prompt that is not measured
    assert reasons(workshop) == [("display_name", "x" * 40)]


def test_a_kind_that_gives_no_code_has_another_reason() -> None:
    assert Invalid({"": "No."}).reasons == {"other"}
    with pytest.raises(Invalid) as caught:
        Given({"": ("one", "two")}).text()
    assert caught.value.reasons == {"repeated"}


def raised(path: Path) -> Iterator[tuple[int, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Invalid", "UnfitText"}:
            yield node.lineno, node


def uncoded(folder: Path) -> list[str]:
    """Where a kind rejects without a code, or with one that the dashboard has no words for."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        named = path.relative_to(ROOT / "webapp").as_posix()
        for line, call in raised(path):
            codes = [arg.value for arg in call.args[1:] if isinstance(arg, ast.Constant)]
            if not call.args[1:] and not named.startswith(FREE_WORDS):
                found.append(f"{named}:{line}: no code")
            found += [f"{named}:{line}: {code} has no words" for code in codes if code not in reason_labels()]
    return found


@pytest.mark.thorough
def test_every_rejection_of_ours_has_a_code_with_words(workshop: Flask) -> None:
    with workshop.test_request_context():
        assert [*uncoded(LIBRARY), *uncoded(SHOP)] == []


def test_no_value_stands_beside_an_episode(workshop: Flask) -> None:
    person = Browser(workshop)
    person.post("/letters")
    person.answer({"answer.email": "secretword"})
    engine: Engine = workshop.extensions["asklater.engine"]
    kept = engine.database.reading().execute(select(rejection)).all()
    assert kept
    assert "secretword" not in repr(kept)
