"""Names written from right to left, and what a screen reader is told on the way: prompt, errors, order and review."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.shop import Shop

HEBREW, ARABIC = "עדה לאבלייס", "آدا لوفليس"
STREET, WORDS = "רחוב הרצל 12", "מודפס יפה, 5 כוכבים!"
ASKED = """
- paragraph: "Place order: 1 of 3"
- heading "Email address" [level=2]
- textbox "Email address"
- button "Continue"
- button "Cancel"
"""
REFUSED = """
- paragraph: "Place order: 2 of 3"
- list:
  - listitem:
    - 'button "Change: Email address"'
- heading "Delivery address" [level=2]
- group "There is a problem":
  - heading "There is a problem" [level=3]
  - list:
    - listitem:
      - link "Fill in “Street and number”."
- group "Delivery address":
  - textbox "Full name": {name}
  - paragraph: "Error: Fill in “Street and number”."
  - textbox "Street and number" [invalid]
  - textbox "City": Berlin
- button "Continue"
"""
ORDERED = """
- main:
  - heading /Order [0-9A-Z]{{4}}-[0-9A-Z]{{4}}/ [level=1]
  - list "In this order":
    - listitem
  - region "Deliver to":
    - heading "Deliver to" [level=2]
    - text: {name} {street} 10115 Berlin Germany
"""


def direction_of(place: Locator) -> str:
    return str(place.evaluate("element => getComputedStyle(element).direction"))


@pytest.mark.parametrize("name", [HEBREW, ARABIC], ids=["hebrew", "arabic"])
def test_a_name_from_right_to_left_goes_all_the_way(
    open_page: Opener, auditor: Auditor, picture_file: Path, name: str
) -> None:
    shop = Shop(open_page())
    section = shop.prompt.section
    shop.begin_order()
    expect(section).to_match_aria_snapshot(ASKED)
    shop.prompt.give_email(f"right-to-left-{ord(name[0])}@x.example")
    shop.prompt.go_on()

    shop.prompt.expect_open("Delivery address", "2 of 3")
    shop.prompt.give_address(name)
    section.get_by_label("Street and number").fill("")
    shop.prompt.go_on()
    expect(section).to_match_aria_snapshot(REFUSED.format(name=name))
    missing = section.get_by_label("Street and number")
    expect(missing).to_have_accessible_description(re.compile("Error: Fill in “Street and number”"))
    expect(section.get_by_label("Full name")).not_to_have_attribute("aria-invalid", "true")
    assert direction_of(section.get_by_label("Full name")) == "rtl"
    assert direction_of(section.get_by_label("City")) == "ltr"
    auditor.audit(shop.page)
    missing.fill(STREET)
    shop.prompt.go_on()

    shop.prompt.expect_open("Payment method", "3 of 3")
    shop.pay()
    shop.expect_order_page()
    expect(shop.page.locator("main")).to_match_aria_snapshot(ORDERED.format(name=name, street=STREET))
    assert direction_of(shop.page.get_by_text(STREET)) == "rtl"
    auditor.audit(shop.page)

    shop.open_work("fern-study")
    shop.write_review("4", WORDS)
    shop.prompt.expect_open("Post review")
    expect(section.get_by_label("Display name")).to_have_accessible_description(re.compile("So that people see"))
    shop.prompt.give_name(name)
    shop.prompt.give_picture(picture_file)
    shop.prompt.go_on()
    review = shop.page.locator(".review", has_text=name)
    expect(review).to_contain_text(WORDS)
    assert direction_of(review.get_by_text(WORDS)) == "rtl"
    assert direction_of(review) == "ltr"  # the page stays as it is around it
    auditor.audit(shop.page)
