"""The cart: add, change, take out, put back, and everything that is wrong with a quantity."""

from collections.abc import Callable

import pytest
from markupsafe import escape

from tests.halftone.integration.shopping import OTHER_PRINT, PRINT, WALLPAPER, Shopper
from tests.support.records import statements


def quantities(shopper: Shopper) -> dict[str, int]:
    titles = {row.id: row.slug for row in shopper.rows("product")}
    return {titles[row.product_id]: row.quantity for row in shopper.rows("cart_line")}


def test_adding_stays_on_the_page_and_brings_the_badge(shopper: Shopper) -> None:
    answer = shopper.put(quantity=2)
    if shopper.htmx:
        assert "Added: “Late Sun, Low Hills”." in answer.text
        assert 'data-hx-swap-oob="true"' in answer.text
        assert '<span class="badge">2</span>' in answer.text
        assert 'aria-current="page"' not in answer.text
        assert "HX-Redirect" not in answer.headers
    else:
        assert (answer.status_code, shopper.went_to()) == (303, "/cart")
        assert "Added: “Late Sun, Low Hills”." in shopper.client.get("/cart").text
    assert quantities(shopper) == {PRINT: 2}


def test_nothing_is_asked_or_recorded_before_the_first_thing(shopper: Shopper) -> None:
    assert "Your cart is empty" in shopper.get("/cart").text
    assert shopper.rows("asklater_subject") == []
    shopper.put()
    assert len(shopper.rows("asklater_subject")) == 1
    assert shopper.rows("asklater_prompt") == []


def test_adding_adds_up_to_the_most(shopper: Shopper) -> None:
    shopper.put(quantity=60)
    shopper.put(quantity=60)
    assert quantities(shopper) == {PRINT: 99}
    shopper.put()
    assert "which is the most" in (shopper.page.text if shopper.htmx and shopper.page else shopper.get("/cart").text)


def test_of_a_file_one_is_enough(shopper: Shopper) -> None:
    shopper.put(WALLPAPER, 5)
    shopper.put(WALLPAPER)
    assert quantities(shopper) == {WALLPAPER: 1}
    assert shopper.post(f"/cart/lines/{WALLPAPER}", {"quantity": "2"}).status_code == 422
    assert quantities(shopper) == {WALLPAPER: 1}


def test_without_a_quantity_it_is_one(shopper: Shopper) -> None:
    shopper.post("/cart", {"product": PRINT})
    assert quantities(shopper) == {PRINT: 1}


HOSTILE = [
    "-1",
    "0",
    "100",
    "1e9",
    "abc",
    "",
    " ",
    "1.5",
    "٣",
    "²",
    "\x00",
    "9" * 400,
    "<b>2</b>",
    "1; DROP TABLE cart",
]


def test_a_quantity_that_is_none_adds_nothing(shopper: Shopper) -> None:
    for quantity in HOSTILE:
        answer = shopper.put(quantity=quantity)
        assert answer.status_code == 422, quantity
        assert "Give a whole number from 1 to 99." in answer.text
    assert shopper.rows("asklater_subject") == []


def test_a_quantity_that_is_none_changes_nothing_and_is_kept(shopper: Shopper) -> None:
    shopper.put(quantity=2)
    for quantity in set(HOSTILE) - {"0"}:
        answer = shopper.post(f"/cart/lines/{PRINT}", {"quantity": quantity})
        assert answer.status_code == 422, quantity
        assert answer.text.count("Give a whole number from 0 to 99.") == 2
        assert f'href="#quantity-{PRINT}"' in answer.text
        assert f'value="{escape(quantity[:20])}"' in answer.text
        assert "Error: Cart" in answer.text
        assert "<b>2</b>" not in answer.text
    assert quantities(shopper) == {PRINT: 2}


def test_an_unknown_product_is_a_clear_message(shopper: Shopper) -> None:
    for product in ("", "no-such", "../etc", "' OR 1=1", "\x00", "x" * 5000, "<script>"):
        answer = shopper.put(product)
        assert answer.status_code == 422, product
        assert "There is no such product" in answer.text or "Choose something to add" in answer.text
        assert "<script>" not in answer.text
    assert shopper.post("/cart/lines/no-such", {"quantity": "1"}).status_code == 422
    assert shopper.post("/cart/lines/no-such/remove").status_code == 422


def test_a_parameter_sent_twice_is_refused(shopper: Shopper) -> None:
    for twice in ({"product": [PRINT, OTHER_PRINT], "quantity": "1"}, {"product": PRINT, "quantity": ["1", "2"]}):
        answer = shopper.post("/cart", twice)
        assert answer.status_code == 422
        assert "more than once" in answer.text
    assert shopper.rows("cart_line") == []


