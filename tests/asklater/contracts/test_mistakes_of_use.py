"""Whoever uses the library in a way that cannot work is told what to do, in a sentence."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView
from flask_login import fresh_login_required, login_required
from flask_wtf import CSRFProtect

import asklater.messages
from asklater import (
    ConfigurationError,
    ManifestError,
    MissingTablesError,
    Profiling,
    UndeclaredError,
    current_engine,
    gate,
)
from tests.asklater.contracts.adopted import MANIFEST, adopter, served

Adopt = Callable[..., Flask]


@pytest.fixture
def adopt(tmp_path: Path) -> Iterator[Adopt]:
    """Makes applications that Asklater has joined."""
    with ExitStack() as stack:

        def made(*, csrf: bool = True, **config: Any) -> Flask:
            app = adopter(tmp_path, csrf=csrf, **config)
            Profiling(app, manifest=MANIFEST)
            return stack.enter_context(served(app))

        yield made


def told(error: type[Exception], act: Callable[[], object]) -> str:
    with pytest.raises(error) as raised:
        act()
    return str(raised.value)


def letter() -> str:
    return "sent"


# Joining


@pytest.mark.parametrize("use", [lambda it: it.engine, lambda it: it.services, lambda it: it.create_tables()])
def test_before_it_has_joined_an_application(use: Callable[[Profiling], object]) -> None:
    assert "call profiling.init_app(app)" in told(ConfigurationError, lambda: use(Profiling()))


def test_in_an_application_that_it_has_not_joined(tmp_path: Path) -> None:
    app = adopter(tmp_path)
    app.testing = True
    app.post("/letters")(gate("send_letter")(letter))
    sentence = told(ConfigurationError, lambda: app.test_client().post("/letters"))
    assert "not installed in the application 'adopter': create Profiling(app)" in sentence


def test_twice_in_one_application(adopt: Adopt) -> None:
    app = adopt()
    assert "already" in told(ConfigurationError, lambda: Profiling(app, manifest=MANIFEST))


def test_of_several_applications_the_current_one_is_meant(adopt: Adopt, tmp_path: Path) -> None:
    profiling, apps = Profiling(), [adopter(tmp_path), adopter(tmp_path)]
    for app in apps:
        profiling.init_app(app, manifest=MANIFEST)
    assert "app_context()" in told(ConfigurationError, lambda: profiling.engine)
    for app in apps:
        with app.app_context():
            assert profiling.engine is current_engine()
            assert profiling.engine.app is app


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"app": "adopter"}, "an application of Flask, not 'adopter'"),
        ({"app": None, "manifest": MANIFEST}, "an application of Flask, not None"),
        ({"manifest": 5}, "manifest is the path of a TOML file"),
        ({"manifest": "nowhere.toml"}, "cannot be read"),
        ({"features": asklater.messages}, "features is a list"),
        ({"features": ["asklater.messages"]}, "not 'asklater.messages'"),
        ({"features": 7}, "features is a list"),
    ],
)
def test_what_it_is_given_is_of_another_sort(tmp_path: Path, given: dict[str, Any], sentence: str) -> None:
    options: dict[str, Any] = {"app": adopter(tmp_path), "manifest": MANIFEST} | given
    assert sentence in told((ConfigurationError, ManifestError), lambda: Profiling(**options))  # type: ignore[arg-type]


# Before the first request


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["SECRET_KEY", "ASKLATER_BRAND", "ASKLATER_MASTER_KEY"])
def test_a_setting_that_comes_too_late(adopt: Adopt, name: str) -> None:
    app = adopt()
    app.config[name] = "set too late, when nobody looks at it any more"
    for _ in range(2):  # as long as it is so
        assert f"{name} was set after" in told(ConfigurationError, lambda: app.test_client().get("/"))


def test_an_application_without_cross_site_protection(adopt: Adopt) -> None:
    app = adopt(csrf=False)
    assert "CSRFProtect(app)" in told(ConfigurationError, lambda: app.test_client().get("/"))


def test_cross_site_protection_may_come_after_it(adopt: Adopt) -> None:
    app = adopt(csrf=False)
    CSRFProtect(app)
    assert app.test_client().get("/").status_code == 404


def test_a_database_without_tables(adopt: Adopt) -> None:
    app = adopt()
    app.post("/letters")(gate("send_letter")(letter))
    sentence = told(MissingTablesError, lambda: app.test_client().post("/letters"))
    assert "flask asklater database upgrade" in sentence
    assert "profiling.create_tables()" in sentence


def test_a_missing_table_of_the_application_is_its_own_affair(adopt: Adopt) -> None:
    app = adopt()
    with app.app_context():
        sentence = told(Exception, lambda: current_engine().database.reading().exec_driver_sql("SELECT * FROM mine"))
        current_engine().database.release()
    assert "no such table: mine" in sentence


# Gates


class Letters(MethodView):
    @gate("send_leter")
    def post(self) -> str:
        return letter()


@pytest.mark.parametrize("view", [gate("send_leter")(letter), Letters.as_view("letters")])
def test_an_undeclared_action_stops_the_start(tmp_path: Path, adopt: Adopt, view: Any) -> None:
    sentence = "no action of this name is declared, which gates the view"
    before, after, blueprint = adopter(tmp_path), adopt(), Blueprint("post", __name__)
    before.add_url_rule("/letters", "letters", view, methods=["POST"])
    blueprint.add_url_rule("/letters", "letters", view, methods=["POST"])
    for start in (
        lambda: Profiling(before, manifest=MANIFEST),
        lambda: after.add_url_rule("/letters", "letters", view, methods=["POST"]),
        lambda: after.register_blueprint(blueprint),
    ):
        said = told(ManifestError, start)
        assert "actions.send_leter" in said
        assert sentence in said
        assert "did you mean 'send_letter'?" in said


def test_a_gate_without_an_action(tmp_path: Path) -> None:
    assert '@gate("checkout")' in told(ConfigurationError, lambda: gate(letter))  # type: ignore[arg-type]
    assert "'page' or 'download'" in told(ConfigurationError, lambda: gate("send_letter", result="file"))  # type: ignore[arg-type]


def test_a_gate_above_the_route_is_told_at_the_first_request(adopt: Adopt) -> None:
    app = adopt()

    @gate("send_letter")
    @app.post("/letters")
    def misplaced() -> str:
        return "sent"

    said = told(ManifestError, lambda: app.test_client().get("/"))
    assert "misplaced is served without its gate" in said
    assert "Put the route first" in said


def test_a_gate_above_the_route_of_a_blueprint_stops_the_start(adopt: Adopt) -> None:
    blueprint = Blueprint("post", __name__)

    @gate("send_letter")
    @blueprint.post("/letters")
    def misplaced() -> str:
        return "sent"

    assert "misplaced is served" in told(ManifestError, lambda: adopt().register_blueprint(blueprint))


@pytest.mark.parametrize("guard", [login_required, fresh_login_required])
def test_a_gate_above_the_guard_of_the_sign_in(guard: Any) -> None:
    said = told(ConfigurationError, lambda: gate("send_letter")(guard(letter)))
    assert f"above @{guard.__name__} on the view {__name__}.letter" in said
    assert guard(gate("send_letter")(letter))  # the order that works


# Names at work


def test_names_that_nobody_has_declared(adopt: Adopt) -> None:
    with adopt().app_context():
        engine = current_engine()
        for use, name in (
            (lambda: engine.action("send_leter"), "'send_letter'"),
            (lambda: engine.decide("send_leter", None), "'send_letter'"),
            (lambda: engine.field("displayname"), "'display_name'"),
            (lambda: engine.kind_of("displayname"), "'display_name'"),
            (lambda: engine.signal(1, "first"), "no signal is called 'first'"),
        ):
            assert name in told(UndeclaredError, use)
