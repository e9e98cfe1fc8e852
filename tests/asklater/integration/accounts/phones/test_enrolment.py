"""A phone becomes a second factor: asked by its action, beside a stronger factor, told to its owner."""

import pytest
from flask import Flask

from asklater.accounts.tables import AccountEvent, PhoneCode, PhoneFactor
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.messages.tables import OutgoingMail, OutgoingText
from asklater.records.answers import Provenance
from asklater.tables import prompt_field
from tests.asklater.integration.accounts.phones.steps import ADD, CODE, NUMBER, PHONE, SHOWN, ask_for_code, enrol
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle
from tests.support.records import episodes, held, rows


def events(app: Flask) -> list[tuple[str, str]]:
    return [(row.event, row.method) for row in rows(app, AccountEvent.__table__)]


def mails(app: Flask) -> list[str]:
    return [row.title for row in rows(app, OutgoingMail.__table__)]


@pytest.mark.thorough
def test_a_visitor_is_asked_for_each_thing_in_turn(visitor: Browser, workshop: Flask, ada: int) -> None:
    visitor.get(ADD)
    assert 'name="answer.email"' in visitor.answer({}).text
    assert 'name="answer.verified_email"' in visitor.answer({"answer.email": "ada@x.example"}).text
    away = visitor.answer({"answer.verified_email": visitor.mailed_code()})
    onward = went_to(away).partition("next=")[2]
    assert went_to(away).startswith("/sign-in/factor")
    back = visitor.get(f"/stand-in?next={onward}")
    visitor.get(went_to(back))
    assert f'name="{NUMBER}"' in visitor.answer({}).text
    page = visitor.answer({NUMBER: "01512 3456789"})
    assert f"We understood {SHOWN}. Send the code there?" in page.text
    assert rows(workshop, OutgoingText.__table__) == []
    page = visitor.answer({NUMBER: SHOWN})
    assert f"We sent a code to {SHOWN}" in page.text
    page = visitor.answer({CODE: visitor.texted_code()})
    assert went_to(page) == "/account/security"
    shown = visitor.get("/account/security").text
    assert "Your phone protects your account" in shown
    assert "number ends in 89" in shown
    assert PHONE not in shown
    assert [row.subject_id for row in rows(workshop, PhoneFactor.__table__)] == [ada]
    assert {("enrol_phone", "phone", "completed"), ("enrol_phone", "verified_phone", "completed")} <= {
        *episodes(workshop)
    }


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("typed", ["01512 3456789", "+49 (0)1512 3456789", "tel:01512-3456789", "٠١٥١٢٣٤٥٦٧٨٩"])
def test_a_number_that_was_not_typed_is_sent_no_text_before_it_is_confirmed(
    person: Browser, workshop: Flask, typed: str, htmx: bool
) -> None:
    person.htmx = htmx
    page = ask_for_code(person, typed)
    assert page.status_code == 422
    assert f"We understood {SHOWN}. Send the code there?" in page.text
    assert f'value="{SHOWN}"' in page.text
    assert rows(workshop, OutgoingText.__table__) == []
    assert [row.rejections for row in rows(workshop, prompt_field) if row.field == "phone"] == [0]
    assert f"We sent a code to {SHOWN}" in person.answer({NUMBER: SHOWN}).text
    assert [row.recipient for row in rows(workshop, OutgoingText.__table__)] == ["+4915123456789"]


def test_its_owner_is_told(person: Browser, workshop: Flask) -> None:
    enrol(person)
    assert ("factor_added", "phone") in events(workshop)
    assert mails(workshop) == ["A phone number was added", "A second factor was added"]
    assert all("ends in 89" in mail.text for mail in rows(workshop, OutgoingMail.__table__))


def test_enrolling_twice_is_enrolling_once(person: Browser, workshop: Flask) -> None:
    enrol(person)
    assert went_to(person.post(ADD)) == "/account/security"
    assert len(rows(workshop, PhoneFactor.__table__)) == 1
    assert len(mails(workshop)) == 2


def test_a_phone_is_never_the_only_factor(workshop: Flask) -> None:
    """Nor is anybody asked for the number in vain."""
    bo = browser_of(workshop, settle(workshop, "bo@x.example"))
    assert went_to(bo.post(ADD)) == ADD
    page = bo.get(ADD)
    assert page.status_code == 200
    assert "First something stronger" in page.text
    assert "<form" not in page.text.partition("<main")[2].partition("</main>")[0]
    assert "Add a passkey or an authenticator app first" in bo.get("/account/security").text
    assert (rows(workshop, PhoneFactor.__table__), rows(workshop, PhoneCode.__table__)) == ([], [])


