"""README and chapters tell of everything that one can set, start or declare; their links and paths lead somewhere, and
their examples work.
"""

import ast
import dataclasses
import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any

import click
import pytest
from flask import Flask
from jinja2 import Environment
from PIL import Image

import asklater
from asklater.accounts.providers.declarations import read_providers
from asklater.cli import library_group, main
from asklater.manifest import declarations
from asklater.registry import Kinds, Registry
from asklater.settings import Settings
from asklater.settings_checks import wrong_with_master_key
from halftone.cli import cli
from tests.contracts.files import texts
from tests.running.pictures import FOLDER, HEIGHT, SCENES, WIDTH
from tests.support.paths import ROOT

LIBRARY = Path(asklater.__file__).parent
README = (ROOT / "README.md").read_text("utf-8")
CHAPTERS = {path.stem: path.read_text("utf-8") for path in sorted((LIBRARY / "docs").glob("*.md"))}
PAGES = {ROOT / "README.md": README} | {LIBRARY / "docs" / f"{name}.md": text for name, text in CHAPTERS.items()}
MOST_WORDS = 1200
"""Of the README."""
TOLERANCE = 0.15
"""By so much a package may have grown since the README told its size."""
SECRETS = {name: token_hex(32) for name in ("SECRET_KEY", "MASTER_KEY")}
SETTINGS = re.findall(r'^    """([A-Z_]+): ', inspect.getsource(Settings), re.MULTILINE)
TARGETS = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
DECLARATIONS = [
    (table.__name__, name)
    for table in vars(declarations).values()
    if inspect.isclass(table) and issubclass(table, declarations.Declaration)
    for name in table.model_fields
    if name != "key"
]
FLASKS_OWN = frozenset({"routes", "run", "shell", "limiter"})
SUFFIXES = r"(?:py|toml|md|html|css|js|lock|jsonl|json)"
YOURS = frozenset(
    {
        "office.toml",
        "letters.toml",
        "old.toml",
        "new.toml",
        "bench-results.json",
        "rights.jsonl",
        "files.json",
        "one.jsonl",
        "two.jsonl",
        "secrets.json",
        "teams.toml",
        "base.html",
    }
)
"""Files that the chapters name and an application has, or a command makes."""
ADOPTERS = sorted(
    file.name
    for file in (ROOT / "tests" / "adopters").iterdir()
    if file.suffix in {".py", ".toml", ".html", ".js"} and not re.match(r"__|conftest|test_|try_", file.name)
)
"""The files of the applications that the chapter "In your own application" shows."""
TRY_IT = """
import re
from letters import app
client = app.test_client()
page = client.get("/ask/send_letter")
token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
asked = client.post("/letters", data={"csrf_token": token, "text": "Dear Ada"})
assert "So that people see who wrote." in asked.text and "Dear Ada" in asked.text, asked.text
hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
sent = client.post("/letters", data={**hidden, "answer.display_name": "Bo"})
assert sent.text == "Sent: Dear Ada", sent.text
"""
TRY_SIGN_UP = """
import re
from html import unescape
from signup import app
client, cli = app.test_client(), app.test_cli_runner()
HIDDEN = r'type="hidden" name="([^"]+)" value="([^"]*)"'

def send(asked, **answers):
    form = next(form for form in re.findall("<form.*?</form>", asked, re.DOTALL) if "prompt-field" in form)
    hidden = {name: unescape(value) for name, value in re.findall(HIDDEN, form)}
    action = unescape(re.search('action="([^"]*)"', form)[1])
    answers = {f"answer.{name}": value for name, value in answers.items()}
    return client.post(action, data={**hidden, **answers}, follow_redirects=True)

sign_in = client.get("/sign-in", follow_redirects=True).text
refused = send(sign_in, email="no address")
assert refused.status_code == 422 and "name@example.com" in refused.text, refused.text
send(sign_in, email="ada@letters.example")
assert "ada@letters.example" in client.get("/account").text
asked = client.get("/account/bring-back", follow_redirects=True).text
assert cli.invoke(args=["asklater", "job", "deliver_mail"]).exit_code == 0
code = re.search("([0-9]{6}) is your code", client.get("/mailbox/").text)[1]
assert "Your address is verified." in send(asked, verified_email=code).text
"""
TRY_ALL = """
from office import app, profiling
profiling.create_tables()
assert profiling.engine.findings(profiling.engine.manifest) == []
client = app.test_client()
opened = [client.get(path, follow_redirects=True).status_code for path in ("/sign-in", "/privacy", "/account")]
assert opened == [200, 200, 200]
assert [client.get(path).status_code for path in ("/insights", "/officer", "/staff/keys")] == [403, 403, 403]
"""
TRY_FEATURE = """
import os
import letterbox
import stamps
from flask import Flask
from asklater import Profiling
from asklater.kinds import Given
app = Flask("office")
app.config.update(SECRET_KEY=os.environ["SECRET_KEY"], ASKLATER_MASTER_KEY=os.environ["MASTER_KEY"])
engine = Profiling(app, manifest="letters.toml", features=[stamps, letterbox]).engine
assert stamps.Postmark().parse(engine.field("display_name"), Given({"": (" le ",)})) == "LE"
registry = engine.registry
assert registry.personal_tables["letter"].rows is letterbox.letters
assert {"postmark", "is_abroad", "letter_sent", "first_letter"} <= {
    *registry.kinds, *registry.conditions, *registry.placements, *registry.signals
}
"""


