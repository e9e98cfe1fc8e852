"""One allowance per recipient, whatever the mails are about: nobody's inbox is filled, and what matters still goes."""

from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.database.access import current_database
from asklater.messages import Importance, post_mail, post_text
from asklater.messages.mail import MAILS_TO_ANYBODY, MAILS_TO_OWNER
from asklater.messages.tables import OutgoingMail, OutgoingText
from asklater.messages.text_messages import TEXTS_TO_NUMBER
from tests.asklater.integration.messages.conftest import MOMENT
from tests.support.people import settle
from tests.support.records import rows

HOUR = timedelta(hours=1)
ADA = "ada@x.example"
NUMBER = "+4930123456"


def write(
    times: int,
    recipient: str = ADA,
    importance: Importance = Importance.ORDINARY,
    *,
    subject_id: int | None = None,
    after: timedelta = timedelta(0),
) -> list[bool]:
    with current_database().unit_of_work(), clock.at(MOMENT + after):
        template = "asklater/messages/security.txt"
        return [
            post_mail(
                recipient,
                "Hello",
                template,
                subject_id=subject_id,
                importance=importance,
                url="",
                more="",
                what="It happened",
            )
            for _ in range(times)
        ]


@pytest.fixture(autouse=True)
def _here(workshop: Flask) -> None:
    """Every test has an application."""


def test_six_an_hour_to_an_address_whoever_asks(workshop: Flask) -> None:
    strangers = [settle(workshop, f"{name}@x.example", proved=False) for name in ("eve", "mia")]
    sent = [write(1, subject_id=strangers[time % 2])[0] for time in range(58)]
    assert sent == [True] * 6 + [False] * 52
    assert len(rows(workshop, OutgoingMail.__table__)) == 6
    assert write(1, "ADA@x.example") == [False]
    assert write(1, "bob@x.example") == [True]
    assert write(1, after=HOUR) == [True]


@pytest.mark.thorough
def test_twenty_a_day(workshop: Flask) -> None:
    sent = sum(sum(write(10, after=hour * HOUR)) for hour in range(12))
    assert sent <= MAILS_TO_ANYBODY[1].allowed + 12
    assert sent < 12 * MAILS_TO_ANYBODY[0].allowed


def test_strangers_take_nothing_from_the_owner(workshop: Flask) -> None:
    owner, stranger = settle(workshop, ADA), settle(workshop, "eve@x.example")
    assert write(10, subject_id=stranger) == [True] * 6 + [False] * 4
    assert write(40, subject_id=owner) == [True] * MAILS_TO_OWNER[0].allowed + [False] * 10


def test_codes_and_links_always_go_and_count(workshop: Flask) -> None:
    assert write(8, importance=Importance.ACCESS) == [True] * 8
    assert write(1) == [False]
    assert write(1, importance=Importance.ACCESS) == [True]


def test_notices_of_one_sort_become_fewer_and_say_so(workshop: Flask) -> None:
    assert write(8) == [True] * 6 + [False] * 2
    assert write(6, importance=Importance.NOTICE) == [True] * 4 + [False] * 2
    texts = [mail.text for mail in rows(workshop, OutgoingMail.__table__)][6:]
    assert ["send no more emails that say the same" in text for text in texts] == [False] * 3 + [True]
    with current_database().unit_of_work(), clock.at(MOMENT):
        template = "asklater/messages/security.txt"
        assert post_mail(ADA, "Something else", template, importance=Importance.NOTICE, url="", more="", what="Other")
    assert write(1, importance=Importance.NOTICE, after=HOUR) == [True]


def test_a_mail_to_nobody_is_written_every_time(workshop: Flask) -> None:
    assert write(10, "") == [True] * 10
    assert write(10, "", Importance.ACCESS) == [True] * 10


def test_nothing_of_it_is_told_to_the_log(workshop: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        write(7)
    assert "event=mail_not_sent" in caplog.text
    assert ADA not in caplog.text


def test_text_messages_have_one_too(workshop: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with current_database().unit_of_work(), clock.at(MOMENT), caplog.at_level("INFO"):
        sent = [post_text(NUMBER, "123456 is your code") for _ in range(TEXTS_TO_NUMBER[0].allowed + 4)]
        assert sent == [True] * TEXTS_TO_NUMBER[0].allowed + [False] * 4
        assert post_text(NUMBER, "123456 is your code", proved=True)
        assert post_text("+4930123457", "123456 is your code")
    assert NUMBER not in caplog.text
    assert len(rows(workshop, OutgoingText.__table__)) == TEXTS_TO_NUMBER[0].allowed + 2
