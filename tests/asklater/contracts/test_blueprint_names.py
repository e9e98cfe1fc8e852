"""An application whose own blueprints are called as the library's are puts these below another name, and every page
leads where it leads elsewhere."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import flask
import pytest
from flask import Blueprint, Flask

from asklater import ConfigurationError, Profiling, http
from asklater.accounts.roles import ROLES
from asklater.endpoints import url_for
from tests.asklater.contracts.adopted import MANIFEST, adopter
from tests.support import applications
from tests.support.browsing import Browser
from tests.support.demo import LIBRARY_FEATURES
from tests.support.paths import ROOT
from tests.support.people import settle

FEATURES = (*LIBRARY_FEATURES, "tests.support.people")
ADDRESS = re.compile(r'(?:href|action|data-hx-(?:get|post))="([^"?#]*)')
WHOLE = ROOT / "tests" / "support" / "whole_manifest.toml"
VARIES = re.compile(r"[\w-]{20,}")


def crowded(app: Flask, names: set[str], **options: Any) -> Profiling:
    """Joins an application that has blueprints of all those names, one with a view that the library has too."""
    for name in names:
        own = Blueprint(name, __name__, url_prefix=f"/own/{name}")
        for view in ("sign_in", "ask", "requests", "overview"):
            own.add_url_rule(f"/{view}", view, lambda: "the application's own")
        app.register_blueprint(own)
    return Profiling(app, blueprint="below", **options)


def pages_of(app: Flask) -> Mapping[tuple[str, str], tuple[int, list[str]]]:
    """What each page without variables answers to each role: status, and the addresses in it."""
    paths = sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and not rule.rule.startswith("/own/")
    )
    found = {}
    for role in ("visitor", "owner", *ROLES):
        browser = Browser(app)
        if role != "visitor":
            browser.get(f"/door/{settle(app, f'{role}@y.example', '' if role == 'owner' else role)}?proved&factor")
        for path in paths:
            answer = browser.get(path)
            content = answer.get_data()  # also of a file, whose rows are streamed
            links = ADDRESS.findall(content.decode()) if answer.mimetype == "text/html" else []
            found[role, path] = answer.status_code, [VARIES.sub("", link) for link in links]
    return found


@contextmanager
def everything(databases: Any, instance: Path) -> Iterator[Flask]:
    """An application of all features, in a database of its own."""
    with databases.own() as url:
        settings = replace(applications.workshop_settings(url, instance), manifest=WHOLE)
        with applications.opened(settings, FEATURES) as app:
            yield app


def names_of(app: Flask) -> set[str]:
    """What the library calls its blueprints."""
    return set(app.blueprints) - {"door"}


@pytest.mark.thorough
def test_every_page_answers_and_leads_as_it_does_by_its_usual_name(
    databases: Any, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with everything(databases, instance) as usual:
        names, expected = names_of(usual), pages_of(usual)
    monkeypatch.setattr(applications, "Profiling", partial(crowded, names=names))
    with everything(databases, instance) as below:
        assert pages_of(below) == expected
    assert len(expected) > 200
    assert max(status for status, _links in expected.values()) < 500


def test_each_application_of_a_process_has_its_own(
    databases: Any, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with everything(databases, instance) as usual:
        monkeypatch.setattr(applications, "Profiling", partial(crowded, names=names_of(usual)))
        settings = usual.extensions["asklater.settings"]
        with applications.opened(settings, FEATURES) as below:
            assert {f"below.{name}" for name in names_of(usual)} <= set(below.blueprints)
            for app, ask in ((usual, "profiling.ask"), (below, "below.profiling.ask"), (usual, "profiling.ask")):
                with app.test_request_context("/"):
                    assert url_for("profiling.ask", action="x") == flask.url_for(ask, action="x") == "/ask/x"
                    assert url_for("door.enter", number=1) == "/door/1"
                    assert http.page_url("officer.requests").endswith("/officer/requests")
            with below.test_request_context("/"):
                assert flask.url_for("officer.requests") == "/own/officer/requests"


@pytest.mark.parametrize("name", ["a.b", "1", "a b", 7])
def test_a_name_that_is_none_is_told(tmp_path: Path, name: Any) -> None:
    with pytest.raises(ConfigurationError, match="blueprint is the name of a blueprint"):
        Profiling(adopter(tmp_path), manifest=MANIFEST, blueprint=name)
