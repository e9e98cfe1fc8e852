"""Getting back in by what the account really holds: recovery codes, the app, a passkey; all parts together."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.asklater.integration.accounts.recovery_steps import ADA, NEW, begin, email_of, recoveries, show
from tests.asklater.integration.accounts.second_factors.steps import (
    add_app,
    add_passkey,
    code_of,
    codes_on,
    events,
    sign_in,
)
from tests.asklater.integration.accounts.test_recovery_lost_factor import prove_mail
from tests.support.authenticator import Authenticator
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle

Other = Callable[[], Browser]


@pytest.fixture
def codes(with_passkey: Browser) -> list[str]:
    """The recovery codes that came with Ada's passkey."""
    assert with_passkey.page is not None
    return codes_on(with_passkey.page.text)


def test_a_code_and_the_app_mend_a_lost_mail_at_once(
    workshop: Flask, ada: int, with_passkey: Browser, codes: list[str], visitor: Browser
) -> None:
    secret = add_app(with_passkey)
    page = show(begin(visitor), recovery_code=codes[0], authenticator=code_of(secret, 1))
    assert page.status_code == 303
    assert email_of(workshop, ada) == NEW
    assert NEW in visitor.get("/account").text
    assert ADA not in with_passkey.get("/account").text
    assert "recovered" in events(workshop)


def test_a_code_alone_waits_and_is_used_up(
    workshop: Flask, ada: int, codes: list[str], visitor: Browser, another: Other
) -> None:
    show(begin(visitor), recovery_code=codes[0])
    assert len(recoveries(workshop)) == 1
    assert email_of(workshop, ada) == ADA
    refused = show(begin(another()), recovery_code=codes[0])
    assert refused.status_code == 422


def test_a_slip_costs_no_code(workshop: Flask, with_passkey: Browser, codes: list[str], visitor: Browser) -> None:
    secret = add_app(with_passkey)
    begin(visitor)
    assert show(visitor, recovery_code=codes[0], authenticator="000000").status_code == 422
    assert show(visitor, recovery_code=codes[0], authenticator=code_of(secret, 1)).status_code == 303


def test_an_account_that_is_not_there_answers_alike(codes: list[str], visitor: Browser, another: Other) -> None:
    known = show(begin(visitor), recovery_code="AAAA-BBBB-CCCC-DDDD")
    unknown = show(begin(another(), address="nobody@x.example"), recovery_code="AAAA-BBBB-CCCC-DDDD")
    assert known.status_code == unknown.status_code == 422
    assert _said(known.text) == _said(unknown.text)


@pytest.mark.thorough
def test_a_lost_passkey_is_gone_after_a_recovery_code(
    workshop: Flask,
    ada: int,
    codes: list[str],
    visitor: Browser,
    device: Authenticator,
    another: Other,
) -> None:
    prove_mail(visitor)
    visitor.get("/recover/factor")
    assert visitor.post("/recover/factor", {"recovery_code": codes[0]}).status_code == 303
    assert ADA in visitor.get("/account").text
    assert sign_in(another(), device).status_code == 422
    assert browser_of(workshop, ada).get("/account/recovery-codes").status_code == 404


@pytest.mark.thorough
def test_mail_alone_takes_a_week_and_is_not_for_the_staff(workshop: Flask, visitor: Browser, another: Other) -> None:
    for email, role in (("plain@x.example", ""), ("staff@x.example", "admin")):
        number = settle(workshop, email, role)
        add_passkey(browser_of(workshop, number), Authenticator())
        person = prove_mail(another(), email)
        page = person.get("/recover/factor").text
        answer = person.post("/recover/factor", {})
        waits = [row.subject_id for row in recoveries(workshop)]
        assert ("7 days" in page) is (role == "")
        assert (number in waits) is (role == "")
        assert (answer.status_code == 422) is (role != "")


def test_the_security_page_tells_what_is_open_and_what_one_more_would_add(
    workshop: Flask, ada: int, with_passkey: Browser
) -> None:
    page = with_passkey.get("/account/security").text
    assert "Second address" in page
    assert 'href="/account/recovery-address"' in page


def _said(page: str) -> list[str]:
    """The page but for its tokens and the address that was typed."""
    return [line for line in page.splitlines() if not any(own in line for own in ("csrf", "nobody@x", ADA))]
