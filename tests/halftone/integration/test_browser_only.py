"""Pages that show everything of a person say when that is of one browser only, and lead to the rest."""

import pytest

from tests.halftone.integration.shopping import PRINT, Shopper
from tests.halftone.integration.test_merging import come_back

PAGES = ["/account/data", "/account/export", "/account/erase", "/orders"]
SAID = "This browser only"


@pytest.mark.thorough
@pytest.mark.parametrize("url", PAGES)
def test_it_is_said_to_a_visitor_and_until_the_address_is_proved(plain: Shopper, url: str) -> None:
    assert 'href="/sign-in?next=' in plain.get(url).text.partition(SAID)[2]
    plain.buy(PRINT)
    way = f'href="/sign-in/welcome?next={url}"'
    assert way in plain.get(url).text.partition(SAID)[2]
    plain.get(f"/sign-in/welcome?next={url}")
    assert plain.answer({"code": plain.mailed_code()}).location == url
    assert SAID not in plain.get(url).text


@pytest.mark.thorough
def test_the_account_page_says_so_beside_the_way_to_the_rest(plain: Shopper) -> None:
    plain.buy(PRINT)
    assert "This page shows this browser only" in plain.get("/account").text
    come_back(plain)
    assert "This page shows this browser only" not in plain.get("/account").text


@pytest.mark.thorough
def test_an_erasure_of_one_browser_does_not_say_that_all_is_done(plain: Shopper) -> None:
    plain.buy(PRINT)
    assert "Delete this browser’s data" in plain.get("/account/erase").text
    plain.answer({"erase": "yes"})
    page = plain.get(plain.went_to())
    assert "nothing else was touched" in page.text
    assert 'href="/sign-in?next=/account/erase"' in page.text
    receipt = plain.get(f"{page.request.path}/receipt.json").json
    assert receipt is not None
    assert receipt["browser_only"] is True


@pytest.mark.thorough
def test_an_erasure_by_the_proved_owner_is_of_everything(plain: Shopper) -> None:
    plain.buy(PRINT)
    come_back(plain)
    assert "Delete my account" in plain.get("/account/erase").text
    plain.answer({"erase": "yes"})
    assert "nothing else was touched" not in plain.get(plain.went_to()).text
