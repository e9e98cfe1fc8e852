"""The account page: what is held, why, since when, from which action; change it, remove it."""

from flask import Flask

from tests.asklater.integration.accounts.test_signup import sign_up
from tests.support.answers import ada
from tests.support.browsing import Browser
from tests.support.records import held, saves


def publish(person: Browser) -> Browser:
    person.post("/publish")
    person.answer(ada())
    return person


def test_it_is_empty_for_a_visitor_and_says_who_would_ask(visitor: Browser) -> None:
    page = visitor.get("/account")
    assert page.status_code == 200
    assert "Nothing stored yet" in page.text
    assert "asked by Publish" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_it_shows_each_field_with_its_reason_origin_and_term(visitor: Browser) -> None:
    page = publish(visitor).get("/account").text
    for words in (
        "Ada",
        "So that people see who published.",
        "from: Publish",
        "Kept for 30 days",
        "read by: everyone",
    ):
        assert words in page


def test_a_change_is_saved(visitor: Browser) -> None:
    publish(visitor).get("/account/fields/display_name")
    assert visitor.answer({"answer.display_name": "Ada L."}).status_code == 303
    assert "Ada L." in visitor.get("/account").text


def test_a_change_that_is_wrong_keeps_what_was_typed_and_what_is_held(visitor: Browser) -> None:
    publish(visitor).get("/account/fields/display_name")
    page = visitor.answer({"answer.display_name": "x"})
    assert page.status_code == 422
    assert 'value="x"' in page.text
    assert "Ada" in visitor.get("/account").text


def test_a_removed_field_is_gone_and_asked_again(visitor: Browser, workshop: Flask) -> None:
    page = publish(visitor).get("/account/fields/display_name/remove")
    assert "These will ask for it again: Publish, Send a letter" in page.text
    assert visitor.answer({}).status_code == 303
    assert "display_name" not in {field for _, field in held(workshop)}
    assert 'name="answer.display_name"' in visitor.post("/publish").text


def test_removing_the_address_takes_its_proof_along(visitor: Browser, workshop: Flask) -> None:
    sign_up(visitor).get("/account/bring-back")
    visitor.answer({"answer.verified_email": visitor.mailed_code()})
    visitor.get("/account/fields/email/remove")
    visitor.answer({})
    assert held(workshop) == set()
    assert visitor.get("/account").status_code == 200


def test_a_proof_cannot_be_typed_in(visitor: Browser) -> None:
    sign_up(visitor).get("/account/bring-back")
    visitor.answer({"answer.verified_email": visitor.mailed_code()})
    assert visitor.get("/account/fields/verified_email").status_code == 404


def test_fields_that_are_not_held_or_not_declared_are_not_there(visitor: Browser, workshop: Flask) -> None:
    sign_up(visitor)
    for path in ("display_name", "nonsense", "picture/picture", "email/picture", "nonsense/remove"):
        assert visitor.get(f"/account/fields/{path}").status_code == 404
    assert visitor.post("/account/fields/display_name", {"answer.display_name": "Ada"}).status_code == 404
    assert saves(workshop) == [("email", "sign_up")]


def test_the_picture_is_served_to_its_owner_only(visitor: Browser, workshop: Flask) -> None:
    shown = publish(visitor).get("/account/fields/picture/picture")
    assert shown.mimetype == "image/webp"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert Browser(workshop).get("/account/fields/picture/picture").status_code == 404
