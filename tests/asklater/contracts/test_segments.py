"""What an application tells people apart by itself: one of few values, of its own users."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask_login import current_user

from asklater import ConfigurationError, Profiling, UndeclaredError, current_engine
from tests.asklater.contracts.adopted import MANIFEST, adopter, served, with_members
from tests.asklater.contracts.test_application_users import send, sign_in
from tests.conftest import running
from tests.support.paths import ROOT
from tests.support.records import prompts

MEMBERS = {"ada": {"plan": "pro"}, "bo": {}}


def declaring(folder: Path) -> Path:
    path = folder / "manifest.toml"
    parts = (MANIFEST, ROOT / "tests" / "support" / "segments.toml")
    path.write_text("\n".join(part.read_text("utf-8") for part in parts), "utf-8")
    return path


@pytest.fixture
def profiling(tmp_path: Path, database_url: str) -> Iterator[Profiling]:
    app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
    made = Profiling(app, manifest=declaring(tmp_path), user=lambda: current_user, load_user=MEMBERS.get)
    with_members(app)
    for _app in running(app):
        yield made


@pytest.mark.thorough
def test_its_users_are_told_apart_by_what_it_knows_of_them(profiling: Profiling) -> None:
    profiling.segment("plan", lambda user: None if user is None else user.get("plan", "free"))
    app = current_engine().app
    for user in ("ada", "bo"):
        send(sign_in(app.test_client(), user))
    send(app.test_client())
    assert [row.segments.split()[-1] for row in prompts(app)] == ["plan=pro", "plan=free", "plan=none"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("key", "error", "words"),
    [
        ("plans", UndeclaredError, "did you mean 'plan'"),
        ("source", ConfigurationError, 'declare it with from = "application"'),
    ],
)
def test_what_is_not_declared_so_is_told(profiling: Profiling, key: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        profiling.segment(key, lambda user: user)


def test_what_nobody_tells_stops_the_first_request(tmp_path: Path) -> None:
    app = adopter(tmp_path)
    app.testing = True
    Profiling(app, manifest=declaring(tmp_path))
    with served(app), pytest.raises(ConfigurationError, match=r"profiling\.segment\('plan'"):
        app.test_client().get("/")
