"""Two addresses that look alike are two accounts: at each way in, and wherever a code or a notice goes."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from asklater.accounts import address_marks
from asklater.accounts.email_addresses import owner_of_address
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.tables import Account
from asklater.database.access import Database, current_session
from asklater.engine import Engine
from asklater.messages.sealing import address_mark
from asklater.messages.tables import OutgoingMail
from asklater.records.answers import Provenance
from tests.asklater.integration.accounts.recovery_steps import begin, give_second_address
from tests.asklater.integration.accounts.test_signup import prove, sign_up
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows

LIKE, UNLIKE = "ada@strasse.example", "ada@straße.example"
ORIGIN = Provenance("import", "import")
PAIRS = [(LIKE, UNLIKE), ("gauss@x.example", "gauß@x.example"), ("ada@σ.example", "ada@ς.example")]


def owner(app: Flask, email: str) -> int | None:
    database: Database = app.extensions["asklater.database"]
    with app.app_context(), database.unit_of_work():
        return owner_of_address(email)


def recipients(app: Flask) -> list[str]:
    return [mail.recipient for mail in rows(app, OutgoingMail.__table__)]


@pytest.mark.parametrize(("held", "typed"), PAIRS)
def test_signing_up_with_the_other_one_makes_another_account(workshop: Flask, held: str, typed: str) -> None:
    number = settle(workshop, held)
    person = prove(sign_up(Browser(workshop), typed))
    assert recipients(workshop) == [typed]
    assert "Already have an account?" not in person.get("/account").text
    assert owner(workshop, held) == number
    assert owner(workshop, typed) not in {number, None}


@pytest.mark.thorough
def test_mail_goes_to_what_was_typed_and_another_spelling_comes_back(workshop: Flask) -> None:
    prove(sign_up(Browser(workshop), "Ada.Byron@MÜNCHEN.example"))
    assert recipients(workshop) == ["Ada.Byron@münchen.example"]
    again = prove(sign_up(Browser(workshop), "ada.byron@xn--mnchen-3ya.example"))
    assert len(rows(workshop, Account.__table__)) == 1
    assert "Ada.Byron@münchen.example" in again.get("/account").text


def test_a_change_to_the_other_one_is_a_change(workshop: Flask) -> None:
    number, other = settle(workshop, LIKE), settle(workshop, "eve@x.example")
    person = browser_of(workshop, other)
    person.get("/account/email")
    person.answer({"email": UNLIKE})
    person.answer({"code": person.mailed_code()})
    assert recipients(workshop)[0] == UNLIKE
    assert (owner(workshop, LIKE), owner(workshop, UNLIKE)) == (number, other)


def test_it_may_be_the_second_address(shelter: Flask) -> None:
    number = settle(shelter, LIKE)
    person = browser_of(shelter, number)
    person.get("/account/recovery-address")
    assert person.answer({"answer.recovery_address": UNLIKE}).status_code != 422
    person.answer({"answer.verified_recovery_address": person.mailed_code()})
    assert recipients(shelter)[0] == UNLIKE
    assert UNLIKE in person.get("/account/security").text


def test_recovery_tells_them_apart(shelter: Flask) -> None:
    number = settle(shelter, LIKE)
    give_second_address(shelter, number)
    person = begin(Browser(shelter), "mail", UNLIKE, LIKE.replace("ada", "new"))
    person.post("/recover/show", {"send": "second_address"})
    assert recipients(shelter)[-1] == ""  # nobody's: the account has the other address
    page = Browser(shelter).post("/recover/mail", {"address": "Ada@strasse.example", "new": LIKE})
    assert "the address that you cannot read" in page.text


def test_a_privacy_request_is_that_addresss_owners(workshop: Flask) -> None:
    settle(workshop, LIKE)
    person = Browser(workshop)
    person.get("/privacy/request")
    person.answer({"kind": "access", "address": UNLIKE, "message": "All of it"})
    assert recipients(workshop) == [UNLIKE]


# The command that gives accounts their marks anew


def spoil(app: Flask, *numbers: int) -> None:
    """Give these accounts marks as another rule would have."""
    database: Database = app.extensions["asklater.database"]
    with app.app_context(), database.unit_of_work():
        for number in numbers:
            old = update(Account).where(Account.subject_id == number).values(email_mark=b"old" + bytes([number]))
            current_session().execute(old)


def test_who_changes_their_address_meanwhile_is_found_by_the_new_one(
    workshop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at an account and its new mark, its person proves another address."""
    ada = settle(workshop, "ada@x.example")
    spoil(workshop, ada)
    engine: Engine = workshop.extensions["asklater.engine"]
    renew = address_marks._renew

    def change_first(*arguments: Any, **options: Any) -> None:
        account = current_session().get_one(Account, ada)
        account.email = engine.seal(ada, "account:email", "new@x.example")
        account.email_mark = address_mark("new@x.example")
        current_session().flush()
        renew(*arguments, **options)

    monkeypatch.setattr(address_marks, "_renew", change_first)
    workshop.test_cli_runner().invoke(args=["asklater", "accounts", "addresses"])
    assert (owner(workshop, "new@x.example"), owner(workshop, "ada@x.example")) == (ada, None)


def test_marks_are_renewed_where_they_make_nobodys_account_anothers(workshop: Flask) -> None:
    ada, bob, eve, mia = (settle(workshop, f"{name}@x.example") for name in ("ada", "bob", "eve", "mia"))
    database: Database = workshop.extensions["asklater.database"]
    spoil(workshop, ada, bob, eve)
    with workshop.app_context(), database.unit_of_work():
        engine: Engine = workshop.extensions["asklater.engine"]
        account = current_session().get_one(Account, eve)
        # proved by another rule, by which it was not mia's
        account.email = engine.seal(eve, "account:email", "mia@x.example")
        engine.answers.change(eve, "email", "mia@x.example", ORIGIN)
        engine.answers.change(bob, "email", "another@x.example", ORIGIN)
    marks = {row.subject_id: row.email_mark for row in rows(workshop, Account.__table__)}
    runner = workshop.test_cli_runner()
    told = runner.invoke(args=["asklater", "accounts", "addresses", "--check"])
    assert "4 accounts checked; 1 would get a new mark." in told.output
    assert {row.subject_id: row.email_mark for row in rows(workshop, Account.__table__)} == marks
    done = runner.invoke(args=["asklater", "accounts", "addresses"])
    assert done.exit_code == 1
    assert f"accounts {eve}, {mia}: the same address by now" in done.output
    assert f"account {bob}: holds another address" in done.output
    assert "@" not in done.output
    assert (owner(workshop, "ada@x.example"), owner(workshop, "mia@x.example")) == (ada, mia)
    with workshop.app_context(), database.unit_of_work():
        assert address_of(current_session().get_one(Account, eve)) == "mia@x.example"
    assert "0 got a new mark" in runner.invoke(args=["asklater", "accounts", "addresses"]).output
