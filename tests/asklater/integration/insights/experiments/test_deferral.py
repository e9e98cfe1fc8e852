"""A variant that asks later: who gave the field is looked at when everybody has had the time to."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import update

from asklater import clock
from asklater.engine import Engine
from asklater.experiments.tables import assignment
from asklater.insights.experiments.participants import Participants, success_measure
from asklater.insights.query import default_query
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from asklater.rights import forget_measurement
from asklater.tables import subject
from tests.asklater.integration.insights.experiments.conftest import NOW, subject_of
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.records import rows

REQUIRED = 'requires = ["email", "display_name", "picture"]'
WAITS = 'requires = ["email", "display_name", { field = "picture", can_wait = true }]'
LATER = """
[prompts.picture_later]
label = "A picture of you?"
reason = "It stands beside what you publish."
fields = ["picture"]
placement = "desk"
cooldown = "P1D"
impressions = 3

[experiments.wording]
label = "When to ask for the picture"
hypothesis = "More people give it later."
action = "publish"
metric = "field_completed"
field = "picture"
horizon = "P7D"
minimum_effect = 0.1
[experiments.wording.variants.as_now]
[experiments.wording.variants.later]
defer = ["picture"]
prompt = "picture_later"
"""
PAGE = "/insights/experiments/wording"
WAIT = timedelta(days=2)


@pytest.fixture
def manifest(instance: Path) -> Path:
    declared = (ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8")
    assert REQUIRED in declared
    path = instance / "manifest.toml"
    path.write_text(declared.replace(REQUIRED, WAITS) + LATER, "utf-8")
    return path


def begin(engine: Engine, days_ago: float) -> None:
    with engine.database.unit_of_work(), clock.at(NOW - timedelta(days=days_ago)):
        engine.experiments.start("wording", "pm")


def come(engine: Engine, count: int, first: float, last: float) -> None:
    """Accounts attempt to publish, evenly between so many days ago and so many. Of those who are asked at once 49 %
    give the picture, of those who are asked two days later 93 %."""
    chance = Random(7)
    with engine.database.unit_of_work():
        for place in range(count):
            moment = NOW - timedelta(days=first - (first - last) * place / count)
            with clock.at(moment):
                number = an_account(engine)
                deferred = engine.decide("publish", subject_of(number)).treatment.deferred
            if chance.random() < (0.93 if deferred else 0.49):
                with clock.at(moment + (WAIT if deferred else timedelta(minutes=1))):
                    engine.answers.give(number, "picture", b"picture", Provenance("desk" if deferred else "publish"))


def an_account(engine: Engine) -> int:
    number = record_arrival(engine.database)
    signed_up = update(subject).where(subject.c.id == number).values(signed_up_at=clock.now())
    engine.database.writing().execute(signed_up)
    return number


def test_an_arm_that_asks_two_days_later_and_gets_more_wins(pm: Browser, engine: Engine) -> None:
    begin(engine, 28)
    come(engine, 400, 28, 7.5)
    page = pm.get(PAGE).text
    assert "“later” is better than everything else that was tried" in page
    assert "judged on 3 whole weeks" in page
    assert "within 7 days of getting a variant, wherever it is asked" in page
    document = pm.get(f"{PAGE}.json").json
    assert document is not None
    assert [round(line["rate"], 1) for line in document["variants"]] == [0.5, 0.9]
    assert sum(line["persons"] for line in document["variants"]) == 400
    run = engine.experiments.runs.running()[0]
    day = Participants(engine.database, engine.registry.uncounted, timedelta(days=1))
    measure = success_measure(engine.manifest, engine.manifest.experiments["wording"])
    after_a_day = {row.variant: 0 for row in rows(pm.app, assignment)}
    for cell in day.cells(day.of_run(run.id), measure, default_query(NOW)):
        after_a_day[cell.variant] += cell.successes
    assert after_a_day["later"] == 0  # so the window of a prompt would have judged it wrong with certainty


def test_nothing_is_said_before_the_first_week_has_had_its_time(pm: Browser, engine: Engine) -> None:
    begin(engine, 13)
    come(engine, 400, 13, 0.1)
    page = pm.get(PAGE).text
    assert "It is too early for a verdict" in page
    assert "Jul 1, 2026 is the earliest day" in page
    assert "better than everything" not in page


def test_after_one_week_the_lead_may_be_its_novelty(pm: Browser, engine: Engine) -> None:
    begin(engine, 14)
    come(engine, 400, 14, 7.1)
    assert "“later” was better in the first week" in pm.get(PAGE).text


def test_a_run_that_was_stopped_at_its_best_is_said_to_flatter(pm: Browser, engine: Engine) -> None:
    begin(engine, 28)
    come(engine, 400, 28, 7.5)
    with engine.database.unit_of_work(), clock.at(NOW - timedelta(days=7)):
        engine.experiments.stop("wording")
    assert "the measured difference flatters" in pm.get(PAGE).text


def test_who_leaves_before_the_horizon_is_judged_as_nobody(pm: Browser, engine: Engine) -> None:
    begin(engine, 28)
    come(engine, 60, 20, 3)
    before = pm.get(f"{PAGE}.json").json
    for row in rows(pm.app, assignment):
        with engine.database.unit_of_work():
            forget_measurement(engine, row.subject_id)
    after = pm.get(f"{PAGE}.json").json
    assert before is not None
    assert after is not None
    for was, now in zip(before["variants"], after["variants"], strict=True):
        assert (was["persons"], was["successes"]) == (now["persons"], now["successes"])
        assert was["fresh"] > now["fresh"] == 0


def test_a_visitor_takes_part_in_nothing_that_outlasts_the_visit(engine: Engine, pm: Browser) -> None:
    begin(engine, 28)
    with engine.database.unit_of_work():
        visitor, account = record_arrival(engine.database), an_account(engine)
        treatments = [engine.decide("publish", subject_of(number)).treatment for number in (visitor, account)]
    assert [bool(each.variant) for each in treatments] == [False, True]
    assert [row.subject_id for row in rows(pm.app, assignment)] == [account]
