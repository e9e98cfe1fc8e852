"""Optional fields: given, rejected, skipped, asked again once they are declared otherwise; and they never block."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings as examples, strategies as st

from asklater import clock
from asklater.checks.manifest import parse
from asklater.engine import Engine
from asklater.manifest.declarations import Action, Manifest, Requirement
from asklater.records.answers import Provenance
from asklater.records.people import Subject
from asklater.settings import Settings
from asklater.subjects.merge import merge
from asklater.tables import prompt_field, skipped_field
from tests.asklater.integration.core.test_suspended_requests import Oracle
from tests.conftest import within
from tests.support.answers import ADDRESS, ada
from tests.support.applications import lent
from tests.support.browsing import Browser, went_to
from tests.support.paths import ROOT
from tests.support.people import browser_of, settle
from tests.support.records import episodes, held, prompts, rows, statements
from tests.support.workshop import PEOPLED_WORKSHOP

CHANGES = {
    'fields = [{ field = "email" }]': (
        'fields = ["email", { field = "display_name", optional = true, needed_next = "publish" }]'
    ),
    'requires = ["email", "display_name", "picture"]': (
        'requires = ["email", "display_name", { field = "picture", optional = true }]'
    ),
    'requires = ["email", { field = "address", when = "on_paper" }, "display_name"]': (
        'requires = ["email", "display_name", { field = "address", when = "on_paper", optional = true }]'
    ),
    'fields = ["news", "colour"]': 'fields = ["news", { field = "colour", optional = true }]',
    'fields = ["colour"]': 'fields = [{ field = "colour", optional = true, when = "on_paper" }]',
}
NAME = {"answer.email": "ada@x.example", "answer.display_name": "Ada"}
JSON = {"Accept": "application/json"}


def declared() -> str:
    """The workshop's manifest with a picture that is optional, an address at the end of a letter, and a colour."""
    parts = [ROOT / "tests" / "support" / "manifest.toml", Path(__file__).parent / "background.toml"]
    text = "\n".join(part.read_text("utf-8") for part in parts)
    for plain, optional in CHANGES.items():
        assert text.count(plain) == 1
        text = text.replace(plain, optional)
    return text


@pytest.fixture
def offering(settings: Settings, instance: Path) -> Iterator[Flask]:
    path = instance / "manifest.toml"
    path.write_text(declared(), "utf-8")
    with lent(replace(settings, manifest=path), PEOPLED_WORKSHOP) as app:
        yield from within(app)


@pytest.fixture(params=[False, True], ids=["plain", "htmx"])
def person(offering: Flask, request: pytest.FixtureRequest) -> Browser:
    return Browser(offering, htmx=request.param)


def letter() -> tuple[BytesIO, str]:
    """A file that is no picture."""
    return BytesIO(b"%PDF-1.7 is no picture"), "letter.pdf"


def engine_of(app: Flask) -> Engine:
    found: Engine = app.extensions["asklater.engine"]
    return found


def outcomes(app: Flask) -> dict[str, str | None]:
    return {field: outcome for _action, field, outcome in episodes(app)}


# At a gate


def test_it_is_asked_beside_what_is_required_and_says_that_it_is_optional(person: Browser, offering: Flask) -> None:
    page = person.post("/publish", {"text": "hello"})
    labels = re.findall(r'<label class="label"[^>]*>(.*?)</label>', page.text)
    assert ["(optional)" in label for label in labels] == [False, False, True]
    assert "_asklater.skip" not in page.text
    assert {row.field: row.optional for row in rows(offering, prompt_field)} == {
        "email": False,
        "display_name": False,
        "picture": True,
    }


def test_what_is_given_is_saved(person: Browser, offering: Flask) -> None:
    person.post("/publish", {"text": "hello"})
    assert person.answer(ada()).text == "published hello"
    assert set(outcomes(offering).values()) == {"completed"}
    assert rows(offering, skipped_field) == []


