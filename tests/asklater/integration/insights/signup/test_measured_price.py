"""What an experiment at sign-up found takes the place of the assumption, on the pages and in their files."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from asklater import clock
from asklater.checks.manifest import parse
from asklater.engine import Engine
from asklater.insights.signup.price import FormSize, sizes_by_variant
from asklater.records.exposure import Exposure
from asklater.records.people import record_arrival
from asklater.settings import Settings
from tests.asklater.integration.insights.experiments.conftest import FEATURES, NOW, subject_of
from tests.asklater.integration.insights.page_tables import tables
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.people import somebody

FORM = 'fields = [{ field = "email" }]'
TWO = """fields = [
    { field = "email" },
    { field = "display_name", can_wait = true, needed_next = "publish", owner = "Ada", review_by = 2027-01-01 },
]"""
DECLARED = """
[prompts.name_later]
label = "Your name?"
reason = "It stands beside what you publish."
fields = ["display_name"]
placement = "desk"
cooldown = "P14D"
impressions = 3

[experiments.fewer]
label = "One field or two"
hypothesis = "More people sign up."
action = "sign_up"
minimum_effect = 0.1
[experiments.fewer.variants.both]
[experiments.fewer.variants.one]
defer = ["display_name"]
prompt = "name_later"
"""
PAGE = "/insights/sign-up/price?fields=2"


def text() -> str:
    manifest = (ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8")
    assert FORM in manifest
    return manifest.replace(FORM, TWO) + DECLARED


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


def come(engine: Engine, count: int, rates: Mapping[int, float]) -> dict[int, list[bool]]:
    """So many people see the form, and sign up at these rates by its number of fields; who did."""
    chance, came = Random(3), {number: [] for number in rates}  # type: dict[int, list[bool]]
    with engine.database.unit_of_work():
        for place in range(count):
            moment = NOW - timedelta(days=19 * (1 - place / count) + 1.1)
            with clock.at(moment):
                number = record_arrival(engine.database)
                treatment = engine.decide("sign_up", subject_of(number)).treatment
                fields = ["email"] if treatment.deferred else ["email", "display_name"]
                engine.episodes.see(number, "sign_up", fields, exposure=Exposure("gate", treatment.variant))
            signs_up = chance.random() < rates[len(fields)]
            came[len(fields)].append(signs_up)
            if signs_up:
                with clock.at(moment + timedelta(minutes=1)):
                    engine.episodes.complete_action(number, "sign_up")
    return came


def begin(engine: Engine) -> None:
    with engine.database.unit_of_work(), clock.at(NOW - timedelta(days=21)):
        engine.experiments.start("fewer", "pm")


@pytest.mark.thorough
def test_without_a_run_it_stays_an_assumption(pm: Browser) -> None:
    assert "An assumption, not a finding" in pm.get(PAGE).text
    assert "An assumption, not a finding" in pm.get("/insights/sign-up").text


@pytest.mark.thorough
def test_what_a_run_found_takes_its_place(pm: Browser, engine: Engine) -> None:
    begin(engine)
    came = come(engine, 200, {1: 0.8, 2: 0.5})
    page = pm.get(PAGE).text
    assert "Measured by your experiment “One field or two”" in page
    [[_head, one, two, three, *_more]] = tables(page)
    rates = {number: sum(signed) / len(signed) for number, signed in came.items()}
    assert (one[0], one[1]) == ("1, measured", f"{10_000 * rates[1]:,.0f}")
    assert (two[0], two[1], two[2]) == ("2, measured", f"{10_000 * rates[2]:,.0f}", "–")
    assert (three[0], three[1]) == ("3", f"{10_000 * rates[2] * 0.9:,.0f}")
    assert "Measured by your experiment" in pm.get("/insights/sign-up").text
    rows = pm.get("/insights/sign-up/price.json?fields=2").get_json()["rows"]
    assert [row["measured"] for row in rows[:3]] == [True, True, False]


def test_a_run_of_too_few_persons_tells_nothing(pm: Browser, engine: Engine) -> None:
    begin(engine)
    come(engine, 6, {1: 0.8, 2: 0.5})
    assert "An assumption, not a finding" in pm.get(PAGE).text


def test_only_an_experiment_about_the_number_of_fields_measures_it() -> None:
    manifest = parse(text(), "manifest")
    experiment, form = manifest.experiments["fewer"], manifest.signup
    assert sizes_by_variant(experiment, form) == {"both": FormSize(2), "one": FormSize(1)}
    one = experiment.variants["one"]
    reworded = one.model_validate({**one.model_dump(exclude_unset=True), "label": "Go"})
    assert (
        sizes_by_variant(experiment.model_copy(update={"variants": {**experiment.variants, "one": reworded}}), form)
        == {}
    )
    assert sizes_by_variant(experiment.model_copy(update={"action": "publish"}), form) == {}
    assert sizes_by_variant(experiment.model_copy(update={"metric": "field_completed"}), form) == {}


def test_an_experiment_with_an_optional_field_measures_that_one() -> None:
    manifest = parse(text().replace("can_wait = true,", "can_wait = true, optional = true,"), "manifest")
    sizes = sizes_by_variant(manifest.experiments["fewer"], manifest.signup)
    assert sizes == {"both": FormSize(1, 1), "one": FormSize(1)}
