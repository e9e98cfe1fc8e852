"""A backup of the shop, restored under another SECRET_KEY and another master key: every right that somebody exercised
after it was made is in force again, what a law keeps is kept, old receipts are ours, and recovery codes open accounts.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.second_factors.recovery_codes import check_evidence, make_codes
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.privacy.erasure import person_holds
from asklater.privacy.officer import pseudonym_of
from asklater.privacy.register_tables import legal_hold
from asklater.settings import Settings
from asklater.tables import subject
from halftone.catalogue import stock
from halftone.settings import ROOT
from halftone.tables import OrderRow, reviews, shares
from tests.halftone.integration.persons import Person
from tests.support.applications import as_halftone, opened
from tests.support.records import rows

T = TypeVar("T")
OLD, NEW = bytes(range(32)), bytes(range(32, 64))
OTHER_SECRET = "another secret of the tests, as long"
NAMES = ("ada", "bo", "cy", "di", "ed", "fay", "gus", "hal", "jo", "kim")
PUBLISHERS = ("di", "ed", "fay")


@dataclass
class Before:
    """What there was under the old keys, once everybody had exercised a right, after the backup was made."""

    numbers: dict[str, int]
    backup: Path
    receipts: dict[str, str]
    codes: tuple[str, ...]
    pseudonym: str
    order: str


@pytest.fixture
def open_with(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Opens the shop on the test's database, with other settings."""
    with ExitStack() as stack:
        yield lambda **changed: stack.enter_context(opened(replace(as_halftone(settings), **changed)))


def do(app: Flask, verb: Callable[[Engine], T]) -> T:
    engine: Engine = app.extensions["asklater.engine"]
    with app.test_request_context(), engine.database.unit_of_work():
        return verb(engine)


def run(app: Flask, *arguments: str | Path) -> str:
    database: Database = app.extensions["asklater.database"]
    outcome = app.test_cli_runner().invoke(args=["asklater", *map(str, arguments)])
    database.release()
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def settle(app: Flask) -> dict[str, Person]:
    """Ten people who proved their address and said yes to news; some have published something."""
    people = {name: Person(app, f"{name}@x.example", name.title()) for name in NAMES}
    for name, person in people.items():
        if name in PUBLISHERS:
            person.publish()
        person.prove()
        person.consent()
    return people


def hold(engine: Engine, number: int) -> None:
    review_on = clock.now().date() + timedelta(days=30)
    person_holds.set_hold(engine, number, reason="They sue.", told="A court case.", review_on=review_on, by="0ff1ce")


def lift(engine: Engine, number: int) -> None:
    (found,) = person_holds.active_holds(engine, number)
    person_holds.lift_hold(engine, found, "Over.", "0ff1ce")


@pytest.fixture
def before(open_with: Callable[..., Flask], tmp_path: Path) -> Before:
    app, backup = open_with(master_key=OLD), tmp_path / "monday.backup"
    do(app, lambda _engine: stock(ROOT / "seed_data" / "products.toml"))
    people = settle(app)
    numbers = {name: person.subject() or 0 for name, person in people.items()}
    claimant = Person(app, "kim@x.example", "Kim elsewhere")
    claimant.fill_cart()
    claimant.order()
    order = claimant.went_to()
    codes = do(app, lambda _engine: make_codes(numbers["jo"]))
    do(app, lambda engine: hold(engine, numbers["hal"]))
    do(app, lambda engine: hold(engine, numbers["jo"]))
    run(app, "backup", backup)

    receipts = {"consent": people["ada"].get("/account/data/receipts/news_by_email.json").text}
    people["ada"].post("/account/consents/news_by_email/withdraw")
    people["bo"].object()
    people["cy"].post("/account/data/restriction", {"on": "on"})
    do(app, lambda engine: engine.change(numbers["di"], "display_name", "Dido"))
    do(app, lambda engine: engine.remove(numbers["di"], "picture"))
    (share,) = [row for row in rows(app, shares) if row.subject_id == numbers["ed"]]
    people["ed"].post(f"/shares/{share.public_id}/remove")
    people["ed"].post("/products/late-sun/reviews/remove")
    people["fay"].erase()
    receipts["erasure"] = people["fay"].get(f"{people['fay'].went_to()}/receipt.json").text
    do(app, lambda engine: hold(engine, numbers["gus"]))
    people["gus"].erase()  # which waits for the end of the hold
    do(app, lambda engine: lift(engine, numbers["hal"]))
    Person(app, "kim@x.example").prove()  # whose order the other browser's was, nothing shows
    pseudonym = do(app, lambda _engine: pseudonym_of(numbers["jo"]))
    return Before(numbers, backup, receipts, codes, pseudonym, order.rpartition("/")[2])