def test_what_is_left_empty_is_skipped_and_not_asked_again_there(person: Browser, offering: Flask) -> None:
    person.post("/publish", {"text": "hello"})
    assert person.answer(NAME).text == "published hello"
    assert outcomes(offering) == {"email": "completed", "display_name": "completed", "picture": "skipped"}
    [skipped] = rows(offering, skipped_field)
    assert (skipped.context, skipped.field) == ("publish", "picture")
    engine = engine_of(offering)
    with engine.database.unit_of_work():
        engine.remove(skipped.subject_id, "display_name")
    page = person.post("/publish", {"text": "again"})
    assert "answer.display_name" in page.text
    assert "answer.picture" not in page.text
    assert person.answer({"answer.display_name": "Ada"}).text == "published again"


@pytest.mark.thorough
def test_it_is_asked_anew_once_its_declaration_changes_and_not_because_another_does(
    person: Browser, offering: Flask
) -> None:
    engine = engine_of(offering)
    person.post("/publish")
    person.answer(NAME)
    [skipped] = rows(offering, skipped_field)
    for changes, asked in (
        ({"display_name": {"reason": "So that it is clear who published."}}, False),
        ({"picture": {"if_wrong": "Nothing of note."}}, False),
        ({"picture": {"reason": "So that readers see whom they thank."}}, True),
    ):
        manifest = engine.manifest
        fields = {key: field.model_copy(update=changes.get(key, {})) for key, field in manifest.fields.items()}
        with engine.database.unit_of_work():
            engine.remove(skipped.subject_id, "display_name")
        try:
            engine.start(manifest.model_copy(update={"fields": fields}))
            assert ("answer.picture" in person.post("/publish").text) is asked
        finally:
            engine.start(manifest)
        person.post("/publish")
        person.answer({"answer.display_name": "Ada"})


def test_a_gate_never_stops_for_it_alone(person: Browser, offering: Flask) -> None:
    person.post("/publish", {"text": "one"})
    person.answer(ada())
    engine = engine_of(offering)
    with engine.database.unit_of_work():
        engine.remove(rows(offering, prompt_field)[0].subject_id, "picture")
    with statements(offering) as sent:
        assert person.post("/publish", {"text": "two"}).text == "published two"
    assert not any("skipped_field" in statement for statement in sent)
    assert len(episodes(offering)) == 3


def test_an_invalid_one_is_rejected_beside_its_input_and_an_emptied_one_passes(
    person: Browser, offering: Flask
) -> None:
    person.post("/publish", {"text": "hello"})
    page = person.answer({**NAME, "answer.picture": letter()})
    assert page.status_code == 422
    assert "field-wrong" in page.text
    assert "answer.display_name" not in page.text  # that was taken
    assert "_asklater.skip" in page.text
    assert {row.field: row.rejections for row in rows(offering, prompt_field)}["picture"] == 1
    assert outcomes(offering) == {"email": "completed", "display_name": "completed", "picture": None}
    assert person.answer({}).text == "published hello"
    assert outcomes(offering)["picture"] == "skipped"


def test_an_invalid_one_keeps_nobody_who_tries_anew(person: Browser, offering: Flask) -> None:
    person.post("/publish", {"text": "one"})
    person.answer({**NAME, "answer.picture": letter()})
    assert person.post("/publish", {"text": "two"}).text == "published two"


def test_beside_a_required_one_that_was_refused_nothing_is_skipped_yet(person: Browser, offering: Flask) -> None:
    person.post("/publish", {"text": "hello"})
    page = person.answer({**NAME, "answer.display_name": ""})
    assert page.status_code == 422
    assert "answer.picture" in page.text
    assert outcomes(offering)["picture"] is None


def test_one_by_one_an_optional_step_has_skip(person: Browser, offering: Flask) -> None:
    assert "1 of 3" in person.post("/letters").text
    assert "_asklater.skip" not in person.answer({"answer.email": "ada@x.example"}).text
    page = person.answer({"answer.display_name": "Ada"})
    assert "3 of 3" in page.text
    assert "_asklater.skip" in page.text
    assert page.text.count("(optional)") >= 1
    assert person.answer({**ADDRESS, "_asklater.skip": "1"}).text == "sent"
    assert outcomes(offering)["address"] == "skipped"
    assert not {field for _subject, field in held(offering)} & {"address"}
    assert prompts(offering)[0].completed_at is not None


