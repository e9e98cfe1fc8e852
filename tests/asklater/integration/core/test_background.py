"""A background prompt: shown, saved, put off, refused, asked again; through htmx and as a plain form."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, render_template

from asklater import clock
from asklater.asking.background import BackgroundAsk, background_page
from asklater.asking.submission import TOKEN
from asklater.engine import Engine
from asklater.manifest.declarations import ReasonCase
from asklater.subjects.merge import merge
from asklater.tables import background_refusal, background_showing, prompt_field, signal, subject
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import episodes, held, prompts, rows, saves, statements

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Writer = Callable[..., Browser]


@pytest.fixture(params=[False, True], ids=["plain", "htmx"])
def person(writer: Writer, request: pytest.FixtureRequest) -> Browser:
    """Somebody to whom the desk's prompt is due; the page itself is always a whole one."""
    found = writer()
    found.get("/desk")
    found.htmx = request.param
    return found


def asked(page: str) -> str:
    """The heading of the prompt on a page, "" for none."""
    found = re.search(r'id="background-\w+-heading"[^>]*>([^<]+)<', page)
    return found.group(1) if found else ""


def test_it_stands_in_the_page_with_reason_retention_notice_and_three_buttons(person: Browser, asking: Flask) -> None:
    assert person.page is not None
    text = person.page.text
    assert asked(text) == "May we write?"
    for words in (
        "Your letter is sent, whatever you say here.",
        "Kept for 12 months",
        "How we handle this",
        "Save",
        "Not now",
        "Do not ask again",
    ):
        assert words in text
    assert " checked" not in text
    assert "data-focus" not in text  # it takes no focus from what the page is about
    assert "One more thing" not in text  # the shelf would ask for the colour again
    assert {(row.kind, row.action) for row in prompts(asking)} == {("background", "desk")}


def test_saved_is_saved_an_empty_box_is_a_no_and_an_empty_choice_is_skipped(person: Browser, asking: Flask) -> None:
    page = person.answer({})
    assert page.status_code == 200 if person.htmx else page.status_code == 303
    assert {field for _, field in held(asking) if field in {"news", "colour"}} == {"news"}
    assert ("news", "desk") in saves(asking)
    assert set(episodes(asking)) == {("desk", "news", "completed"), ("desk", "colour", "dismissed")}
    assert prompts(asking)[0].completed_at is not None
    if person.htmx:
        assert "data-focus" in page.text
        assert 'data-announce="Saved"' in page.text
    else:
        assert page.location == "/desk"
        assert "Saved. You can change it" in person.get("/desk").text
    person.htmx = False
    assert asked(person.get("/desk").text) == ""  # what was skipped rests


def test_a_yes_is_a_yes_and_a_second_submission_changes_nothing(person: Browser, asking: Flask) -> None:
    action, hidden = person.forms()[-1]
    person.answer({"answer.news": "yes", "answer.colour": "red"})
    assert person.post(action, {**hidden, "answer.colour": "blue"}).status_code in {200, 303}
    engine: Engine = asking.extensions["asklater.engine"]
    (number,) = {who for who, field in held(asking) if field == "colour"}
    assert engine.answers.read(number, ["news", "colour"]) == {"news": {"given": True}, "colour": "red"}
    assert [outcome for *_, outcome in episodes(asking)] == ["completed", "completed"]


def test_invalid_keeps_what_was_typed_stores_what_is_fine_and_makes_no_impression(
    person: Browser, asking: Flask
) -> None:
    page = person.answer({"answer.news": "yes", "answer.colour": "plaid"})
    assert page.status_code == 422
    assert "<title>Error: May we write?" in page.text
    assert "Choose one of the answers that are offered." in page.text
    assert ("<html" in page.text) is not person.htmx
    assert {field for _, field in held(asking) if field in {"news", "colour"}} == {"news"}
    assert {row.field: row.impressions for row in rows(asking, prompt_field)} == {"news": 1, "colour": 1}
    assert person.answer({"answer.colour": "blue"}).status_code in {200, 303}
    assert len(rows(asking, background_showing)) == 1


