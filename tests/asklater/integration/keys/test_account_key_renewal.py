"""PRIVACY 12: fresh keys for accounts: all is sealed anew, and who saves meanwhile loses nothing."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from asklater import clock
from asklater.accounts.phones.text_codes import label_of_phone_code
from asklater.accounts.second_factors.totp import SECRET_LABEL
from asklater.accounts.tables import Authenticator, PhoneCode
from asklater.keys import vault
from asklater.keys.keyring import FIRST_KEY
from asklater.keys.service import Sealed
from asklater.keys.tables import key_rotation
from asklater.keys.vault import number_of, unpack
from asklater.rotation import account_keys, carry_on
from asklater.rotation.records import ACCOUNT
from asklater.tables import answer, subject
from tests.asklater.integration.keys.conftest import OLD_ID, Under, crowd, emails, engine_of, people
from tests.support.people import browser_of, settle
from tests.support.records import rows

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
HASH = bytes(32)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_keys, "BATCH", 3)
    monkeypatch.setattr(account_keys, "PAGE", 2)


@pytest.fixture
def app(under: Under) -> Flask:
    return under()


@pytest.fixture
def ada(app: Flask) -> int:
    """Holds something in every table that keeps what is sealed."""
    number, engine = settle(app), engine_of(app)
    with app.app_context(), engine.database.unit_of_work():
        engine.change(number, "display_name", "Ada")
        engine.suggestions.keep(number, "phone", "+4915123456789", "Acme")
        secret, text = (
            engine.seal(number, SECRET_LABEL, "shown once"),
            engine.seal(number, label_of_phone_code("prove", HASH), "+49"),
        )
        app_row = {"subject_id": number, "secret": secret, "last_step": 0, "began_at": NOON}
        code = {"subject_id": number, "session_hash": HASH, "purpose": "prove", "code_hash": HASH, "sent_at": NOON}
        code |= {"tries": 0, "number_mark": HASH, "number": text, "calling_code": 49, "verified": False}
        for table, row in ((Authenticator.__table__, app_row), (PhoneCode.__table__, code)):
            engine.database.writing().execute(insert(table).values(row))  # type: ignore[arg-type]
    return number


def renew(app: Flask, *, older_than: str = "") -> None:
    """The first phase, as the command has it done."""
    account_keys.begin(engine_of(app), older_than)
    carry_on(engine_of(app), ACCOUNT)


def settle_all(app: Flask) -> None:
    """The second one, as the worker does it once its time has come."""
    with clock.at(clock.now() + account_keys.GRACE):
        app.extensions["asklater.jobs"].runs["rotate_keys"]()


def sealed(app: Flask) -> dict[str, list[bytes]]:
    """Everything that is sealed under the people's own keys, by table."""
    found: dict[str, list[bytes]] = {}
    for name, table in engine_of(app).registry.personal_tables.items():
        if table.sealed:
            with engine_of(app).database.engine.connect() as connection:
                kept = connection.execute(select(table.rows).order_by(*table.rows.primary_key)).all()
                connection.rollback()
            for row in kept:
                found.setdefault(name, []).extend(getattr(row, column) for column in table.sealed)
    return found


def opened(app: Flask, number: int) -> dict[str, Any]:
    """All of it that is Ada's, in plain."""
    engine = engine_of(app)
    with app.app_context():
        (secret,), (code,) = rows(app, Authenticator.__table__), rows(app, PhoneCode.__table__)
        label = label_of_phone_code(code.purpose, code.code_hash)
        engine.suggestions.in_use = True
        return {
            **engine.answers.read(number, ["email", "display_name"]),
            "suggestion": engine.suggestions.read(number)["phone"].value,
            **engine.open(number, {SECRET_LABEL: secret.secret, label: code.number}),
        }


def test_everything_is_sealed_anew_and_reads_the_same(app: Flask, ada: int) -> None:
    before, plain = sealed(app), opened(app, ada)
    assert before.keys() >= {"answer", "suggestion", "authenticator", "phone_code"}
    renew(app)
    after = sealed(app)
    assert {name: len(after[name]) for name in after} == {name: len(before[name]) for name in before}
    assert {number_of(value) for values in after.values() for value in values} == {2}
    assert opened(app, ada) == plain
    settle_all(app)
    assert opened(app, ada) == plain
    (ring,) = [row.data_key for row in rows(app, subject) if row.id == ada]
    assert [(key.number, key.master) for key in unpack(ring)] == [(2, OLD_ID)]
    assert rows(app, key_rotation)[0].finished_at


