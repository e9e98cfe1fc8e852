"""Sharing a print: the gate, the public page, its owner's line, taking it down."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask

from asklater.asking.submission import TOKEN
from asklater.tables import signal
from halftone.sharing import FIRST_SHARE
from tests.halftone.integration.publishing import profile, shared, stored, withdraw
from tests.support.answers import picture
from tests.support.browsing import Browser, went_to
from tests.support.records import rows
from tests.support.snapshots import put_back, snapshot

HOSTILE = ["<script>alert(1)</script>", "' OR 1=1 --", "{{ 7777 * 7 }}", '"><img src=x onerror=alert(1)>']
URL = "/products/late-sun/share"


def test_a_visitor_is_asked_for_three_things_at_once(visitor: Browser, shop: Flask) -> None:
    page = visitor.post(URL)
    assert page.status_code == 200
    assert "A shared print shows who shares it." in page.text
    for name in ("answer.email", "answer.display_name", "answer.picture"):
        assert f'name="{name}"' in page.text
    assert stored(shop, "share") == []


def test_the_answers_make_the_page_in_the_same_request(visitor: Browser, shop: Flask) -> None:
    visitor.post(URL)
    page = visitor.answer(profile())
    [row] = stored(shop, "share")
    assert went_to(page) == f"/shares/{row['public_id']}"


def test_whoever_holds_everything_is_asked_nothing(visitor: Browser) -> None:
    shared(visitor)
    assert went_to(visitor.post("/products/undertow/share")).startswith("/shares/")


def test_only_what_is_missing_is_asked(visitor: Browser) -> None:
    visitor.post("/ask/sign_up", {"answer.email": "ada@x.example"})
    visitor.answer({"answer.email": "ada@x.example"})
    page = visitor.post(URL).text
    assert 'name="answer.email"' not in page
    assert 'name="answer.display_name"' in page


def test_what_is_wrong_is_said_and_what_is_right_is_kept(visitor: Browser, shop: Flask) -> None:
    visitor.post(URL)
    name = "\u0397alftone staff"  # with a Greek letter
    page = visitor.answer({**profile(name=name), "answer.picture": (BytesIO(b"<svg onload=alert(1)>"), "me.png")})
    assert page.status_code == 422
    assert "This is no picture that can be read." in page.text
    assert "This looks like a name that belongs to this site." in page.text
    assert 'name="answer.email"' not in page.text  # it was fine, so it is stored
    assert stored(shop, "share") == []
    assert went_to(visitor.answer({"answer.display_name": "Ada", "answer.picture": (picture(), "me.png")})).startswith(
        "/shares/"
    )


def test_sent_twice_it_is_one_page(visitor: Browser, shop: Flask) -> None:
    visitor.post(URL)
    action, hidden = visitor.forms()[-1]
    first = went_to(visitor.post(action, {**hidden, **profile()}))
    again = went_to(visitor.post(action, {**hidden, **profile()}))
    assert first == again == went_to(visitor.post(URL))
    assert len(stored(shop, "share")) == 1
    assert [row.count for row in rows(shop, signal) if row.signal == FIRST_SHARE] == [1]


def test_a_prompt_of_somebody_else_is_worth_nothing(visitor: Browser, another: Callable[[], Browser]) -> None:
    visitor.post(URL)
    _action, hidden = visitor.forms()[-1]
    page = another().post(URL, {TOKEN: hidden[TOKEN], **profile()})
    assert page.status_code == 422
    assert "no longer valid" in page.text


def test_cancelled_it_shares_nothing(visitor: Browser, shop: Flask) -> None:
    visitor.post(URL)
    page = visitor.answer({"_asklater.cancel": "1"})
    assert page.text == "" if visitor.htmx else page.status_code == 303
    assert stored(shop, "share") == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_another_verb_does_nothing(visitor: Browser, shop: Flask, method: str) -> None:
    token = visitor.csrf_token()
    page = visitor.client.open(URL, method=method, data={"csrf_token": token})
    assert page.status_code == 405
    assert went_to(visitor.get(URL)) == "/products/late-sun"
    assert stored(shop, "share") == []


def test_a_json_client_is_told_what_is_missing(another: Callable[[], Browser]) -> None:
    page = another().client.post(URL, headers={"Accept": "application/json"})
    assert page.status_code == 403
    assert [one["field"] for one in page.json["missing"]] == ["email", "display_name", "picture"]


def test_a_product_that_is_gone_or_never_was_asks_nothing(shop: Flask, visitor: Browser) -> None:
    withdraw(shop, "late-sun")
    assert went_to(visitor.post(URL)) == "/products/late-sun"
    assert visitor.post("/products/nothing/share").status_code == 404


def test_everyone_sees_the_page_and_nobody_the_address(visitor: Browser, another: Callable[[], Browser]) -> None:
    url = shared(visitor, name="Ada Lovelace")
    page = another().get(url)
    assert "Ada Lovelace" in page.text
    assert "ada@x.example" not in page.text
    assert 'content="noindex"' in page.text
    assert "This is your page" not in page.text
    assert 'href="/products/late-sun"' in page.text
    image = another().get(f"{url}/picture")
    assert image.mimetype == "image/webp"
    assert "sandbox" in image.headers["Content-Security-Policy"]


def test_its_owner_finds_the_link_and_may_write_a_line(visitor: Browser, another: Callable[[], Browser]) -> None:
    url = shared(visitor)
    visitor.htmx = False
    assert f'value="http://localhost{url}" readonly' in visitor.get(url).text
    assert went_to(visitor.post(url, {"message": "  Over   my desk. "})) == url
    assert ">Over my desk.</p>" in another().get(url).text
    visitor.post(url, {"message": ""})
    assert "Over my desk." not in another().get(url).text


def test_a_line_that_is_too_long_is_kept_in_its_input(visitor: Browser, shop: Flask) -> None:
    url = shared(visitor)
    page = visitor.post(url, {"message": "long " * 40})
    assert page.status_code == 422
    assert "Use at most 140 characters." in page.text
    assert "long long" in page.text
    assert stored(shop, "share")[0]["message"] == ""


def test_a_stranger_changes_nothing(visitor: Browser, another: Callable[[], Browser], shop: Flask) -> None:
    url, stranger = shared(visitor), another()
    shared(stranger, "undertow", email="eve@x.example")
    assert stranger.post(url, {"message": "mine"}).status_code == 404
    assert stranger.get(f"{url}/remove").status_code == 404
    assert stranger.post(f"{url}/remove").status_code == 404
    assert another().post(f"{url}/remove").status_code == 404
    assert len(stored(shop, "share")) == 2


def test_taken_down_its_link_leads_nowhere(visitor: Browser, another: Callable[[], Browser]) -> None:
    url = shared(visitor)
    assert "Delete this page?" in visitor.get(f"{url}/remove").text
    assert went_to(visitor.post(f"{url}/remove")) == "/shares"
    assert another().get(url).status_code == 404
    assert another().get(f"{url}/picture").status_code == 404
    assert "Nothing yet" in visitor.get("/shares").text


def test_a_restored_backup_brings_no_page_back_that_was_taken_down(visitor: Browser, shop: Flask) -> None:
    url = shared(visitor)
    kept = snapshot(shop)
    visitor.post(f"{url}/remove")
    put_back(shop, kept)
    assert len(stored(shop, "share")) == 1
    outcome = shop.test_cli_runner().invoke(args=["asklater", "privacy", "replay"])
    assert "Other rights in force again: 1." in outcome.output
    assert stored(shop, "share") == []


def test_the_account_page_leads_to_the_list(visitor: Browser) -> None:
    url = shared(visitor)
    assert 'href="/shares"' in visitor.get("/account").text
    assert f'href="{url}"' in visitor.get("/shares").text


@pytest.mark.parametrize("field", ["display_name", "picture"])
def test_what_is_removed_leaves_the_page(visitor: Browser, another: Callable[[], Browser], field: str) -> None:
    url = shared(visitor, name="Ada")
    visitor.post(f"/account/fields/{field}/remove")
    page = another().get(url)
    assert page.status_code == 200
    assert ("Anonymous" in page.text) == (field == "display_name")
    assert ("avatar-initial" in page.text) == (field == "picture")
    assert (another().get(f"{url}/picture").status_code == 404) == (field == "picture")


def test_a_withdrawn_product_leaves_the_page_standing(
    shop: Flask, visitor: Browser, another: Callable[[], Browser]
) -> None:
    url = shared(visitor)
    withdraw(shop, "late-sun")
    assert "No longer for sale" in another().get(url).text


@pytest.mark.thorough
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_words_are_shown_as_words(visitor: Browser, another: Callable[[], Browser], value: str) -> None:
    url = shared(visitor, name=value)
    visitor.post(url, {"message": value})
    for page in (another().get(url), visitor.get(url), visitor.get("/shares"), visitor.get("/account")):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "54439" not in page.text


@pytest.mark.parametrize("value", ["a\r\nb", "bell\x07", "nul\x00", "x" * 1_000_000])
def test_what_no_line_can_hold_is_refused(visitor: Browser, shop: Flask, value: str) -> None:
    url = shared(visitor)
    page = visitor.post(url, {"message": value})
    assert page.status_code == 422
    assert len(page.text) < 20_000
    assert stored(shop, "share")[0]["message"] == ""


def test_a_line_cannot_turn_what_stands_next_to_it(visitor: Browser, shop: Flask) -> None:
    visitor.post(shared(visitor), {"message": "\u202egnp\u200b"})
    assert stored(shop, "share")[0]["message"] == "gnp"


@pytest.mark.parametrize("name", ["A", "山"])
def test_a_name_may_be_one_sign(visitor: Browser, another: Callable[[], Browser], name: str) -> None:
    visitor.post(URL)
    url = went_to(visitor.answer(profile(name=name)))
    assert f"<strong><bdi>{name}</bdi></strong>" in another().get(url).text


def test_undeclared_and_repeated_inputs_are_not_stored(visitor: Browser, shop: Flask) -> None:
    visitor.post(URL, {"subject_id": "1", "public_id": "mine", "message": "smuggled"})
    visitor.answer({**profile(), "answer.role": "pm", "answer.display_name": "Ada"})
    [row] = stored(shop, "share")
    assert row["public_id"] != "mine"
    assert row["message"] == ""


@pytest.mark.thorough
def test_what_was_shared_comes_along_to_the_owner_of_the_address(another: Callable[[], Browser], shop: Flask) -> None:
    """The page that the owner has of the same print wins, the others move."""
    owner = another()
    first = shared(owner, "late-sun")
    owner.get("/account/bring-back")
    owner.answer({"answer.verified_email": owner.mailed_code()})
    later = another()
    shared(later, "late-sun")
    moved = shared(later, "undertow")
    later.get("/account/bring-back")
    later.answer({"answer.verified_email": later.mailed_code()})
    assert {f"/shares/{row['public_id']}" for row in stored(shop, "share")} == {first, moved}
    assert f'href="{moved}"' in owner.get("/shares").text
