"""From a first visit to an order in one flow: with htmx, and with JavaScript off."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.shop import Shop


@pytest.mark.in_the_loop
def test_a_visitor_orders_in_place(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page())
    shop.open_front()
    auditor.audit(shop.page)
    shop.open_work()
    auditor.audit(shop.page)
    shop.add_to_cart()
    expect(shop.page.locator("#added")).to_contain_text("cart")
    expect(shop.page.get_by_role("navigation", name="Main").get_by_role("link", name="Cart")).to_contain_text("1")
    shop.open_cart()
    auditor.audit(shop.page)
    total = shop.total()

    shop.place_order()
    shop.prompt.expect_open("Email address", "1 of 3")
    shop.prompt.expect_focus_on("Email address")
    auditor.audit(shop.page)
    shop.prompt.give_email("nobody")
    shop.prompt.go_on()
    expect(shop.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(shop.page).to_have_title(re.compile("^Error: "))
    expect(shop.prompt.section.get_by_label("Email address")).to_have_value("nobody")
    auditor.audit(shop.page)
    shop.prompt.give_email("ordering@x.example")
    shop.prompt.go_on()

    shop.prompt.expect_open("Delivery address", "2 of 3")
    expect(shop.page).not_to_have_title(re.compile("^Error"))
    shop.prompt.expect_focus_on_heading()
    auditor.audit(shop.page)
    shop.prompt.give_address()
    shop.prompt.go_on()
    shop.prompt.expect_open("Payment method", "3 of 3")
    auditor.audit(shop.page)
    shop.pay("4000 0000 0000 0002")
    expect(shop.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    auditor.audit(shop.page)
    shop.pay()

    shop.expect_order_page()
    assert shop.total() == total
    auditor.audit(shop.page)


def test_without_javascript_it_is_the_same_way(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page(java_script_enabled=False))
    shop.begin_order()
    shop.prompt.expect_open("Email address", "1 of 3")
    shop.prompt.give_email("plain@x.example")
    shop.prompt.go_on()
    shop.prompt.section.get_by_label("Country").select_option("GB")
    shop.page.get_by_role("button", name="Update the form").click()
    shop.prompt.section.get_by_label("Full name").fill("Ada")
    shop.prompt.section.get_by_label("Street and number").fill("10 Downing Street")
    shop.prompt.section.get_by_label("Town").fill("London")
    shop.prompt.section.get_by_label("Postcode").fill("nonsense")
    shop.prompt.go_on()
    expect(shop.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(shop.prompt.section.get_by_label("Full name")).to_have_value("Ada")
    shop.prompt.section.get_by_label("Postcode").fill("SW1A 2AA")
    shop.prompt.go_on()
    shop.prompt.expect_open("Payment method", "3 of 3")
    shop.pay()
    shop.expect_order_page()


def test_the_country_changes_the_form_in_place_and_keeps_what_was_typed(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page())
    shop.begin_order()
    shop.prompt.give_email("abroad@x.example")
    shop.prompt.go_on()
    shop.prompt.expect_open("Delivery address", "2 of 3")
    shop.prompt.section.get_by_label("Full name").fill("Ada Lovelace")
    shop.prompt.section.get_by_label("Country").focus()
    shop.prompt.section.get_by_label("Country").select_option("US")
    expect(shop.prompt.section.get_by_label("State")).to_be_visible()
    expect(shop.prompt.section.get_by_label("Full name")).to_have_value("Ada Lovelace")
    expect(shop.prompt.section.get_by_label("Country")).to_be_focused()
    auditor.audit(shop.page)


def _at_the_address(open_page: Opener, email: str) -> Shop:
    shop = Shop(open_page())
    shop.begin_order()
    shop.prompt.give_email(email)
    shop.prompt.go_on()
    shop.prompt.expect_open("Delivery address", "2 of 3")
    return shop


def _held_back(shop: Shop) -> list[Route]:
    """The requests of the prompt, which do not go on by themselves."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    shop.page.route("**/checkout", hold)
    return held


def _let_go(shop: Shop, held: list[Route]) -> None:
    """Let the request that is held back go on."""
    while not held:
        shop.page.evaluate("0")  # which lets it arrive here
    held.pop().continue_()


AUTOFILL = """values => {
    for (const [label, value] of Object.entries(values)) {
        const labels = [...document.querySelectorAll("section.prompt label")];
        const control = labels.find(it => it.textContent.trim().startsWith(label)).control;
        control.value = value;
        for (const name of ["input", "change"]) control.dispatchEvent(new Event(name, {bubbles: true}));
    }
}"""
"""As a browser fills in an address that it knows: all at once, the country first."""
KNOWN = {
    "Country": "US",
    "Full name": "Grace Hopper",
    "Street and number": "1600 Pennsylvania Avenue NW",
    "Apartment": "Floor 2",
    "Postal code": "20500",
    "City": "Washington",
}


