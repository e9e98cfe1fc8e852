"""Reviewing: judged first, asked in place, one per person and product."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask

from asklater.asking.submission import TOKEN
from tests.halftone.integration.publishing import profile, reviewed, shared, stored
from tests.support.answers import picture
from tests.support.browsing import Browser, went_to
from tests.support.snapshots import put_back, snapshot

URL = "/products/late-sun/reviews"
GOOD = {"rating": "4", "text": "It glows across the room."}


def test_a_visitor_is_asked_and_the_review_is_carried_along(visitor: Browser, shop: Flask) -> None:
    page = visitor.post(URL, GOOD)
    assert "A review shows who wrote it." in page.text
    assert 'name="text" value="It glows across the room."' in page.text
    assert stored(shop, "review") == []
    visitor.answer(profile())
    [row] = stored(shop, "review")
    assert (row["rating"], row["text"]) == (4, "It glows across the room.")


def test_whoever_shared_is_not_asked_again(visitor: Browser, shop: Flask) -> None:
    shared(visitor, "undertow")
    visitor.post(URL, GOOD)
    assert len(stored(shop, "review")) == 1


@pytest.mark.thorough
def test_in_place_the_new_review_comes_first_with_focus(shop: Flask, another: Callable[[], Browser]) -> None:
    reviewed(another(), text="An older opinion.", email="eve@x.example")
    browser = Browser(shop, htmx=True)
    browser.post(URL, GOOD)
    page = browser.answer(profile())
    assert page.headers["HX-Retarget"] == "#reviews"
    assert page.headers["HX-Reswap"] == "outerHTML"
    assert 'data-announce="Your review is posted. Thank you."' in page.text
    places = [page.text.index(part) for part in ("data-focus", ">It glows across", "An older opinion.")]
    assert places == sorted(places)
    assert 'id="product-rating" class="product-rating" data-hx-swap-oob="true"' in page.text


def test_without_javascript_it_leads_to_the_review(another: Callable[[], Browser], shop: Flask) -> None:
    browser = another()
    browser.post(URL, GOOD)
    page = browser.answer(profile())
    [row] = stored(shop, "review")
    assert went_to(page) == f"/products/late-sun#review-{row['id']}"
    assert "It glows across the room." in browser.get("/products/late-sun").text


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"rating": "", "text": GOOD["text"]}, "Choose a rating from 1 to 5."),
        ({"text": GOOD["text"]}, "Choose a rating from 1 to 5."),
        ({"rating": "6", "text": GOOD["text"]}, "Choose a rating from 1 to 5."),
        ({"rating": "4 OR 1=1", "text": GOOD["text"]}, "Choose a rating from 1 to 5."),
        ({"rating": "4"}, "Write a few words"),
        ({"rating": "4", "text": "   \n "}, "Write a few words"),
        ({"rating": "4", "text": "too short"}, "This is very short."),
        ({"rating": "4", "text": "x" * 2_001}, "Use at most 2000 characters."),
        ({"rating": "4", "text": "x" * 1_000_000}, "Use at most 2000 characters."),
        ({"rating": "4", "text": "control \x07 signs"}, "signs that cannot be shown"),
        ({"rating": "4", "text": "nul \x00 byte, really"}, "signs that cannot be shown"),
        ({"rating": "4", "text": "a\u200b" * 9}, "This is very short."),
    ],
)
def test_a_wrong_review_is_said_before_anything_is_asked(
    visitor: Browser, shop: Flask, typed: dict[str, str], sentence: str
) -> None:
    page = visitor.post(URL, typed)
    assert page.status_code == 422
    assert sentence in page.text
    assert "Error: Late Sun, Low Hills" in page.text
    assert "answer.email" not in page.text
    assert len(page.text) < 80_000
    assert page.headers.get("HX-Retarget", "") == ("#review-form" if visitor.htmx else "")
    assert stored(shop, "review") == []


def test_what_was_typed_stays(visitor: Browser) -> None:
    page = visitor.post(URL, {"rating": "2", "text": "<b>short"}).text
    assert "&lt;b&gt;short</textarea>" in page
    assert re.search(r'value="2" checked', page)


def test_a_review_that_is_a_little_too_long_is_kept_whole(visitor: Browser) -> None:
    page = visitor.post(URL, {"rating": "2", "text": "x" * 2_100 + " the end"})
    assert page.status_code == 422
    assert "the end</textarea>" in page.text


def test_carried_inputs_that_were_changed_are_judged_again(visitor: Browser, shop: Flask) -> None:
    visitor.post(URL, GOOD)
    page = visitor.answer({**profile(), "rating": "9"})
    assert page.status_code == 422
    assert "Choose a rating from 1 to 5." in page.text
    assert stored(shop, "review") == []


def test_a_wrong_answer_keeps_review_and_prompt(visitor: Browser, shop: Flask) -> None:
    visitor.post(URL, GOOD)
    page = visitor.answer({**profile(), "answer.picture": (BytesIO(b"no picture"), "me.jpg")})
    assert page.status_code == 422
    assert "This is no picture that can be read." in page.text
    visitor.answer({"answer.picture": (picture(), "me.png")})
    assert stored(shop, "review")[0]["text"] == GOOD["text"]


def test_cancelled_the_review_is_still_in_its_form(visitor: Browser, shop: Flask) -> None:
    visitor.post(URL, GOOD)
    page = visitor.answer({"_asklater.cancel": "1"})
    assert stored(shop, "review") == []
    if visitor.htmx:
        assert page.text == ""  # the form was never gone
    else:
        assert "Your review is still here" in page.text
        assert "It glows across the room.</textarea>" in page.text
        assert "There is a problem" not in page.text


def test_sent_twice_it_is_one_review(visitor: Browser, shop: Flask) -> None:
    visitor.post(URL, GOOD)
    action, hidden = visitor.forms()[-1]
    for _time in range(2):
        assert visitor.post(action, {**hidden, **profile()}).status_code in {200, 303}
    [row] = stored(shop, "review")
    assert row["edited_at"] is None


def test_a_second_attempt_changes_the_first(visitor: Browser, shop: Flask) -> None:
    reviewed(visitor)
    visitor.htmx = False
    page = visitor.get("/products/late-sun").text
    assert "Change your review" in page
    assert "It glows across the room.</textarea>" in page
    assert re.search(r'value="4" checked', page)
    visitor.post(URL, {"rating": "5", "text": "It glows even more."})
    [row] = stored(shop, "review")
    assert (row["rating"], row["text"]) == (5, "It glows even more.")
    assert row["edited_at"] is not None
    assert "edited" in visitor.get("/products/late-sun").text


@pytest.mark.thorough
def test_a_restored_backup_brings_no_deleted_review_back(visitor: Browser, shop: Flask) -> None:
    reviewed(visitor)
    kept = snapshot(shop)
    visitor.post(f"{URL}/remove")
    put_back(shop, kept)
    outcome = shop.test_cli_runner().invoke(args=["asklater", "privacy", "replay"])
    assert "Other rights in force again: 1." in outcome.output
    assert stored(shop, "review") == []


@pytest.mark.thorough
def test_its_author_deletes_it_and_nobody_else(visitor: Browser, another: Callable[[], Browser], shop: Flask) -> None:
    reviewed(visitor)
    stranger = another()
    shared(stranger, email="eve@x.example")
    assert stranger.post(f"{URL}/remove").status_code == 404
    assert another().post(f"{URL}/remove").status_code == 404
    assert "Delete your review" not in stranger.get("/products/late-sun").text
    assert went_to(visitor.post(f"{URL}/remove")) == "/products/late-sun#reviews"
    assert visitor.post(f"{URL}/remove").status_code == 404
    assert stored(shop, "review") == []


def test_a_strangers_prompt_posts_nothing(visitor: Browser, another: Callable[[], Browser], shop: Flask) -> None:
    visitor.post(URL, GOOD)
    _action, hidden = visitor.forms()[-1]
    page = another().post(URL, {**GOOD, TOKEN: hidden[TOKEN], **profile()})
    assert page.status_code == 422
    assert stored(shop, "review") == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_another_verb_does_nothing(visitor: Browser, shop: Flask, method: str) -> None:
    token = visitor.csrf_token()
    page = visitor.client.open(URL, method=method, data={"csrf_token": token, **GOOD})
    assert page.status_code == 405
    assert went_to(visitor.get(URL, query_string=GOOD)) == "/products/late-sun"
    assert stored(shop, "review") == []


@pytest.mark.thorough
def test_a_post_from_another_site_does_nothing(another: Callable[[], Browser], shop: Flask) -> None:
    browser = another()
    reviewed(browser)
    page = browser.post(URL, {"rating": "1", "text": "Forged elsewhere."}, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403
    assert stored(shop, "review")[0]["rating"] == 4
