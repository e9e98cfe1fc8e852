"""Reviews as everyone finds them: their authors, their pages, and words that mean harm."""

from collections.abc import Callable

import pytest
from flask import Flask

from asklater.subjects import rights
from tests.halftone.integration.publishing import reviewed, shared, stored, withdraw
from tests.support.browsing import Browser, went_to

HOSTILE = [
    "<script>alert(1)</script>",
    "' OR 1=1 -- really",
    "{{ 7777 * 7 }}",
    '"><img src=x onerror=alert(1)>',
]
URL = "/products/late-sun/reviews"
GOOD = {"rating": "4", "text": "It glows across the room."}


def test_a_product_that_is_gone_takes_no_more_reviews_but_keeps_them(
    shop: Flask, visitor: Browser, another: Callable[[], Browser]
) -> None:
    reviewed(visitor)
    withdraw(shop, "late-sun")
    assert went_to(another().post(URL, GOOD)) == "/products/late-sun"
    assert "It glows across the room." in another().get("/products/late-sun").text
    assert visitor.post("/products/nothing/reviews", GOOD).status_code == 404


def test_pictures_are_of_authors_only(visitor: Browser, another: Callable[[], Browser], shop: Flask) -> None:
    reviewed(visitor)
    number = stored(shop, "review")[0]["id"]
    image = another().get(f"/reviews/{number}/picture")
    assert image.mimetype == "image/webp"
    assert another().get("/reviews/999999/picture").status_code == 404
    assert another().get("/reviews/99999999999999999999/picture").status_code == 404
    visitor.post("/account/fields/picture/remove")
    assert another().get(f"/reviews/{number}/picture").status_code == 404
    assert "avatar-initial" in another().get("/products/late-sun").text


@pytest.mark.thorough
def test_what_somebody_publishes_is_hidden_while_they_restrict_their_data(
    visitor: Browser, another: Callable[[], Browser], shop: Flask
) -> None:
    share, engine = shared(visitor), shop.extensions["asklater.engine"]
    reviewed(visitor)
    [review] = stored(shop, "review")
    pages = {"/products/late-sun": 200, share: 404, f"{share}/picture": 404, f"/reviews/{review['id']}/picture": 404}
    with engine.database.unit_of_work():
        rights.restrict(engine, review["subject_id"])
    for url, status in pages.items():
        page = another().get(url)
        assert page.status_code == status
        assert "It glows" not in page.text
        own = visitor.get(url)
        assert own.status_code == 200
    assert "No reviews yet" in another().get("/products/late-sun").text
    assert "It glows" in visitor.get("/products/late-sun").text
    with engine.database.unit_of_work():
        rights.lift_restriction(engine, review["subject_id"])
    assert {another().get(url).status_code for url in pages} == {200}


@pytest.mark.thorough
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_words_are_shown_as_words(visitor: Browser, another: Callable[[], Browser], value: str) -> None:
    reviewed(visitor, text=value, name=value)
    for page in (another().get("/products/late-sun"), visitor.get("/products/late-sun"), visitor.get("/account")):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "54439" not in page.text
    assert "ada@x.example" not in another().get("/products/late-sun").text


def test_broken_unicode_and_repeated_inputs_are_inert(another: Callable[[], Browser], shop: Flask) -> None:
    browser = another()
    shared(browser)
    body = (
        f"csrf_token={browser.csrf_token()}&rating=3&rating=5&text=%ED%A0%80+lone+surrogates&text=second&edited_at=1"
    )
    page = browser.client.post(URL, data=body, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 303
    [row] = stored(shop, "review")
    assert row["rating"] == 3
    assert row["edited_at"] is None
    assert browser.get("/products/late-sun").status_code == 200


@pytest.mark.thorough
def test_many_reviews_come_in_pages_with_ones_own_first(another: Callable[[], Browser], shop: Flask) -> None:
    first = another()
    reviewed(first, text="The very first one.", email="first@x.example")
    for number in range(7):
        reviewed(another(), text=f"Opinion number {number}.", email=f"p{number}@x.example")
    page = first.get("/products/late-sun").text
    assert page.count('class="review"') == 6
    assert page.index("The very first one.") < page.index("Opinion number 6.")
    assert "4.0 of 5, 8 reviews" in page
    assert another().get("/products/late-sun?page=2").text.count('class="review"') == 2
    assert went_to(first.get("/products/late-sun?page=40")) == "/products/late-sun"
    assert another().get("/products/late-sun?page=x").status_code == 200


@pytest.mark.thorough
def test_reviews_come_along_to_the_owner_of_the_address(another: Callable[[], Browser], shop: Flask) -> None:
    """The review that the owner has of the same product wins, the others move."""
    owner = another()
    reviewed(owner, text="The owner's own words.")
    owner.get("/account/bring-back")
    owner.answer({"answer.verified_email": owner.mailed_code()})
    later = another()
    reviewed(later, text="Typed again, elsewhere.")
    reviewed(later, "undertow", text="Only ever typed here.")
    later.get("/account/bring-back")
    later.answer({"answer.verified_email": later.mailed_code()})
    assert {row["text"] for row in stored(shop, "review")} == {"The owner's own words.", "Only ever typed here."}
    assert len({row["subject_id"] for row in stored(shop, "review")}) == 1