def rows(text: str) -> set[str]:
    """The first cells of a page's tables, where they are code."""
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def verbs(group: click.Group, prefix: str = "") -> list[str]:
    """The commands of a group, those of its groups included."""
    found = []
    for name, command in group.commands.items():
        inner = verbs(command, f"{prefix}{name} ") if isinstance(command, click.Group) else [f"{prefix}{name}"]
        found += inner
    return found


# What there is


def test_every_setting_has_its_variable() -> None:
    assert len(SETTINGS) == len(dataclasses.fields(Settings))


def test_every_setting_stands_in_its_chapter() -> None:
    assert {*SETTINGS, "HOST", "PORT"} <= rows(CHAPTERS["settings"])


def test_every_target_stands_in_its_chapter() -> None:
    assert {f"make {name}" for name in TARGETS} <= rows(CHAPTERS["commands"])


def test_every_extra_stands_in_its_chapter() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    told = {row for row in rows(CHAPTERS["getting-started"]) if row.startswith("asklater[")}
    assert told == {f"asklater[{name}]" for name in project["optional-dependencies"]}


def test_make_shows_every_target() -> None:
    shown = subprocess.run(["make", "-s", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in shown.splitlines() if not line.startswith("make")] == TARGETS


def test_every_command_stands_in_its_chapter_and_no_other(whole_app: Flask) -> None:
    demo = [verb for verb in [*verbs(cli), *verbs(whole_app.cli)] if verb.split()[0] not in {*FLASKS_OWN, "asklater"}]
    library = [*verbs(library_group), *verbs(whole_app.extensions["asklater.commands"])]
    there = {f"python -m halftone {verb}" for verb in demo} | {f"flask asklater {verb}" for verb in library}
    there |= {f"asklater {verb} FILE" for verb in verbs(main)}
    assert len(there) > 15
    assert {row for row in rows(CHAPTERS["commands"]) if not row.startswith("make")} == there


@pytest.mark.thorough
def test_every_kind_stands_in_its_chapter_and_no_other(whole_app: Flask) -> None:
    kinds = set(whole_app.extensions["asklater.engine"].registry.kinds)
    table = CHAPTERS["manifest"].partition("## Kinds of fields")[2].partition("\n## ")[0]
    assert rows(table) == kinds
    assert Kinds().keys() <= kinds


def test_every_job_stands_in_its_chapter(whole_app: Flask) -> None:
    told = set(re.findall(r"`([a-z_]+)`", CHAPTERS["operations"]))
    assert set(whole_app.extensions["asklater.jobs"].runs) - told == set()


@pytest.mark.parametrize(("table", "name"), DECLARATIONS)
def test_every_key_of_a_manifest_stands_in_its_chapter(table: str, name: str) -> None:
    assert re.search(rf"\b{name}\b", CHAPTERS["manifest"]), table


def test_everything_to_register_stands_in_a_chapter() -> None:
    methods = [name for name in vars(Registry) if name.startswith("register_")]
    assert [name for name in methods if not any(name in text for text in CHAPTERS.values())] == []


def test_no_page_prints_a_key_that_would_do() -> None:
    """Somebody would take it over."""
    keys = {key for text in PAGES.values() for key in re.findall(r"\b[0-9a-fA-F]{64}\b", text)}
    assert [key for key in keys if not wrong_with_master_key(bytes.fromhex(key))] == []


# Where it leads


def test_the_readme_is_short() -> None:
    assert len(README.split()) <= MOST_WORDS


def test_the_readme_shows_what_the_command_takes() -> None:
    """`make pictures` takes these, and no other one lies beside them."""
    shown = re.findall(r"!\[[^\]]{20,}\]\((static/readme/[a-z]+\.png)\)", README)
    assert shown == [f"static/readme/{name}.png" for name in SCENES]
    assert sorted(shown) == sorted(str(file.relative_to(ROOT)) for file in FOLDER.iterdir())
    for name in shown:
        with Image.open(ROOT / name) as picture:
            assert picture.size == (WIDTH, HEIGHT)
        assert (ROOT / name).stat().st_size < 120_000


def test_the_readme_names_every_chapter() -> None:
    named = re.findall(r"\]\(webapp/asklater/docs/([a-z-]+)\.md\):", README)
    assert sorted(named) == sorted(CHAPTERS)


def links() -> Iterator[tuple[Path, str]]:
    for path, text in PAGES.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
            yield path, target


@pytest.mark.parametrize(("path", "target"), [pytest.param(*link, id=f"{link[0].stem}-{link[1]}") for link in links()])
def test_a_link_leads_somewhere(path: Path, target: str) -> None:
    file, _, anchor = target.partition("#")
    there = (path.parent / file).resolve() if file else path
    assert there.is_file()
    if anchor:
        headings = re.findall(r"^#+ (.+)$", there.read_text("utf-8"), re.MULTILINE)
        assert anchor in {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_files_that_a_page_names_exist(path: Path) -> None:
    files = {str(path) for path in texts()}
    named = set(re.findall(rf"`([\w.-][\w./-]*\.{SUFFIXES})`", PAGES[path])) - YOURS
    folders = set(re.findall(r"`((?:[\w.-]+/)+)`", PAGES[path])) - {"instance/", "dist/"}
    assert {name for name in named if not any(file.endswith(f"/{name}") for file in files)} == set()
    assert {name for name in folders if not any(f"/{name}" in file for file in files)} == set()


def test_where_to_find_what() -> None:
    table = CHAPTERS["architecture"].partition("## Where to find what")[2].partition("\n## ")[0]
    told = re.findall(r"^\| .+\? \| `([^`]+)` \| (.+) \|$", table, re.MULTILINE)
    assert len(told) >= 10
    for name, names in told:
        source = (LIBRARY / name).read_text("utf-8")
        for word in re.findall(r"`(?:\w+\.)?(\w+)`", names.partition(";")[0]):
            assert re.search(rf"\b{word}\b", source), (name, word)


def test_the_pages_that_a_chapter_names_exist(whole_app: Flask) -> None:
    adapter = whole_app.url_map.bind("localhost")
    named = {path for text in CHAPTERS.values() for path in re.findall(r"`(/[a-z][a-z0-9./-]*)`", text)}
    ours = {path for path in named if not path.endswith(("/", ".py"))} - {"/path"}
    assert len(ours) > 20
    methods = ("GET", "POST")
    assert {path for path in ours if not any(adapter.test(path, method) for method in methods)} == {"/letters"} & ours


# The map


def packages() -> Iterator[tuple[str, list[Path]]]:
    """The name of each package, as the map has it, and its files."""
    yield "asklater/*.py", list(LIBRARY.glob("*.py"))
    for folder in sorted(path.parent for path in LIBRARY.glob("*/__init__.py")):
        yield f"asklater/{folder.name}", list(folder.rglob("*.py"))
    yield "halftone", list((LIBRARY.parent / "halftone").rglob("*.py"))


@pytest.mark.parametrize(("name", "files"), [pytest.param(*package, id=package[0]) for package in packages()])
def test_the_map_tells_the_size_of_a_package(name: str, files: list[Path]) -> None:
    told = re.search(rf"^\| `{re.escape(name)}` \|.*\| ([\d,]+) \|$", README, re.MULTILINE)
    lines = sum(len(file.read_text("utf-8").splitlines()) for file in files)
    assert told, f"the map lacks {name}: {lines:,} lines"
    assert abs(int(told[1].replace(",", "")) - lines) <= TOLERANCE * lines, f"{lines:,}"


# The examples


def blocks() -> Iterator[Any]:
    """The fenced examples of each page: the language and the text."""
    for path, text in PAGES.items():
        for number, (language, code) in enumerate(
            re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        ):
            yield pytest.param(language, code, id=f"{path.stem}-{number}")


@pytest.mark.parametrize(("language", "code"), list(blocks()))
def test_an_example_is_well_formed(language: str, code: str) -> None:
    readers: dict[str, Callable[[str], object]] = {
        "python": ast.parse,
        "toml": tomllib.loads,
        "html": Environment().parse,
        "js": str.strip,  # a browser runs it in tests/adopters
        "css": str.strip,
    }
    bare = language == "python" and code.rstrip().rpartition("\n")[2].startswith("@")
    readers[language](code + "def view(): ..." if bare else code)


@pytest.mark.thorough
def test_the_commands_of_the_examples_exist(whole_app: Flask) -> None:
    library = {*verbs(library_group), *verbs(whole_app.extensions["asklater.commands"])}
    known = {f"flask asklater {verb}" for verb in library} | {f"make {name}" for name in TARGETS}
    shown = [
        line
        for text in PAGES.values()
        for line in re.findall(
            r"^    ((?:flask asklater|make) .+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE
        )
    ]
    assert len(shown) > 5
    assert [line for line in shown if not any(f"{line} ".startswith(f"{command} ") for command in known)] == []


def examples(folder: Path) -> Path:
    """Write the files that README and chapters show into the folder."""
    for text in PAGES.values():
        for name, content in re.findall(r"<!-- ([\w-]+\.\w+) -->\n```\w+\n(.*?)```", text, re.DOTALL):
            (folder / name).write_text(content, "utf-8")
    return folder


@pytest.mark.parametrize("name", ADOPTERS)
def test_the_chapter_shows_the_applications_that_are_tested(name: str, tmp_path: Path) -> None:
    assert (examples(tmp_path) / name).read_text("utf-8") == (ROOT / "tests" / "adopters" / name).read_text("utf-8")


@pytest.mark.thorough
@pytest.mark.parametrize(
    "script", [TRY_IT, TRY_SIGN_UP, TRY_ALL, TRY_FEATURE], ids=["letters", "signup", "office", "features"]
)
def test_an_example_works(script: str, tmp_path: Path) -> None:
    examples(tmp_path)
    environment = {"PYTHONPATH": f"{ROOT / 'webapp'}:{tmp_path}", "PATH": "", **SECRETS}
    command = [sys.executable, "-W", "error", "-c", script]
    tried = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr


def test_the_providers_of_the_chapter_can_be_declared(tmp_path: Path) -> None:
    file = examples(tmp_path) / "providers.toml"
    declared = read_providers(file, demo=False, environment={"GOOGLE_SECRET": "one", "ACME_SECRET": "two"})
    assert [(provider.label, provider.issuer) for provider in declared.values()] == [
        ("Google", "https://accounts.google.com"),
        ("Acme", "https://id.acme.example/realms/staff"),
    ]
