"""A lost address, and a second one that helps: the owner objects to a thief; and comes back themselves."""

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.recovery import Recovery


def own(open_page: Opener, name: str, *, script: bool = True) -> Recovery:
    """Somebody who has an account with a second address."""
    owner = Recovery(open_page(java_script_enabled=script))
    owner.shop.open_front()
    owner.shop.sign_up(f"{name}@x.example")
    owner.add_second_address(f"{name}@second.example")
    return owner


def ask(person: Recovery, name: str) -> None:
    """Up to the wait."""
    person.open_from_sign_in()
    person.choose_lost_mail()
    person.give_addresses(f"{name}@x.example", f"{name}@new.example")
    person.prove_new_address()
    person.have_a_code_sent()
    person.show_second_address(person.shop.mailed_code())
    expect(person.page.get_by_role("heading", name="That is correct. Now there is a waiting period")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])
def test_the_owner_objects(open_page: Opener, auditor: Auditor, script: bool) -> None:
    name = f"robbed-{script}".lower()
    owner = own(open_page, name, script=script)
    expect(owner.page.locator("main")).to_contain_text("Second address: after 3 days")
    thief = Recovery(open_page(java_script_enabled=script))
    ask(thief, name)

    owner.page.goto("/account/security")
    expect(owner.page.get_by_role("heading", name="Somebody is trying to recover this account")).to_be_visible()
    if script:
        auditor.audit(owner.page)
    owner.page.goto(owner.mailed_link("Recovery of the account was asked for", "/recover/cancel/"))
    if script:
        auditor.audit(owner.page)
    owner.go_on("This was not me: cancel it")
    expect(owner.page.get_by_role("heading", name="It is cancelled")).to_be_visible()
    owner.page.goto("/account/security")
    expect(owner.page.locator("main")).not_to_contain_text("Somebody is trying")


def test_every_page_on_the_way_is_accessible(open_page: Opener, auditor: Auditor) -> None:
    person = Recovery(open_page())
    person.page.goto("/sign-in")
    auditor.audit(person.page)
    person.open_from_sign_in()
    person.go_on("Go on")
    expect(person.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    auditor.audit(person.page)
    person.choose_lost_mail()
    auditor.audit(person.page)
    person.give_addresses("never-was@x.example", "somebody@new.example")
    auditor.audit(person.page)
    person.prove_new_address()
    person.have_a_code_sent()
    person.show_second_address("123456")
    expect(person.page.get_by_text("These do not open that account together")).to_be_visible()
    auditor.audit(person.page)


def test_the_owner_comes_back_after_the_wait(open_page: Opener, auditor: Auditor, halftone: Flask) -> None:
    own(open_page, "returning-by-second")
    person = Recovery(open_page())
    ask(person, "returning-by-second")
    with halftone.extensions["asklater.database"].engine.begin() as connection:  # the wait is over
        connection.exec_driver_sql("UPDATE asklater_recovery SET opens_at = asked_at WHERE done_at IS NULL")
    halftone.extensions["asklater.jobs"].runs["remind_recoveries"]()
    person.page.goto(person.mailed_link("Your account can be opened now", "/recover/finish/"))
    auditor.audit(person.page)
    person.go_on("Recover my account")
    expect(person.page.get_by_text("You are back, and this is your address from now on.")).to_be_visible()
    expect(person.page.locator("main")).to_contain_text("returning-by-second@new.example")
    auditor.audit(person.page)
