"""The figures of a run: recounted from the rows, known truths found, and what is left out."""

import csv
from datetime import UTC, date, timedelta, tzinfo
from io import StringIO
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings as examples, strategies as st
from sqlalchemy import update

from asklater import clock
from asklater.database.access import MICROSECOND
from asklater.engine import Engine
from asklater.experiments.tables import assignment
from asklater.insights.experiments.analysis import whole_weeks
from asklater.insights.experiments.participants import Participants, SuccessMeasure
from asklater.insights.query import Query, default_query
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from asklater.subjects import rights
from asklater.subjects.rights import forget_measurement
from asklater.tables import answer_event, prompt, prompt_field
from tests.asklater.integration.insights.experiments.conftest import FIELDS, NOW, Come, attempt, start, stop
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows

PAGE = "/insights/experiments/wording"
WINDOW = timedelta(days=1)
GAPS = (timedelta(0), MICROSECOND, timedelta(hours=5), WINDOW - MICROSECOND, WINDOW, WINDOW + MICROSECOND)
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (UTC, BERLIN, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Kiritimati"))
STEPS = ("see", "dismiss", "complete", "save", "act", "attempt")


@pytest.mark.thorough
@example([(0, "attempt", timedelta(0))], WINDOW, BERLIN)
@example([(0, "attempt", timedelta(0))], WINDOW - MICROSECOND, BERLIN)
@example([(0, "attempt", timedelta(0)), (0, "act", WINDOW), (0, "save", timedelta(0))], WINDOW, BERLIN)
@example([(0, "attempt", timedelta(0)), (0, "act", WINDOW + MICROSECOND)], WINDOW, BERLIN)
@example([(0, "attempt", timedelta(0)), (0, "see", timedelta(hours=5)), (0, "see", timedelta(0))], WINDOW, BERLIN)
@example([(0, "save", timedelta(0)), (0, "attempt", MICROSECOND), (0, "save", MICROSECOND)], WINDOW, BERLIN)
@examples(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(STEPS), st.sampled_from(GAPS)), max_size=25),
    st.sampled_from(GAPS),
    st.sampled_from(ZONES),
)
def test_cells_are_what_a_recount_of_the_rows_gives(
    dashboard: Flask, engine: Engine, steps: Any, later: Any, zone: tzinfo
) -> None:
    with engine.database.unit_of_work():
        if engine.experiments.runs.running():
            engine.experiments.stop("wording")
    start(engine, 15)
    moment = NOW - timedelta(days=14)
    with engine.database.unit_of_work(), clock.at(moment):
        people = [record_arrival(engine.database, simulated=place == 3) for place in range(4)]
    for place, step, gap in steps:
        moment += gap
        with engine.database.unit_of_work(), clock.at(moment):
            _step(engine, people[place], step)
    engine.database.release()
    run = engine.experiments.runs.running()[0]
    asked = default_query(moment + later, zone)
    participants = Participants(engine.database, engine.registry.uncounted, WINDOW)
    for field in ("", "picture"):
        measure = SuccessMeasure(("publish",), "publish", field, WINDOW)
        counted = participants.cells(participants.of_run(run.id), measure, asked)
        found = sorted(
            (
                cell.variant,
                cell.day,
                cell.persons,
                cell.successes,
                cell.acted,
                cell.dismissed,
                cell.again,
                cell.squares,
            )
            for cell in counted
        )
        engine.database.release()
        assert found == _recount(dashboard, run.id, field, asked)


def _step(engine: Engine, number: int, step: str) -> None:
    match step:
        case "attempt":
            attempt(engine, number, clock.now(), {"as_now": 0.5, "short_one": 0.5}, Random(number))
        case "see":
            engine.episodes.see(number, "publish", FIELDS)
        case "dismiss":
            engine.episodes.dismiss(number, "publish")
        case "complete":
            engine.episodes.complete_action(number, "publish")
        case "save":
            if engine.answers.give(number, "picture", b"picture", Provenance("settings")):
                engine.episodes.saved(number, "picture", None)
            else:
                engine.answers.change(number, "picture", b"another", Provenance("settings"))
        case _:
            engine.experiments.acted("publish", number)


def _recount(app: Flask, run_id: int, field: str, asked: Query) -> list[tuple[Any, ...]]:
    """By plain loops over every row there is."""
    groups: dict[tuple[str, Any], list[tuple[bool, bool, bool, int]]] = {}
    for one in rows(app, assignment):
        end = one.at + WINDOW
        if one.run_id != run_id or end > asked.as_of:
            continue
        mine = [row for row in rows(app, prompt) if row.subject_id == one.subject_id]
        acted = any(row.completed_at and one.at <= row.completed_at <= end for row in mine)
        acted = acted or bool(one.acted_at and one.at <= one.acted_at <= end)
        dismissed = any(row.dismissed_at and one.at <= row.dismissed_at <= end for row in mine)
        given_in_time = any(
            row.subject_id == one.subject_id
            and row.field == field
            and row.change == "given"
            and one.at <= row.at <= end
            for row in rows(app, answer_event)
        )
        shown = [
            row
            for row in rows(app, prompt_field)
            if row.subject_id == one.subject_id and one.at <= row.opened_at <= end
        ]
        again = sum(row.impressions for row in shown) - len({row.field for row in shown})
        success = given_in_time if field else acted
        groups.setdefault((one.variant, end.astimezone(asked.zone).date()), []).append(
            (success, acted, dismissed, again)
        )
    return sorted(
        (
            variant,
            day,
            len(found),
            *(sum(one[place] for one in found) for place in range(4)),
            sum(one[3] ** 2 for one in found),
        )
        for (variant, day), found in groups.items()
    )