def test_what_a_browser_fills_in_while_the_form_is_redrawn_stays(open_page: Opener) -> None:
    shop = _at_the_address(open_page, "autofill@x.example")
    held = _held_back(shop)
    shop.page.evaluate(AUTOFILL, KNOWN)
    expect(shop.prompt.section.get_by_label("City")).to_have_value("Washington")
    _let_go(shop, held)
    expect(shop.prompt.section.get_by_label("State")).to_be_visible()
    for label, value in {**KNOWN, "ZIP code": KNOWN["Postal code"]}.items():
        if label != "Postal code":
            expect(shop.prompt.section.get_by_label(label)).to_have_value(value)
    shop.page.unroute("**/checkout")
    shop.prompt.section.get_by_label("State").select_option("DC")
    shop.prompt.go_on()
    shop.prompt.expect_open("Payment method", "3 of 3")


def test_what_is_typed_while_the_form_is_redrawn_stays(open_page: Opener) -> None:
    shop = _at_the_address(open_page, "quick@x.example")
    section, held = shop.prompt.section, _held_back(shop)
    section.get_by_label("City").fill("Berlin")
    section.get_by_label("Country").select_option("US")
    section.get_by_label("Postal code").fill("10115")
    section.get_by_label("Full name").focus()
    shop.page.keyboard.type("Ada Lov")
    _let_go(shop, held)
    expect(section.get_by_label("ZIP code")).to_have_value("10115")
    expect(section.get_by_label("Full name")).to_be_focused()
    shop.page.keyboard.type("elace")
    expect(section.get_by_label("Full name")).to_have_value("Ada Lovelace")
    section.get_by_label("Country").select_option("DE")
    section.get_by_label("State").select_option("New York")
    _let_go(shop, held)
    expect(section.get_by_label("State")).to_have_count(0)
    section.get_by_label("Country").select_option("US")
    _let_go(shop, held)
    expect(section.get_by_label("State")).to_have_value("NY")  # it was kept, though Germany has no states to choose
    expect(section.get_by_label("City")).to_have_value("Berlin")
    section.get_by_label("Country").select_option("DE")
    section.get_by_label("Street and number").fill("Ackerstrasse 12")
    shop.page.unroute("**/checkout")
    shop.prompt.go_on()  # wins over the redrawing that is still under way
    shop.prompt.expect_open("Payment method", "3 of 3")


def test_back_from_a_link_to_an_input_keeps_the_prompt(open_page: Opener) -> None:
    shop = _at_the_address(open_page, "back@x.example")
    shop.prompt.section.get_by_label("Full name").fill("Ada Lovelace")
    shop.prompt.go_on()
    summary = shop.page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(shop.prompt.section.get_by_label("Street and number")).to_be_focused()
    shop.page.go_back()  # to where the cart was filled
    expect(shop.page.get_by_role("button", name="Add to cart")).to_be_visible()
    shop.page.go_forward()
    shop.place_order()
    shop.prompt.expect_open("Delivery address", "2 of 3")


def test_cancelling_goes_back_to_the_button_and_loses_nothing(open_page: Opener) -> None:
    shop = Shop(open_page())
    shop.begin_order()
    shop.prompt.expect_open("Email address")
    shop.prompt.cancel()
    expect(shop.prompt.section).to_have_count(0)
    expect(shop.page.get_by_role("button", name="Place order")).to_be_focused()
    shop.place_order()
    shop.prompt.expect_open("Email address", "1 of 3")


def test_a_cart_of_files_asks_for_no_address(open_page: Opener) -> None:
    shop = Shop(open_page())
    shop.open_front()
    shop.open_sort("Wallpapers")
    shop.open_first_work()
    shop.add_to_cart()
    expect(shop.page.locator("#added")).to_contain_text("cart")
    shop.open_cart()
    shop.place_order()
    shop.prompt.expect_open("Email address", "1 of 2")
    shop.prompt.give_email("files@x.example")
    shop.prompt.go_on()
    shop.prompt.expect_open("Payment method", "2 of 2")
    shop.pay()
    shop.expect_order_page()


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])
def test_a_double_click_places_one_order(open_page: Opener, script: bool) -> None:
    shop = Shop(open_page(java_script_enabled=script))
    shop.begin_order()
    shop.prompt.give_email(f"double-{script}@x.example")
    shop.prompt.go_on()
    shop.prompt.expect_open("Delivery address", "2 of 3")
    shop.prompt.give_address()
    shop.prompt.go_on()
    shop.prompt.expect_open("Payment method", "3 of 3")
    shop.prompt.section.get_by_label("Card number").fill("4242424242424242")
    shop.prompt.section.get_by_label("Expiry").fill("1230")
    shop.prompt.section.get_by_label("Security code").fill("123")
    shop.prompt.section.locator(".prompt-actions button").first.dblclick(no_wait_after=True)
    shop.expect_order_page()
    shop.page.goto("/orders")
    expect(shop.page.locator(".orders > li")).to_have_count(1)


