"""Experiments at the gate: who takes part from when on, what they are shown, and that the verb agrees."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from asklater import clock
from asklater.engine import Engine, Unmet
from asklater.experiments.runs import UNDO_WITHIN, NotPossible
from asklater.experiments.tables import assignment
from asklater.records.people import Subject, record_arrival
from asklater.settings import Settings
from asklater.subjects.merge import merge
from tests.conftest import running
from tests.support.answers import ADDRESS, ada
from tests.support.applications import create_app
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.people import browser_of, settle
from tests.support.records import episodes, prompts, rows, statements
from tests.support.workshop import PEOPLED_WORKSHOP

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LETTERS = """
[experiments.trial]
label = "Letters"
hypothesis = "All at once is faster."
action = "send_letter"
minimum_effect = 0.1
[experiments.trial.variants.as_now]
weight = {control}
[experiments.trial.variants.other]
{changes}
"""
ALL_AT_ONCE = (
    'ask = "together"\nlabel = "Post it"\nreason = "A letter knows its way."\nlabels = { email = "Your mail" }'
)
EVERYBODY, NOBODY = "0.001\n", "1000\n"
"""The control's weight where the other variant is everybody's, and where it is nobody's (of one in a thousand)."""

Trial = Callable[..., Flask]


@pytest.fixture
def trial(settings: Settings, tmp_path: Path) -> Iterator[Trial]:
    """`trial(changes, control="1")` is the workshop with an experiment on letters that has begun."""
    with ExitStack() as stack:

        def begun(changes: str = ALL_AT_ONCE, control: str = "1", more: str = "", *, start: bool = True) -> Flask:
            manifest = tmp_path / "manifest.toml"
            base = (
                (ROOT / "tests" / "support" / "manifest.toml")
                .read_text("utf-8")
                .replace('"address", when', '"address", can_wait = true, when')
            )
            manifest.write_text(base + more + LETTERS.format(control=control, changes=changes), "utf-8")
            app = stack.enter_context(held_open(replace(settings, manifest=manifest)))
            if start:
                with engine_of(app).database.unit_of_work():
                    engine_of(app).experiments.start("trial", "pm")
            return app

        yield begun


@contextmanager
def held_open(settings: Settings) -> Iterator[Flask]:
    """The workshop, with its context standing open."""
    yield from running(create_app(settings, PEOPLED_WORKSHOP))


def engine_of(app: Flask) -> Engine:
    found: Engine = app.extensions["asklater.engine"]
    return found


def assigned(app: Flask) -> list[str]:
    return [row.variant for row in rows(app, assignment)]


@pytest.mark.parametrize("htmx", [False, True])
def test_the_variant_changes_the_prompt(trial: Trial, *, htmx: bool) -> None:
    app = trial(control=EVERYBODY)
    person = Browser(app, htmx=htmx)
    page = person.post("/letters").text
    assert ("<html" in page) is not htmx
    for words in ("Post it", "A letter knows its way.", "Your mail", 'name="answer.address.city"'):
        assert words in page
    assert "1 of 3" not in page
    assert assigned(app) == ["other"]
    assert [row.variant for row in prompts(app)] == ["trial:other"]
    again = person.answer({"answer.email": "no address"}).text
    assert "Post it" in again
    assert person.answer({"answer.email": "ada@x.example", "answer.display_name": "Ada", **ADDRESS}).text == "sent"


def test_the_control_sees_what_is_declared_and_takes_part(trial: Trial) -> None:
    app = trial(control=NOBODY)
    page = Browser(app).post("/letters").text
    assert "Send a letter" in page
    assert "1 of 3" in page
    assert [row.variant for row in prompts(app)] == ["trial:as_now"]


@pytest.mark.thorough
def test_back_and_a_second_tab_keep_the_variant(trial: Trial) -> None:
    app = trial()
    people = [Browser(app) for _ in range(12)]
    first = ["Post it" in person.post("/letters").text for person in people]
    assert {True, False} == set(first)  # both were drawn
    again = ["Post it" in person.post("/letters").text for person in people]
    elsewhere = ["Post it" in person.get("/ask/send_letter").text for person in people]
    assert first == again == elsewhere
    assert len(assigned(app)) == len(people)