@pytest.mark.thorough
def test_a_known_truth_is_found_and_told(pm: Browser, engine: Engine, come: Come) -> None:
    start(engine)
    come(900, {"as_now": 0.3, "short_one": 0.6})
    page = pm.get(PAGE).text
    assert "“short one” is better than everything else that was tried" in page
    assert "a difference has been shown" in page
    assert "p-value" not in page
    table = list(csv.DictReader(StringIO(pm.get(f"{PAGE}.csv").data.decode("utf-8-sig"))))
    document = pm.get(f"{PAGE}.json").json
    assert document is not None
    assert not document["sample_ratio_mismatch"]
    for line, entry, rate in zip(table, document["variants"], (0.3, 0.6), strict=True):
        assert line["variant"] == entry["variant"]
        assert int(line["successes"]) == entry["successes"]
        assert float(line["low"]) < rate < float(line["high"])
        assert entry["assigned"] == entry["persons"] + entry["fresh"]
    assert float(table[1]["always_low"]) > 0
    assert float(table[1]["always_low"]) < float(table[1]["once_low"]) < 0.3 < float(table[1]["once_high"])
    assert sum(int(line["assigned"]) for line in table) == 900


@pytest.mark.thorough
def test_without_a_difference_nothing_is_claimed(pm: Browser, engine: Engine, come: Come) -> None:
    start(engine)
    come(300, {"as_now": 0.4, "short_one": 0.4})
    page = pm.get(PAGE).text
    assert "There is not enough evidence yet" in page
    assert "To find a difference of 10.0 points" in page
    assert "eligible people a day" in page


@pytest.mark.thorough
def test_a_guardrail_holds_the_verdict_back(pm: Browser, engine: Engine, come: Come) -> None:
    """Some of the variant's people complete more, yet others are driven to cancel."""
    start(engine)
    come(500, {"as_now": 0.3, "short_one": 0.9})
    with engine.database.unit_of_work():
        harmed = [row.subject_id for row in rows(pm.app, assignment) if row.variant == "short_one"]
        theirs = update(prompt).where(prompt.c.subject_id.in_(harmed))
        engine.database.writing().execute(theirs.values(dismissed_at=prompt.c.opened_at))
    page = pm.get(PAGE).text
    assert "has more successes, but at a price: more people cancel or put it off" in page


@pytest.mark.thorough
def test_a_mismatch_warns_and_hides_the_verdict(pm: Browser, engine: Engine, come: Come) -> None:
    start(engine)
    come(900, {"as_now": 0.3, "short_one": 0.6})
    with engine.database.unit_of_work():
        lost = [row.subject_id for row in rows(pm.app, assignment) if row.variant == "as_now"][:160]
        engine.database.writing().execute(assignment.delete().where(assignment.c.subject_id.in_(lost)))
    page = pm.get(PAGE).text
    assert "were not assigned as declared" in page
    assert "is better than" not in page
    assert "Difference from control" not in page
    document = pm.get(f"{PAGE}.json").json
    assert document is not None
    assert document["sample_ratio_mismatch"]


@pytest.mark.thorough
def test_small_cells_are_suppressed_and_fresh_persons_counted(pm: Browser, engine: Engine, come: Come) -> None:
    start(engine)
    come(8, {"as_now": 1, "short_one": 1})
    page = pm.get(PAGE).text
    assert "nothing is said yet" in page
    assert "Too few people: not shown." in page
    come(30, {"as_now": 1, "short_one": 1}, days=0.5, seed=2)
    assert "30 people are left out of the rates" in pm.get(PAGE).text


@pytest.mark.thorough
def test_simulated_and_real_people_are_told_apart(pm: Browser, engine: Engine, come: Come) -> None:
    start(engine)
    come(40, {"as_now": 1, "short_one": 1}, simulated=True)
    come(60, {"as_now": 0, "short_one": 0}, seed=2)

    def assigned(people: str) -> int:
        document = pm.get(f"{PAGE}.json?people={people}").json
        assert document is not None
        return sum(entry["assigned"] for entry in document["variants"])

    assert (assigned("simulated"), assigned("real"), assigned("all")) == (40, 60, 100)
    assert "Simulated shoppers are in these figures." in pm.get(PAGE).text
    assert "Simulated shoppers are in these figures." not in pm.get(f"{PAGE}?people=real").text
    wrong = pm.get(f"{PAGE}?people=martians&context=nowhere")
    assert wrong.status_code == 422
    assert "martians" in wrong.text


