"""A request at a gate: the battery, through htmx and as a plain form."""

import re

import pytest
from flask import Flask

from tests.support.answers import ADDRESS, ada
from tests.support.browsing import Browser, went_to
from tests.support.records import episodes, held, prompts


@pytest.fixture(params=[False, True], ids=["plain", "htmx"])
def person(workshop: Flask, request: pytest.FixtureRequest) -> Browser:
    return Browser(workshop, htmx=request.param)


def test_an_action_that_requires_nothing_runs_for_a_visitor_and_records_nobody(
    person: Browser, workshop: Flask
) -> None:
    assert person.post("/look").text == "looked"
    assert prompts(workshop) == []


def test_missing_asks_in_place_and_does_not_run(person: Browser, workshop: Flask) -> None:
    page = person.post("/publish", {"text": "hello"})
    assert page.status_code == 200
    assert "What is published shows by whom." in page.text
    assert ("<html" in page.text) is not person.htmx
    assert "HX-Request" in page.headers["Vary"]
    assert {field for _, field, _ in episodes(workshop)} == {"email", "display_name", "picture"}


def test_the_reason_is_that_of_what_is_asked_and_without_one_nothing_refers_to_it(
    person: Browser, workshop: Flask
) -> None:
    page = person.post("/letters").text
    assert "A letter needs to know where it goes." in page
    assert 'aria-describedby="prompt-send-letter-reason"' in page
    workshop.extensions["on_paper"] = False
    page = person.post("/letters").text
    assert "So that we can reach you." in page  # the field's own
    assert "-reason" not in page


def test_a_page_of_its_own_keeps_its_heading_when_htmx_draws_it_again(workshop: Flask) -> None:
    person = Browser(workshop)
    assert '<h1 id="prompt-publish-heading"' in person.get("/ask/publish").text
    target = {"HX-Request": "true", "HX-Target": "div#prompt-page-publish"}
    (_action, hidden), *_ = [form for form in person.forms() if form[0].startswith("/ask/")]
    drawn = person.client.post("/ask/publish", data={**hidden, "answer.email": "nobody"}, headers=target)
    assert drawn.status_code == 422
    assert 'data-hx-target="#prompt-page-publish"' in drawn.text
    assert '<h1 id="prompt-publish-heading"' in drawn.text
    elsewhere = {**target, "HX-Target": "div#prompt-slot-publish"}
    drawn = person.client.post("/ask/publish", data={**hidden, "answer.email": "nobody"}, headers=elsewhere)
    assert '<h2 id="prompt-publish-heading"' in drawn.text


@pytest.mark.parametrize(
    ("headers", "slot"),
    [
        ({"HX-Request-Type": "partial", "HX-Target": "div#spot"}, "spot"),
        ({"HX-Request-Type": "partial", "HX-Target": "div"}, "prompt-slot-publish"),
        ({"HX-Target": "spot"}, "spot"),  # of htmx 2
        ({}, "prompt-slot-publish"),
        ({"HX-Target": 'x" onclick="y'}, "prompt-slot-publish"),
    ],
)
def test_a_prompt_keeps_to_the_element_that_either_htmx_names(
    workshop: Flask, headers: dict[str, str], slot: str
) -> None:
    drawn = Browser(workshop).post("/publish", headers={"HX-Request": "true", **headers})
    assert f'data-hx-target="#{slot}"' in drawn.text


def test_cancelling_on_a_page_of_the_prompts_own_leads_back_with_htmx_too(workshop: Flask) -> None:
    person = Browser(workshop)
    person.get("/ask/publish", headers={"Referer": "http://localhost/desk"})
    (action, hidden), *_ = [form for form in person.forms() if form[0].startswith("/ask/")]
    sent = {**hidden, "_asklater.cancel": "1"}
    for place, leads in (("page", "/desk"), ("slot", "")):
        target = {"HX-Request": "true", "HX-Target": f"div#prompt-{place}-publish"}
        assert went_to(person.client.post(action, data=sent, headers=target)) == leads


def test_the_action_goes_on_in_the_request_that_completes_the_profile(person: Browser, workshop: Flask) -> None:
    person.post("/publish", {"text": "hello"})
    assert person.answer(ada()).text == "published hello"
    assert {outcome for *_, outcome in episodes(workshop)} == {"completed"}
    assert prompts(workshop)[0].completed_at is not None