def test_nobody_takes_part_who_lacks_nothing_or_comes_to_another_action(trial: Trial) -> None:
    app = trial(control=EVERYBODY)
    person = Browser(app)
    person.post("/publish")
    person.answer(ada())
    assert assigned(app) == []
    person.get("/account")  # the browser comes with its new session, which is noted once
    with statements(app) as sent:
        person.client.post("/publish", data={"csrf_token": person.csrf_token()})
    assert len(sent) == 1  # a clear gate costs what it did
    assert person.client.post("/letters", headers={"Accept": "application/json"}).status_code in {400, 403}


def test_a_client_that_wants_json_is_asked_and_takes_part_like_everybody(trial: Trial) -> None:
    app = trial(control=EVERYBODY)
    person = Browser(app)
    refused = person.post("/letters", headers={"Accept": "application/json"})
    assert refused.status_code == 403
    assert len(assigned(app)) == 1
    known = browser_of(app, settle(app))
    refused = known.post("/letters", headers={"Accept": "application/json"})
    assert refused.json is not None
    assert refused.json["detail"] == "A letter knows its way."


def test_a_prompt_costs_one_statement_more_while_it_runs_and_none_otherwise(trial: Trial) -> None:
    app = trial(control=EVERYBODY)
    people = [Browser(app) for _ in range(2)]
    tokens = []
    for person in people:
        person.get("/ask/sign_up")
        tokens.append(person.csrf_token())
    engine_of(app).experiments.run_about("send_letter")  # what runs is known for some seconds
    with statements(app) as running_now:
        people[0].client.post("/letters", data={"csrf_token": tokens[0]})
    with engine_of(app).database.unit_of_work():
        engine_of(app).experiments.stop("trial")
    engine_of(app).experiments.run_about("send_letter")
    with statements(app) as stopped:
        people[1].client.post("/letters", data={"csrf_token": tokens[1]})
    assert len(running_now) == len(stopped) + 1 == 4


def test_before_the_start_and_after_the_stop_everybody_is_asked_as_declared(trial: Trial) -> None:
    app = trial(control=EVERYBODY, start=False)
    engine, person = engine_of(app), Browser(app)
    assert "1 of 3" in person.post("/letters").text
    with engine.database.unit_of_work():
        engine.experiments.start("trial", "pm")
    assert "Post it" in person.post("/letters").text
    with engine.database.unit_of_work():
        engine.experiments.stop("trial")
    assert "1 of 3" in person.post("/letters").text
    with engine.database.unit_of_work():
        engine.experiments.runs.declare("trial", "other")
    assert "1 of 3" in person.post("/letters").text  # until the manifest says so


def test_a_changed_declaration_is_not_applied(trial: Trial) -> None:
    trial(control=EVERYBODY)
    app = trial('label = "Post it!"', control=EVERYBODY, start=False)
    assert "Send a letter" in Browser(app).post("/letters").text
    assert assigned(app) == []


@pytest.mark.thorough
def test_a_field_that_is_put_off_is_not_asked_and_the_verb_agrees(trial: Trial) -> None:
    app = _with_front(trial, LATER, control=EVERYBODY)
    person = Browser(app)
    assert "answer.address" not in person.post("/letters").text
    person.answer({"answer.email": "ada@x.example"})
    assert person.answer({"answer.display_name": "Ada"}).text == "sent"
    assert person.post("/letters").text == "sent"  # without any prompt
    (row,) = rows(app, assignment)
    assert row.acted_at is not None
    engine = engine_of(app)
    with engine.database.unit_of_work():
        engine.experiments.stop("trial")
    assert "answer.address" in person.post("/letters").text


