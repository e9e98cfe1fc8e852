"""An address that takes no mail: its person is told where they look, and a proof forgets it."""

import pytest
from flask import Flask

from asklater.database.access import current_database
from asklater.messages.bounces import bounced_at, note_bounce
from asklater.messages.mail import MAIL_OUTBOX
from asklater.messages.outbox import Bounced
from asklater.messages.tables import OutgoingMail
from tests.asklater.integration.accounts.test_signup import sign_up
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle

REFUSED = "Email to ada@x.example was refused. Check the address."
CODE = "answer.verified_email"


@pytest.fixture
def asked(visitor: Browser) -> Browser:
    """Signed up, and looking at the input for the code."""
    sign_up(visitor)
    visitor.get("/account/bring-back")
    return visitor


def refuse(_mail: OutgoingMail) -> None:
    raise Bounced("status 550")


def test_who_waits_for_a_code_is_told(asked: Browser) -> None:
    assert asked.page is not None
    assert REFUSED not in asked.page.text
    MAIL_OUTBOX.deliver_due(current_database(), refuse)
    assert REFUSED in asked.get("/account/bring-back").text


def test_strangers_learn_nothing_of_an_address(asked: Browser, another: object, workshop: Flask) -> None:
    MAIL_OUTBOX.deliver_due(current_database(), refuse)
    stranger = Browser(workshop)
    sign_up(stranger)
    assert REFUSED not in stranger.get("/account/bring-back").text


def test_the_account_page_says_so_until_the_address_is_proved(asked: Browser) -> None:
    with current_database().unit_of_work():
        note_bounce("ada@x.example")
    page = asked.get("/account").text
    assert REFUSED in page
    assert "Change the address" in page
    asked.get("/account/bring-back")
    asked.answer({CODE: asked.mailed_code()})
    assert bounced_at("ada@x.example") is None
    assert REFUSED not in asked.get("/account").text


def test_nobody_else_is_told_on_their_account_page(workshop: Flask) -> None:
    with current_database().unit_of_work():
        note_bounce("ada@x.example")
    assert "was refused" not in browser_of(workshop, settle(workshop, "bo@x.example")).get("/account").text
