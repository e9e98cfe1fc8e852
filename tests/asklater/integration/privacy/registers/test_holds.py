"""Legal holds that an officer sets: nothing goes until they are lifted, the person is told, and then what was asked is
done."""

from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.jobs import PRUNED_AFTER
from asklater.engine import Engine
from asklater.messages.tables import OutgoingMail
from asklater.privacy.erasure.deletion import REPLAY, OnHold, erase
from asklater.privacy.register_tables import legal_hold
from asklater.records.retention import expire
from asklater.subjects.deletion import RETENTION
from asklater.tables import answer, subject
from tests.asklater.integration.privacy.registers.conftest import give, run
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle
from tests.support.records import rows

MAILS = OutgoingMail.__table__
REASON, TOLD = "The heirs sue over letter 7.", "A court case needs your letters."


def soon() -> str:
    return (clock.now() + timedelta(days=30)).date().isoformat()


def held(officer: Browser, person: object, **more: str) -> str:
    """Set a hold; its path."""
    given = {"person": str(person), "reason": REASON, "told": TOLD, "review_on": soon(), **more}
    return went_to(officer.post("/officer/holds/new", given))


def numbers(app: Flask) -> set[int]:
    return {row.id for row in rows(app, subject)}


def test_it_is_set_by_address_or_number_and_its_person_is_told(office: Flask, officer: Browser) -> None:
    number = settle(office, "ada@x.example")
    assert "No hold is set" in officer.get("/officer/holds").text
    path = held(officer, "ada@x.example")
    assert REASON in officer.get(path).text
    assert f"Account {number}" in officer.get("/officer/holds").text
    assert REASON not in officer.get("/officer/holds").text
    told = [mail.text for mail in rows(office, MAILS) if mail.recipient == "ada@x.example"]
    assert len(told) == 1
    assert TOLD in told[0]
    assert REASON not in told[0]
    assert REASON.encode() not in rows(office, legal_hold)[0].reason
    assert held(officer, number).startswith("/officer/holds/")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"person": "nobody@x.example"}, "There is no account"),
        ({"person": "999999"}, "There is no account"),
        ({"person": "9" * 30}, "There is no account"),
        ({"person": ""}, "Enter whose account it is."),
        ({"reason": "  "}, "Write a few words."),
        ({"told": ""}, "Write what the person is told"),
        ({"review_on": "2020-01-01"}, "This day is over."),
        ({"review_on": "soon"}, "Give a date"),
    ],
)
def test_what_is_wrong_stands_beside_its_input(
    office: Flask, officer: Browser, wrong: dict[str, str], says: str
) -> None:
    given = {"person": str(settle(office)), "reason": REASON, "told": TOLD, "review_on": soon(), **wrong}
    page = officer.post("/officer/holds/new", given)
    assert page.status_code == 422
    assert says in page.text
    assert 'aria-invalid="true"' in page.text
    assert rows(office, legal_hold) == []


def test_who_must_not_be_told_learns_the_reason_nowhere(office: Flask, officer: Browser) -> None:
    number = settle(office)
    held(officer, number, told="", silent="y")
    assert [mail for mail in rows(office, MAILS) if mail.recipient == "ada@x.example"] == []
    page = browser_of(office, number).get("/account/erase").text
    assert "Not yet: a legal hold" in page
    assert REASON not in page


@pytest.mark.thorough
def test_an_erasure_waits_for_it_and_is_done_with_its_end(office: Flask, officer: Browser) -> None:
    number = settle(office)
    path = held(officer, number)
    person = browser_of(office, number)
    plan = person.get("/account/erase")
    assert TOLD in plan.text
    assert went_to(person.post("/account/erase", {"erase": "yes"})) == "/account/erase"
    assert "You have asked us to erase it." in person.get("/account/erase").text
    row = next(row for row in rows(office, subject) if row.id == number)
    assert row.restricted_at is not None
    assert "lifting it erases the person" in officer.get("/officer/holds").text
    assert officer.post(f"{path}/lift", {"reason": ""}).status_code == 422
    officer.post(f"{path}/lift", {"reason": "The case is over."})
    assert number not in numbers(office)
    assert "it is erased, as you asked" in rows(office, MAILS)[-1].text
    assert "/erased/" in rows(office, MAILS)[-1].text


