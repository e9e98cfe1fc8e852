"""Mail: written with the deed, sent after its commit, tried again with growing pauses, given up in the end."""

from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_string, policy
from itertools import pairwise

import pytest
from sqlalchemy import select

from asklater import clock
from asklater.database.access import Database, current_database, current_session
from asklater.engine import current_engine
from asklater.jobs.service import current_jobs
from asklater.messages.mail import MAIL_OUTBOX, MAIL_PAUSES, MAX_TRIES, post_mail
from asklater.messages.personal_tables import MAIL_KEPT
from asklater.messages.sealing import open_mail, opening_mail
from asklater.messages.smtp import to_smtp
from asklater.messages.tables import DeliveredMail, OutgoingMail
from asklater.messages.transports import to_mailbox
from tests.asklater.integration.messages.conftest import MOMENT, SENDER
from tests.asklater.integration.messages.smtp_server import PostOffice
from tests.support.browsing import Browser

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def write(recipient: str = "ada@x.example", title: str = "Hello") -> None:
    with current_database().unit_of_work(), clock.at(MOMENT):
        post_mail(recipient, title, "asklater/messages/mailed_code.txt", code="123456")


def deliver(database: Database, office: PostOffice, later: timedelta = timedelta()) -> int:
    """One pass, one conversation, so much later than mails are written."""
    with clock.at(MOMENT + later), to_smtp(office.url, SENDER) as send:
        return MAIL_OUTBOX.deliver_due(database, opening_mail(send))