def test_a_missing_product_is_a_clear_message(shopper: Shopper) -> None:
    assert "Choose something to add" in shopper.post("/cart", {"quantity": "1"}).text


def test_changing_shows_the_new_sum(shopper: Shopper) -> None:
    shopper.put()
    answer = shopper.post(f"/cart/lines/{PRINT}", {"quantity": "3"})
    text = answer.text if shopper.htmx else shopper.client.get(shopper.went_to()).text
    assert "€144.00" in text
    if shopper.htmx:
        assert answer.headers["HX-Retarget"] == "#cart"
        assert "The total is €144.00." in text


def test_what_was_removed_comes_back_with_undo(shopper: Shopper) -> None:
    shopper.put(quantity=4)
    answer = shopper.post(f"/cart/lines/{PRINT}/remove")
    text = answer.text if shopper.htmx else shopper.get(shopper.went_to()).text
    assert "“Late Sun, Low Hills” was removed." in text
    assert quantities(shopper) == {}
    forms = shopper.forms()
    undo = next(index for index, (action, _) in enumerate(forms) if action == f"/cart/lines/{PRINT}")
    shopper.answer({}, form=undo)
    assert quantities(shopper) == {PRINT: 4}


def test_zero_removes_as_well(shopper: Shopper) -> None:
    shopper.put()
    shopper.post(f"/cart/lines/{PRINT}", {"quantity": "0"})
    assert quantities(shopper) == {}


def test_removing_twice_is_harmless(shopper: Shopper) -> None:
    shopper.put()
    for _ in range(2):
        assert shopper.post(f"/cart/lines/{PRINT}/remove").status_code in {200, 303}
    assert quantities(shopper) == {}


def test_delivery_is_said_before_the_checkout(plain: Shopper) -> None:
    plain.put()
    assert "Free from €80.00: €32.00 to go." in plain.get("/cart").text
    assert "€52.90" in plain.get("/cart").text
    plain.put(quantity=1)
    assert "€96.00" in plain.get("/cart").text
    assert "Orders of €80.00 or more are delivered free." in plain.get("/cart").text


def test_a_cart_of_files_has_nothing_to_deliver(plain: Shopper) -> None:
    plain.put(WALLPAPER)
    page = plain.get("/cart").text
    assert "Nothing to deliver" in page
    assert "€9.00" in page


def test_a_product_that_is_gone_stays_marked_and_is_removed_with_one_press(shopper: Shopper) -> None:
    shopper.put()
    shopper.put(OTHER_PRINT)
    shopper.run(f"UPDATE product SET withdrawn_at = 1 WHERE slug = '{PRINT}'")
    page = shopper.client.get("/cart").text
    assert "No longer for sale, so it cannot be ordered." in page
    assert 'action="/checkout"' not in page
    assert shopper.put().status_code == 422
    assert shopper.post(f"/cart/lines/{PRINT}", {"quantity": "2"}).status_code == 422
    shopper.post(f"/cart/lines/{PRINT}/remove")
    assert quantities(shopper) == {OTHER_PRINT: 1}
    assert 'action="/checkout"' in shopper.client.get("/cart").text


def test_carts_are_apart(shopper: Shopper, somebody: Callable[[], Shopper]) -> None:
    shopper.put()
    assert "Your cart is empty" in somebody().get("/cart").text


def test_the_cart_is_nobody_elses_cache(shopper: Shopper) -> None:
    shopper.put()
    assert shopper.get("/cart").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", [f"/cart/lines/{PRINT}", f"/cart/lines/{PRINT}/remove"])
def test_looking_changes_nothing_and_leads_to_the_cart(shopper: Shopper, url: str) -> None:
    """A refused change stands at this address; signing in from there comes back to it with a GET."""
    shopper.put()
    shopper.get(url)
    assert shopper.went_to() == "/cart"
    assert quantities(shopper) == {PRINT: 1}


def test_without_the_token_of_the_page_nothing_is_added(shopper: Shopper) -> None:
    answer = shopper.client.post("/cart", data={"product": PRINT})
    assert answer.status_code == 400
    assert shopper.rows("cart_line") == []


def test_what_the_cart_costs(plain: Shopper) -> None:
    with statements(plain.app) as sent:
        plain.get("/cart")
    assert sent == []
    plain.put()
    for things, slug in enumerate((OTHER_PRINT, WALLPAPER), 2):
        plain.put(slug)
        with statements(plain.app) as sent:
            plain.get("/cart")
        assert len(sent) == 5, f"{things} things"  # the person, the lines, the products, the delivery, the badge
    with statements(plain.app) as sent:
        plain.get("/ask/sign_up")
    assert sum("cart_line" in statement for statement in sent) == 1