def test_a_form_that_holds_nothing_but_what_is_preset_is_left_empty(person: Browser, offering: Flask) -> None:
    person.post("/letters")
    person.answer({"answer.email": "ada@x.example"})
    person.answer({"answer.display_name": "Ada"})
    page = person.answer({"answer.address.country": "JP", "_asklater.redraw": "answer.address.country"})
    assert "_asklater.skip" in page.text
    blank = dict.fromkeys(ADDRESS, "")
    assert person.answer({**blank, "answer.address.country": "JP"}).text == "sent"
    assert outcomes(offering)["address"] == "skipped"


def test_an_optional_step_is_answered_like_any_other(person: Browser, offering: Flask) -> None:
    person.post("/letters")
    person.answer({"answer.email": "ada@x.example"})
    person.answer({"answer.display_name": "Ada"})
    page = person.answer({**ADDRESS, "answer.address.city": ""})
    assert page.status_code == 422
    assert person.answer(ADDRESS).text == "sent"
    assert outcomes(offering)["address"] == "completed"


def test_whoever_leaves_an_optional_step_and_comes_back_is_through(person: Browser, offering: Flask) -> None:
    person.post("/letters")
    person.answer({"answer.email": "ada@x.example"})
    assert "3 of 3" in person.answer({"answer.display_name": "Ada"}).text
    assert person.post("/letters").text == "sent"
    with clock.at(clock.now() + timedelta(days=2)):
        engine = engine_of(offering)
        with engine.database.unit_of_work():
            engine.episodes.abandon()
    assert outcomes(offering)["address"] == "abandoned"


def test_an_old_tab_still_gives_what_was_skipped_in_another(person: Browser, offering: Flask) -> None:
    person.post("/publish", {"text": "one"})
    [(action, hidden)] = person.forms()
    person.answer(NAME)
    page = person.client.post(action, data={**hidden, **ada()}, headers=person._headers({}))
    assert page.text == "published one"
    assert "picture" in {field for _subject, field in held(offering)}


def test_a_person_who_restricted_their_data_is_asked_for_nothing_optional(offering: Flask) -> None:
    somebody = Subject(settle(offering), frozenset(), {}, restricted=True)
    decision = engine_of(offering).decide("publish", somebody, prompted=True)
    assert (decision.missing, decision.optional) == (("email", "display_name"), ())


def test_json_marks_it_and_leaving_it_out_is_skipping(offering: Flask) -> None:
    person = Browser(offering)
    missing = person.client.post("/publish", headers=JSON).get_json()["missing"]
    assert [(entry["field"], entry.get("optional", False)) for entry in missing] == [
        ("email", False),
        ("display_name", False),
        ("picture", True),
    ]
    person.post("/publish", {"text": "hello"})
    [(action, hidden)] = person.forms()
    broken = {**hidden, **NAME, "answer.picture": letter()}
    refused = person.client.post(action, data=broken, headers=JSON)
    assert refused.status_code == 422
    [entry] = refused.get_json()["missing"]
    assert (entry["field"], entry["optional"]) == ("picture", True)
    assert entry["errors"]
    assert person.client.post(action, data=hidden, headers=JSON).text == "published hello"
    assert outcomes(offering)["picture"] == "skipped"


def test_two_who_turn_out_to_be_one_have_skipped_what_either_did(offering: Flask) -> None:
    engine, one, other = engine_of(offering), settle(offering), settle(offering, "bob@x.example")
    with engine.database.unit_of_work():
        engine.skip(one, "publish", ["picture"])
        engine.skip(other, "publish", ["picture"])
        engine.skip(other, "desk", ["colour"])
        merge(engine, other, one)
    assert {(row.subject_id, row.context, row.field) for row in rows(offering, skipped_field)} == {
        (one, "publish", "picture"),
        (one, "desk", "colour"),
    }


# At sign-up


def test_signing_up_waits_for_no_optional_field(person: Browser, offering: Flask) -> None:
    page = person.get("/ask/sign_up?next=/")
    assert page.text.count("(optional)") == 1
    assert went_to(person.answer({"answer.email": "ada@x.example"})) == "/"
    assert episodes(offering) == [("sign_up", "email", "completed"), ("sign_up", "display_name", "skipped")]
    assert {field for _subject, field in held(offering)} == {"email"}
    assert "answer.display_name" in person.post("/publish").text  # there it is required


