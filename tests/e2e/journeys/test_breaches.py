"""A stolen laptop: from its notice to the authority and the letters, and what a customer finds in the mailbox."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from playwright.sync_api import expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.account import Account
from tests.e2e.pages.breaches import Breaches

ADDRESS = "told@x.example"


def test_from_the_notice_to_the_letters(open_page: Opener, auditor: Auditor, halftone: Flask) -> None:
    customer = open_page()
    Account(customer).sign_up_and_prove(ADDRESS)
    officer = Breaches(open_page())
    page, main = officer.page, officer.page.locator("main")
    officer.open_as_the_officer()
    officer.enter(
        "A laptop was stolen", datetime.now(UTC) - timedelta(hours=50), "It held the addresses of customers."
    )
    expect(main).to_contain_text("left to notify the authority")
    auditor.audit(page)

    officer.take("Say what got out")
    expect(page.get_by_role("group", name="There is a problem")).to_be_focused()
    scope = officer.step("Say what got out")
    scope.get_by_label("What is chosen below").check()
    scope.get_by_label("Email address").first.check()
    officer.take("Say what got out")
    expect(main).to_contain_text("people are concerned")
    officer.decide("Assess the risk", "A high risk", "Strangers may write to them.")
    officer.decide("Decide about the authority", "Yes", "There is a risk.")
    officer.decide("Decide about the people", "Yes, each by a letter", "The risk is high.")

    page.get_by_role("link", name="Notice to the authority").click()
    expect(main).to_contain_text("It held the addresses of customers.")
    auditor.audit(page)
    page.get_by_role("link", name="Back").click()
    notified = officer.step("Note that the authority was notified")
    notified.get_by_label("When was it sent?").fill(f"{datetime.now(UTC):%Y-%m-%dT%H:%M}")
    officer.take("Note that the authority was notified")
    expect(main).to_contain_text("authority notified on")

    letter = officer.step("Write the letter")
    letter.get_by_label("Subject of the letter").fill("Your address may be known to strangers")
    letter.get_by_label("What happened, in plain words").fill("A laptop with your address was stolen.")
    officer.take("Write the letter")
    expect(page.locator("pre")).to_contain_text("A laptop with your address was stolen.")
    officer.take("Send the letters")
    halftone.extensions["asklater.jobs"].runs["send_breach_letters"]()
    page.reload()
    expect(main).to_contain_text("No more are being written.")
    auditor.audit(page)
    customer.goto("/mailbox/")
    customer.get_by_role("link", name="Your address may be known").filter(has_text=ADDRESS).click()
    expect(customer.locator("main")).to_contain_text("A laptop with your address was stolen.")

    closing = officer.step("Close the breach")
    closing.get_by_label("What was learned").fill("Disks are encrypted from now on.")
    officer.take("Close the breach")
    expect(main).to_contain_text("closed on")
