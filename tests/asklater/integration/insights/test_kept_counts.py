"""What the worker counts now and then, against a naive recount of the rows: horizons, rejections, origins, steps."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from asklater import clock
from asklater.engine import Engine
from asklater.insights import count_details, kept_counts
from asklater.insights.horizons import HORIZON_COUNTS, HORIZONS
from asklater.insights.kept_counts import KeptCounts, scope_of
from asklater.insights.prompt_steps import STEP_TIMES, STEPS, contexts_in_steps
from asklater.insights.query import PEOPLE, SIMULATED, People
from asklater.insights.rejections import REJECTIONS
from asklater.insights.save_origins import ORIGINS
from asklater.records.answers import Provenance
from asklater.records.exposure import Exposure
from asklater.records.people import record_arrival
from asklater.subjects.rights import forget_measurement
from asklater.tables import answer_event, prompt, prompt_field, rejection, subject
from tests.asklater.integration.insights.conftest import NOW
from tests.support.browsing import Browser

DAY = timedelta(days=1)
STEPS_OF_A_LETTER = ("email", "address", "display_name")
VALUES = {"email": "ada@x.example", "address": {"country": "DE"}, "display_name": "Ada"}
REASONS = ("missing", "too_short", "wrong_form")
ORIGIN_SOURCES = ("person", "settings", "import", "provider", "service")


@pytest.fixture
def lives(engine: Engine) -> None:
    """Ninety people who write letters, publish, and are given answers from elsewhere."""
    chance = Random(7)
    with engine.database.unit_of_work():
        for _ in range(90):
            _live(engine, chance)


def _live(engine: Engine, chance: Random) -> None:
    moment = NOW - timedelta(seconds=chance.uniform(0, 130 * 86400))
    with clock.at(moment):
        person = record_arrival(engine.database, simulated=chance.random() < 0.3)
        if chance.random() < 0.7:
            account = update(subject).where(subject.c.id == person).values(signed_up_at=moment)
            engine.database.writing().execute(account)
    held: set[str] = set()
    for action in ("send_letter", "publish", "send_letter"):
        moment += timedelta(seconds=chance.choice((30, 3600, 86400, 9 * 86400, 40 * 86400)))
        if moment > NOW:
            return
        _attempt(engine, chance, person, action, moment, held)
    if chance.random() < 0.3:
        with clock.at(moment):
            engine.answers.remove(person, "display_name")


def _attempt(engine: Engine, chance: Random, person: int, action: str, moment: Any, held: set[str]) -> None:
    variant = chance.choice(("", "pace:slow"))
    for field in STEPS_OF_A_LETTER:
        if field in held:
            continue
        with clock.at(moment):
            number = engine.episodes.see(person, action, [field], exposure=Exposure(variant=variant))
        moment += timedelta(microseconds=chance.randrange(1, 3 * 10**9))
        with clock.at(moment):
            while chance.random() < 0.4:
                engine.episodes.submit(person, action, [field])
                engine.episodes.reject(person, action, {field: chance.sample(REASONS, chance.randint(0, 2))}, number)
            if chance.random() < 0.3:
                return
            source = chance.choice(ORIGIN_SOURCES)
            here = source if source in {"settings", "import"} else action
            if source == "person":
                engine.episodes.submit(person, action, [field])
            if engine.answers.give(person, field, VALUES[field], Provenance(here, source)):
                engine.episodes.saved(person, field, here)
        held.add(field)
    with clock.at(moment):
        engine.episodes.complete_action(person, action)


@pytest.fixture(params=["as of now", "by the worker"])
def read(
    dashboard: Flask, engine: Engine, lives: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[KeptCounts, People], dict[Any, Any]]]:
    """Reads counts as a page does, where it counts itself and where the worker did."""
    with dashboard.test_request_context():
        if request.param == "by the worker":
            monkeypatch.setattr(kept_counts, "FEW_ROWS", 0)
            count_details(engine)
        yield lambda counts, people: dict(counts.read(engine.database, scope_of(engine), people).counts)


class Rows:
    """All rows, read once."""

    def __init__(self, engine: Engine, people: People) -> None:
        reading, self.window = engine.database.reading(), engine.manifest.window
        every = reading.execute(select(subject).where(subject.c.objected_at.is_(None))).all()
        self.subjects = {row.id: row for row in every if row.simulated in SIMULATED[people]}
        self.episodes = self._own(reading.execute(select(prompt_field).order_by(prompt_field.c.id)).all())
        self.events = self._own(reading.execute(select(answer_event).order_by(answer_event.c.id)).all())
        self.prompts = {row.id: row for row in reading.execute(select(prompt)).all()}
        self.reasons: defaultdict[int, list[str]] = defaultdict(list)
        for row in reading.execute(select(rejection)).all():
            self.reasons[row.prompt_field_id].append(row.reason)
        self.mature = [row for row in self.episodes if row.opened_at + self.window <= NOW]

    def _own(self, rows: Any) -> list[Any]:
        return [row for row in rows if row.subject_id in self.subjects]

    def accounts(self) -> list[Any]:
        return [row for row in self.subjects.values() if row.signed_up_at is not None]


@pytest.mark.thorough
@pytest.mark.parametrize("people", PEOPLE)
def test_horizons(engine: Engine, read: Callable[..., Any], people: People) -> None:
    rows, expected = Rows(engine, people), Counter[Any]()
    for account in rows.accounts():
        expected["", "", 0, "reached"] += 1
        for days in HORIZONS:
            end = account.signed_up_at + days * DAY
            if end > NOW:
                continue
            expected["", "", days, "reached"] += 1
            asked = {
                (row.field, row.action)
                for row in rows.episodes
                if row.subject_id == account.id and row.opened_at <= end
            }
            gave = {
                row.field
                for row in rows.events
                if row.subject_id == account.id and row.change == "given" and row.at <= end
            }
            for field, action in asked:
                expected[field, action, days, "reached"] += 1
                expected[field, action, days, "held"] += field in gave
    found = read(HORIZON_COUNTS, people)
    assert {(*key, "reached"): reached for key, (reached, _held) in found.items()} == {
        key: number for key, number in expected.items() if key[-1] == "reached"
    }
    assert all(held == expected[(*key, "held")] for key, (_reached, held) in found.items())
    assert len(found) > 12


@pytest.mark.thorough
@pytest.mark.parametrize("people", PEOPLE)
def test_rejections(engine: Engine, read: Callable[..., Any], people: People) -> None:
    rows = Rows(engine, people)
    persons: defaultdict[Any, set[int]] = defaultdict(set)
    corrected: defaultdict[Any, set[int]] = defaultdict(set)
    for row in rows.mature:
        for reason in rows.reasons[row.id]:
            persons[row.field, row.optional, reason].add(row.subject_id)
            if row.outcome == "completed":
                corrected[row.field, row.optional, reason].add(row.subject_id)
    assert read(REJECTIONS, people) == {key: (len(who), len(corrected[key])) for key, who in persons.items()}
    assert persons


@pytest.mark.thorough
@pytest.mark.parametrize("people", PEOPLE)
def test_origins_add_up_to_what_went_from_missing_to_held(
    engine: Engine, read: Callable[..., Any], people: People
) -> None:
    rows = Rows(engine, people)
    accounts, transitions, held = {row.id for row in rows.accounts()}, Counter[str](), set()
    for row in rows.events:
        if row.subject_id not in accounts:
            continue
        key = (row.subject_id, row.field)
        if row.change == "given":
            transitions[row.field] += key not in held
            held.add(key)
        elif row.change in {"removed", "expired"}:
            held.discard(key)
    found, sums = read(ORIGINS, people), Counter[str]()
    for (field, _origin), (saves, _persons) in found.items():
        sums[field] += saves
    assert sums == transitions
    origins = {origin for _field, origin in found}
    assert {"settings", "import", "provider", "api", "send_letter"} <= origins


@pytest.mark.thorough
@pytest.mark.parametrize("people", PEOPLE)
def test_steps_and_their_times(engine: Engine, read: Callable[..., Any], people: People) -> None:
    rows, contexts = Rows(engine, people), contexts_in_steps(engine.manifest)
    saw: defaultdict[Any, set[int]] = defaultdict(set)
    flags: defaultdict[Any, set[tuple[str, int]]] = defaultdict(set)
    times: defaultdict[Any, list[int]] = defaultdict(list)
    for row in rows.mature:
        asked = rows.prompts[row.prompt_id]
        if row.action not in contexts:
            continue
        key = (row.action, asked.variant or "-", row.field, row.optional)
        later = [it for it in rows.episodes if it.prompt_id == row.prompt_id and it.opened_at > row.opened_at]
        saw[key].add(row.subject_id)
        if row.submissions:
            flags[key].add(("submitted", row.subject_id))
        if later or asked.completed_at is not None:
            flags[key].add(("went_on", row.subject_id))
        if row.outcome == "completed":
            times[key].append((row.closed_at - row.opened_at) // timedelta(microseconds=1))
    found = {key: counts[:3] for key, counts in read(STEPS, people).items()}
    assert found == {
        key: (len(who), *(sum(flag == name for flag, _one in flags[key]) for name in ("submitted", "went_on")))
        for key, who in saw.items()
    }
    kept: defaultdict[Any, list[int]] = defaultdict(list)
    for (*key, took), (episodes,) in sorted(read(STEP_TIMES, people).items()):
        kept[tuple(key)] += [took] * episodes
    assert kept.keys() == times.keys()
    for key, exact in times.items():
        assert all(0 <= time - low <= time / 64 for low, time in zip(kept[key], sorted(exact), strict=True))
        assert {*map(type, kept[key])} == {int}


@pytest.mark.thorough
def test_what_was_counted_of_somebody_who_leaves_stays(engine: Engine, read: Callable[..., Any]) -> None:
    """At once, and once the worker has counted anew."""
    everything = (REJECTIONS, STEPS, STEP_TIMES)
    before = [read(counts, "all") for counts in everything]
    with engine.database.unit_of_work():
        for number in range(1, 40):
            forget_measurement(engine, number)
    assert [read(counts, "all") for counts in everything] == before
    for _ in range(2):
        count_details(engine)
        assert [read(counts, "all") for counts in everything] == before


@pytest.mark.thorough
def test_who_leaves_while_the_worker_counts_is_counted_once(
    dashboard: Flask, engine: Engine, lives: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_counts, "FEW_ROWS", 0)
    with dashboard.test_request_context():
        count_details(engine)
        before = STEPS.read(engine.database, scope_of(engine), "all").counts
        leave_before_writing(engine, monkeypatch)
        STEPS.count(engine.database, scope_of(engine))
        monkeypatch.undo()
        monkeypatch.setattr(kept_counts, "FEW_ROWS", 0)
        assert STEPS.read(engine.database, scope_of(engine), "all").counts == before
        STEPS.count(engine.database, scope_of(engine))
        assert STEPS.read(engine.database, scope_of(engine), "all").counts == before


def leave_before_writing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ten people leave after the worker has read, right before it writes."""
    unit_of_work = engine.database.unit_of_work

    def meanwhile() -> Any:
        monkeypatch.setattr(engine.database, "unit_of_work", unit_of_work)
        with unit_of_work():
            for number in range(1, 11):
                forget_measurement(engine, number)
        return unit_of_work()

    monkeypatch.setattr(engine.database, "unit_of_work", meanwhile)


