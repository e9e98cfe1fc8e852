"""Where should I ask this? What an experiment between two contexts makes the page of its field say."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from re import DOTALL, findall

import pytest
from flask import Flask
from sqlalchemy import delete, select

from asklater import clock
from asklater.checks.manifest import parse
from asklater.engine import Engine
from asklater.experiments.tables import assignment
from asklater.insights.detail.advice import contexts_by_variant
from asklater.records.answers import Provenance
from asklater.records.exposure import Exposure
from asklater.records.people import record_arrival
from asklater.settings import Settings
from asklater.tables import answer
from tests.asklater.integration.insights.experiments.conftest import FEATURES, NOW, subject_of
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.people import somebody

REQUIRED = 'requires = ["email", "display_name", "picture"]'
WAITS = 'requires = ["email", "display_name", { field = "picture", can_wait = true }]'
DECLARED = """
[prompts.picture_later]
label = "A picture of you?"
reason = "It stands beside what you publish."
fields = ["picture"]
placement = "desk"
cooldown = "P1D"
impressions = 3

[experiments.where_picture]
label = "Where to ask for the picture"
hypothesis = "More people give it later."
action = "publish"
metric = "field_completed"
field = "picture"
horizon = "P1D"
minimum_effect = 0.1
[experiments.where_picture.variants.as_now]
[experiments.where_picture.variants.later]
defer = ["picture"]
prompt = "picture_later"
"""
PAGE = "/insights/fields/picture"


def text() -> str:
    manifest = (ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8")
    assert REQUIRED in manifest
    return manifest.replace(REQUIRED, WAITS) + DECLARED


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    path = tmp_path / "manifest.toml"
    path.write_text(text(), "utf-8")
    with opened(replace(settings, manifest=path), FEATURES) as found, clock.at(NOW):
        yield found


@pytest.fixture
def engine(app: Flask) -> Engine:
    found: Engine = app.extensions["asklater.engine"]
    return found


@pytest.fixture
def pm(app: Flask) -> Browser:
    return somebody(app, "pm@x.example", "pm", factor=True)


def come(engine: Engine, count: int, rates: Mapping[str, float]) -> None:
    """So many people attempt to publish, and give the picture where they are asked, at these rates by context."""
    chance = Random(3)
    with engine.database.unit_of_work():
        for place in range(count):
            moment = NOW - timedelta(days=19 * (1 - place / count) + 1.1)
            with clock.at(moment):
                number = record_arrival(engine.database)
                treatment = engine.decide("publish", subject_of(number)).treatment
                context = "desk" if treatment.deferred else "publish"
                kind = "background" if treatment.deferred else "gate"
                engine.episodes.see(number, context, ["picture"], exposure=Exposure(kind, treatment.variant))
            if chance.random() < rates[context]:
                with clock.at(moment + timedelta(minutes=1)):
                    engine.answers.give(number, "picture", b"picture", Provenance(context))
                    engine.episodes.saved(number, "picture", context)


def begin(engine: Engine) -> None:
    with engine.database.unit_of_work(), clock.at(NOW - timedelta(days=21)):
        engine.experiments.start("where_picture", "pm")


def test_without_a_run_it_says_that_nothing_is_proved(pm: Browser, engine: Engine) -> None:
    come(engine, 40, {"publish": 0.5, "desk": 0.5})
    page = pm.get(PAGE).text
    assert "See the experiment" not in page
    assert "an experiment has shown" not in page


@pytest.mark.thorough
def test_a_run_with_evidence_says_where_to_ask(pm: Browser, engine: Engine) -> None:
    begin(engine)
    come(engine, 300, {"publish": 0.2, "desk": 0.8})
    page = pm.get(PAGE).text
    assert "Ask at “Desk”: an experiment has shown that it completes most often." in page
    assert 'href="/insights/experiments/where_picture">See the experiment' in page
    assert "Draft the experiment" not in page
    shown = page.split('id="where"')[1].split("</section>")[0]
    measured, seen = shown.split('id="as-seen"')
    assert "Correlation only." not in measured
    assert "Correlation only." in seen
    assert _shared_out(measured) == _counted(engine)


@pytest.mark.thorough
def test_arms_of_too_few_persons_are_not_shown(pm: Browser, engine: Engine) -> None:
    begin(engine)
    come(engine, 24, {"publish": 1, "desk": 1})
    it = assignment.c
    with engine.database.unit_of_work():
        later = engine.database.writing().scalars(select(it.subject_id).where(it.variant == "later")).all()
        engine.database.writing().execute(delete(assignment).where(it.subject_id.in_(later[4:])))
    measured = pm.get(PAGE).text.split('id="where"')[1].split('id="as-seen"')[0]
    assert "Too few people: not shown." in measured
    assert _shared_out(measured) == [_counted(engine)[0]]


def _shared_out(measured: str) -> list[tuple[str, str]]:
    """Persons and rate of each arm, as the page tells them."""
    told = findall(r'<b>(.+?)</b>.*?<td class="cell-number">(.+?)</td>', measured, DOTALL)
    return [(persons, rate) for rate, persons in told]


def _counted(engine: Engine) -> list[tuple[str, str]]:
    """The same from the raw rows, the control first; all of them are old enough."""
    with engine.database.unit_of_work():
        rows = engine.database.writing().execute(select(assignment.c.variant, assignment.c.subject_id)).all()
        gave = set(engine.database.writing().scalars(select(answer.c.subject_id).where(answer.c.field == "picture")))
    arms = {variant: [number for name, number in rows if name == variant] for variant in ("as_now", "later")}
    return [(str(len(arm)), f"{sum(number in gave for number in arm) / len(arm):.1%}") for arm in arms.values()]


@pytest.mark.thorough
def test_a_run_without_enough_evidence_says_so(pm: Browser, engine: Engine) -> None:
    begin(engine)
    come(engine, 30, {"publish": 0.5, "desk": 0.55})
    assert "The experiment has not enough evidence yet" in pm.get(PAGE).text


def test_an_experiment_is_about_contexts_only_where_each_variant_has_one_of_its_own() -> None:
    manifest = parse(text(), "manifest")
    experiment = manifest.experiments["where_picture"]
    assert contexts_by_variant(manifest, experiment, "picture") == {"as_now": "publish", "later": "desk"}
    assert contexts_by_variant(manifest, experiment, "email") == {}
    reworded = experiment.variants["later"].model_copy(update={"defer": (), "prompt": None})
    alike = experiment.model_copy(update={"variants": {**experiment.variants, "later": reworded}})
    assert contexts_by_variant(manifest, alike, "picture") == {}
    without = manifest.model_copy(update={"prompts": {}})
    assert contexts_by_variant(without, experiment, "picture") == {}
