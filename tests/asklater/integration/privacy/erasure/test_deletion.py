"""PRIVACY 8: what an erasure takes along beyond a person's own rows, in which order, and what it leaves."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from asklater import clock
from asklater.accounts.tables import Account, EmailCode
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.messages.mail import MAIL_OUTBOX
from asklater.messages.sealing import open_mail, sealed_mail
from asklater.messages.tables import DeliveredMail, OutgoingMail
from asklater.messages.transports import to_mailbox
from asklater.privacy.erasure.deletion import HasRole, SubjectGone
from asklater.tables import prompt, subject
from tests.asklater.integration.privacy.erasure.canaries import fill
from tests.asklater.integration.privacy.erasure.conftest import Erase
from tests.support.browsing import Browser
from tests.support.people import settle
from tests.support.records import rows
from tests.support.waiting import PATIENCE

ADDRESS = "ada@x.example"


@pytest.mark.thorough
def test_the_rooms_are_told_before_the_rows_of_measurement_go(whole_app: Flask, erased: Erase) -> None:
    number, seen = settle(whole_app), list[int]()
    fill(whole_app, number, "K4naryX")
    engine: Engine = whole_app.extensions["asklater.engine"]

    def before(gone: int) -> None:
        of_them = select(func.count()).select_from(prompt).where(prompt.c.subject_id == gone)
        seen.append(engine.database.reading().execute(of_them).scalar_one())

    engine.registry.register_opt_out(before)
    receipt = erased(number)
    assert seen == [1]
    assert receipt.erased["prompt"] == 1


@pytest.mark.thorough
def test_a_proved_address_is_swept_wherever_it_stands(whole_app: Flask, erased: Erase) -> None:
    claimant = Browser(whole_app)
    claimant.get("/ask/sign_up")
    claimant.answer({"answer.email": "Ada@x.example"})
    asker = Browser(whole_app)
    asker.get("/ask/bring_back")
    asker.answer({"answer.email": ADDRESS})
    owner, other = settle(whole_app, ADDRESS), settle(whole_app, "bo@x.example")
    post(whole_app, None, ADDRESS, "Ada@X.example", "bo@x.example")
    post(whole_app, other, "bo@x.example")
    erased(owner)
    assert {row.recipient for row in rows(whole_app, OutgoingMail.__table__)} == {"bo@x.example"}
    assert rows(whole_app, EmailCode.__table__) == []
    assert {row.email for row in rows(whole_app, Account.__table__)} == {"bo@x.example"}
    assert "Nothing stored yet" in claimant.get("/account").text


def test_an_address_that_was_only_typed_is_not_theirs_to_sweep(whole_app: Flask, erased: Erase) -> None:
    owner, claimant = settle(whole_app, ADDRESS), settle(whole_app, ADDRESS, proved=False)
    post(whole_app, owner, ADDRESS)
    post(whole_app, None, ADDRESS)
    post(whole_app, claimant, ADDRESS)
    erased(claimant)
    assert {row.subject_id for row in rows(whole_app, OutgoingMail.__table__)} == {owner, None}
    assert [row.subject_id for row in rows(whole_app, Account.__table__)] == [owner]


def test_who_is_not_there_cannot_be_erased(whole_app: Flask, erased: Erase) -> None:
    number = settle(whole_app)
    erased(number)
    for unknown in (number, 10**9, 0, -1):
        with pytest.raises(SubjectGone):
            erased(unknown)


def test_staff_are_erased_on_no_request_but_by_a_replay(whole_app: Flask, erased: Erase) -> None:
    number = settle(whole_app, role="pm")
    for by in ("person", "officer"):
        with pytest.raises(HasRole):
            erased(number, by)
    assert erased(number, "replay").by == "replay"


@pytest.mark.thorough
def test_twice_at_once_is_once(whole_app: Flask, erased: Erase) -> None:
    for round_ in range(6):  # with an address to hold, and without one
        number, ready = settle(whole_app, f"{round_}@x.example", proved=bool(round_ % 2)), Barrier(2)

        def erase_when_all_are(number: int = number, ready: Barrier = ready) -> bool:
            ready.wait(PATIENCE)
            try:
                erased(number)
            except SubjectGone:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            outcomes = [future.result() for future in [pool.submit(erase_when_all_are) for _ in range(2)]]
        assert sorted(outcomes) == [False, True]
    assert rows(whole_app, subject) == []


@pytest.mark.thorough
def test_of_a_merge_and_an_erasure_at_once_nothing_is_left_over(whole_app: Flask, erased: Erase) -> None:
    """Whichever is first: what was merged goes too, or the address is somebody's who has just come."""
    for round_ in range(3):
        address, ready = f"m{round_}@x.example", Barrier(2)
        owner, visitor = settle(whole_app, address), Browser(whole_app)
        visitor.get("/ask/bring_back")
        visitor.answer({"answer.email": address})
        code = visitor.mailed_code()

        def prove(visitor: Browser = visitor, ready: Barrier = ready, code: str = code) -> int:
            ready.wait(PATIENCE)
            return visitor.answer({"answer.verified_email": code}).status_code

        def vanish(owner: int = owner, ready: Barrier = ready) -> int:
            ready.wait(PATIENCE)
            erased(owner)
            return 0

        with ThreadPoolExecutor(2) as pool:
            proved, _gone = (future.result() for future in (pool.submit(prove), pool.submit(vanish)))
        assert proved < 500
        there = {row.subject_id for row in rows(whole_app, Account.__table__) if row.email == address}
        assert owner not in there
        assert len(there) <= 1
        assert there <= {row.id for row in rows(whole_app, subject)}


def test_a_mail_that_is_being_sent_meanwhile_does_not_come_back(whole_app: Flask, erased: Erase) -> None:
    owner, other = settle(whole_app, ADDRESS), settle(whole_app, "bo@x.example")
    post(whole_app, owner, ADDRESS)
    post(whole_app, other, "bo@x.example")
    database: Database = whole_app.extensions["asklater.database"]

    def send(mail: OutgoingMail) -> None:
        if mail.subject_id == owner:
            erased(owner)
        to_mailbox(open_mail(mail))

    with whole_app.app_context():
        assert MAIL_OUTBOX.deliver_due(database, send) == 1
        database.release()
    (delivered,) = rows(whole_app, DeliveredMail.__table__)
    (kept,) = rows(whole_app, OutgoingMail.__table__)
    assert (delivered.outgoing_id, kept.recipient) == (kept.id, "bo@x.example")


def post(app: Flask, number: int | None, *recipients: str) -> None:
    engine: Engine = app.extensions["asklater.engine"]
    with app.app_context(), engine.database.unit_of_work():
        for recipient in recipients:
            mail = sealed_mail(number, recipient, "Hello", "Hello", clock.now())
            mail.next_try_at = clock.now()
            engine.database.session().add(mail)
