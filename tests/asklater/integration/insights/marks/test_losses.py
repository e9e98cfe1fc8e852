"""What needs attention: losses in people, named only where the data shows them; on pages, in a file and by mail."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_string

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.tables import Account
from asklater.database.access import table_of
from asklater.engine import Engine
from asklater.insights.attention.tables import attention_subscriber
from asklater.messages.mail import MAIL_OUTBOX
from asklater.messages.sealing import opening_mail
from asklater.messages.smtp import SmtpTransport
from asklater.messages.tables import OutgoingMail
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.marks.asked import ask_daily
from tests.asklater.integration.messages.smtp_server import PostOffice, post_office
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows

PAGE = "/insights/attention"
MONDAY = datetime(2026, 7, 6, 8, 0, tzinfo=UTC)
"""The first day of the week after NOW, which is a Tuesday."""
LOST = "56 more of 280 people stopped at Email address, “Publish”, than at the rate of the four weeks before"


def lose(engine: Engine, until: datetime = NOW) -> None:
    """Seven in ten complete it for four weeks, and five in ten in the two weeks after them."""
    last = until.date() - timedelta(days=2)
    ask_daily(engine, last - timedelta(days=41), 28, 0.7)
    ask_daily(engine, last - timedelta(days=13), 14, 0.5)


def change_nothing(engine: Engine) -> None:
    ask_daily(engine, NOW.date() - timedelta(days=43), 42, 0.6)
    ask_daily(engine, NOW.date() - timedelta(days=43), 42, 0.3, action="send_letter")


@pytest.mark.thorough
def test_a_loss_is_told_in_people_with_the_days_that_it_is_of(pm: Browser, engine: Engine) -> None:
    lose(engine)
    for url in ("/insights", PAGE):
        page = html.unescape(pm.get(url).text)
        assert f"{LOST}: 50.0% of the asks were completed, 70.0% before." in page, url
        assert 'href="/insights/cells/email/publish?from=2026-06-15&to=2026-06-28' in page, url
    found = pm.get(f"{PAGE}/losses.json").json
    assert found is not None
    (row,) = found["rows"]
    assert (row["field"], row["context"], row["people"], row["persons"]) == ("email", "publish", 56, 280)
    assert pm.get(f"{PAGE}/losses.csv").text.count("\n") == 2


@pytest.mark.thorough
def test_what_costs_more_people_comes_first(pm: Browser, engine: Engine) -> None:
    lose(engine)
    ask_daily(engine, date(2026, 5, 18), 28, 0.9, persons=40, action="send_letter")
    ask_daily(engine, date(2026, 6, 15), 14, 0.6, persons=40, action="send_letter")
    told = re.findall(r"(\d+) more of (\d+) people", pm.get(PAGE).text)
    assert told == [("168", "560"), ("56", "280")]


@pytest.mark.thorough
def test_a_level_and_a_gain_are_no_loss(pm: Browser, engine: Engine) -> None:
    change_nothing(engine)
    ask_daily(engine, date(2026, 5, 18), 28, 0.2, action="sign_up")
    ask_daily(engine, date(2026, 6, 15), 14, 0.6, action="sign_up")
    assert "more of" not in pm.get("/insights").text
    assert "Nothing right now." in pm.get("/insights").text
    assert "No loss is shown by the data." in pm.get(PAGE).text


@pytest.mark.thorough
def test_a_loss_of_too_few_persons_is_not_told(pm: Browser, engine: Engine) -> None:
    ask_daily(engine, date(2026, 5, 18), 28, 1.0)
    ask_daily(engine, date(2026, 6, 15), 4, 0.0, persons=1)
    assert "more of" not in pm.get(PAGE).text


# By mail


def run_mails(app: Flask, at: datetime) -> list[str]:
    """The titles of what the worker writes then."""
    with clock.at(at):
        before = len(rows(app, table_of(OutgoingMail)))
        app.extensions["asklater.jobs"].runs["mail_losses"]()
        return [mail.title for mail in rows(app, table_of(OutgoingMail))[before:]]


@pytest.fixture
def reader(dashboard: Flask) -> Browser:
    """A product manager who has chosen the mail."""
    browser = browser_of(dashboard, settle(dashboard, "noor@x.example", "pm"), factor=True)
    assert browser.post(PAGE, {"mails": "losses"}).status_code == 303
    assert "Your choice is saved. The next email comes on Monday." in browser.get(PAGE).text
    return browser


@pytest.mark.thorough
def test_the_mail_comes_once_a_week_with_the_same_sentences(dashboard: Flask, reader: Browser, engine: Engine) -> None:
    lose(engine, MONDAY)
    assert run_mails(dashboard, NOW) == [], "not in the week in which it was chosen"
    assert run_mails(dashboard, MONDAY) == ["What needs attention: 1 loss"]
    assert run_mails(dashboard, MONDAY + timedelta(days=6)) == []
    mail = rows(dashboard, table_of(OutgoingMail))[-1]
    assert mail.recipient == "noor@x.example"
    assert LOST in mail.text
    assert "http://localhost/insights/attention" in mail.text


@pytest.mark.thorough
def test_no_mail_comes_where_nothing_was_lost_unless_it_was_asked_for(
    dashboard: Flask, reader: Browser, engine: Engine
) -> None:
    change_nothing(engine)
    assert run_mails(dashboard, MONDAY) == []
    reader.post(PAGE, {"mails": "always"})
    assert run_mails(dashboard, MONDAY + timedelta(days=7)) == ["What needs attention: nothing this week"]


@pytest.mark.thorough
def test_the_link_in_the_mail_stops_it_with_one_press_and_without_signing_in(
    dashboard: Flask, reader: Browser, stranger: Browser, engine: Engine
) -> None:
    lose(engine, MONDAY)
    run_mails(dashboard, MONDAY)
    url = re.search(r"http://localhost(/attention/stop/\S+)", rows(dashboard, table_of(OutgoingMail))[-1].text)
    assert url is not None
    assert "Press the button" in stranger.get(url[1]).text
    assert len(rows(dashboard, attention_subscriber)) == 1, "a scanner that opens links stops nothing"
    assert "We send you no more of these emails." in stranger.answer({}).text
    assert rows(dashboard, attention_subscriber) == []
    assert "We send you no more of these emails." in stranger.get(url[1]).text
    assert stranger.get(f"{url[1]}x").status_code == 404
    assert run_mails(dashboard, MONDAY + timedelta(days=7)) == []


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as server:
        yield server


def deliver(engine: Engine, office: PostOffice) -> int:
    with engine.app.app_context(), clock.at(MONDAY), SmtpTransport(office.url, "us@workshop.example") as send:
        return MAIL_OUTBOX.deliver_due(engine.database, opening_mail(send))


@pytest.mark.thorough
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_mail_program_stops_the_mails_with_one_post(
    dashboard: Flask, reader: Browser, engine: Engine, office: PostOffice
) -> None:
    lose(engine, MONDAY)
    run_mails(dashboard, MONDAY)
    assert deliver(engine, office) == 1
    letter = message_from_string(office.letters[0])
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = "".join(letter["List-Unsubscribe"].split()).strip("<>")
    path, program = url.removeprefix("http://localhost"), dashboard.test_client()
    for _ in range(2):  # as often as it likes, from anywhere, without a page or a cookie
        sent = program.post(path, data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert sent.status_code == 200
    assert rows(dashboard, attention_subscriber) == []


@pytest.mark.thorough
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_mail_that_waits_goes_no_more_once_they_are_stopped(
    dashboard: Flask, reader: Browser, engine: Engine, office: PostOffice
) -> None:
    lose(engine, MONDAY)
    run_mails(dashboard, MONDAY)
    reader.post(PAGE, {"mails": "none"})
    assert deliver(engine, office) == 0
    assert office.letters == []


@pytest.mark.thorough
def test_who_has_the_role_no_more_gets_no_mail(dashboard: Flask, reader: Browser, engine: Engine) -> None:
    lose(engine, MONDAY)
    with dashboard.app_context(), engine.database.unit_of_work():
        for account in engine.database.session().query(Account):
            account.role = ""
    assert run_mails(dashboard, MONDAY) == []
    assert rows(dashboard, attention_subscriber) == []


def test_the_choice_can_be_taken_back_and_has_to_be_one(reader: Browser, dashboard: Flask) -> None:
    refused = reader.post(PAGE, {"mails": "daily"})
    assert refused.status_code == 422
    assert "Choose when you want the email." in refused.text
    reader.post(PAGE, {"mails": "none"})
    assert rows(dashboard, attention_subscriber) == []
