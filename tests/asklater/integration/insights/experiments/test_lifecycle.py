"""An experiment from its declaration to its winner, by the buttons of its page."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.settings import Settings
from tests.asklater.integration.insights.experiments.conftest import DECLARED, FEATURES, NOW, Come, start
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.people import somebody

PAGE = "/insights/experiments/wording"


def press(browser: Browser, step: str, data: dict[str, str] | None = None) -> str:
    """Press a button of the page, and look at where that leads."""
    answer = browser.post(f"{PAGE}/{step}", data)
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    return browser.get(PAGE).text


@pytest.mark.thorough
def test_from_the_declaration_to_the_winner(pm: Browser, engine: Engine) -> None:
    assert "Fewer words bring more pictures." in pm.get("/insights/experiments").text
    page = pm.get(PAGE).text
    assert "Not started" in page
    assert "Too few people were eligible lately" in page
    assert ">Result<" not in page
    page = press(pm, "start")
    assert "It has started." in page
    assert "Running" in page
    assert "It is too early for a verdict" in page
    assert [run.started_by for run in engine.experiments.runs.running()] == ["pm"]
    engine.database.release()
    assert "Stop “Fewer words”?" in pm.get(f"{PAGE}/stop").text
    assert "Undo the stop" in press(pm, "stop")
    assert "Undo the stop" not in press(pm, "go-on")
    press(pm, "stop")
    assert "Declare “short one” the winner?" in pm.get(f"{PAGE}/winner?variant=short_one").text
    page = press(pm, "winner", {"variant": "short_one"})
    assert "Decided" in page
    assert "[actions.publish]" in page
    assert "reason = &#34;Signed.&#34;" in page
    assert "[actions.publish]" not in press(pm, "winner/back")
    page = press(pm, "winner", {"variant": "as_now"})
    assert "The control has won." in page
    page = press(pm, "start")
    assert page.count("/insights/experiments/wording?run=") >= 2  # both runs can be looked at


@pytest.mark.thorough
def test_a_step_that_somebody_else_took_first_changes_nothing(pm: Browser, engine: Engine) -> None:
    press(pm, "start")
    assert "This is no longer possible" in press(pm, "start")
    assert "This is no longer possible" in press(pm, "winner", {"variant": "short_one"})
    press(pm, "stop")
    assert "This is no longer possible" in press(pm, "stop")
    assert "Choose one of its variants" in press(pm, "winner", {"variant": "made_up"})
    assert pm.get(f"{PAGE}/winner?variant=made_up").status_code == 303
    assert len(engine.experiments.runs.of("wording")) == 1
    engine.database.release()


def test_a_stop_can_be_undone_for_an_hour(pm: Browser) -> None:
    press(pm, "start")
    press(pm, "stop")
    with clock.at(NOW + timedelta(minutes=61)):
        assert "Undo the stop" not in pm.get(PAGE).text
        assert "This is no longer possible" in press(pm, "go-on")


def test_a_step_needs_the_token_of_this_site(pm: Browser, engine: Engine) -> None:
    for step in ("start", "stop", "go-on", "winner", "winner/back"):
        assert pm.client.post(f"{PAGE}/{step}").status_code == 400
    assert engine.experiments.runs.every() == []
    engine.database.release()


@pytest.mark.parametrize("role", ["", "privacy_officer", "admin"])
def test_nobody_else_may(dashboard: Flask, engine: Engine, role: str) -> None:
    other = somebody(dashboard, "other@x.example", role, factor=True)
    for url in ("/insights/experiments", PAGE, f"{PAGE}.csv", f"{PAGE}.json", "/insights/experiments/draft"):
        assert other.get(url).status_code == 403
    assert other.post(f"{PAGE}/start").status_code == 403
    assert engine.experiments.runs.every() == []
    engine.database.release()


@pytest.mark.parametrize("url", ["/made_up", "/made_up.csv", "/made_up.json", "/made_up/stop", "/wording?run=99"])
def test_what_is_not_there_is_not_found(pm: Browser, url: str) -> None:
    assert pm.get(f"/insights/experiments{url}").status_code == 404


@pytest.mark.thorough
def test_a_declaration_that_changed_in_the_middle_is_told_and_treats_nobody(
    engine: Engine, come: Come, declared: Settings, manifest: Path
) -> None:
    start(engine)
    come(40, {"as_now": 0.5, "short_one": 0.5})
    manifest.write_text(manifest.read_text("utf-8").replace('"Signed."', '"Signed!"'), "utf-8")
    with opened(declared, FEATURES) as app:
        other = somebody(app, "pm@x.example", "pm", factor=True)
        page = other.get(PAGE).text
        assert "On hold: the manifest has changed" in page
        assert "reason “Signed.”" in page  # by which the run went
        assert Browser(app).post("/publish").text.count("What is published shows by whom.") == 1
        assert "Start a new run" in press(other, "stop")


@pytest.mark.thorough
def test_an_experiment_that_left_the_manifest_keeps_its_results(
    engine: Engine, come: Come, declared: Settings, manifest: Path
) -> None:
    start(engine)
    come(40, {"as_now": 0.5, "short_one": 0.5})
    manifest.write_text(manifest.read_text("utf-8").replace(DECLARED, ""), "utf-8")
    with opened(declared, FEATURES) as app:
        other = somebody(app, "pm@x.example", "pm", factor=True)
        assert "No longer declared" in other.get("/insights/experiments").text
        page = other.get(PAGE).text
        assert "short one" in page
        assert "does not declare it any more" in press(other, "start")
        assert "Stop it" not in press(other, "stop")


def test_without_any_the_list_says_how_to_begin(settings: Settings) -> None:
    with opened(replace(settings, manifest=ROOT / "tests" / "support" / "manifest.toml"), FEATURES) as app:
        other = somebody(app, "pm@x.example", "pm", factor=True)
        assert "No experiment is declared" in other.get("/insights/experiments").text


def test_the_draft_page_gives_the_text_and_keeps_what_was_typed(pm: Browser) -> None:
    url = "/insights/experiments/draft"
    assert "[experiments." not in pm.get(url).text
    page = pm.get(f"{url}?field=address&context=send_letter").text
    assert "[experiments.where_address]" in page
    for query in ("field=made_up&context=publish", "field=picture&context=made_up", "field=picture"):
        wrong = pm.get(f"{url}?{query}")
        assert wrong.status_code == 422
        assert "There is a problem" in wrong.text
        assert "[experiments." not in wrong.text
    assert "Nothing is left to compare" in pm.get(f"{url}?field=picture&context=publish").text
