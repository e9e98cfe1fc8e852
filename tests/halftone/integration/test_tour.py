"""The demo's tour: the bar of steps, one's own asks beside the shop, and rules that are changed while it runs."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask

from asklater.engine import Engine
from halftone.demo import rule_changes
from halftone.demo.rule_changes import OWN, changed_lines, live_manifest, read_changes
from halftone.settings import ROOT
from tests.halftone.integration.shopping import PRINT, Shopper

RULES, APPLY, UNDO = "/demo/rules", "/demo/rules/apply", "/demo/rules/undo"
OFFERED = read_changes(ROOT / "seed_data" / "rule_changes.toml")
CAME_WITH = (ROOT / "webapp" / "halftone" / "manifest.toml").read_text("utf-8")


@pytest.fixture
def engine(plain: Shopper) -> Iterator[Engine]:
    """The engine, which runs on its own manifest again afterwards."""
    app: Flask = plain.app
    found: Engine = app.extensions["asklater.engine"]
    yield found
    with app.test_request_context():
        if "live_manifest" in app.extensions:
            live_manifest().go_back()


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_changes, "LOOKED_EVERY", 0.0)


def steps_done(shopper: Shopper) -> int:
    found = re.search(r"([0-9]) of 5 steps done", shopper.get("/").text)
    assert found is not None
    return int(found[1])


@pytest.mark.thorough
def test_each_step_is_ticked_once_it_is_taken(plain: Shopper) -> None:
    assert steps_done(plain) == 0
    plain.put()
    assert steps_done(plain) == 1
    plain.put()
    assert steps_done(plain) == 1
    plain.get("/demo/watch")
    assert steps_done(plain) == 2
    plain.get(plain.buy())
    assert steps_done(plain) == 3


def test_what_one_is_asked_is_shown_beside_the_shop(plain: Shopper) -> None:
    assert "Nothing yet." in plain.get("/demo/watch").text
    plain.post(f"/products/{PRINT}/share")
    page = unescape(plain.get("/demo/watch/asks").text)
    assert "Display name" in page
    assert "Being asked" in page
    assert "[actions.share_print]" in page
    assert "[actions.export_orders]" not in page


@pytest.mark.thorough
@pytest.mark.parametrize("change", OFFERED, ids=lambda change: change.key)
def test_every_change_that_is_offered_can_be_made(
    plain: Shopper, engine: Engine, change: rule_changes.RuleChange
) -> None:
    shown = plain.get(f"{RULES}?change={change.key}")
    assert shown.status_code == 200
    assert "error-summary" not in shown.text
    assert "Apply for everybody in this demo" in shown.text
    text = change.made_in(CAME_WITH)
    plain.post(APPLY, {"text": text})
    assert "The demo runs on changed rules." in plain.get(RULES).text
    with pytest.raises(LookupError):
        change.made_in(text)
    assert "stands in its way" in plain.get(plain.get(f"{RULES}?change={change.key}").location or RULES).text


@pytest.mark.thorough
def test_a_changed_rule_asks_differently_and_can_be_undone(plain: Shopper, engine: Engine) -> None:
    change = next(one for one in OFFERED if one.key == "company_size")
    assert "Company size" not in plain.get("/ask/sign_up").text
    plain.post(APPLY, {"text": change.made_in(CAME_WITH)})
    assert "Company size" in plain.get("/ask/sign_up").text
    plain.post(UNDO)
    assert "Company size" not in plain.get("/ask/sign_up").text
    assert engine.manifest.fields.get("company_size") is None


def test_a_text_that_is_wrong_changes_nothing_and_is_kept(plain: Shopper, engine: Engine) -> None:
    before = engine.manifest
    for path in (RULES, APPLY):
        refused = plain.post(path, {"text": CAME_WITH + "\n[actions.nothing]\nrequires = 3\n"})
        assert refused.status_code == 422
        assert "Fix these" in refused.text
        assert "[actions.nothing]" in refused.text
    assert engine.manifest is before


def test_what_an_editor_saves_takes_effect_or_is_told(plain: Shopper, engine: Engine) -> None:
    plain.get(RULES)
    folder = plain.app.extensions["asklater.settings"].instance
    together = next(one for one in OFFERED if one.key == "together")
    (folder / OWN).write_text(together.made_in(CAME_WITH), "utf-8")
    plain.get("/")
    assert engine.manifest.actions["checkout"].ask == "together"
    (folder / OWN).write_text("this is no manifest", "utf-8")
    page = plain.get(RULES).text
    assert "cannot be used" in page
    assert engine.manifest.actions["checkout"].ask == "together"


def test_the_lines_that_differ_are_told() -> None:
    assert changed_lines("a\nb\n", "a\nc\n") == (("-", "b"), ("+", "c"))
