"""Every route that changes something is gated, or says why not; every gate is declared; views stay short."""

import ast
import inspect
import textwrap
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from asklater.security import SAFE
from asklater.settings import Settings
from tests.support.applications import opened
from tests.support.demo import WHOLE_MANIFEST
from tests.support.paths import ROOT

ROUTES = tomllib.loads((Path(__file__).parent / "routes.toml").read_text("utf-8"))
REASONS: dict[str, dict[str, str]] = ROUTES["open"]
OPEN = {**REASONS["library"], **REASONS["demo"]}
MOST_LINES = 25
PROVIDER = ROOT / "templates" / "demo" / "provider"


def unsafe(app: Flask) -> Iterator[tuple[Rule, Callable[..., Any]]]:
    """The routes that may change something, with their views."""
    for rule in app.url_map.iter_rules():
        if (rule.methods or set()) - SAFE:
            yield rule, app.view_functions[rule.endpoint]


def ungated(app: Flask) -> set[str]:
    return {rule.endpoint for rule, view in unsafe(app) if not hasattr(view, "gated_action")}


def length(view: Callable[..., Any]) -> int:
    """The lines of a view from `def` on, decorators and docstring left out."""
    function = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(view)))).body[0]
    assert isinstance(function, ast.FunctionDef)
    first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
    return (function.end_lineno or 0) - first.lineno + 2


def test_a_route_that_changes_something_is_gated_or_says_why_not(whole_app: Flask) -> None:
    assert sorted(ungated(whole_app) - OPEN.keys()) == [], "give it a gate, or a reason in routes.toml"


def test_no_reason_is_left_over(whole_app: Flask) -> None:
    assert sorted(OPEN.keys() - ungated(whole_app)) == []
    assert all(len(reason) > 15 for reason in OPEN.values())


def test_a_new_route_is_noticed(settings: Settings) -> None:
    with opened(replace(settings, manifest=WHOLE_MANIFEST)) as app:
        app.add_url_rule("/stray", "stray", lambda: "changed", methods=["POST"])
        assert ungated(app) - OPEN.keys() == {"stray"}


def test_every_gate_and_every_action_know_each_other(whole_app: Flask) -> None:
    declared = whole_app.extensions["asklater.engine"].manifest.actions.keys() - {"sign_up"}
    gated = {view.gated_action for view in whole_app.view_functions.values() if hasattr(view, "gated_action")}
    assert gated == declared


@pytest.mark.thorough
def test_views_are_short(whole_app: Flask) -> None:
    views = {
        name: view
        for name, view in whole_app.view_functions.items()
        if view.__module__.startswith(("asklater", "halftone"))
    }
    assert {name: length(view) for name, view in views.items() if length(view) > MOST_LINES} == {}
    assert len(views) > 10


def test_every_form_carries_the_token(whole_app: Flask) -> None:
    """In the templates: as many forms that post as tokens. What they render to, the journeys see.

    The demo's provider is a site of its own, without sessions: nobody is signed in there whom a form could act for.
    """
    lacking, seen = [], 0
    for path in (path for folder in _template_folders(whole_app) for path in folder.rglob("*.html")):
        text = path.read_text("utf-8")
        posting = text.count('method="post"')
        seen += posting
        if posting > text.count("csrf_token()") and path.parent != PROVIDER:
            lacking.append(path.name)
    assert lacking == []
    assert seen > 20


def _template_folders(app: Flask) -> set[Path]:
    """The application's own, and those that its blueprints bring."""
    bearers = [app, *app.blueprints.values()]
    return {Path(bearer.root_path, str(bearer.template_folder)) for bearer in bearers if bearer.template_folder}
