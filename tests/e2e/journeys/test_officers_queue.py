"""Somebody without a way into their account asks to be erased; the officer takes more time, then does it."""

from playwright.sync_api import expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.account import Account
from tests.e2e.pages.requests import Requests

ADDRESS = "locked.out@x.example"


def test_asked_from_outside_extended_and_done(open_page: Opener, auditor: Auditor) -> None:
    Account(open_page()).sign_up_and_prove(ADDRESS)
    page = open_page()
    person, mailbox = Requests(page), Account(page).shop
    person.ask_from_outside("Erasure", ADDRESS, "My budgerigar is on your files.")
    auditor.audit(page)
    person.type_code(mailbox.mailed_code())
    auditor.audit(page)
    expect(page.locator("main")).to_contain_text("days left")
    link = page.url

    officer = Requests(open_page())
    officer.open_queue_as_the_officer()
    auditor.audit(officer.page)
    officer.open_first("Erasure")
    expect(officer.page.locator("main")).not_to_contain_text("budgerigar")
    officer.unfold("Read the message")
    officer.page.get_by_role("button", name="Read the message").click()
    expect(officer.page.locator("main")).to_contain_text("My budgerigar is on your files.")
    officer.take_more_time("2 months", " ")
    expect(officer.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    auditor.audit(officer.page)
    officer.take_more_time("2 months", "A backup has to be searched.")
    expect(officer.page.locator(".flashes")).to_contain_text("Noted")
    page.reload()
    expect(page.locator("main")).to_contain_text("open, with more time")
    officer.erase()
    expect(officer.page.locator("main")).to_contain_text("Everything was erased")
    auditor.audit(officer.page)
    page.goto(link)
    expect(page.locator("main")).to_contain_text("Everything was erased")
    expect(page.get_by_role("link", name="Signed receipt")).to_be_visible()
    auditor.audit(page)