def test_of_two_holds_the_last_one_lets_go(office: Flask, officer: Browser) -> None:
    number = settle(office)
    first, second = held(officer, number), held(officer, number)
    browser_of(office, number).post("/account/erase", {"erase": "yes"})
    officer.post(f"{first}/lift", {"reason": "Over."})
    assert number in numbers(office)
    again = officer.post(f"{first}/lift", {"reason": "Over."})
    assert again.status_code == 303
    officer.post(f"{second}/lift", {"reason": "Over."})
    assert number not in numbers(office)


def test_without_an_erasure_its_end_changes_nothing(office: Flask, officer: Browser) -> None:
    number = settle(office)
    path = held(officer, number)
    assert went_to(officer.post(f"{path}/review", {"review_on": soon()})) == path
    assert officer.post(f"{path}/review", {"review_on": "2020-01-01"}).status_code == 422
    officer.post(f"{path}/lift", {"reason": "Over."})
    row = next(row for row in rows(office, subject) if row.id == number)
    assert row.held_at is None
    assert row.restricted_at is None
    assert "The legal reason to keep what we hold of you is over." in rows(office, MAILS)[-1].text


def test_retention_and_pruning_leave_it_alone_and_take_the_others(office: Flask, officer: Browser) -> None:
    kept, other = settle(office, "a@x.example", proved=False), settle(office, "b@x.example", proved=False)
    for number in (kept, other):
        give(office, number, "display_name", "Anonymous")
    engine: Engine = office.extensions["asklater.engine"]
    with office.app_context(), engine.database.unit_of_work():
        signed_up = subject.update().where(subject.c.id.in_((kept, other)))
        engine.database.writing().execute(signed_up.values(signed_up_at=clock.now()))
    path = held(officer, kept)
    with clock.at(clock.now() + PRUNED_AFTER + timedelta(days=1)):
        run(office, "prune_accounts")
    with clock.at(clock.now() + timedelta(days=4000)), office.app_context():
        expire(engine.database)
    assert {row.subject_id for row in rows(office, answer)} == {kept}
    officer.post(f"{path}/lift", {"reason": "Over."})
    with clock.at(clock.now() + timedelta(days=4000)), office.app_context():
        expire(engine.database)
    assert rows(office, answer) == []


def test_every_erasure_but_a_repeated_one_heeds_it(office: Flask, officer: Browser) -> None:
    number = settle(office)
    held(officer, number)
    engine: Engine = office.extensions["asklater.engine"]
    with office.test_request_context():
        with pytest.raises(OnHold), engine.database.unit_of_work():
            erase(engine, number, by=RETENTION)
        with engine.database.unit_of_work():
            erase(engine, number, by=REPLAY)
    assert number not in numbers(office)


def test_an_officer_cannot_erase_for_a_request_what_is_on_hold(office: Flask, officer: Browser) -> None:
    number = settle(office)
    person = browser_of(office, number)
    person.get("/account/requests/ask/rectification")
    held(officer, number)
    from_outside = went_to(person.answer({"message": "Wrong."}))
    request = "/officer/requests/" + from_outside.rpartition("/")[2]
    assert officer.post(f"{request}/erase", {"erase": "yes"}).status_code == 422
    assert number in numbers(office)


def test_a_merge_takes_it_along_and_it_opens_under_the_other_key(office: Flask, officer: Browser) -> None:
    number, other = settle(office), settle(office, "b@x.example")
    path = held(officer, number)
    engine: Engine = office.extensions["asklater.engine"]
    with office.test_request_context(), engine.database.unit_of_work():
        for carry in engine.registry.merges:
            carry(number, other)
    page = officer.get(path).text
    assert REASON in page
    assert f"Account {other}" in page
    assert next(row for row in rows(office, subject) if row.id == other).held_at is not None


def test_a_review_that_is_due_stands_in_the_overview_and_the_list_is_a_csv(office: Flask, officer: Browser) -> None:
    held(officer, settle(office), review_on=clock.now().date().isoformat(), reason="=1+1")
    assert "review the hold" in officer.get("/officer").text
    assert "'=1+1" in officer.get("/officer/holds.csv").text
