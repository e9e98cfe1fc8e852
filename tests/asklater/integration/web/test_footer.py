"""The foot of every page: where the notice is, and in the demo the mails."""

from dataclasses import replace

from asklater.settings import Settings
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.workshop import WORKSHOP_FEATURES

NOTICE, MAILS = 'href="/privacy">Privacy notice<', 'href="/mailbox/">Demo mailbox<'


def foot(page: str) -> str:
    return page.partition("<footer")[2].partition("</footer>")[0]


def test_every_page_leads_to_the_notice_and_to_the_mails(visitor: Browser) -> None:
    for url in ("/account", "/privacy", "/nothing-is-here"):
        shown = foot(visitor.get(url).text).replace(' aria-current="page"', "")
        assert NOTICE in shown
        assert MAILS in shown
        assert shown.index(NOTICE) < shown.index(MAILS)
    assert 'aria-current="page"' in foot(visitor.get("/privacy").text)


def test_in_production_there_is_no_mailbox(settings: Settings) -> None:
    with opened(replace(settings, mode="production"), [*WORKSHOP_FEATURES, "tests.support.workshop"]) as app:
        shown = foot(Browser(app).get("/account", base_url="https://localhost").text)
    assert NOTICE in shown
    assert MAILS not in shown


def test_without_features_that_add_any_there_are_no_links(settings: Settings) -> None:
    with opened(settings, ["asklater.accounts", "tests.support.workshop"]) as app:
        shown = foot(Browser(app).get("/account").text)
    assert 'class="footer"' in shown
    assert "<nav" not in shown
