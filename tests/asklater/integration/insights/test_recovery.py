"""Recovery in figures: which accounts hold what, counted by statements over the tables of those who keep it."""

from collections.abc import Callable

import pytest
from flask import Flask

from asklater.accounts import Credential, enrol_proved_phone, import_passkey
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.insights.recovery import counts
from asklater.insights.recovery.counts import count_recovery, read_recovery
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.page_tables import table_of
from tests.support.browsing import Browser
from tests.support.people import settle

Hold = Callable[..., None]
FROM = Provenance("add_recovery_address")


@pytest.fixture
def hold(dashboard: Flask, engine: Engine) -> Hold:
    """`hold(count, passkey=True)` adds that many accounts with what is named."""

    def held(
        count: int, *, passkey: bool = False, phone: bool = False, second: bool = False, simulated: bool = False
    ) -> None:
        with dashboard.app_context(), engine.database.unit_of_work():
            for _ in range(count):
                number = record_arrival(engine.database, simulated=simulated)
                engine.save(number, "email", f"p{number}@x.example", FROM, prompted=False)
                if passkey:
                    import_passkey(number, Credential(f"key {number}".encode(), b"none"), "Laptop")
                if phone:
                    engine.answers.give(number, "phone", "+12125550123", Provenance("enrol_phone"))
                    proof = {"number": "+12125550123"}
                    engine.answers.give(number, "verified_phone", proof, Provenance("enrol_phone"))
                    assert enrol_proved_phone(engine, number)
                if second:
                    engine.answers.give(number, "recovery_address", f"s{number}@x.example", FROM)
                    engine.answers.give(number, "verified_recovery_address", {"address": "x"}, FROM)

    return held


def test_accounts_are_counted_by_what_they_hold_together(engine: Engine, hold: Hold) -> None:
    hold(7)
    hold(6, passkey=True)
    hold(5, passkey=True, phone=True)
    hold(8, second=True)
    found = read_recovery(engine.database, engine.registry, "all")
    assert found.accounts == {
        frozenset(): 7,
        frozenset({"passkey", "recovery_code"}): 6,
        frozenset({"passkey", "recovery_code", "phone"}): 5,
        frozenset({"second_address"}): 8,
    }
    assert found.origins == {
        ("passkey", "add_passkey"): 11,
        ("recovery_code", ""): 11,
        ("phone", "enrol_phone"): 5,
        ("second_address", "add_recovery_address"): 8,
    }


def test_the_page_tells_how_many_come_back_by_what_and_what_one_more_would_add(pm: Browser, hold: Hold) -> None:
    hold(10)
    hold(6, passkey=True)
    hold(9, second=True)
    page = pm.get("/insights/recovery").text
    assert "15 accounts could be opened again, 60.0% of all." in page
    ways = {row[0]: row[1:] for row in table_of(page, "Recovery methods")[1:]}
    assert ways["Passkey"][0] == "at once"
    assert (ways["Passkey"][2], ways["Second address"][2]) == ("6", "9")
    gains = table_of(page, "Add another recovery method")[1:]
    assert {row[0]: row[2] for row in gains}.items() >= {"Passkey": "10", "Phone": "0"}.items()
    origins = table_of(page, "Where the evidence came from")[1:]
    assert ["Second address", "Add a second address", "9"] in origins
    assert ["Recovery code", "Made along with a second factor", "6"] in origins


def test_the_files_say_the_same(pm: Browser, hold: Hold) -> None:
    hold(10)
    hold(6, passkey=True)
    rows = pm.get("/insights/recovery/ways.json").json["rows"]
    assert (rows[0]["way"], rows[0]["accounts"], rows[0]["of"]) == (None, 6, 16)
    assert pm.get("/insights/recovery/gains.csv").text.startswith("\ufeffloss,evidence,accounts,of,share\r\n")
    assert pm.get("/insights/recovery/origins.json").json["rows"][0] == {
        "evidence": "passkey",
        "context": "add_passkey",
        "accounts": 6,
    }
    assert pm.get("/insights/recovery/nothing.csv").status_code == 404


@pytest.mark.thorough
def test_nobody_and_few_are_told_in_a_sentence(pm: Browser, hold: Hold) -> None:
    assert "There are fewer than five accounts" in pm.get("/insights/recovery").text
    hold(3, passkey=True)
    assert "There are fewer than five accounts" in pm.get("/insights/recovery").text


def test_where_none_holds_anything_it_says_so(pm: Browser, hold: Hold) -> None:
    hold(6)
    page = pm.get("/insights/recovery").text
    assert "0 accounts could be opened again" in page
    assert "No account holds anything yet by which it could be opened again." in page


def test_a_filter_that_is_none_is_told_beside_it(pm: Browser) -> None:
    assert pm.get("/insights/recovery?people=nobody").status_code == 422
    assert pm.get("/insights/recovery/ways.csv?people=nobody").status_code == 303
    assert pm.get("/insights/recovery/ways.json?people=nobody").status_code == 422


def test_simulated_people_are_a_filter_and_staff_are_left_out(dashboard: Flask, engine: Engine, hold: Hold) -> None:
    hold(5, simulated=True)
    hold(6, passkey=True)
    settle(dashboard, "staff@x.example", "admin")
    sizes = [
        sum(read_recovery(engine.database, engine.registry, people).accounts.values()) for people in ("all", "real")
    ]
    assert sizes == [11, 6]


def test_many_accounts_are_counted_by_the_worker_alone(
    pm: Browser, engine: Engine, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(8)
    hold(6, passkey=True)
    as_of_now = read_recovery(engine.database, engine.registry, "all")
    monkeypatch.setattr(counts, "FEW_ACCOUNTS", 1)
    assert "The worker has not counted yet." in pm.get("/insights/recovery").text
    database: Database = engine.database
    with database.unit_of_work():
        count_recovery(database, engine.registry)
    kept = read_recovery(database, engine.registry, "all")
    assert (kept.accounts, kept.origins) == (as_of_now.accounts, as_of_now.origins)
    hold(6)
    assert read_recovery(database, engine.registry, "all").accounts == as_of_now.accounts
