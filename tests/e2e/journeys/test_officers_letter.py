"""A letter is entered, its writer found by a search, the request assigned and done; and a page of theirs is taken down
and put back.
"""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.account import Account
from tests.e2e.pages.officer import Officer
from tests.e2e.pages.shop import Shop

ADDRESS = "by.letter@x.example"


def test_from_the_letter_to_the_answer(open_page: Opener, auditor: Auditor) -> None:
    Account(open_page()).sign_up_and_prove(ADDRESS)
    officer = Officer(open_page())
    page, main = officer.page, officer.main
    officer.open_page("Requests")
    auditor.audit(page)
    officer.open_entry()
    auditor.audit(page)
    day = datetime.now(UTC).date() - timedelta(days=3)
    officer.enter_letter("Copy of my data", ADDRESS, day.isoformat(), " ", "I want a copy.")
    expect(page.get_by_role("group", name="There is a problem")).to_be_focused()
    auditor.audit(page)
    page.get_by_label("How you checked who it is").fill("Called back on the number that we have.")
    page.get_by_role("button", name="Enter it").click()
    expect(page.locator(".flashes")).to_contain_text("Entered. Its month ends on")
    expect(main).to_contain_text("by letter, entered on")

    officer.open_page("Search")
    auditor.audit(page)
    officer.search(ADDRESS, "Their letter of this week")
    expect(main).to_contain_text("b…@x.example")
    expect(main).to_contain_text("The address is verified.")
    expect(main).not_to_contain_text(ADDRESS)
    auditor.audit(page)
    main.locator(".requests").get_by_role("link", name="Copy of my data").click()
    officer.take_step("Assign to me").get_by_role("button", name="Assign to me").click()
    expect(page.locator(".flashes")).to_contain_text("Noted")

    officer.open_page("Requests")
    page.get_by_label("Assigned to").select_option("You")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".requests")).to_contain_text("Assigned to you")
    page.locator(".requests").get_by_role("link", name="Copy of my data").first.click()
    step = officer.take_step("Complete it")
    step.get_by_label("It is answered in another way").check()
    step.get_by_label("What was done").fill("Sent by post.")
    step.get_by_role("button", name="Complete it").click()
    expect(page.locator(".flashes")).to_contain_text("Noted")
    officer.open_page("Requests")
    page.get_by_label("State").select_option("done")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".requests")).to_contain_text("by letter")
    auditor.audit(page)


def test_what_nobody_controls_is_taken_down_and_put_back(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page())
    shop.open_work()
    shop.share()
    shop.prompt.give_email("never.proved@x.example")
    shop.prompt.give_name("Ada of the Letters")
    shop.prompt.go_on()
    shop.page.wait_for_url("**/shares/**")
    shared = shop.page.url

    officer = Officer(open_page())
    page = officer.page
    officer.open_page("Search")
    officer.search(shared, "A complaint by phone")
    expect(officer.main).to_contain_text("Nobody reaches this through a verified address.")
    auditor.audit(page)
    officer.take_down("It is orphaned", "It shows a house number.")
    auditor.audit(page)
    answer = shop.page.goto(shared)
    assert answer is not None
    assert answer.status == 404
    officer.put_back("It was another page.")
    auditor.audit(page)
    shop.page.goto(shared)
    expect(shop.page.locator("main")).to_contain_text("Ada of the Letters")
