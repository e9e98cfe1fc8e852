"""In the demo, beside the place for each code, the way to where it came."""

from flask import Flask

from asklater.forms import code_input
from tests.asklater.integration.accounts.test_signup import sign_up
from tests.support.browsing import Browser

MAILBOX, PHONE = 'href="/mailbox/" target="_blank"', 'href="/messages/" target="_blank"'


def test_beside_a_mailed_code_stands_the_mailbox(visitor: Browser) -> None:
    sign_up(visitor)
    assert MAILBOX in visitor.get("/sign-in/welcome").text
    assert MAILBOX in visitor.get("/account/bring-back").text


def test_each_code_says_where_it_came(workshop: Flask) -> None:
    with workshop.test_request_context():
        links = [code_input(sent=sent).link for sent in ("mail", "text", "")]
    assert [link and link[1] for link in links] == ["/mailbox/", "/messages/", None]
    assert code_input().link is None  # where no page is drawn, such as a schema