def test_a_new_account_is_told_so_once_it_is_proved(visitor: Browser, workshop: Flask) -> None:
    visitor.get(ADD)
    visitor.answer({})
    visitor.answer({"answer.email": "new@x.example"})
    assert went_to(visitor.answer({"answer.verified_email": visitor.mailed_code()})) == ADD
    assert "First something stronger" in visitor.get(ADD).text
    assert {field for _, field in held(workshop)} == {"email", "verified_email"}


def test_it_takes_a_fresh_proof(workshop: Flask, ada: int) -> None:
    stale = browser_of(workshop, ada, proved=False)
    for page in (stale.get(ADD), stale.post(ADD), stale.post(ADD, {NUMBER: PHONE})):
        assert went_to(page).startswith("/confirm")
    assert rows(workshop, PhoneCode.__table__) == []


@pytest.mark.thorough
@pytest.mark.parametrize("typed", ["", "12", "+1 900 234 5678", "+98 21 1234 5678", "x" * 1_000_000, "\x00", "'; --"])
@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_no_fit_number_is_said_beside_its_input(workshop: Flask, ada: int, typed: str, htmx: bool) -> None:
    person = browser_of(workshop, ada, factor=True, htmx=htmx)
    page = ask_for_code(person, typed)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert len(page.text) < 50_000
    assert (rows(workshop, PhoneCode.__table__), rows(workshop, OutgoingText.__table__)) == ([], [])


def test_what_was_typed_stays_there(person: Browser) -> None:
    assert 'value="+98 21 1234 5678"' in ask_for_code(person, "+98 21 1234 5678").text


def test_a_proof_of_another_number_proves_nothing(person: Browser, workshop: Flask, ada: int) -> None:
    """As after two of a person's accounts became one: the number came from here, its proof from there."""
    engine: Engine = workshop.extensions["asklater.engine"]
    database: Database = workshop.extensions["asklater.database"]
    origin = Provenance("import", "import")
    with database.unit_of_work():
        engine.answers.give(ada, "phone", "+4915123456789", origin)
        engine.answers.give(ada, "verified_phone", {"number": "+4930123456", "proved_at": "2026-01-01"}, origin)
    page = person.post(ADD)
    assert f'name="{CODE}"' in page.text
    assert rows(workshop, PhoneFactor.__table__) == []
    assert went_to(person.answer({CODE: person.texted_code()})) == "/account/security"
    assert len(rows(workshop, PhoneFactor.__table__)) == 1


def test_removing_the_number_removes_the_factor_and_what_was_sent(person: Browser, workshop: Flask) -> None:
    enrol(person)
    person.get("/account/fields/phone/remove")
    assert went_to(person.answer({})) == "/account"
    assert rows(workshop, PhoneFactor.__table__) == []
    assert rows(workshop, OutgoingText.__table__) == []
    assert {field for _, field in held(workshop)} == {"email", "verified_email"}
    assert events(workshop)[-2:] == [("factor_removed", "phone"), ("phone_removed", "")]
    assert mails(workshop)[-2:] == ["A second factor was removed", "The phone number was removed"]


def test_removing_it_takes_a_fresh_proof(person: Browser, workshop: Flask, ada: int) -> None:
    enrol(person)
    stale = browser_of(workshop, ada, proved=False)
    for field in ("phone", "verified_phone"):
        assert went_to(stale.post(f"/account/fields/{field}/remove")).startswith("/confirm")
    assert len(rows(workshop, PhoneFactor.__table__)) == 1


def test_a_phone_whose_proof_ran_out_has_to_be_enrolled_anew(person: Browser, workshop: Flask, ada: int) -> None:
    enrol(person)
    engine: Engine = workshop.extensions["asklater.engine"]
    database: Database = workshop.extensions["asklater.database"]
    with database.unit_of_work():
        engine.answers.remove(ada, "verified_phone", "expiry", "expired")
    assert "Add my phone" in person.get("/account/security").text
    person.get("/ask/enrol_phone?next=/")
    person.answer({CODE: person.texted_code()})
    assert "Add my phone" in person.get("/account/security").text


def test_no_number_is_kept_in_the_clear(person: Browser, workshop: Flask) -> None:
    ask_for_code(person)
    [row] = rows(workshop, PhoneCode.__table__)
    assert not any(b"12345678" in bytes(value) for value in row if isinstance(value, bytes))


def test_an_account_that_ends_takes_its_phone_along(person: Browser, workshop: Flask) -> None:
    enrol(person)
    person.get("/account/fields/email/remove")
    person.answer({})
    assert rows(workshop, PhoneFactor.__table__) == []