@pytest.mark.thorough
def test_pages_and_files_tell_the_same(pm: Browser, engine: Engine, lives: None) -> None:
    page = pm.get("/insights/fields/email").text
    for heading in ("Coverage by context and horizon", "Errors by reason", "Saves by origin"):
        assert heading in page
    for line in pm.get("/insights/rejections.json?field=email").json["rows"]:
        assert line["persons"] is None or line["persons"] >= 5
    lines = pm.get("/insights/horizons.json?field=email").json["rows"]
    assert {line["days"] for line in lines} == {30, 90}, "of too few is known that they are younger than a week"
    told = [line for line in lines if line["coverage_rate"] is not None]
    assert told
    for line in told:
        assert line["coverage_rate"] == pytest.approx(line["reach_rate"] * line["held_rate"])
    assert "Where people stop between the steps" in pm.get("/insights/contexts/send_letter").text
    assert "Where people stop between the steps" not in pm.get("/insights/contexts/publish").text
    for table in ("horizons", "rejections", "origins", "steps"):
        assert pm.get(f"/insights/{table}.csv").status_code == 200


@pytest.mark.thorough
def test_until_the_worker_has_counted_a_page_says_so(
    pm: Browser, lives: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_counts, "FEW_ROWS", 0)
    assert pm.get("/insights/fields/email").text.count("The worker has not counted this yet.") >= 3
    assert pm.get("/insights/horizons.json").json["rows"] == []