@pytest.mark.parametrize(("button", "refused"), [("_asklater.cancel", set()), ("_asklater.never", {"news", "colour"})])
def test_put_off_or_refused_stores_nothing(person: Browser, asking: Flask, button: str, refused: set[str]) -> None:
    page = person.answer({button: "1", "answer.news": "yes"})
    assert page.status_code in {200, 303}
    assert not {field for _, field in held(asking)} & {"news", "colour"}
    assert {outcome for *_, outcome in episodes(asking)} == {"dismissed"}
    assert {row.field for row in rows(asking, background_refusal)} == refused
    person.htmx = False
    assert asked(person.get("/desk").text) == ""
    with clock.at(clock.now() + 30 * DAY):
        assert asked(person.get("/desk").text) == ("" if refused else "May we write?")


def test_a_strangers_form_stores_nothing_and_a_visitor_is_not_recorded(
    person: Browser, asking: Flask, writer: Writer
) -> None:
    action, hidden = person.forms()[-1]
    stranger, visitor = writer("eve@x.example"), Browser(asking, htmx=person.htmx)
    page = stranger.post(action, {TOKEN: hidden[TOKEN], "answer.news": "yes", "answer.colour": "red"})
    assert page.status_code == 422
    assert "no longer valid" in page.text
    assert 'value="red" checked' in page.text
    before = len(rows(asking, subject))
    sent = visitor.post(action, {TOKEN: hidden[TOKEN], "answer.news": "yes"})
    assert sent.status_code in {200, 303}
    assert len(rows(asking, subject)) == before
    assert not {field for _, field in held(asking)} & {"news", "colour"}


def test_a_form_that_is_too_old_is_asked_anew_and_still_can_be_refused(writer: Writer, asking: Flask) -> None:
    with clock.at(NOON):
        person = writer()
        person.get("/desk")
    with clock.at(NOON + DAY + timedelta(seconds=1)):
        old = person.forms()[-1]
        page = person.post(old[0], {**old[1], "answer.news": "yes"})
        assert page.status_code == 422
        assert " checked" in page.text
        assert not {field for _, field in held(asking)} & {"news"}
        person.post(old[0], {**old[1], "_asklater.never": "1"})
    assert {row.field for row in rows(asking, background_refusal)} == {"news", "colour"}


def test_unknown_prompts_wrong_verbs_and_looking_without_reading(writer: Writer, asking: Flask) -> None:
    person = writer()
    assert person.post("/ask/background/nonsense").status_code == 404
    assert person.get("/ask/background/writing").status_code == 405
    person.client.head("/desk")
    assert rows(asking, background_showing) == []


def test_a_reload_is_no_second_showing_and_questions_rest_and_are_capped(writer: Writer, asking: Flask) -> None:
    writing, shelf = "May we write?", "One more thing"
    with clock.at(NOON):
        person = writer()
    seen = []
    for days in (0, 0, 1, 9, 10, 20, 40):
        with clock.at(NOON + days * DAY + timedelta(minutes=len(seen))):
            seen.append(asked(person.get("/desk").text))
    assert seen == [writing, writing, shelf, "", "", writing, ""]
    assert [row.prompt for row in rows(asking, background_showing)] == ["writing", "shelf", "writing"]
    assert rows(asking, prompt_field)[0].impressions == 2  # both renders of the first showing


def test_nobody_waits_for_it_and_it_costs_a_visitor_nothing_and_others_one_statement(
    asking: Flask, writer: Writer
) -> None:
    visitor = Browser(asking)
    with statements(asking) as sent:
        assert asked(visitor.get("/desk").text) == ""
    assert sent == []
    number = settle(asking, "new@x.example")
    newcomer = browser_of(asking, number)
    newcomer.get("/desk")
    with statements(asking) as sent:
        assert asked(newcomer.get("/desk").text) == ""  # no letter yet
    assert len(sent) == 3  # who, and one for each of the two spots
    complete = writer("full@x.example")
    complete.get("/desk")
    complete.answer({"answer.news": "yes", "answer.colour": "red"})
    with statements(asking) as sent:
        complete.get("/desk")
    assert len(sent) == 1  # who: nothing is missing, so nothing is looked up