def test_once_complete_the_gate_is_clear(person: Browser, workshop: Flask) -> None:
    person.post("/publish", {"text": "one"})
    person.answer(ada())
    assert person.post("/publish", {"text": "two"}).text == "published two"
    assert len(episodes(workshop)) == 3


def test_one_by_one_asks_in_order_with_progress(person: Browser) -> None:
    assert "1 of 3" in person.post("/letters").text
    assert "2 of 3" in person.answer({"answer.email": "ada@x.example"}).text
    assert "3 of 3" in person.answer(ADDRESS).text
    assert person.answer({"answer.display_name": "Ada"}).text == "sent"


def test_cancelling_changes_no_count(person: Browser) -> None:
    person.post("/letters")
    person.answer({"answer.email": "ada@x.example"})
    person.answer({"_asklater.cancel": ""})
    page = person.post("/letters")
    assert "2 of 3" in page.text
    assert page.text.count('name="_asklater.change"') == 1


def test_only_what_is_missing_is_asked(person: Browser) -> None:
    person.post("/publish")
    person.answer(ada())
    page = person.post("/letters")
    assert 'name="answer.address.city"' in page.text
    assert "answer.email" not in page.text
    assert person.answer(ADDRESS).text == "sent"


def test_a_condition_that_does_not_hold_is_not_asked(person: Browser, workshop: Flask) -> None:
    workshop.extensions["on_paper"] = False
    assert "1 of 2" in person.post("/letters").text
    person.answer({"answer.email": "ada@x.example"})
    assert person.answer({"answer.display_name": "Ada"}).text == "sent"


def test_what_changes_between_the_gate_and_the_verb_is_asked_for(person: Browser, workshop: Flask) -> None:
    workshop.extensions["on_paper"] = False
    person.post("/letters", {"turns": "paper"})
    person.answer({"answer.email": "ada@x.example"})
    page = person.answer({"answer.display_name": "Ada"})
    assert page.status_code == 200
    assert 'name="answer.address.city"' in page.text
    assert {field for _, field in held(workshop)} == {"email", "display_name"}
    assert person.answer(ADDRESS).text == "sent"


def test_invalid_keeps_what_was_typed_says_what_to_do_and_stores_what_is_fine(
    person: Browser, workshop: Flask
) -> None:
    person.post("/publish", {"text": "hello"})
    page = person.answer({**ada(), "answer.display_name": "A"})
    assert page.status_code == 422
    assert "<title>Error:" in page.text
    assert "There is a problem" in page.text
    assert 'value="A"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert "answer.email" not in page.text  # it was fine, it is stored, it is not asked again
    assert {field for _, field in held(workshop)} == {"email", "picture"}
    assert person.answer({"answer.display_name": "Ada"}).text == "published hello"


def test_missing_answers_are_rejected_not_forgotten(person: Browser, workshop: Flask) -> None:
    person.post("/letters")
    page = person.answer({})
    assert page.status_code == 422
    assert "Enter your email address." in page.text
    assert held(workshop) == set()


def test_submitted_twice_stores_once_and_runs_again(person: Browser, workshop: Flask) -> None:
    person.post("/publish", {"text": "hello"})
    action, hidden = person.forms()[-1]
    first = person.client.post(action, data={**hidden, **ada()})
    second = person.client.post(action, data={**hidden, **ada(), "answer.display_name": "Eve"})
    assert (first.text, second.text) == ("published hello", "published hello")
    assert 'value="Ada"' in person.get("/account/fields/display_name").text
    assert len(episodes(workshop)) == 3


def test_a_stranger_gets_nothing_from_somebody_elses_prompt(person: Browser, workshop: Flask) -> None:
    person.post("/publish", {"text": "mine"})
    _, hidden = person.forms()[-1]
    stranger = Browser(workshop)
    page = stranger.post("/publish", {**hidden, "csrf_token": stranger.csrf_token(), **ada()})
    assert page.status_code == 422
    assert "no longer valid" in page.text
    assert held(workshop) == set()


@pytest.mark.parametrize("verb", ["get", "put", "delete", "patch"])
def test_a_wrong_verb_is_refused_in_words(person: Browser, verb: str) -> None:
    token = person.csrf_token()
    page = getattr(person.client, verb)("/publish", headers={"X-CSRFToken": token})
    assert page.status_code == 405
    assert "This address does not support that" in page.text


def test_hidden_inputs_carry_the_actions_own_inputs_with_every_value(person: Browser) -> None:
    page = person.post("/publish", {"text": "a & <b>", "tag": ["x", "y"], "csrf_token": person.csrf_token()})
    carried = re.findall(r'name="tag" value="([^"]*)"', page.text)
    assert carried == ["x", "y"]
    assert 'value="a &amp; &lt;b&gt;"' in page.text