@pytest.fixture
def after(open_with: Callable[..., Flask], before: Before) -> Flask:
    app = open_with(master_key=NEW, retired_master_keys=(OLD,), secret_key=OTHER_SECRET)
    said = run(app, "restore", before.backup, "--replace")
    assert "Erased again: 2." in said
    assert "another SECRET_KEY" in said
    run(app, "keys", "rotate")
    again = run(app, "privacy", "replay")
    assert "Erased again: 0. Gone already: 2. Other rights in force again: 0." in again
    return app


@pytest.mark.thorough
def test_after_a_restore_under_other_keys_everything_is_as_people_left_it(before: Before, after: Flask) -> None:
    rights_are_in_force_again(before, after)
    holds_are_as_they_were(before, after)
    receipts_and_codes_outlive_the_secret(before, after)
    an_order_on_its_way_keeps_its_address(before, after)


def rights_are_in_force_again(before: Before, after: Flask) -> None:
    numbers = before.numbers
    people = {row.id: row for row in rows(after, subject)}
    yes = {name for name, number in numbers.items() if do(after, partial(_consented, number=number))}
    assert yes == {"bo", "di", "ed", "hal", "jo", "kim"}, "cy restricts, and so does gus, whose erasure waits"
    assert [name for name, number in numbers.items() if number not in people] == ["fay"]
    assert {name for name, n in numbers.items() if n in people and people[n].objected_at} == {"bo"}
    assert {name for name, n in numbers.items() if n in people and people[n].restricted_at} == {"cy", "gus"}
    held = do(after, lambda engine: engine.answers.read(numbers["di"], ["display_name", "picture"]))
    assert held == {}, "what was put right is asked again, what was removed is gone"
    published = {table.name: {row.subject_id for row in rows(after, table)} for table in (shares, reviews)}
    assert published == {"share": {numbers["di"]}, "review": {numbers["di"]}}


def _consented(engine: Engine, number: int) -> bool:
    return engine.consented(number, "news_by_email")


def holds_are_as_they_were(before: Before, after: Flask) -> None:
    numbers = before.numbers
    people = {row.id: row for row in rows(after, subject)}
    names = {number: name for name, number in numbers.items()}
    holds = {names[row.subject_id]: row for row in rows(after, legal_hold)}
    assert {name: row.lifted_at is None for name, row in holds.items()} == {"gus": True, "hal": False, "jo": True}
    assert {names[n] for n, row in people.items() if row.held_at} == {"gus", "jo"}
    (set_again,) = do(after, lambda engine: person_holds.active_holds(engine, numbers["gus"]))
    assert "after a backup was restored" in set_again.reason
    assert (set_again.told, set_again.erasure_by) == ("", "person")
    (kept,) = do(after, lambda engine: person_holds.active_holds(engine, numbers["jo"]))
    assert (kept.reason, kept.told) == ("They sue.", "A court case.")
    assert do(after, lambda engine: person_holds.lift_hold(engine, set_again, "Over.", "0ff1ce")) is True
    assert numbers["gus"] not in {row.id for row in rows(after, subject)}


def an_order_on_its_way_keeps_its_address(before: Before, after: Flask) -> None:
    (order,) = (row for row in rows(after, OrderRow.__table__) if row.public_id == before.order)
    assert order.address is not None
    with clock.at(clock.now() + timedelta(days=31)):
        after.extensions["asklater.jobs"].runs["finish_retained"]()
    (order,) = (row for row in rows(after, OrderRow.__table__) if row.public_id == before.order)
    assert order.address is None


def receipts_and_codes_outlive_the_secret(before: Before, after: Flask) -> None:
    stranger = Person(after, "kim@x.example")
    for receipt in before.receipts.values():
        assert "Genuine" in stranger.post("/privacy/receipts/check", {"receipt": receipt}).text
    erased = json.loads(before.receipts["erasure"])
    assert stranger.get(f"/erased/{erased['id']}").status_code == 200
    code = before.codes[0]
    assert do(after, lambda _engine: check_evidence(before.numbers["jo"], code)) is True
    assert do(after, lambda _engine: check_evidence(before.numbers["jo"], code)) is False
    assert do(after, lambda _engine: pseudonym_of(before.numbers["jo"])) == before.pseudonym
    stranger.prove()
    assert "This browser only" not in stranger.get("/account/data").text
    assert stranger.subject() == before.numbers["kim"]
