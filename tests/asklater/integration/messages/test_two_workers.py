"""Two workers, on whatever machines: each message goes out once, and one whose worker died goes out after all."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_string

import pytest
from flask import Flask

from asklater import clock
from asklater.database.access import Database, current_database
from asklater.messages.mail import MAIL_OUTBOX, post_mail
from asklater.messages.sealing import opening_mail
from asklater.messages.smtp import to_smtp
from asklater.messages.tables import OutgoingMail
from tests.asklater.integration.messages.conftest import MOMENT
from tests.asklater.integration.messages.smtp_server import post_office
from tests.support.records import rows
from tests.support.waiting import PATIENCE

MAILS = 12


def write(count: int = 1) -> None:
    with current_database().unit_of_work(), clock.at(MOMENT):
        for place in range(count):
            post_mail(f"reader{place}@x.example", "Hello", "asklater/messages/mailed_code.txt", code="123456")


def in_threads(*verbs: Callable[[], None]) -> None:
    threads = [threading.Thread(target=verb) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)


def test_two_workers_send_each_mail_once(database: Database, workshop: Flask) -> None:
    write(MAILS)
    sent: Counter[int] = Counter()
    both_at_it = threading.Barrier(2)

    def deliver() -> None:
        own: list[int] = []

        def send(mail: OutgoingMail) -> None:
            if not own:
                both_at_it.wait(PATIENCE)  # each holds a mail of its own
            own.append(mail.id)

        with clock.at(MOMENT):
            MAIL_OUTBOX.deliver_due(database, send)
        sent.update(own)
        database.release()

    in_threads(deliver, deliver)
    assert sent == dict.fromkeys(range(1, MAILS + 1), 1)
    assert all(row.sent_at and not row.next_try_at for row in rows(workshop, OutgoingMail.__table__))


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_mail_whose_worker_died_is_sent_by_another_under_the_same_name(database: Database) -> None:
    """It may have left already: then its recipient has two with one Message-ID, which mail programs show as one."""
    write()
    with post_office() as office:

        def deliver(at: datetime, *, dies: bool = False) -> int:
            with clock.at(at), to_smtp(office.url, "Workshop <hello@workshop.example>") as send:

                def send_and_die(mail: OutgoingMail) -> None:
                    opening_mail(send)(mail)
                    raise SystemExit

                return MAIL_OUTBOX.deliver_due(database, send_and_die if dies else opening_mail(send))

        with pytest.raises(SystemExit):
            deliver(MOMENT, dies=True)
        assert deliver(MOMENT + timedelta(seconds=59)) == 0
        assert deliver(MOMENT + timedelta(minutes=1)) == 1
        assert deliver(MOMENT + timedelta(days=1)) == 0
        first, second = (message_from_string(letter)["Message-ID"] for letter in office.letters)
    assert first == second
