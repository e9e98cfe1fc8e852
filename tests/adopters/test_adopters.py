"""Applications of somebody else's, made with what is distributed and outside the tree: as the chapter shows them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.adopters.conftest import HERE, Adopt
from tests.running.distribution import OUTSIDE, run
from tests.support.paths import ROOT
from tests.support.waiting import PATIENCE

pytestmark = pytest.mark.thorough
CHAPTER = ROOT / "webapp" / "asklater" / "docs" / "getting-started.md"
CODE = sorted(path.name for path in HERE.glob("*.py") if not path.name.startswith(("__", "conftest", "test_")))
UNTYPED = """[mypy]
strict = true
[mypy-flask_login.*,flask_migrate.*,flask_session.*,flask_wtf.*]
ignore_missing_imports = true
[mypy-forum]
disallow_subclassing_any = false
disallow_untyped_decorators = false
"""
"""Flask-Login says no types, so its base class and its decorator have none."""


def write_teams_manifest(folder: Path) -> None:
    """That of accounts, as the chapter on getting started has it, and what the teams need behind it."""
    accounts = CHAPTER.read_text("utf-8").partition("<!-- office.toml -->\n```toml\n")[2].partition("```")[0]
    (folder / "teams.toml").write_text(f"{accounts}\n{(HERE / 'more_teams.toml').read_text('utf-8')}", "utf-8")


def test_flask_sqlalchemy_flask_login_and_flask_migrate_in_one_file(adopt: Adopt) -> None:
    adopt("forum.py", "forum.toml", script="try_forum.py")


def test_the_blog_of_flasks_tutorial(adopt: Adopt) -> None:
    adopt("blog.py", "blog.toml", script="try_blog.py")


def test_below_a_path_with_sessions_on_the_server(adopt: Adopt) -> None:
    adopt("lending.py", "lending.toml", script="try_lending.py")


def test_teams(adopt: Adopt, tmp_path: Path) -> None:
    write_teams_manifest(tmp_path)
    adopt("teams.py", script="try_teams.py")
    assert len((HERE / "teams.py").read_text("utf-8").splitlines()) < 140


@contextmanager
def served(python: Path, folder: Path, app: str) -> Iterator[str]:
    """Where the application is served."""
    command = [str(python), "-m", "flask", "--app", app, "run", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, env=OUTSIDE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        said = iter(server.stderr.readline, "")
        yield next(found[1] for found in (re.search(r"Running on (http://\S+)", line) for line in said) if found)
        server.terminate()


@pytest.fixture
def notes(adopt: Adopt, python: Path, socket_enabled: None) -> Iterator[str]:
    """Where the notes are served."""
    with served(python, adopt("notes.py", "notes.toml", "notes.html", "notes.js"), "notes") as url:
        yield url


@pytest.fixture
def blog(adopt: Adopt, python: Path, socket_enabled: None) -> Iterator[str]:
    """Where the blog is served."""
    with served(python, adopt("blog.py", "blog.toml", script="try_blog.py"), "blog") as url:
        yield url


def test_a_view_that_redirects_leads_on_from_its_prompt(blog: str, page: Page) -> None:
    expect.set_options(timeout=PATIENCE * 1000)
    page.set_default_timeout(PATIENCE * 1000)
    for path in ("register", "login"):
        page.goto(f"{blog}/auth/{path}")
        page.get_by_label("username").fill("cy")
        page.get_by_label("password").fill("cy")
        page.get_by_role("button", name="Send").click()
    page.goto(f"{blog}/create")
    page.get_by_label("title").fill("Spring")
    page.get_by_role("button", name="Send").click()
    page.get_by_label("Display name").fill("Cyril")
    page.get_by_role("button", name="Publish the post").click()
    expect(page.get_by_text("Spring (Cyril)")).to_be_visible()
    expect(page).to_have_url(f"{blog}/")
    expect(page.get_by_role("navigation")).to_have_count(1)


def test_a_page_whose_script_speaks_json(notes: str, page: Page) -> None:
    expect.set_options(timeout=PATIENCE * 1000)
    page.set_default_timeout(PATIENCE * 1000)
    page.set_viewport_size({"width": 360, "height": 640})
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))  # a promise that breaks is one, too
    page.goto(notes)
    page.get_by_label("Note").fill("Buy soap")
    page.get_by_role("button", name="Pin", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="A note shows who wrote it.")).to_be_visible()
    expect(page.get_by_text("So that people see who wrote.")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_focused()
    page.get_by_label("Team").select_option("Garden")
    page.get_by_role("button", name="Save and pin").click()
    expect(page.get_by_label("Team")).to_have_count(0)
    page.get_by_label("Name").fill("Ada")
    page.get_by_role("button", name="Save and pin").click()
    expect(page.get_by_role("status")).to_have_text("Pinned.")
    expect(page.get_by_role("listitem")).to_have_text(["Buy soap (Ada, garden)"])
    page.get_by_label("Note").fill("Water the roses")
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_role("listitem")).to_have_text(["Buy soap (Ada, garden)", "Water the roses (Ada, garden)"])
    assert failed == []


def test_their_code_passes_mypy_strict_with_the_types_of_the_wheel(python: Path, tmp_path: Path) -> None:
    for name in CODE:
        (tmp_path / name).write_text((HERE / name).read_text("utf-8"), "utf-8")
    (tmp_path / "mypy.ini").write_text(UNTYPED, "utf-8")
    said = run(sys.executable, "-m", "mypy", "--python-executable", str(python), *CODE, folder=tmp_path)
    assert said.startswith("Success"), said
