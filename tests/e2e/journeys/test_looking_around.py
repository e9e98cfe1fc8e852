"""Pages that everybody meets: search, errors, the notice, the mailbox, the demo; on a phone, in the dark."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.shop import Shop

PAGES = (
    "/?sort=print",
    "/?q=zzzz",
    "/privacy",
    "/mailbox/",
    "/demo/",
    "/docs/",
    "/docs/all",
    "/docs/manifest",
    "/account",
    "/cart",
    "/orders",
    "/ask/sign_up",
    "/nowhere",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_violation(open_page: Opener, auditor: Auditor, path: str) -> None:
    page = open_page()
    page.goto(path)
    auditor.audit(page)


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])
def test_search_finds_and_says_how_many(open_page: Opener, script: bool) -> None:
    shop = Shop(open_page(java_script_enabled=script))
    shop.open_front()
    shop.look_for("fern")
    expect(shop.page.locator("main .grid").last).to_contain_text("Fern Study")
    expect(shop.page).to_have_url(re.compile(r"/\?q=fern$") if script else shop.page.url)


def test_a_page_that_is_not_there_helps(open_page: Opener, base_url: str) -> None:
    page = open_page()
    page.goto("/nowhere")
    expect(page).to_have_title("There is nothing here · Halftone")
    page.get_by_role("link", name="Go to the home page").click()
    expect(page).to_have_url(f"{base_url}/")


@pytest.mark.in_the_loop
def test_the_whole_checkout_by_keyboard(open_page: Opener) -> None:
    page = open_page()
    shop = Shop(page)
    shop.open_work()
    page.get_by_role("button", name="Add to cart").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#added")).to_contain_text("cart")
    shop.open_cart()
    page.get_by_role("button", name="Place order").focus()
    page.keyboard.press("Enter")
    shop.prompt.expect_focus_on("Email address")
    page.keyboard.type("keyboard@x.example")
    page.keyboard.press("Enter")
    shop.prompt.expect_open("Delivery address", "2 of 3")


@pytest.mark.in_the_loop
def test_at_320_pixels_nothing_scrolls_sideways(open_page: Opener) -> None:
    page = open_page(viewport={"width": 320, "height": 640})
    shop = Shop(page)
    for path in ("/", "/products/late-sun", "/cart", "/account", "/privacy", "/demo/", "/docs/", "/docs/benchmarks"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= 321"), path
    shop.open_work()
    shop.share()
    shop.prompt.expect_open("Share this print")
    assert page.evaluate("document.documentElement.scrollWidth <= 321")


def test_room_is_kept_for_a_picture_before_it_is_there(open_page: Opener) -> None:
    page = open_page(viewport={"width": 360, "height": 640})
    page.route("**/art/*.svg*", lambda route: route.fulfill(body="", content_type="image/svg+xml"))
    page.goto("/products/late-sun")
    room = page.locator(".product-art img").bounding_box()
    assert room is not None
    assert room["width"] > 200
    assert room["height"] == pytest.approx(room["width"] * 4 / 3, rel=0.01)