def test_what_is_given_at_sign_up_is_held(person: Browser, offering: Flask) -> None:
    person.get("/ask/sign_up?next=/")
    assert went_to(person.answer(NAME)) == "/"
    assert {field for _subject, field in held(offering)} == {"email", "display_name"}
    assert rows(offering, skipped_field) == []


def test_what_was_typed_before_a_detour_is_held_once_that_brought_the_rest(offering: Flask, person: Browser) -> None:
    engine_of(offering).registry.register_alternative(oracle := Oracle())
    person.get("/ask/sign_up?next=/")
    person.answer({"_asklater.alternative": "oracle", "answer.display_name": "Ada"})
    with engine_of(offering).database.unit_of_work():
        engine_of(offering).answers.give(1, "email", "ada@x.example", Provenance("sign_up", "provider"))
    person.get(oracle.onward)
    assert went_to(person.answer({}, form=0)) == "/"
    assert "display_name" in {field for _subject, field in held(offering)}


def test_an_unfit_one_of_before_a_detour_is_told(offering: Flask, person: Browser) -> None:
    engine_of(offering).registry.register_alternative(oracle := Oracle())
    person.get("/ask/sign_up?next=/")
    person.answer({"_asklater.alternative": "oracle", "answer.display_name": "A" * 500})
    with engine_of(offering).database.unit_of_work():
        engine_of(offering).answers.give(1, "email", "ada@x.example", Provenance("sign_up", "provider"))
    person.get(oracle.onward)
    page = person.answer({}, form=0)
    assert page.status_code == 422
    assert "A" * 500 in page.text
    assert went_to(person.answer({"answer.display_name": "Ada"})) == "/"


# In the background


@pytest.fixture
def writer(offering: Flask) -> Callable[[], Browser]:
    """Makes browsers of people who have sent their first letter."""

    def made() -> Browser:
        number, engine = settle(offering), engine_of(offering)
        with engine.database.unit_of_work():
            engine.signal(number, "first_letter")
        return browser_of(offering, number)

    return made


def test_in_the_background_it_is_skipped_beside_what_was_answered(
    writer: Callable[[], Browser], offering: Flask
) -> None:
    person = writer()
    assert "(optional)" in person.get("/desk").text
    person.answer({"answer.news": "yes"}, form=0)
    assert {(field, outcome) for _action, field, outcome in episodes(offering)} == {
        ("news", "completed"),
        ("colour", "skipped"),
    }
    assert [(row.context, row.field) for row in rows(offering, skipped_field)] == [("desk", "colour")]


def test_a_prompt_of_optional_fields_alone_asks_by_itself_and_empty_says_not_now(
    writer: Callable[[], Browser], offering: Flask
) -> None:
    person, engine = writer(), engine_of(offering)
    person.get("/desk")
    person.answer({"answer.news": "yes", "answer.colour": "red"}, form=0)
    [number] = {subject for subject, _field in held(offering)}
    with engine.database.unit_of_work():
        engine.remove(number, "colour")
    later = clock.now() + timedelta(days=30)
    with clock.at(later):
        assert "One more thing" in person.get("/desk").text
        page = person.answer({}, form=0)
        assert page.status_code == 303
    assert [(action, outcome) for action, _field, outcome in episodes(offering)][-1] == ("shelf", "dismissed")
    assert rows(offering, skipped_field) == []


def test_a_condition_of_a_background_field_is_asked(writer: Callable[[], Browser], offering: Flask) -> None:
    person, engine = writer(), engine_of(offering)
    person.get("/desk")
    person.answer({"answer.news": "yes", "answer.colour": "red"}, form=0)
    [number] = {subject for subject, _field in held(offering)}
    with engine.database.unit_of_work():
        engine.remove(number, "colour")
    offering.extensions["on_paper"] = False
    with clock.at(clock.now() + timedelta(days=30)):
        assert "One more thing" not in person.get("/desk").text


# Whatever is optional never blocks

