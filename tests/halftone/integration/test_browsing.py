"""Looking around: front page, search, product page."""

import gzip
import re
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
from flask import Flask

from tests.halftone.integration.publishing import reviewed, shared, withdraw
from tests.support.browsing import Browser, went_to
from tests.support.records import statements

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1 --",
    "%_\\",
    "{{ 7777 * 7 }}{% raw %}",
    "a\r\nSet-Cookie: x=1",
    "nul\x00 bell\x07",
    "\u202egnp.exe",
    "x" * 100_000,
    "a " * 5_000,
]


def titles(page: str) -> list[str]:
    return re.findall(r'class="card-title"><a href="[^"]+">([^<]+)', page)


def test_the_front_page_shows_everything_newest_first(visitor: Browser) -> None:
    page = visitor.get("/").text
    assert len(titles(page)) == 28
    assert titles(page)[0] == "Parquet"
    assert "28 works" in page


def test_the_opening_is_for_the_whole_shop_only(another: Callable[[], Browser]) -> None:
    browser = another()
    assert 'class="hero"' in browser.get("/").text
    assert 'class="hero"' not in browser.get("/?sort=print").text
    assert 'class="hero"' not in browser.get("/?q=moon").text


@pytest.mark.parametrize(("sort", "count"), [("print", 12), ("notebook", 8), ("wallpaper", 8)])
def test_a_sort_narrows_the_grid_and_is_marked(another: Callable[[], Browser], sort: str, count: int) -> None:
    page = another().get(f"/?sort={sort}").text
    assert len(titles(page)) == count
    assert re.search(rf'class="chip" href="/\?sort={sort}" aria-current="true"', page)
    assert f'href="/?sort={sort}" aria-current="page"' in page


def test_a_sort_that_does_not_exist_is_no_page(visitor: Browser) -> None:
    assert visitor.get("/?sort=poster").status_code == 404
    assert visitor.get("/?sort=%27+OR+1%3D1").status_code == 404


def test_search_finds_every_word_and_keeps_the_sort(visitor: Browser) -> None:
    page = visitor.get("/?q=dots+SUN&sort=print").text
    assert titles(page) == ["Sunday Table", "Head of Seeds", "Late Sun, Low Hills"]
    assert 'href="/?sort=notebook&amp;q=dots+SUN"' in page


def test_the_plural_of_a_sort_is_a_word_too(another: Callable[[], Browser]) -> None:
    assert len(titles(another().get("/?q=notebooks").text)) == 8


def test_htmx_gets_the_grid_the_chips_and_the_title_alone(shop: Flask) -> None:
    page = Browser(shop, htmx=True).get("/?q=moon").text
    assert page.lstrip().startswith("<title>Search: “moon” · Halftone</title>")
    assert 'id="sorts"' in page
    assert 'data-hx-swap-oob="true"' in page
    assert 'id="results"' in page
    assert re.search(r'data-announce="\d works"', page)
    assert "<header" not in page


def test_nothing_found_says_what_to_do(visitor: Browser) -> None:
    page = visitor.get("/?q=bicycle&sort=print").text
    assert "No results" in page
    assert 'href="/?sort=print"' in page
    assert "0 works" in page


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_search_is_inert(visitor: Browser, query: str) -> None:
    page = visitor.get("/", query_string={"q": query})
    assert page.status_code == (414 if len(quote_plus(query)) > 16_000 else 200)
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "54439" not in page.text
    assert len(page.text) < 60_000
    assert "\x00" not in page.text


def test_broken_unicode_and_repeated_parameters_are_inert(visitor: Browser) -> None:
    assert visitor.get("/?q=%ED%A0%80%FF").status_code == 200
    assert len(titles(visitor.get("/?q=sun&q=zzz&sort=print&sort=poster").text)) >= 1


def test_pictures_below_the_first_row_wait(another: Callable[[], Browser]) -> None:
    page = another().get("/?sort=print").text
    pictures = re.findall(r"<img [^>]+>", page)
    assert [("loading" in one) for one in pictures] == [False] * 4 + [True] * 8
    assert all('width="600" height="800"' in one for one in pictures)


