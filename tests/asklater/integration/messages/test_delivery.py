"""Delivery: who goes first, what a server's refusals mean, and servers that fail, hang or take their time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_string

import pytest
from flask import Flask

from asklater import clock
from asklater.database.access import Database, current_database, current_session
from asklater.jobs.service import Jobs, current_jobs
from asklater.messages import smtp
from asklater.messages.bounces import bounced_at
from asklater.messages.mail import MAIL_OUTBOX, Importance, post_mail
from asklater.messages.outbox import Bounced, Deferred, ServerTrouble
from asklater.messages.sealing import open_mail, opening_mail
from asklater.messages.smtp import SmtpTransport
from asklater.messages.tables import OutgoingMail
from asklater.web.breakers import FAILURES, Breaker
from tests.asklater.integration.messages.conftest import MOMENT, SENDER
from tests.asklater.integration.messages.smtp_server import PostOffice
from tests.support.waiting import PATIENCE

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
CODE = "asklater/messages/mailed_code.txt"


def write(recipient: str = "ada@x.example", *, urgent: bool = False) -> None:
    with current_database().unit_of_work(), clock.at(MOMENT):
        importance = Importance.ACCESS if urgent else Importance.ORDINARY
        post_mail(recipient, "Hello", CODE, code="123456", importance=importance)


def mails() -> dict[str, OutgoingMail]:
    """Every mail by its recipient."""
    with current_database().unit_of_work():
        return {open_mail(mail).recipient: mail for mail in current_session().query(OutgoingMail)}


@contextmanager
def conversation(office: PostOffice, **options: float) -> Iterator[Callable[..., int]]:
    """Delivers what is due, in one conversation."""
    database = current_database()
    with clock.at(MOMENT), SmtpTransport(office.url, SENDER, **options) as send:
        yield lambda **also: MAIL_OUTBOX.deliver_due(database, opening_mail(send), **also)


def deliver(office: PostOffice, **options: float) -> int:
    with conversation(office, **options) as due:
        return due()


# Who goes first


def test_a_code_goes_before_a_hundred_others(database: Database) -> None:
    order: list[str] = []
    for place in range(5):
        write(f"reader{place}@x.example")
    write("ada@x.example", urgent=True)

    def send(mail: OutgoingMail) -> None:
        order.append(open_mail(mail).recipient)
        if len(order) == 2:  # while others are being sent, somebody asks for a code
            write("bo@x.example", urgent=True)

    with clock.at(MOMENT):
        assert MAIL_OUTBOX.deliver_due(database, send) == 7
    assert order[:3] == ["ada@x.example", "reader0@x.example", "bo@x.example"]


def test_a_worker_that_is_to_end_stops_between_two_mails(database: Database) -> None:
    sent: list[int] = []
    for place in range(3):
        write(f"reader{place}@x.example")
    with clock.at(MOMENT):
        MAIL_OUTBOX.deliver_due(database, lambda mail: sent.append(mail.id), stopping=lambda: len(sent) == 1)
    assert len(sent) == 1


def test_slow_mail_keeps_no_other_job_waiting(fresh_workshop: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: Jobs = current_jobs()
    hangs, counted = threading.Event(), threading.Event()
    monkeypatch.setitem(jobs.runs, "deliver_mail", lambda: hangs.wait(PATIENCE))
    jobs.register("count", counted.set)
    sending = threading.Thread(target=lambda: (jobs.lanes.ask("deliver_mail"), jobs.work_off()))
    sending.start()
    while "deliver_mail" not in jobs.lanes.running():
        assert sending.is_alive()
    try:
        jobs.lanes.ask("count")
        jobs.work_off()
        assert counted.is_set()
        assert "deliver_mail" in jobs.lanes.running()
    finally:
        hangs.set()
        sending.join(PATIENCE)


# One conversation


def test_many_mails_are_one_conversation(
    database: Database, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "MAILS_PER_CONNECTION", 3)
    for place in range(4):
        write(f"reader{place}@x.example")
    assert deliver(office) == 4
    assert office.conversations == 2


def test_a_server_that_answers_a_letter_at_a_time_is_cut_off(database: Database, office: PostOffice) -> None:
    office.drips = True
    write()
    assert deliver(office, deadline=0.3) == 0
    assert mails()["ada@x.example"].sent_at is None
    office.drips = False
    write("bo@x.example")
    assert deliver(office) == 1


# What refusals mean


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "553 who is that", "551 moved away"])
@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
def test_a_mailbox_that_is_not_there_is_final_and_noted(
    database: Database, office: PostOffice, caplog: pytest.LogCaptureFixture, verb: str, answer: str
) -> None:
    office.refusals[verb] = answer
    write()
    assert deliver(office) == 0
    mail = mails()["ada@x.example"]
    assert (mail.next_try_at, mail.sent_at, mail.bounced_at) == (None, None, MOMENT)
    assert bounced_at("ada@x.example") == MOMENT
    assert "ada@" not in caplog.text


@pytest.mark.parametrize("answer", ["554 5.7.1 spam", "550 5.7.1 your network is listed", "552 5.2.2 mailbox full"])
def test_a_refusal_of_this_mail_is_final_and_says_nothing_of_the_address(
    database: Database, office: PostOffice, answer: str
) -> None:
    office.refusals["RCPT"] = answer
    write()
    assert deliver(office) == 0
    assert (mails()["ada@x.example"].next_try_at, mails()["ada@x.example"].bounced_at) == (None, None)
    assert bounced_at("ada@x.example") is None


def test_a_refusal_keeps_the_conversation_for_the_others(database: Database, office: PostOffice) -> None:
    write("no address at all")
    write("ada@x.example")
    office.refusals["RCPT"] = "450 greylisted"
    with conversation(office) as due:
        assert due() == 0
        office.refusals.clear()
        write("bo@x.example")
        assert due() == 1
    assert office.conversations == 1
    assert mails()["ada@x.example"].tries == 1


@pytest.mark.parametrize(
    ("verb", "answer"), [("MAIL", "530 authentication required"), ("MAIL", "421 busy"), ("RCPT", "421 busy")]
)
def test_trouble_of_the_server_costs_no_mail_a_try(
    database: Database, office: PostOffice, verb: str, answer: str
) -> None:
    office.refusals[verb] = answer
    write()
    assert deliver(office) == 0
    assert mails()["ada@x.example"].tries == 0
    assert mails()["ada@x.example"].next_try_at is not None


def test_a_password_that_is_refused_is_told_and_costs_no_mail_a_try(
    database: Database, office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    office.extensions, office.refusals["AUTH"] = "250-AUTH PLAIN\r\n", "535 5.7.8 wrong"
    write()
    url = office.url.replace("smtp://", "smtp://us:secret@")
    with clock.at(MOMENT), SmtpTransport(url, SENDER) as send:
        assert MAIL_OUTBOX.deliver_due(database, opening_mail(send)) == 0
    assert (mails()["ada@x.example"].tries, mails()["ada@x.example"].bounced_at) == (0, None)
    assert "refuses the user and password of SMTP_URL (535)" in caplog.text
    assert "secret" not in caplog.text


def test_a_server_that_is_not_there_costs_no_mail_a_try(database: Database) -> None:
    write()
    with clock.at(MOMENT), SmtpTransport("smtp://127.0.0.1:9", SENDER) as send:
        assert MAIL_OUTBOX.deliver_due(database, opening_mail(send)) == 0
    assert mails()["ada@x.example"].tries == 0
    later = MOMENT + timedelta(days=30)  # yet none is kept up for ever
    with clock.at(later), SmtpTransport("smtp://127.0.0.1:9", SENDER) as send:
        MAIL_OUTBOX.deliver_due(database, opening_mail(send))
    assert mails()["ada@x.example"].tries == 1


# The breaker


def test_a_server_that_fails_is_left_alone_and_no_mail_loses_its_tries(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    tried, breaker = list[str](), Breaker("mail.example:25")

    def down(mail: OutgoingMail) -> None:
        tried.append(open_mail(mail).recipient)
        raise ServerTrouble("down")

    for place in range(10):
        write(f"reader{place}@x.example")

    def deliver_after(seconds: int) -> None:
        with clock.at(MOMENT + timedelta(seconds=seconds)):
            MAIL_OUTBOX.deliver_due(database, down, breaker=breaker)

    for _ in range(3):
        deliver_after(0)
    assert len(tried) == FAILURES
    deliver_after(31)
    assert len(tried) == FAILURES + 1, "one mail tries whether it is back"
    deliver_after(62)
    assert len(tried) == FAILURES + 1, "the pause has grown"
    with clock.at(MOMENT + timedelta(minutes=2)):
        assert MAIL_OUTBOX.deliver_due(database, lambda _mail: None, breaker=breaker) == 10
    assert {mail.tries for mail in mails().values()} == {1}
    told = [record for record in caplog.records if "left alone" in record.message]
    assert [record.getMessage() for record in told] == [
        "mail.example:25 failed 3 times in a row (down) and is left alone for a while; 10 messages wait"
    ]


@pytest.mark.parametrize("answer", [Deferred("status 450"), Bounced("status 550")])
def test_what_is_said_of_one_recipient_is_no_failure_of_the_server(database: Database, answer: Exception) -> None:
    breaker = Breaker("mail.example:25")

    def refuse(_mail: OutgoingMail) -> None:
        raise answer

    for place in range(FAILURES + 2):
        write(f"reader{place}@x.example")
    with clock.at(MOMENT):
        MAIL_OUTBOX.deliver_due(database, refuse, breaker=breaker)
    assert breaker.allows()


# Addresses that bounced


def test_an_address_that_bounced_gets_codes_and_nothing_else(database: Database, workshop: Flask) -> None:
    told = workshop.test_cli_runner().invoke(args=["asklater", "messages", "bounce", "ada@x.example"])
    assert told.exit_code == 0, told.output
    write()
    assert mails()["ada@x.example"].next_try_at is None
    write("ada@x.example", urgent=True)
    sent: list[bool] = []
    with clock.at(MOMENT):
        assert MAIL_OUTBOX.deliver_due(database, lambda mail: sent.append(mail.urgent)) == 1
    assert sent == [True]
    with clock.at(clock.now() + timedelta(days=181)):
        workshop.extensions["asklater.jobs"].runs["expire_records"]()
    assert bounced_at("ada@x.example") is None


def test_no_header_says_how_to_leave_what_rests_on_no_consent(database: Database, office: PostOffice) -> None:
    write()
    assert deliver(office) == 1
    assert message_from_string(office.letters[0])["List-Unsubscribe"] is None