def test_what_was_saved_under_the_former_key_is_sealed_anew_before_that_goes(app: Flask, ada: int) -> None:
    engine = engine_of(app)
    late = engine.keyring.seal(ada, "answer:display_name", b'"Ada of a moment before"')
    engine.database.session.rollback()
    engine.database.release()
    renew(app)
    with engine.database.unit_of_work():  # the transaction that had read the key before commits now
        of_name = update(answer).where(answer.c.subject_id == ada, answer.c.field == "display_name")
        engine.database.writing().execute(of_name.values(value=late))
    assert opened(app, ada)["display_name"] == "Ada of a moment before"
    app.extensions["asklater.jobs"].runs["rotate_keys"]()
    assert rows(app, key_rotation)[0].finished_at is None  # it is too early for the old key to go
    settle_all(app)
    assert opened(app, ada)["display_name"] == "Ada of a moment before"
    assert {number_of(value) for value in sealed(app)["answer"]} == {2}


def test_a_value_that_is_changed_in_that_moment_stays_as_its_person_wants_it(
    app: Flask, ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_of(app)
    of_name = update(answer).where(answer.c.subject_id == ada, answer.c.field == "display_name")
    wanted = engine.keyring.seal(ada, "answer:display_name", b'"Changed"')
    engine.database.session.rollback()
    number = vault.number_of
    (before,) = [row.value for row in rows(app, answer) if row.field == "display_name"]

    def change_between(value: bytes) -> int:
        if value == before:
            engine.database.writing().execute(of_name.values(value=wanted))
        return number(value)

    monkeypatch.setattr(account_keys, "number_of", change_between)
    renew(app)
    monkeypatch.undo()
    assert opened(app, ada)["display_name"] == "Changed"
    settle_all(app)
    assert opened(app, ada)["display_name"] == "Changed"


def test_only_keys_that_are_old_enough(app: Flask) -> None:
    with clock.at(clock.now() - timedelta(days=400)):
        old = settle(app, "old@x.example")
    fresh = settle(app, "fresh@x.example")
    run = app.test_cli_runner().invoke
    assert run(args=["asklater", "keys", "renew", "--older-than", "a year"]).exit_code == 2
    said = run(args=["asklater", "keys", "renew", "--older-than", "P12M"])
    assert (said.exit_code, "1 keys are to be renewed" in said.output) == (0, True)
    numbers = {row.id: unpack(row.data_key)[0].number for row in rows(app, subject)}
    assert numbers == {old: 2, fresh: 1}
    assert emails(app, {old: "", fresh: ""}) == {old: "old@x.example", fresh: "fresh@x.example"}


def test_killed_between_batches_it_goes_on(app: Flask) -> None:
    everybody = people(app, 7)
    account_keys.begin(engine_of(app))
    first = account_keys.step(engine_of(app))
    assert first is not None
    assert (first.changed, first.total) == (3, 7)
    app.extensions["asklater.jobs"].runs["rotate_keys"]()
    assert {number_of(value) for value in sealed(app)["answer"]} == {2}
    assert (emails(app, everybody), len(rows(app, key_rotation))) == (everybody, 1)


@pytest.mark.thorough
def test_keys_that_do_not_open_hold_nothing_up(app: Flask) -> None:
    everybody, engine = people(app, 4), engine_of(app)
    lost = min(everybody)
    with engine.database.unit_of_work():
        engine.database.writing().execute(update(subject).where(subject.c.id == lost).values(data_key=None))
        engine.database.writing().execute(FIRST_KEY, {"of_subject": lost, "data_key": b"\x01" + bytes(60)})
    renew(app)
    settle_all(app)
    assert rows(app, key_rotation)[0].finished_at
    del everybody[lost]
    assert emails(app, everybody) == everybody
    with pytest.raises(Sealed):
        emails(app, {lost: ""})


@pytest.mark.thorough
def test_people_save_all_the_while(under: Under) -> None:
    apps = [under(), under(), under()]
    everybody = people(apps[0], 12)
    with crowd(apps, everybody) as names:
        renew(apps[0])
        before = dict(names)
        while any(names[number] == name for number, name in before.items()):
            time.sleep(0.01)  # until nobody is under way any more who read the old key: what the hour is for
        with clock.at(clock.now() + account_keys.GRACE):
            carry_on(engine_of(apps[0]), ACCOUNT)
    read = engine_of(apps[1]).answers.read_many(names, ["display_name"])
    assert {number: values["display_name"] for number, values in read.items()} == names
    assert emails(apps[2], everybody) == everybody


def test_the_administrator_sees_ids_and_counts_and_nobody_else_does(app: Flask, ada: int) -> None:
    renew(app)
    admin = browser_of(app, settle(app, "admin@x.example", "admin"), factor=True)
    page = admin.get("/staff/keys")
    assert page.status_code == 200
    assert all(said in page.text for said in (OLD_ID, "In use", "Fresh keys for the accounts", "stay for an hour"))
    assert bytes(range(32)).hex() not in page.text
    assert 'href="/staff/keys"' in admin.get("/account").text
    assert browser_of(app, ada, factor=True).get("/staff/keys").status_code == 403
    said = app.test_cli_runner().invoke(args=["asklater", "keys", "show"]).output
    assert f"{OLD_ID:12}          2  in use" in said
    assert "account keys, settling" in said