@pytest.mark.thorough
def test_the_first_view_is_light(another: Callable[[], Browser]) -> None:
    """At most 40 KB over the wire without pictures, one script beside htmx, nothing from elsewhere."""
    browser = another()
    page = browser.get("/").text
    parts = re.findall(r'<(?:script|link)[^>]+(?:src|href)="([^"]+)"', page)
    assert len([part for part in parts if ".js" in part]) == 2
    assert all(part.startswith("/static/") for part in parts)
    weight = len(gzip.compress(page.encode(), 6))
    for part in parts:
        with browser.client.get(part) as answer:
            weight += len(gzip.compress(answer.data, 6))
    assert weight < 40_000


def test_a_visitor_who_looks_around_is_not_recorded(another: Callable[[], Browser], shop: Flask) -> None:
    browser = another()
    with statements(shop) as sent:
        browser.get("/")
        browser.get("/products/undertow")
        browser.get("/shares")
    assert not [one for one in sent if not one.startswith("SELECT")]
    assert browser.client.get_cookie("asklater") is not None  # the cross-site token's, nothing else


def test_a_product_page_sells_tells_and_leads_on(visitor: Browser) -> None:
    page = visitor.get("/products/late-sun").text
    assert "<h1>Late Sun, Low Hills</h1>" in page
    assert "€48.00" in page
    assert 'action="/cart"' in page
    assert 'data-hx-target="#added"' in page
    assert 'name="product" value="late-sun"' in page
    assert "Numbered edition of 150" in page
    assert len(set(titles(page)) - {"Late Sun, Low Hills"}) == 4


def test_a_download_has_no_quantity_and_needs_no_address(another: Callable[[], Browser]) -> None:
    page = another().get("/products/moonrise").text
    assert 'type="hidden" name="quantity" value="1"' in page
    assert "No address is needed" in page


def test_a_withdrawn_product_stays_and_says_so(shop: Flask, visitor: Browser) -> None:
    withdraw(shop, "undertow")
    page = visitor.get("/products/undertow")
    assert page.status_code == 200
    assert "No longer in the shop" in page.text
    assert 'href="/?sort=print"' in page.text
    assert 'action="/cart"' not in page.text
    assert "Share this print" not in page.text
    assert "Undertow" not in titles(visitor.get("/").text)


@pytest.mark.parametrize("slug", ["nothing", "late_sun", "..", "%00", "a" * 90, "%3Cscript%3E", "' OR 1=1"])
def test_an_unknown_product_is_a_page_that_helps(visitor: Browser, slug: str) -> None:
    page = visitor.get(f"/products/{slug}")
    assert page.status_code == 404
    assert "There is nothing here" in page.text


def test_the_address_of_a_form_leads_to_its_page(another: Callable[[], Browser]) -> None:
    for path in ("share", "reviews", "reviews/remove"):
        assert went_to(another().get(f"/products/late-sun/{path}")) == "/products/late-sun"


@pytest.mark.thorough
def test_pages_ask_few_statements(shop: Flask, another: Callable[[], Browser]) -> None:
    """Two of each are the frame's: who it is, and the cart's badge. The menu of one's own pages looks for warnings."""
    for number in range(8):
        reviewed(another(), email=f"p{number}@x.example")
    browser = another()
    share = shared(browser, email="owner@x.example")
    browser.get("/")  # which shows that it has its new session, and that is noted once
    own = {"/": 1, "/?q=sun&sort=print": 1, "/products/undertow": 3, "/products/late-sun": 4, share: 3, "/shares": 4}
    for url, most in own.items():
        with statements(shop) as sent:
            assert browser.get(url).status_code == 200
        assert len(sent) <= 2 + most, (url, sent)


@pytest.mark.parametrize("path", ["/", "/?sort=notebook", "/?q=moon", "/products/late-sun"])
def test_each_public_page_has_a_description(visitor: Browser, path: str) -> None:
    assert visitor.client.get(path).text.count('<meta name="description" content="') == 1