def test_without_javascript_back_shows_the_prompt_as_it_was_left(open_page: Opener) -> None:
    """It answered a POST: the browser does not ask whether to send that again."""
    shop = Shop(open_page(java_script_enabled=False))
    shop.begin_order()
    shop.prompt.give_email("back@x.example")
    shop.open_front()
    shop.page.go_back()
    shop.prompt.expect_open("Email address", "1 of 3")
    expect(shop.prompt.section.get_by_label("Email address")).to_have_value("back@x.example")
    shop.prompt.go_on()
    shop.prompt.expect_open("Delivery address", "2 of 3")


def test_a_question_survives_a_quantity_changed_beside_it(open_page: Opener, auditor: Auditor) -> None:
    shop = _at_the_address(open_page, "beside@x.example")
    shop.prompt.section.get_by_label("Full name").fill("Ada Lovelace")
    shop.change_quantity("2")
    expect(shop.page.locator(".summary .total")).to_contain_text("96.00")
    expect(shop.prompt.section.get_by_label("Full name")).to_have_value("Ada Lovelace")
    shop.prompt.give_address()
    shop.prompt.go_on()
    shop.prompt.expect_open("Payment method", "3 of 3")
    shop.prompt.section.get_by_label("Card number").fill("4242 4242 4242 4242")
    shop.change_quantity("3")
    expect(shop.prompt.section.get_by_role("button", name="Order and pay €144.00")).to_be_visible()
    expect(shop.prompt.section.get_by_label("Card number")).to_have_value("4242 4242 4242 4242")
    auditor.audit(shop.page)
    shop.pay()
    shop.expect_order_page()
    assert shop.total() == "€144.00"


def test_an_earlier_step_is_changed_and_the_order_goes_on(open_page: Opener, auditor: Auditor) -> None:
    shop = _at_the_address(open_page, "changes@x.example")
    shop.prompt.give_address()
    shop.prompt.go_on()
    shop.prompt.expect_open("Payment method", "3 of 3")
    shop.prompt.change("Delivery address")
    shop.page.get_by_label("City").fill("Hamburg")
    shop.page.get_by_role("button", name="Save").click()
    expect(shop.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    shop.page.get_by_role("button", name="Continue").click()
    shop.prompt.expect_open("Payment method", "3 of 3")
    shop.pay()
    shop.expect_order_page()
    expect(shop.page.locator("address")).to_contain_text("Hamburg")


def test_on_a_phone_a_question_comes_into_view(open_page: Opener) -> None:
    shop = Shop(open_page(viewport={"width": 360, "height": 560}))
    shop.begin_order()
    shop.prompt.expect_focus_on("Email address")
    expect(shop.prompt.section.get_by_role("button", name="Continue")).to_be_in_viewport()
    shop.prompt.give_email("phone@x.example")
    shop.prompt.go_on()
    shop.prompt.expect_open("Delivery address", "2 of 3")
    expect(shop.prompt.section.locator(".prompt-steps")).to_be_in_viewport()


def test_on_a_slow_network_something_shows_at_once(open_page: Opener) -> None:
    shop = Shop(open_page())
    shop.begin_order()
    held = _held_back(shop)
    shop.prompt.give_email("slow@x.example")
    shop.prompt.go_on()
    line = "getComputedStyle(document.body, '::before').borderBlockStartWidth"
    shop.page.wait_for_function(f"{line} === '3px'")
    _let_go(shop, held)
    shop.prompt.expect_open("Delivery address", "2 of 3")
    shop.page.wait_for_function(f"{line} === '0px'")


def test_a_present_goes_to_somebody_else_paid_by_a_test_card(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page())
    shop.fill_cart()
    page = shop.page
    page.get_by_role("link", name="Send as a present").click()
    auditor.audit(page)
    page.get_by_label("Full name").fill("Grace Hopper")
    page.get_by_label("Country").select_option("GB")
    page.get_by_label("Postcode").fill("SW1A 2AA")
    expect(page.get_by_label("Full name")).to_have_value("Grace Hopper")
    page.get_by_label("Street and number").fill("10 Downing Street")
    page.get_by_label("Town").fill("London")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".facts")).to_contain_text("Grace Hopper")
    auditor.audit(page)
    shop.place_order()
    shop.prompt.give_email("giver@x.example")
    shop.prompt.go_on()
    shop.prompt.expect_open("Payment method", "2 of 2")
    shop.prompt.section.get_by_role("button", name="Mastercard that works").click()
    auditor.audit(page)
    shop.prompt.go_on()
    shop.expect_order_page()
    expect(page.locator("main")).to_contain_text("Grace Hopper")
    expect(page.locator("main")).to_contain_text("Mastercard ending in 4444")


def test_what_was_added_is_not_said_beside_its_removal(open_page: Opener) -> None:
    shop = Shop(open_page())
    shop.open_work()
    shop.page.locator("form.buy").evaluate("form => form.submit()")  # as without a script
    expect(shop.page.locator(".flashes")).to_contain_text("Added")
    shop.page.get_by_role("button", name="Remove: Late Sun").click()
    expect(shop.page.locator(".flashes")).to_contain_text("was removed")
    expect(shop.page.locator("main")).not_to_contain_text("Added")