def test_a_failed_action_leaves_its_prompt_open(person: Browser, workshop: Flask) -> None:
    person.post("/publish", {"text": "refused"})
    assert person.answer(ada()).status_code == 422
    assert prompts(workshop)[0].completed_at is None
    assert prompts(workshop)[0].closed_at is None
    assert person.post("/publish", {"text": "better"}).text == "published better"
    assert prompts(workshop)[0].completed_at is not None


def test_a_changed_country_redraws_the_form_and_keeps_what_was_typed(person: Browser, workshop: Flask) -> None:
    person.post("/letters")
    person.answer({"answer.email": "ada@x.example"})
    before = episodes(workshop)
    typed = {**ADDRESS, "answer.address.country": "US", "_asklater.redraw": "answer.address.country"}
    page = person.answer(typed)
    assert page.status_code == 200
    assert 'name="answer.address.country_area"' in page.text
    assert 'value="Ada Lovelace"' in page.text
    assert "2 of 3" in page.text
    assert episodes(workshop) == before


def test_cancel_loses_nothing(person: Browser, workshop: Flask) -> None:
    person.post("/publish", {"text": "hello"}, headers={"Referer": "http://localhost/account?x=1"})
    page = person.answer({"_asklater.cancel": "1"})
    if person.htmx:
        assert (page.status_code, page.text) == (200, "")
    else:
        assert (page.status_code, page.location) == (303, "/account?x=1")
    assert {outcome for *_, outcome in episodes(workshop)} == {"dismissed"}
    assert prompts(workshop)[0].dismissed_at is not None


def test_a_gated_page_is_asked_for_in_place_and_then_opened(person: Browser) -> None:
    page = person.get("/export")
    assert 'action="/ask/export?next=/export' in page.text
    person.answer({"answer.email": "ada@x.example"})
    page = person.answer({"answer.verified_email": person.mailed_code()})
    assert page.status_code == 200
    assert "Your download starts now." in page.text
    assert person.client.get("/export").text == "exported"


def test_htmx_never_swaps_a_download_into_the_page(workshop: Flask) -> None:
    person = Browser(workshop, htmx=True)
    person.get("/export")
    person.answer({"answer.email": "ada@x.example"})
    person.answer({"answer.verified_email": person.mailed_code()})
    assert "data-follow" in person.get("/export").text


def test_looking_whether_a_gated_page_is_there_asks_nobody(workshop: Flask) -> None:
    assert workshop.test_client().head("/export").status_code == 200
    assert prompts(workshop) == []


def test_an_undeclared_action_has_no_prompt(visitor: Browser) -> None:
    assert visitor.get("/ask/nonsense").status_code == 404


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_way_on_stays_on_this_site(visitor: Browser, target: str) -> None:
    visitor.get("/ask/sign_up", query_string={"next": target})
    page = visitor.answer({"answer.email": "ada@x.example"})
    assert page.location == "/"


@pytest.mark.parametrize(
    ("first", "htmx", "kept"),
    [
        ({"text": "Hello"}, False, "private, no-cache"),
        ({"text": "Hello"}, True, "no-store"),
        ({"text": "Hello", "password": "x"}, False, "no-store"),
    ],
)
def test_back_shows_a_prompt_again_that_holds_nothing_personal(
    workshop: Flask, first: dict[str, str], htmx: bool, kept: str
) -> None:
    """Without JavaScript it answers a POST, which a browser would ask to send again."""
    visitor = Browser(workshop, htmx=htmx)
    assert visitor.post("/publish", first).headers["Cache-Control"] == kept
    assert visitor.answer({"answer.email": "nobody"}).headers["Cache-Control"] == "no-store"
    assert Browser(workshop).get("/ask/publish").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("second", "told"), [("right@x.example", True), ("ada@x.example", False), ("", False)])
def test_who_answers_otherwise_in_a_second_window_is_told_that_the_first_stands(
    visitor: Browser, second: str, told: bool
) -> None:
    visitor.post("/publish", {"text": "hello"})
    [(action, hidden)] = visitor.forms()
    visitor.answer({"answer.email": "ada@x.example"})
    page = visitor.client.post(action, data={**hidden, "answer.email": second}, headers=visitor._headers({}))
    assert ("was answered in another window before" in page.text) is told