def _with_front(
    trial: Trial, later: str, changes: str = 'defer = ["address"]\nprompt = "address_later"', **more: str
) -> Flask:
    """A trial in a workshop whose features have registered two placements."""
    settled = Engine.findings
    app: Flask
    with pytest.MonkeyPatch.context() as patch:

        def with_placement(engine: Engine, manifest: object) -> object:
            for place in ("front", "aside"):
                engine.registry.register_placement(place, lambda: "Place")
            return settled(engine, manifest)  # type: ignore[arg-type]

        patch.setattr(Engine, "findings", with_placement)
        app = trial(changes, more=later, **more)
    return app


LATER = """
[prompts.address_later]
label = "Where do you live?"
reason = "So that the next letter finds you."
fields = ["address"]
placement = "front"
cooldown = "P1D"
impressions = 3
"""
MOVED = """
[experiments.place]
label = "Place"
hypothesis = "Nearer is better."
prompt = "address_later"
metric = "field_completed"
field = "address"
minimum_effect = 0.1
[experiments.place.variants.as_now]
[experiments.place.variants.aside]
placement = "aside"
"""


def test_a_question_that_is_put_off_is_asked_of_those_alone_from_whom_it_was(trial: Trial) -> None:
    engine = engine_of(_with_front(trial, LATER, control="1"))
    with engine.database.unit_of_work():
        people = [record_arrival(engine.database) for _ in range(12)]
        decided = {number: engine.decide("send_letter", _nobody(number)).treatment for number in people[:10]}
        asked = {number: engine.due("front", _nobody(number)) for number in people}
        assert {len(treatment.deferred) for treatment in decided.values()} == {0, 1}
        for number in people:
            was_put_off = number in decided and bool(decided[number].deferred)
            assert (asked[number] is not None) is was_put_off
            shown_as = engine.experiments.shown_as("address_later", number)
            assert shown_as == (decided[number].variant if number in decided else "")
        engine.experiments.stop("trial")
        assert not any(engine.due("front", _nobody(number)) for number in people)


def test_a_placement_is_a_variant_and_everybody_who_is_due_takes_part(trial: Trial) -> None:
    engine = engine_of(_with_front(trial, LATER + MOVED, ALL_AT_ONCE))
    with engine.database.unit_of_work():
        people = [record_arrival(engine.database) for _ in range(12)]
        assert all(engine.due("front", _nobody(number)) for number in people)
        assert not any(engine.due("aside", _nobody(number)) for number in people)
        engine.experiments.start("place", "pm")
        places: dict[int, set[str]] = {}
        for number in people:
            for place in ("front", "aside"):
                due = engine.due(place, _nobody(number))
                if due is not None:
                    assert due.prompt.placement == place
                    places.setdefault(number, set()).add(place)
        assert len(places) == len(people)
        assert {tuple(found) for found in places.values()} == {("front",), ("aside",)}
        declared = engine.manifest.prompts["address_later"]
        for number, found in places.items():
            assert {engine.experiments.placed_for(declared, number).placement} == found
            assert engine.experiments.shown_as("address_later", number) == (
                "place:aside" if found == {"aside"} else "place:as_now"
            )


@pytest.mark.parametrize("htmx", [False, True])
def test_an_answer_in_another_placement_is_taken_and_counted_there(trial: Trial, *, htmx: bool) -> None:
    named = (LATER + MOVED).replace('"address"', '"display_name"')
    everybody = named.replace("as_now]", "as_now]\nweight = 0.001").replace("aside]", "aside]\nweight = 1000")
    app = _with_front(trial, everybody, ALL_AT_ONCE)
    for place in ("front", "aside"):
        text = f"{{{{ background_prompt({place!r}) }}}}"
        app.add_url_rule(f"/{place}", place, lambda text=text: render_template_string(text))
    with engine_of(app).database.unit_of_work():
        engine_of(app).experiments.start("place", "pm")
    person = Browser(app, htmx=htmx)
    person.get("/ask/sign_up")
    assert "Where do you live?" not in person.get("/front").text
    assert "Where do you live?" in person.get("/aside").text
    assert person.answer({"answer.display_name": "Ada"}).status_code in {200, 303}
    shown = [(row.action, row.kind, row.variant) for row in prompts(app) if row.kind == "background"]
    assert shown == [("aside", "background", "place:aside")]
    assert ("aside", "display_name", "completed") in episodes(app)