NUMBERS = count(1)
WORDS = st.sampled_from(["", "", "fine", "x" * 99])
"""Left empty, right, and too long."""


@st.composite
def manifests(draw: st.DrawFn) -> tuple[tuple[Requirement, ...], dict[str, tuple[str, ...]], str]:
    """What an action asks for: some of it optional, some after other fields, some on a condition; and how."""
    keys = [f"f{number}" for number in range(draw(st.integers(1, 5)))]
    optional = {key: draw(st.booleans()) for key in keys}
    optional[keys[0]] = False
    after = {
        key: tuple(other for other in keys[:place] if (optional[key] or not optional[other]) and draw(st.booleans()))
        for place, key in enumerate(keys)
    }
    needs = tuple(
        Requirement(field=key, optional=optional[key], when=draw(st.sampled_from([None, None, "on_paper"])))
        for key in draw(st.permutations(keys))
    )
    return needs, after, draw(st.sampled_from(["together", "one_by_one"]))


def with_action(
    base: Manifest, needs: tuple[Requirement, ...], after: dict[str, tuple[str, ...]], ask: str
) -> Manifest:
    pattern = base.fields["display_name"]
    fields = {
        key: pattern.model_copy(update={"key": key, "label": f"Field {key}", "after": waits})
        for key, waits in after.items()
    }
    action = Action(key="look", label="Look", reason="To look.", requires=needs, ask=ask)
    actions = {**base.actions, "look": action}
    made: dict[str, Any] = {"fields": {**base.fields, **fields}, "actions": actions}
    return base.model_copy(update=made)


def fields_of_the_form(text: str) -> list[str]:
    """The fields that a prompt shows now, not those that wait in hidden inputs."""
    found = re.findall(r'<input class="control"[^>]*name="answer\.(f\d)"', text)
    assert found, text
    return found


@pytest.mark.thorough
@examples(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    manifests(),
    st.frozensets(st.sampled_from(["f0", "f1", "f2", "f3", "f4"])),
    st.booleans(),
    st.fixed_dictionaries({f"f{number}": WORDS for number in range(5)}),
    st.booleans(),
)
def test_whatever_is_optional_never_blocks(
    workshop: Flask,
    manifest: tuple[tuple[Requirement, ...], dict[str, tuple[str, ...]], str],
    holds: frozenset[str],
    on_paper: bool,
    typed: dict[str, str],
    htmx: bool,
) -> None:
    needs, after, ask = manifest
    engine, base = engine_of(workshop), parse((ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8"), "m")
    workshop.extensions["on_paper"] = on_paper
    optional = {need.field for need in needs if need.optional}
    try:
        engine.start(with_action(base, needs, after, ask))
        number = settle(workshop, f"p{next(NUMBERS)}@x.example")
        with engine.database.unit_of_work():
            for field in holds & after.keys():
                engine.answers.give(number, field, "held", Provenance("import", "import"))
        person = browser_of(workshop, number, htmx=htmx)
        required = {need.field for need in needs if not need.optional and (need.when is None or on_paper)}
        page = person.post("/look")
        assert (page.text == "looked") == (required <= holds)
        seen: set[str] = set()
        for _step in range(2 * len(needs) + 1):
            if page.text == "looked":
                break
            shown = fields_of_the_form(page.text)
            assert required - {field for _subject, field in held(workshop) if _subject == number} or seen
            anew = {key: typed[key] if key not in seen else "" if key in optional else "fine" for key in shown}
            anew |= {key: anew[key] or "fine" for key in shown if key not in optional}
            seen.update(shown)
            page = person.answer({f"answer.{key}": words for key, words in anew.items()})
        assert page.text == "looked"
        assert person.post("/look").text == "looked"
        mine = [row for row in rows(workshop, prompt_field) if row.subject_id == number]
        assert all(row.optional == (row.field in optional) for row in mine)
        assert all(row.outcome in {"completed", "skipped"} for row in mine if row.outcome)
        assert all(row.optional for row in mine if row.outcome == "skipped")
        assert {row.field for row in mine if row.outcome is None} <= optional
    finally:
        workshop.extensions["on_paper"] = True
        engine.start(base)