def test_two_tabs_at_once_are_one_showing(writer: Writer, asking: Flask) -> None:
    person = writer()
    person.get("/")
    cookie = person.client.get_cookie("asklater")
    assert cookie is not None

    def look(_tab: int) -> str:
        tab = Browser(asking)
        tab.client.set_cookie("asklater", cookie.value)
        return asked(tab.get("/desk").text)

    with ThreadPoolExecutor(4) as tabs:
        assert set(tabs.map(look, range(4))) == {"May we write?"}
    assert len(rows(asking, background_showing)) == 1


def test_when_two_people_turn_out_to_be_one_what_was_asked_goes_along(asking: Flask) -> None:
    engine: Engine = asking.extensions["asklater.engine"]
    one, other = settle(asking, "one@x.example"), settle(asking, "other@x.example")
    with engine.database.unit_of_work():
        for number in (one, one, other):
            engine.signal(number, "first_letter")
        engine.background.begin(one, "writing")
        engine.background.refuse(one, ["news"])
        engine.background.refuse(other, ["news", "colour"])
        engine.background.lift(other, "news")
        merge(engine, one, other)
    history = engine.background.history(other)
    assert (history.refused, history.signals) == ({"news", "colour"}, {"first_letter": 3})
    assert [past.prompt for past in history.showings] == ["writing"]
    assert engine.background.history(one) == engine.background.history(10**6)


def test_another_day_counts_once_and_the_first_one_does_not(asking: Flask) -> None:
    with clock.at(NOON):
        number = settle(asking)
        person = browser_of(asking, number)
    for days in (0, 1, 1, 3):
        with clock.at(NOON + days * DAY + timedelta(hours=2)):
            person.get("/")
    assert [(row.signal, row.count) for row in rows(asking, signal)] == [("third_visit", 2)]


def test_the_account_page_gives_and_withdraws_in_one_press_and_takes_a_refusal_back(
    writer: Writer, asking: Flask
) -> None:
    person = writer()
    person.get("/desk")
    person.answer({"_asklater.never": "1"})
    page = person.get("/account")
    assert "Questions you turned off" in page.text
    assert "asked by May we write?" in page.text
    engine: Engine = asking.extensions["asklater.engine"]
    (number,) = {row.subject_id for row in rows(asking, background_showing)}
    terms = {"terms": engine.consents.terms["news"]}
    for verb, given in (("give", True), ("withdraw", False), ("withdraw", False), ("give", True)):
        assert person.post(f"/account/consents/news/{verb}", terms).status_code == 303
        assert engine.answers.read(number, ["news"]) == {"news": {"given": given}}
    assert person.post("/account/consents/colour/give").status_code == 404
    assert person.post("/account/asking/colour").status_code == 303
    assert person.post("/account/asking/nonsense").status_code == 404
    assert Browser(asking).post("/account/consents/news/give").status_code == 404
    with clock.at(clock.now() + 30 * DAY):
        page = person.get("/desk")
        assert asked(page.text) == "May we write?"
        assert "answer.news" not in page.text  # it is held


@pytest.mark.parametrize(("lacking", "said"), [(("news", "colour"), True), (("colour",), False)])
def test_its_reason_follows_what_it_asks(writer: Writer, asking: Flask, lacking: tuple[str, ...], said: bool) -> None:
    writer()
    engine: Engine = asking.extensions["asklater.engine"]
    declared = engine.manifest.prompts["writing"]
    prompt = declared.model_copy(update={"reason": (ReasonCase(asks=("news",), text="News now and then."),)})
    with asking.test_request_context("/desk"), engine.database.unit_of_work():
        person = engine.people.ensure_subject()
        page = background_page(engine, BackgroundAsk(prompt, lacking, person, "/desk"))
        drawn = render_template("asklater/asking/_background.html", asked=page)
    assert ("News now and then." in drawn) is ("prompt-reason" in drawn) is said