def outbox() -> list[OutgoingMail]:
    with current_database().unit_of_work():
        return list(current_session().scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_mail_is_queued_once_its_deed_is_committed(database: Database, visitor: Browser) -> None:
    queue = current_jobs().huey
    with database.unit_of_work():
        post_mail("ada@x.example", "Hello", "asklater/messages/mailed_code.txt", code="123456")
        assert queue.pending_count() == 0
    assert queue.pending_count() == 1
    queue.execute(queue.dequeue())
    assert "Your code is 123456" in visitor.get("/mailbox/1").text


def test_a_mail_of_a_deed_that_failed_is_never_sent(database: Database) -> None:
    def fail() -> None:
        with database.unit_of_work():
            post_mail("ada@x.example", "Hello", "asklater/messages/mailed_code.txt", code="123456")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert outbox() == []
    assert current_jobs().huey.pending_count() == 0


def test_it_is_tried_again_with_growing_pauses_and_then_given_up(database: Database) -> None:
    calls: list[datetime] = []

    def down(_mail: OutgoingMail) -> None:
        calls.append(clock.now())
        raise ConnectionRefusedError

    write()
    moment = MOMENT
    for _ in range(MAX_TRIES + 3):
        with clock.at(moment):
            assert MAIL_OUTBOX.deliver_due(database, down) == 0
            assert MAIL_OUTBOX.deliver_due(database, down) == 0  # at once again: it is not due
        moment = outbox()[0].next_try_at or moment + timedelta(days=1)
    pauses = [later - earlier for earlier, later in pairwise(calls)]
    assert len(calls) == MAX_TRIES
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(minutes=1)
    assert timedelta(days=1) < sum(pauses, timedelta()) < timedelta(days=3)
    assert (outbox()[0].sent_at, outbox()[0].next_try_at, outbox()[0].tries) == (None, None, MAX_TRIES)


def test_a_mail_that_cannot_be_sent_stops_no_other(database: Database, office: PostOffice) -> None:
    write("no address at all")
    write("bo@x.example")
    assert deliver(database, office) == 1
    spoilt, sent = outbox()
    assert (spoilt.next_try_at, spoilt.sent_at) == (None, None)
    assert sent.sent_at == MOMENT


def test_no_transaction_is_open_while_a_server_is_waited_for(database: Database) -> None:
    open_ones: list[bool] = []
    write()
    with clock.at(MOMENT):
        MAIL_OUTBOX.deliver_due(database, lambda _mail: open_ones.append(database.session().in_transaction()))
    assert open_ones == [False]


def test_what_two_workers_see_at_once_goes_out_once(database: Database) -> None:
    sent: list[int] = []

    def second_worker_comes(mail: OutgoingMail) -> None:
        sent.append(mail.id)
        MAIL_OUTBOX.deliver_due(database, lambda other: sent.append(other.id))

    write()
    with clock.at(MOMENT):
        MAIL_OUTBOX.deliver_due(database, second_worker_comes)
    assert sent == [1]


def test_what_another_worker_tried_in_vain_just_now_is_left_for_later(database: Database) -> None:
    tried: list[int] = []

    def down(mail: OutgoingMail) -> None:
        tried.append(mail.id)
        raise ConnectionRefusedError

    def second_worker_comes(mail: OutgoingMail) -> None:
        tried.append(mail.id)
        MAIL_OUTBOX.deliver_due(database, down)

    write()
    write("bo@x.example")
    with clock.at(MOMENT):
        MAIL_OUTBOX.deliver_due(database, second_worker_comes)
    assert tried == [1, 2]


def test_the_mailbox_shows_a_mail_once_even_if_it_was_delivered_twice(database: Database) -> None:
    write()
    [mail] = outbox()
    to_mailbox(open_mail(mail))
    to_mailbox(open_mail(mail))
    with database.unit_of_work():
        assert len(list(database.session().scalars(select(DeliveredMail)))) == 1


@pytest.mark.parametrize(
    ("recipient", "named"),
    [
        ("ada@x.example", "ada@x.example"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("jörg@x.example", "jörg@x.example"),
    ],
)
def test_a_mail_server_gets_it_as_it_was_written(
    database: Database, office: PostOffice, recipient: str, named: str
) -> None:
    write(recipient, "Größe")
    assert deliver(database, office) == 1
    [letter] = [message_from_string(letter, policy=policy.default) for letter in office.letters]
    assert letter["From"] == SENDER
    assert letter["Subject"] == "Größe"
    assert letter["Message-ID"].startswith("<asklater-1-")
    assert "Your code is 123456" in letter.get_content()
    assert any(line.lower().startswith(f"rcpt to:<{named}>") for line in office.said)


def test_a_server_that_says_later_is_asked_later(database: Database, office: PostOffice) -> None:
    office.refusals["RCPT"] = "451 try again later"
    write()
    assert deliver(database, office) == 0
    office.refusals.clear()
    assert deliver(database, office, MAIL_PAUSES[0]) == 1
    assert len(office.letters) == 1


@pytest.mark.parametrize("title", ["Hello\r\nBcc: eve@x.example", "Hello\nX-Eve: 1", "Hello\r\n\r\nbody"])
def test_a_title_injects_no_header(database: Database, office: PostOffice, title: str) -> None:
    write(title=title)
    deliver(database, office)
    letter = message_from_string(office.letters[0], policy=policy.default)
    assert letter["Subject"] == " ".join(title.split())
    assert letter["Bcc"] is None
    assert letter["X-Eve"] is None


def test_a_recipient_injects_no_header(database: Database, office: PostOffice) -> None:
    write("ada@x.example\r\nBcc: eve@x.example")
    deliver(database, office)
    assert office.letters == []


def test_mails_that_are_over_are_forgotten_with_their_codes_and_links(database: Database) -> None:
    write()
    with clock.at(MOMENT):
        MAIL_OUTBOX.deliver_due(database, opening_mail(to_mailbox))
    write("bo@x.example")  # still to be sent
    for days, left in ((1, ["ada@x.example", "bo@x.example"]), (3, ["bo@x.example"])):
        mails = current_engine().registry.personal_tables["outgoing_mail"]
        current_engine().registry.personal_tables["outgoing_mail"] = replace(mails, retention=MAIL_KEPT)
        with clock.at(MOMENT + timedelta(days=days)):
            current_jobs().runs["expire_records"]()
        assert [open_mail(mail).recipient for mail in outbox()] == left


def test_the_demo_keeps_what_its_mailbox_shows_for_a_month(database: Database, visitor: Browser) -> None:
    write()
    current_jobs().runs["deliver_mail"]()
    for days, there in ((29, True), (31, False)):
        with clock.at(MOMENT + timedelta(days=days)):
            current_jobs().runs["expire_records"]()
        assert ("Hello" in visitor.get("/mailbox/").text) is there
