"""Somebody asks for a copy of everything; the officer blacks out a neighbour and writes; the copy is given."""

import json
import re

from playwright.sync_api import Page, expect

from asklater.privacy.exports.redactions import BLACK
from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.account import Account
from tests.e2e.pages.requests import Requests

ADDRESS = "copy@x.example"
MESSAGE = "Everything, please. My neighbour Grace Hopper says that you hold a lot."
KIND = "Copy of my data"


def test_texts_are_looked_through_a_reply_is_sent_and_the_copy_comes(open_page: Opener, auditor: Auditor) -> None:
    Account(open_page()).sign_up_and_prove(ADDRESS)
    outside = open_page()
    person = Requests(outside)
    person.ask_from_outside(KIND, ADDRESS, MESSAGE)
    person.type_code(Account(outside).shop.mailed_code())

    officer = Requests(open_page())
    officer.open_queue_as_the_officer()
    officer.open_first(KIND)
    officer.complete("Start an export for the person")
    expect(officer.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    auditor.audit(officer.page)
    black_out(officer.page, auditor)
    write(officer.page, auditor)
    officer.complete("Start an export for the person")
    officer.page.reload()
    expect(officer.page.locator("main")).to_contain_text("Request, done")
    auditor.audit(officer.page)

    own = open_page()
    Account(own).shop.open_front()
    Account(own).shop.sign_up(ADDRESS)
    Account(own).prove()
    read(own, auditor)


def black_out(page: Page, auditor: Auditor) -> None:
    """Open the texts, and black out the neighbour: first as she is not written, then as she is."""
    page.get_by_role("link", name="Look through the texts").click()
    expect(page.locator("main")).not_to_contain_text("Grace Hopper")
    auditor.audit(page)
    page.get_by_role("button", name="Show the texts").click()
    expect(page.locator("main")).to_contain_text("Grace Hopper")
    page.locator("summary", has_text="Black something out").first.click()
    page.get_by_label("The passage").first.fill("Grace Hoper")
    page.get_by_label("The reason").first.fill("It names a neighbour")
    page.get_by_role("button", name="Black it out").first.click()
    expect(page.locator("main")).to_contain_text("This does not stand in the text.")
    auditor.audit(page)
    page.get_by_label("The passage").first.fill("Grace Hopper")
    page.get_by_role("button", name="Black it out").first.click()
    expect(page.locator(".flashes")).to_contain_text("Blacked out")
    expect(page.locator("mark.redacted").first).to_have_text("Grace Hopper")
    auditor.audit(page)
    page.get_by_role("link", name="Back to the request").click()


def write(page: Page, auditor: Auditor) -> None:
    """Write from a template, look at it, change it, and send it."""
    page.get_by_role("link", name="Write to the person").click()
    page.get_by_label("Begin with a template").select_option(label="The copy is coming")
    page.get_by_role("button", name="Use this template").click()
    expect(page.get_by_role("textbox", name="Text")).to_have_value(re.compile("We are collecting everything"))
    auditor.audit(page)
    page.get_by_role("button", name="See it as it will be sent").click()
    expect(page.locator("main")).to_contain_text(f"This is emailed to {ADDRESS}")
    auditor.audit(page)
    page.get_by_role("button", name="Change it").click()
    page.get_by_role("textbox", name="Text").fill("Your copy is on its way.\n\n{controller}")
    page.get_by_role("button", name="See it as it will be sent").click()
    page.get_by_role("button", name="Send it").click()
    expect(page.locator(".flashes")).to_contain_text("Sent.")
    expect(page.locator(".correspondence")).to_contain_text("Your copy is on its way.")


def read(page: Page, auditor: Auditor) -> None:
    """The person reads what was written to them, and takes the copy."""
    page.goto("/account/requests")
    page.locator(".requests").get_by_role("link", name=KIND).click()
    expect(page.locator(".correspondence")).to_contain_text("Your copy is on its way.")
    expect(page.locator("main")).to_contain_text(f"My neighbour {BLACK} says")
    auditor.audit(page)
    page.get_by_role("link", name="To the export").click()
    expect(page.locator("main")).to_contain_text("It names a neighbour (1 text)")
    auditor.audit(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as JSON").click()
    document = json.loads(download.value.path().read_text("utf-8"))
    assert document["about"]["redactions"] == [{"reason": "It names a neighbour", "texts": 1}]
    assert "Grace Hopper" not in json.dumps(document)
