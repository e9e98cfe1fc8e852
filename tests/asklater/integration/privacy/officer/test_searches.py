"""PRIVACY 5 and 8: an officer finds whoever gave an address, sees what is held by its sorts, and is noted."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from asklater import clock
from asklater.engine import Engine
from asklater.privacy.erasure.person_holds import set_hold
from asklater.privacy.person_searches.searches import KEPT_FOR, VALID_FOR
from asklater.privacy.register_tables import person_search, person_search_match
from asklater.subjects import rights
from asklater.subjects.deletion import OWNERSHIP, erase_subject
from asklater.subjects.merge import merge
from asklater.tables import subject
from tests.asklater.integration.privacy.officer.conftest import Wall
from tests.asklater.integration.privacy.requests.submissions import ask_from_outside
from tests.support.answers import ada
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle, somebody
from tests.support.records import rows

ADDRESS, WHY = "ada@x.example", "Letter of 3 June"


def search(officer: Browser, whom: str = ADDRESS, why: str = WHY) -> str:
    """Search, and the page of what was found."""
    officer.get("/officer/people")
    path = went_to(officer.answer({"person": whom, "reason": why}))
    assert path.startswith("/officer/people/")
    return officer.get(path).text


def publish(app: Flask) -> None:
    """Somebody gives the address, does not prove it, and publishes under the name of Ada."""
    person = Browser(app)
    person.post("/publish", {"text": "first"})
    person.answer(ada())


def test_proved_unproved_and_visitors_are_found(office: Flask, officer: Browser) -> None:
    proved = settle(office, ADDRESS)
    unproved = settle(office, ADDRESS, proved=False)
    ask_from_outside(office, "nobody@x.example", "access")
    page = search(officer)
    assert f"Account {proved}</h2>" in page
    assert f"Account {unproved}</h2>" in page
    assert page.count("The address is verified.") == 1
    assert page.count("never verified: this may be somebody else’s") == 1
    assert "2 accounts and visitors" in page
    other = search(officer, " nobody@X.example")
    assert "No account: the address was given for a code or a request." in other
    assert "Copy of my data" in other


def test_what_is_held_is_told_by_its_sorts_and_no_value_is(office: Flask, officer: Browser, engine: Engine) -> None:
    publish(office)
    number = settle(office, ADDRESS)
    with office.test_request_context(), engine.database.unit_of_work():
        rights.restrict(engine, number)
        day = clock.now().date() + timedelta(days=30)
        set_hold(engine, number, reason="A claim.", told="", review_on=day, by="")
    page = search(officer)
    assert "Display name" in page
    assert "a…@x.example" in page
    assert ">Ada<" not in page
    assert ADDRESS not in page
    assert "What is held has been restricted since" in page
    assert "Legal hold, to be reviewed by" in page
    assert f'href="/officer/requests/new?person={number}"' in page


def test_a_search_is_noted_with_its_reason_and_told_to_whom_it_found(office: Flask, officer: Browser) -> None:
    number = settle(office, ADDRESS)
    search(officer)
    found = rows(office, person_search)[0]
    assert found.found == 1
    assert WHY.encode() not in found.reason
    assert ADDRESS not in repr(found)
    assert WHY in officer.get("/officer/people").text
    assert WHY in officer.get("/officer/people.csv").text
    assert "Searches of the privacy officer that found you" in browser_of(office, number).get("/account/data").text


@pytest.mark.parametrize(
    ("whom", "why", "said"),
    [
        ("", WHY, "Write an email address, a number or the address of a page."),
        (ADDRESS, "", "Enter why you are searching."),
        ("ada@", WHY, "Enter an email address like"),
    ],
)
def test_it_needs_an_address_and_a_reason(office: Flask, officer: Browser, whom: str, why: str, said: str) -> None:
    officer.get("/officer/people")
    page = officer.answer({"person": whom, "reason": why})
    assert page.status_code == 422
    assert said in page.text
    assert rows(office, person_search) == []


def test_where_nothing_is_held_that_is_said_and_noted(office: Flask, officer: Browser) -> None:
    for whom in ("nobody@x.example", "123456", "9" * 40, "https://shop.example/wall/none"):
        assert "Nothing is held" in search(officer, whom)
    assert [row.found for row in rows(office, person_search)] == [0, 0, 0, 0]


def test_what_is_found_is_its_officers_own_and_for_some_hours(office: Flask, officer: Browser) -> None:
    settle(office, ADDRESS)
    search(officer)
    path = f"/officer/people/{rows(office, person_search)[0].public_id}"
    other = somebody(office, "other@x.example", "privacy_officer", factor=True)
    assert went_to(other.get(path)) == "/officer/people"
    assert officer.get(path).status_code == 200
    with clock.at(clock.now() + VALID_FOR):
        late = somebody(office, "late@x.example", "privacy_officer", factor=True)
        assert went_to(late.get(path)) == "/officer/people"


def test_a_public_page_leads_to_whose_it_is(office: Flask, officer: Browser, wall: Wall) -> None:
    number = settle(office, ADDRESS, proved=False)
    wall.pin(number, "poem", "a canary")
    page = search(officer, "https://shop.example/wall/poem")
    assert "Nobody reaches this through a verified address." in page
    assert 'href="/wall/poem"' in page
    assert "canary" not in page
    assert f"/officer/takedowns/new?person={number}&amp;publication=pins&amp;item=poem" in page
    assert f"Account {number}</h2>" in search(officer, str(number))


def test_whoever_is_erased_is_found_no_more(office: Flask, officer: Browser, engine: Engine) -> None:
    number = settle(office, ADDRESS, proved=False)
    search(officer)
    path = f"/officer/people/{rows(office, person_search)[0].public_id}"
    with office.test_request_context(), engine.database.unit_of_work():
        erase_subject(engine, number, by=OWNERSHIP)
    assert f"Account {number}" not in officer.get(path).text
    assert rows(office, person_search_match) == []
    assert "Nothing is held" in search(officer)


def test_two_who_are_one_keep_the_searches_of_both(office: Flask, officer: Browser, engine: Engine) -> None:
    proved = settle(office, ADDRESS)
    unproved = settle(office, ADDRESS, proved=False)
    search(officer)
    search(officer, str(unproved))
    with office.test_request_context(), engine.database.unit_of_work():
        merge(engine, unproved, proved)
        for carry in engine.registry.merges:
            carry(unproved, proved)
    assert [row.subject_id for row in rows(office, person_search_match)] == [proved, proved]


def test_the_log_goes_when_its_time_is_over(office: Flask, officer: Browser, engine: Engine) -> None:
    number = settle(office, ADDRESS)
    search(officer)
    with office.app_context(), engine.database.unit_of_work():
        stays = update(subject).where(subject.c.id == number).values(active_at=clock.now() + KEPT_FOR)
        engine.database.writing().execute(stays)
    for days, left in ((-1, 1), (1, 0)):
        with clock.at(clock.now() + KEPT_FOR + timedelta(days=days)):
            for job in ("expire_records", "forget_person_searches"):
                office.extensions["asklater.jobs"].runs[job]()
        engine.database.release()
        assert len(rows(office, person_search)) == len(rows(office, person_search_match)) == left
