"""Data quality of a field: what was given and changed soon, and what was given and never proved."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.insights import quality
from asklater.insights.quality import Quality, count_quality, read_quality
from asklater.insights.query import PEOPLE, People
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import table_of
from tests.support.browsing import Browser

DAY = timedelta(days=1)
HERE = Provenance("publish")
Give = Callable[..., None]


@pytest.fixture
def give(dashboard: Flask, engine: Engine) -> Give:
    """`give(count)` lets that many accounts give a number; it is changed or removed, and proved, so long after."""

    def given(
        count: int,
        days_ago: float = 20,
        changed: timedelta | None = None,
        proved: timedelta | None = None,
        *,
        removed: bool = False,
        simulated: bool = False,
    ) -> None:
        came = NOW - days_ago * DAY
        with dashboard.app_context(), engine.database.unit_of_work():
            for _ in range(count):
                with clock.at(came):
                    number = record_arrival(engine.database, simulated=simulated)
                    engine.save(number, "email", f"p{number}@x.example", HERE, prompted=False)
                    engine.answers.give(number, "phone", "+12125550123", HERE)
                if proved is not None:
                    with clock.at(came + proved):
                        engine.answers.give(number, "verified_phone", {"number": "+12125550123"}, HERE)
                if changed is not None:
                    with clock.at(came + changed):
                        if removed:
                            engine.answers.remove(number, "phone")
                        else:
                            engine.answers.change(number, "phone", "+12125550124", HERE)

    return given


def found(engine: Engine, people: People = "all") -> Quality:
    return read_quality(engine.database, engine.registry.uncounted, engine.manifest, people).fields["phone"]


def test_changed_within_a_week_and_never_proved(engine: Engine, give: Give) -> None:
    give(6, changed=2 * DAY)
    give(5, changed=7 * DAY, removed=True, proved=DAY)
    give(8, changed=8 * DAY, proved=12 * DAY)
    assert found(engine) == Quality(given=19, changed=11, unproved=6)


def test_what_was_given_less_than_a_week_ago_cannot_be_judged(engine: Engine, give: Give) -> None:
    give(5, days_ago=7)
    give(9, days_ago=6.99, changed=DAY)
    assert found(engine) == Quality(given=5, changed=0, unproved=5)


def test_a_field_that_nothing_proves_has_no_such_figure(dashboard: Flask, engine: Engine, give: Give) -> None:
    give(5, proved=DAY)
    fields = read_quality(engine.database, engine.registry.uncounted, engine.manifest, "all").fields
    assert fields["verified_phone"].unproved is None
    assert fields["email"].unproved == 5


def test_the_page_shows_the_shares_and_the_file_says_the_same(pm: Browser, give: Give) -> None:
    give(6, changed=2 * DAY)
    give(8, proved=DAY)
    page = pm.get("/insights/fields/phone").text
    assert "Of 14 accounts that gave it at least a week ago:" in page
    rows = table_of(page, "Data quality")[1:]
    assert [(row[0], row[2]) for row in rows] == [
        ("Changed or removed within a week", "6"),
        ("Given, never verified", "6"),
    ]
    assert "42.9%" in rows[0][1]
    (line,) = pm.get("/insights/quality.json?field=phone").json["rows"]
    assert (line["given"], line["changed"], line["unproved"]) == (14, 6, 6)
    assert round(line["changed_rate"], 3) == 0.429


@pytest.mark.thorough
@pytest.mark.parametrize("few", [4, 9])
def test_too_few_with_it_or_without_it_are_not_told(pm: Browser, give: Give, few: int) -> None:
    give(few, changed=2 * DAY)
    give(13 - few, proved=DAY)
    rows = table_of(pm.get("/insights/fields/phone").text, "Data quality")[1:]
    assert [row[1:] for row in rows] == [["Too few people: not shown."]] * 2
    (line,) = pm.get("/insights/quality.json?field=phone").json["rows"]
    assert (line["given"], line["changed"], line["unproved"], line["changed_rate"]) == (13, None, None, None)


def test_of_fewer_than_five_nothing_is_told(pm: Browser, give: Give) -> None:
    give(4)
    assert "Fewer than five accounts gave it at least a week ago" in pm.get("/insights/fields/phone").text
    assert pm.get("/insights/quality.json?field=phone").json["rows"][0]["given"] is None


def test_simulated_people_are_a_filter(engine: Engine, give: Give) -> None:
    give(5, simulated=True)
    give(7)
    assert [found(engine, people).given for people in PEOPLE] == [12, 7, 5]


def test_many_events_are_counted_by_the_worker_alone(
    pm: Browser, engine: Engine, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(6, changed=DAY)
    give(6, proved=DAY)
    as_of_now = found(engine)
    monkeypatch.setattr(quality, "FEW_EVENTS", 1)
    assert "The worker has not counted this yet." in pm.get("/insights/fields/phone").text
    database: Database = engine.database
    with database.unit_of_work():
        count_quality(database, engine.registry.uncounted, engine.manifest)
    assert found(engine) == as_of_now
    give(6)
    assert found(engine) == as_of_now, "it is not counted for a page"