def test_staff_are_in_no_figure(pm: Browser, engine: Engine, come: Come, dashboard: Flask) -> None:
    start(engine)
    come(20, {"as_now": 1, "short_one": 1})
    staff = settle(dashboard, "boss@x.example", "admin")
    with engine.database.unit_of_work():
        attempt(engine, staff, NOW - timedelta(days=2), {"as_now": 1, "short_one": 1}, Random(1))
    document = pm.get(f"{PAGE}.json").json
    assert document is not None
    assert sum(entry["assigned"] for entry in document["variants"]) == 20


@pytest.mark.thorough
def test_what_came_of_those_who_left_stays_and_the_ratio_is_of_all_who_were_assigned(
    pm: Browser, engine: Engine, come: Come
) -> None:
    """Far more of one variant leave, most of them before they could be judged: no figure gives way."""
    start(engine)
    come(60, {"as_now": 0.3, "short_one": 0.6})
    before = pm.get(f"{PAGE}.json").json
    assert before is not None
    for row in rows(pm.app, assignment):
        if row.variant == "short_one":
            with engine.database.unit_of_work():
                rights.object_to_measurement(engine, row.subject_id)
    come(400, {"as_now": 0.3, "short_one": 0.6}, days=0.5, seed=2)
    for row in rows(pm.app, assignment):
        if row.variant == "short_one":
            with engine.database.unit_of_work():
                forget_measurement(engine, row.subject_id)
    assert {row.variant for row in rows(pm.app, assignment)} == {"as_now"}
    assert "people left before they could be judged" in pm.get(PAGE).text
    after = pm.get(f"{PAGE}.json").json
    assert after is not None
    assert not after["sample_ratio_mismatch"]
    for was, now in zip(before["variants"], after["variants"], strict=True):
        late = was.pop("fresh"), now.pop("fresh"), was.pop("assigned"), now.pop("assigned")
        assert late[3] > late[2] > 0
        assert was == now


def test_whoever_objects_or_restricts_takes_part_in_nothing(engine: Engine, come: Come, pm: Browser) -> None:
    start(engine)
    for verb in (rights.object_to_measurement, rights.restrict):
        with engine.database.unit_of_work():
            number = record_arrival(engine.database)
            verb(engine, number)
        browser = browser_of(pm.app, number)
        assert "Publish" in browser.post("/publish").text
    assert (rows(pm.app, assignment), rows(pm.app, prompt)) == ([], [])


@pytest.mark.thorough
def test_before_it_starts_the_past_says_how_long_it_takes(pm: Browser, come: Come) -> None:
    come(280, {"": 0.5}, days=27)
    page = pm.get(PAGE).text
    assert "At 10 eligible people a day that takes" in page


def test_an_earlier_run_is_still_there(pm: Browser, engine: Engine, come: Come) -> None:
    start(engine)
    come(40, {"as_now": 1, "short_one": 1})
    stop(engine)
    start(engine, 0)
    first, second = (run.id for run in reversed(engine.experiments.runs.of("wording")))
    engine.database.release()
    counts = []
    for number in (first, second):
        document = pm.get(f"{PAGE}.json?run={number}").json
        assert document is not None
        counts.append([entry["assigned"] for entry in document["variants"]])
    assert sum(counts[0]) == 40
    assert counts[1] == ["<5", "<5"]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_run_that_never_was_is_an_empty_table(pm: Browser, accept: str) -> None:
    document = pm.get(f"{PAGE}.json", headers={"Accept": accept}).json
    assert document is not None
    assert [entry["persons"] for entry in document["variants"]] == ["<5", "<5"]


def test_days_and_weeks_of_a_run_are_those_of_the_dashboards_zone(pm: Browser, engine: Engine, come: Come) -> None:
    """The run began, and horizons end, in an evening of UTC, when it is the next day already in Berlin."""
    began = NOW.replace(hour=22, minute=30) - timedelta(days=10)
    with clock.at(began), engine.database.unit_of_work():
        engine.experiments.start("wording", "pm")
    for place in range(12):
        with engine.database.unit_of_work(), clock.at(began + timedelta(minutes=1)):
            attempt(engine, record_arrival(engine.database), clock.now(), {"as_now": 1, "short_one": 1}, Random(place))
    run = engine.experiments.runs.running()[0]
    participants = Participants(engine.database, engine.registry.uncounted, WINDOW)
    measure = SuccessMeasure(("publish",), "publish", "", WINDOW)
    days = [
        {cell.day for cell in participants.cells(participants.of_run(run.id), measure, default_query(NOW, zone))}
        for zone in (UTC, BERLIN)
    ]
    assert days == [{date(2026, 6, 21)}, {date(2026, 6, 22)}]
    assert whole_weeks(began, None, WINDOW, NOW, BERLIN).first == date(2026, 6, 22)
    engine.zone = BERLIN
    try:
        stop(engine)
        start(engine)
        assert "Jun 21, 2026 to Jun 30, 2026" in pm.get(PAGE).text
    finally:
        engine.zone = UTC
