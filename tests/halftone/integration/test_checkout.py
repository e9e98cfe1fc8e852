"""From a cart to an order: what is asked, in which order, and what can come between."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest

from asklater.asking.submission import TOKEN
from asklater.database.access import Database
from asklater.rate_limits import try_to_spend
from halftone.checkout import ORDERS_OF_NETWORK
from halftone.payments import CHARGE_DECLINED
from tests.asklater.integration.core.test_costs import BUDGET
from tests.halftone.integration.shopping import ADDRESS, CARD, EMAIL, OTHER_PRINT, PRINT, WALLPAPER, Shopper

KEPT_CARD = {**CARD, "answer.payment_method.number": CHARGE_DECLINED}
"""One that is held from then on, and cannot be charged."""


def test_questions_come_one_by_one_and_then_the_order_is_placed(shopper: Shopper) -> None:
    shopper.put()
    assert "1 of 3" in shopper.order().text
    assert "2 of 3" in shopper.supply(EMAIL).text
    assert "3 of 3" in shopper.supply(ADDRESS).text
    shopper.supply(CARD)
    assert shopper.went_to().startswith("/orders/")
    assert "Late Sun" in shopper.client.get(shopper.went_to()).text


@pytest.mark.thorough
def test_whoever_holds_everything_is_asked_nothing(shopper: Shopper) -> None:
    shopper.buy()
    shopper.put(OTHER_PRINT)
    shopper.order()
    assert shopper.went_to().startswith("/orders/")
    assert len(shopper.rows("shop_order")) == 2


def test_a_cart_of_files_asks_for_no_address(shopper: Shopper) -> None:
    shopper.put(WALLPAPER)
    assert "1 of 2" in shopper.order().text
    assert "Card number" in shopper.supply(EMAIL).text
    shopper.supply(CARD)
    page = shopper.client.get(shopper.went_to()).text
    assert "Deliver to" not in page
    assert "Download" in page
    assert {row.field for row in shopper.rows("asklater_answer")} == {"email", "payment_method"}
    shopper.put()
    assert "Delivery address" in shopper.order().text


def test_the_reason_names_what_this_cart_needs_and_no_more(shopper: Shopper) -> None:
    where, how = "where to send it", "how you pay"
    shopper.put(WALLPAPER)
    asked = [shopper.order().text, shopper.supply(EMAIL).text]
    assert [(where in page, how in page) for page in asked] == [(False, True)] * 2
    shopper.put()
    asked = [shopper.order().text, shopper.supply(ADDRESS).text]
    assert [(where in page, how in page) for page in asked] == [(True, False), (False, True)]


def test_each_step_has_its_own_heading_and_the_ones_before_stay_as_lines(shopper: Shopper) -> None:
    shopper.put()
    steps = [shopper.order().text, shopper.supply(EMAIL).text, shopper.supply(ADDRESS).text]
    for page, label in zip(steps, ["Email address", "Delivery address", "Payment method"], strict=True):
        assert f">{label}</h" in page
    for before, page in enumerate(steps):
        assert page.count('name="_asklater.change"') == before


def test_cancelling_changes_no_count(shopper: Shopper) -> None:
    shopper.put()
    shopper.order()
    assert "2 of 3" in shopper.supply(EMAIL).text
    shopper.supply({"_asklater.cancel": ""})
    assert "2 of 3" in shopper.order().text


@pytest.mark.thorough
def test_an_earlier_answer_is_changed_on_its_page_and_the_order_goes_on(shopper: Shopper) -> None:
    shopper.put()
    shopper.order()
    shopper.supply(EMAIL, ADDRESS, {"_asklater.change": "shipping_address"})
    assert shopper.went_to().startswith("/account/fields/shipping_address?back=/ask/resume/")
    shopper.get(shopper.went_to())
    shopper.answer({**ADDRESS, "answer.shipping_address.city": "Hamburg"})
    assert "Welcome back" in shopper.get(shopper.went_to()).text
    assert "Payment method" in shopper.answer({}).text
    shopper.supply(CARD)
    assert "Hamburg" in shopper.get(shopper.went_to()).text


def test_what_is_not_held_is_no_step_to_be_changed(shopper: Shopper) -> None:
    shopper.put()
    shopper.order()
    assert "_asklater.change" not in shopper.supply({"_asklater.change": "payment_method"}).text
    assert shopper.went_to() == ""


@pytest.mark.parametrize("htmx", [False, True])
def test_who_only_has_the_question_drawn_anew_orders_nothing(shopper: Shopper, htmx: bool) -> None:
    """Meanwhile the rest was answered in another tab: nobody who changes a quantity has pressed "Order and pay"."""
    shopper.put()
    shopper.client.environ_base["HTTP_REFERER"] = "http://localhost/cart"
    shopper.order()
    shopper.supply(EMAIL, ADDRESS)
    asked = shopper.page
    shopper.supply(KEPT_CARD)
    shopper.page, shopper.htmx = asked, htmx
    shopper.answer({"_asklater.redraw": "1"})
    assert shopper.went_to() == "/cart"
    assert shopper.page is not None
    assert "was declined" not in shopper.page.text  # it was not even tried


def test_who_comes_back_from_elsewhere_and_holds_all_looks_the_order_over(shopper: Shopper) -> None:
    shopper.put()
    shopper.client.environ_base["HTTP_REFERER"] = "http://localhost/cart"
    shopper.order()
    shopper.supply(EMAIL, ADDRESS, {"_asklater.change": "shipping_address"})
    resume = shopper.went_to().partition("back=")[2]
    shopper.order()
    assert "was declined" in shopper.supply(KEPT_CARD).text
    page = shopper.get(resume)
    assert ">Continue</button>" in page.text
    assert "Place order" not in page.text
    shopper.client.environ_base["HTTP_REFERER"] = f"http://localhost{resume}"
    shopper.answer({})
    assert shopper.went_to() == "/cart"


def test_a_question_open_beside_the_cart_stays_when_a_quantity_changes(shopper: Shopper) -> None:
    shopper.htmx = True
    shopper.put(quantity=1)
    assert "data-hx-preserve" not in shopper.client.get("/cart").text
    assert "data-hx-preserve" in shopper.post(f"/cart/lines/{PRINT}", {"quantity": "2"}).text
    assert "data-hx-preserve" in shopper.post(f"/cart/lines/{PRINT}", {"quantity": "-2"}).text


def test_no_question_of_an_order_weighs_more_than_one_and_a_half_kilobytes(shopper: Shopper) -> None:
    shopper.put()
    form = shopper.cart_form()
    shopper.htmx = True
    shopper.order(form)
    for given in (EMAIL, ADDRESS, {}):
        assert shopper.page is not None
        assert len(gzip.compress(shopper.page.data)) <= BUDGET
        shopper.supply(given)


@pytest.mark.thorough
def test_an_order_keeps_what_was_shown(shopper: Shopper) -> None:
    shopper.put(quantity=1)
    shown = shopper.cart_form()["seen"].rpartition("=")[2]
    url = shopper.buy(WALLPAPER, PRINT)
    order = shopper.rows("shop_order")[0]
    assert (shown, order.total_cents) == ("5290", 2 * 4800 + 900)
    assert [(row.title, row.price_cents, row.quantity) for row in shopper.rows("shop_order_line")] == [
        ("Late Sun, Low Hills", 4800, 2),
        ("Moonrise, Still Lake", 900, 1),
    ]
    shopper.run("UPDATE product SET price_cents = 1, title = 'Renamed'")
    shopper.run("UPDATE asklater_answer SET expires_at = 0 WHERE field = 'shipping_address'")
    page = shopper.client.get(url).text
    assert "€105.00" in page
    assert "Ada Lovelace<br>Weg 1<br>10115 Berlin<br>Germany" in page
    assert "Renamed" not in page


def test_an_order_empties_the_cart_and_is_confirmed_by_mail(shopper: Shopper) -> None:
    url = shopper.buy()
    assert shopper.rows("cart_line") == []
    _code, mail = shopper.rows("asklater_outgoing_mail")
    number = shopper.rows("shop_order")[0].number
    assert mail.recipient == "ada@x.example"
    assert mail.title == f"Your order {number}"
    assert url in mail.text
    assert "€52.90" in mail.text
    assert "and where it goes" in mail.text
    assert "Berlin" not in mail.text  # a mail is no place for an address


@pytest.mark.thorough
def test_an_address_is_not_flooded_and_the_order_page_confirms_instead(shopper: Shopper) -> None:
    shopper.buy()
    assert "A confirmation was sent to you" in shopper.client.get(shopper.went_to()).text
    for _ in range(7):
        shopper.put(WALLPAPER)
        shopper.order()
    page = shopper.client.get(shopper.went_to()).text
    assert "this page is your confirmation" in page
    assert [row.mailed for row in shopper.rows("shop_order")] == [1] * 5 + [0] * 3  # the code went out first
    assert len(shopper.rows("asklater_outgoing_mail")) == 6


@pytest.mark.thorough
def test_orders_from_one_network_have_an_end(shopper: Shopper) -> None:
    shopper.buy()
    database: Database = shopper.app.extensions["asklater.database"]
    with shopper.app.app_context(), database.unit_of_work():
        while not try_to_spend(database, ORDERS_OF_NETWORK, "127.0.0.1"):
            pass
    shopper.put(OTHER_PRINT)
    page = shopper.order()
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 120
    assert "Many orders were placed from your network. Wait 2 minutes" in page.text
    assert "Undertow" in page.text
    told = shopper.client.post("/checkout", data=shopper.cart_form(), headers={"Accept": "application/json"})
    assert (told.status_code, told.mimetype) == (429, "application/problem+json")
    assert told.headers["Retry-After"]
    assert len(shopper.rows("shop_order")) == 1
    shopper.client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    shopper.order()
    assert shopper.went_to().startswith("/orders/")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"answer.payment_method.number": "4000 0000 0000 0002"}, "declined"),
        ({"answer.payment_method.number": "4242 4242 4242 4241"}, "one of its digits is wrong"),
        ({"answer.payment_method.expiry": "01 / 20"}, "expired"),
        ({"answer.payment_method.code": "1"}, "3 digits"),
        ({"answer.payment_method.number": "<script>alert(1)</script>"}, "digits only"),
        ({"answer.payment_method.number": ["4242424242424242", "4111111111111111"]}, "more than once"),
    ],
)
def test_a_card_that_is_refused_can_be_typed_again(shopper: Shopper, wrong: dict[str, str], words: str) -> None:
    shopper.put()
    shopper.order()
    shopper.supply(EMAIL, ADDRESS)
    answer = shopper.answer({**CARD, **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert shopper.rows("shop_order") == []
    shopper.supply(CARD)
    assert len(shopper.rows("shop_order")) == 1


@pytest.mark.thorough
def test_a_place_that_is_served_from_the_region_next_door_can_be_delivered_to(shopper: Shopper) -> None:
    jennings = {"country": "AU", "city": "Jennings", "country_area": "NSW", "postal_code": "4383"}
    shopper.put()
    shopper.order()
    shopper.supply(EMAIL)
    asked = shopper.answer({**ADDRESS, **{f"answer.shipping_address.{part}": text for part, text in jennings.items()}})
    assert asked.status_code == 422
    assert "seems to lie outside New South Wales" in asked.text
    assert 'value="4383"' in asked.text
    shopper.supply({**ADDRESS, **{f"answer.shipping_address.{part}": text for part, text in jennings.items()}}, CARD)
    assert len(shopper.rows("shop_order")) == 1


@pytest.mark.thorough
def test_a_provider_that_is_down_is_explained_and_does_not_loop(shopper: Shopper) -> None:
    shopper.put()
    shopper.order()
    shopper.supply(EMAIL, ADDRESS)
    answer = shopper.answer({**CARD, "answer.payment_method.number": "4000 0000 0000 0119"})
    assert "does not answer" in answer.text
    assert "Go back" in answer.text
    assert shopper.rows("shop_order") == []
    shopper.order()
    shopper.supply(CARD)
    assert len(shopper.rows("shop_order")) == 1


def test_a_charge_that_is_declined_orders_nothing_and_keeps_the_cart(shopper: Shopper) -> None:
    shopper.put()
    shopper.order()
    shopper.supply(EMAIL, ADDRESS)
    answer = shopper.answer({**CARD, "answer.payment_method.number": "4000 0000 0000 0341"})
    assert answer.status_code == 409
    assert "The card was declined." in answer.text
    assert 'href="/account/fields/payment_method"' in answer.text
    assert shopper.rows("shop_order") == []
    assert len(shopper.rows("cart_line")) == 1
    assert [row for row in shopper.rows("asklater_outgoing_mail") if "order" in row.title] == []


@pytest.mark.thorough
def test_a_cart_that_changed_in_another_tab_is_not_ordered(shopper: Shopper) -> None:
    shopper.buy()
    shopper.put()
    earlier = shopper.cart_form()
    shopper.put(OTHER_PRINT)
    shopper.post(f"/cart/lines/{PRINT}", {"quantity": "2"})
    answer = shopper.order(earlier)
    assert answer.status_code == 409
    assert "“Late Sun, Low Hills”: 2 now, 1 before." in answer.text
    assert "“Undertow” was added." in answer.text
    assert "The total is €140.00 now." in answer.text
    assert len(shopper.rows("shop_order")) == 1
    shopper.order()
    assert len(shopper.rows("shop_order")) == 2


def test_a_new_price_is_shown_before_it_is_charged(shopper: Shopper) -> None:
    shopper.put()
    form = shopper.cart_form()
    shopper.run(f"UPDATE product SET price_cents = 5000 WHERE slug = '{PRINT}'")
    answer = shopper.order(form)
    assert answer.status_code == 409
    assert "costs €50.00 now, €48.00 before." in answer.text
    assert shopper.rows("asklater_prompt") == []


@pytest.mark.thorough
def test_a_change_while_questions_are_open_loses_no_answer(shopper: Shopper) -> None:
    shopper.put()
    shopper.order()
    asked = shopper.supply(EMAIL, ADDRESS)
    shopper.put(OTHER_PRINT)
    shopper.page = asked
    answer = shopper.answer(CARD)
    assert answer.status_code == 409
    assert shopper.rows("shop_order") == []
    assert "payment_method" in {row.field for row in shopper.rows("asklater_answer")}
    assert [row.completed_at for row in shopper.rows("asklater_prompt") if row.action == "checkout"] == [None]
    shopper.order()
    assert len(shopper.rows("shop_order")) == 1


def test_a_product_that_is_gone_is_not_ordered(shopper: Shopper) -> None:
    shopper.put()
    form = shopper.cart_form()
    shopper.run(f"UPDATE product SET withdrawn_at = 1 WHERE slug = '{PRINT}'")
    answer = shopper.order(form)
    assert answer.status_code == 409
    assert "“Late Sun, Low Hills” is no longer for sale." in answer.text
    assert shopper.rows("shop_order") == []


@pytest.mark.thorough
def test_the_same_checkout_sent_twice_is_one_order(shopper: Shopper) -> None:
    shopper.buy()
    shopper.put()
    form = shopper.cart_form()
    first = [shopper.order(form), shopper.went_to()][1]
    second = [shopper.order(form), shopper.went_to()][1]
    assert first == second
    assert len(shopper.rows("shop_order")) == 2


def test_the_last_answer_sent_twice_is_one_order(shopper: Shopper) -> None:
    shopper.put()
    shopper.order()
    asked = shopper.supply(EMAIL, ADDRESS)
    pages = []
    for _ in range(2):
        shopper.page = asked
        shopper.answer(CARD)
        pages.append(shopper.went_to())
    assert pages[0] == pages[1] != ""
    assert len(shopper.rows("shop_order")) == 1


def test_an_answer_that_was_lost_takes_no_cart_with_it(shopper: Shopper) -> None:
    shopper.put()
    asked = shopper.order()
    before = shopper.cookies
    shopper.supply(EMAIL)
    shopper.cookies, shopper.page = before, asked  # a machine died before it could say that the session is renewed
    assert "2 of 3" in shopper.supply(EMAIL).text
    shopper.supply(ADDRESS, CARD)
    assert shopper.went_to().startswith("/orders/")
    assert [row.quantity for row in shopper.rows("shop_order_line")] == [1]


def test_an_old_page_shows_the_order_that_it_placed(shopper: Shopper) -> None:
    url = shopper.buy()
    shopper.put(OTHER_PRINT)
    key = shopper.rows("shop_order")[0].checkout_key
    shopper.order({**shopper.cart_form(), "key": key})
    assert shopper.went_to() == url
    assert len(shopper.rows("cart_line")) == 1


@pytest.mark.thorough
def test_a_forged_checkout_places_nothing(shopper: Shopper) -> None:
    shopper.buy()
    shopper.put()
    forgeries: list[dict[str, Any]] = [
        {"key": ""},
        {"seen": ""},
        {"key": "\x00", "seen": "\x00"},
        {"seen": "x" * 100_000},
        {"seen": "=1"},
        {"key": ["a", "b"]},
        {"seen": f"{PRINT}*1@1 =491"},
    ]
    for forged in forgeries:
        answer = shopper.order({**shopper.cart_form(), **forged})
        assert answer.status_code == 409, forged
        assert "nothing was ordered" in answer.text
    assert len(shopper.rows("shop_order")) == 1


@pytest.mark.thorough
def test_a_strangers_key_opens_nothing(shopper: Shopper, somebody: Callable[[], Shopper]) -> None:
    url = shopper.buy()
    key = shopper.rows("shop_order")[0].checkout_key
    stranger = somebody()
    stranger.put()
    assert stranger.order({**stranger.cart_form(), "key": key}).status_code == 409
    assert stranger.get(url).status_code == 404
    assert somebody().get(url).status_code == 404


def test_a_visitor_with_nothing_is_told_so_and_asked_nothing(shopper: Shopper) -> None:
    answer = shopper.post("/checkout", {"key": "", "seen": ""})
    assert answer.status_code == 409
    assert "There is nothing in the cart." in answer.text
    assert shopper.rows("asklater_subject") == []


def test_a_direct_post_without_answers_is_asked_for_them(shopper: Shopper) -> None:
    shopper.put()
    shopper.order()
    answer = shopper.answer({TOKEN: "forged", **CARD})
    assert "no longer valid" in answer.text
    assert shopper.rows("shop_order") == []
    assert shopper.rows("asklater_answer") == []


def test_looking_at_the_checkout_leads_to_the_cart(shopper: Shopper) -> None:
    shopper.get("/checkout")
    assert shopper.went_to() == "/cart"
    assert shopper.client.put("/checkout").status_code in {400, 405}
    assert shopper.client.delete("/checkout").status_code in {400, 405}


def test_cancelling_keeps_the_cart(shopper: Shopper) -> None:
    shopper.put()
    shopper.order()
    answer = shopper.answer({"_asklater.cancel": "1"})
    assert answer.text == "" if shopper.htmx else answer.status_code == 303
    assert len(shopper.rows("cart_line")) == 1
    assert shopper.rows("asklater_prompt")[0].dismissed_at is not None


def test_a_program_gets_problem_documents(plain: Shopper) -> None:
    headers = {"Accept": "application/json"}
    plain.put()
    form = plain.cart_form()
    asked = plain.client.post("/checkout", data=form, headers=headers)
    assert (asked.status_code, asked.get_json()["action"]) == (403, "checkout")
    assert [each["field"] for each in asked.get_json()["missing"]] == ["email"]
    assert asked.get_json()["later"] == ["shipping_address", "payment_method"]
    changed = plain.client.post("/checkout", data={**form, "seen": ""}, headers=headers)
    assert (changed.status_code, changed.content_type) == (409, "application/problem+json")


@pytest.mark.thorough
def test_whoever_has_not_proved_the_address_is_told_on_the_order_and_how_it_stays(shopper: Shopper) -> None:
    url = shopper.buy()
    page = shopper.client.get(url).text
    assert "You see this order in this browser only" in page
    assert f'href="/sign-in/welcome?next={url}"' in page or "Verify my email" in page
