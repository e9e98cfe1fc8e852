"""The overview names experiments that have run for long, and those that treat nobody any more."""

from dataclasses import replace
from pathlib import Path

from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.settings import Settings
from tests.asklater.integration.insights.experiments.conftest import DECLARED, FEATURES, NOW, start, stop
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.people import somebody

HERE = 'href="/insights/experiments/wording">The experiment'


def test_one_that_has_run_for_long_is_named_until_it_is_stopped(pm: Browser, engine: Engine) -> None:
    start(engine, days_ago=27)
    assert "see whether it can be decided" not in pm.get("/insights").text
    stop(engine)
    start(engine, days_ago=28)
    page = pm.get("/insights").text
    assert "“Fewer words” has run for 28 days: see whether it can be decided." in page
    assert HERE in page
    stop(engine)
    assert HERE not in pm.get("/insights").text


def test_one_that_was_declared_anew_is_named(
    dashboard: Flask, engine: Engine, declared: Settings, manifest: Path
) -> None:
    start(engine, days_ago=3)
    base = (ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8")
    manifest.write_text(base + DECLARED.replace("Signed.", "Signed by you."), "utf-8")
    with opened(replace(declared, manifest=manifest), FEATURES) as again, clock.at(NOW):
        page = somebody(again, "pm2@x.example", "pm", factor=True).get("/insights").text
    assert "“Fewer words” changed in the manifest while it ran, so it is on hold." in page
    assert HERE in page