def _nobody(number: int) -> Subject:
    return Subject(number, frozenset(), {})


def test_two_subjects_that_are_one_person_keep_the_earlier_variant(trial: Trial) -> None:
    app = trial()
    engine = engine_of(app)
    run = engine.experiments.run_about("send_letter")
    assert run is not None
    experiment = engine.manifest.experiments["trial"]
    with engine.database.unit_of_work():
        numbers = [record_arrival(engine.database) for _ in range(20)]
        variants = {}
        for minute, number in enumerate(numbers):
            with clock.at(NOON + timedelta(minutes=minute)):
                variants[number] = engine.experiments.assignments.ensure(run, experiment, number)
        earlier = numbers[0]
        later = next(number for number in numbers if variants[number] != variants[earlier])
        merge(engine, earlier, later)
        assert engine.experiments.assignments.existing(run, later) == variants[earlier]
        assert engine.experiments.assignments.existing(run, earlier) is None
        third = next(number for number in numbers[2:] if number != later and variants[number] != variants[earlier])
        merge(engine, third, later)
        assert engine.experiments.assignments.existing(run, later) == variants[earlier]


def test_a_run_goes_through_its_states_in_order(trial: Trial) -> None:
    app = trial()
    experiments, database = engine_of(app).experiments, engine_of(app).database
    with database.unit_of_work():
        with pytest.raises(NotPossible):
            experiments.start("trial", "pm")
        with pytest.raises(NotPossible):
            experiments.runs.declare("trial", "other")
        experiments.stop("trial")
        with pytest.raises(NotPossible):
            experiments.stop("trial")
        experiments.take_up("trial")
        experiments.stop("trial")
        experiments.runs.declare("trial", "other")
        with pytest.raises(NotPossible):
            experiments.take_up("trial")
        experiments.runs.declare("trial", "")
        with clock.at(clock.now() + UNDO_WITHIN * 2), pytest.raises(NotPossible):
            experiments.take_up("trial")
        experiments.start("trial", "pm")
    assert [run.winner for run in experiments.runs.of("trial")] == ["", ""]
    assert experiments.runs.running()[0].declared() == engine_of(app).manifest.experiments["trial"]


@pytest.mark.thorough
def test_an_experiment_about_one_field_concerns_those_who_lack_it(trial: Trial) -> None:
    app = trial(ALL_AT_ONCE, EVERYBODY, start=False)
    assert app  # the manifest is on disk
    path = app.extensions["asklater.settings"].manifest
    path.write_text(
        path.read_text("utf-8").replace(
            'action = "send_letter"', 'action = "send_letter"\nmetric = "field_completed"\nfield = "display_name"'
        ),
        "utf-8",
    )
    with held_open(app.extensions["asklater.settings"]) as other:
        engine = engine_of(other)
        with engine.database.unit_of_work():
            engine.experiments.start("trial", "pm")
        named = Browser(other)
        named.post("/publish")
        named.answer(ada())
        assert "Send a letter" in named.post("/letters").text
        assert assigned(other) == []
        nameless = Browser(other)
        nameless.post("/letters")
        page = nameless.answer({"answer.email": "bea@x.example", "answer.display_name": "Bea"})
        assert "Post it" in page.text  # the address is lacking still, and the variant stays
        assert assigned(other) == ["other"]


@pytest.mark.thorough
def test_the_verb_refuses_what_is_not_put_off(trial: Trial) -> None:
    app = trial(control=EVERYBODY)
    with app.test_request_context("/"), pytest.raises(Unmet):
        engine_of(app).require("send_letter")
