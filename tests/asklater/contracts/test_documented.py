"""The README tells of everything that one can set, start or declare, and its example works."""

import dataclasses
import inspect
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from flask import Flask

from asklater.accounts.providers.declarations import read_providers
from asklater.cli import library_group
from asklater.registry import Kinds
from asklater.settings import Settings
from halftone.cli import cli
from halftone.settings import ROOT
from tests.asklater.contracts.files import SHOP

README = (ROOT / "README.md").read_text("utf-8")
SETTINGS = re.findall(r'^    """([A-Z_]+): ', inspect.getsource(Settings), re.MULTILINE)
TARGETS = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
FLASKS_OWN = frozenset({"routes", "run", "shell", "limiter"})
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


def verbs(group: click.Group, prefix: str = "") -> list[str]:
    """The commands of a group, those of its groups included."""
    found = []
    for name, command in group.commands.items():
        inner = verbs(command, f"{prefix}{name} ") if isinstance(command, click.Group) else [f"{prefix}{name}"]
        found += inner
    return found


def test_every_setting_has_its_variable() -> None:
    assert len(SETTINGS) == len(dataclasses.fields(Settings))


@pytest.mark.parametrize("name", [*SETTINGS, "HOST", "PORT"])
def test_a_setting_stands_in_the_readme(name: str) -> None:
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_stands_in_the_readme(name: str) -> None:
    assert f"| `make {name}` |" in README


def test_make_shows_every_target() -> None:
    shown = subprocess.run(["make", "-s", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in shown.splitlines() if not line.startswith("make")] == TARGETS


def test_every_command_stands_in_the_readme(whole_app: Flask) -> None:
    demo = [verb for verb in [*verbs(cli), *verbs(whole_app.cli)] if verb.split()[0] not in {*FLASKS_OWN, "asklater"}]
    library = [*verbs(library_group), *verbs(whole_app.extensions["asklater.commands"])]
    told = [*(f"python -m halftone {verb}" for verb in demo), *(f"flask asklater {verb}" for verb in library)]
    assert len(told) > 15
    assert [command for command in told if f"| `{command}` |" not in README] == []


def test_every_kind_stands_in_the_readme(whole_app: Flask) -> None:
    kinds = whole_app.extensions["asklater.engine"].registry.kinds.keys()
    assert [kind for kind in kinds if f"| `{kind}` |" not in README] == []
    assert Kinds().keys() <= kinds


def test_the_readme_names_no_kind_that_does_not_exist(whole_app: Flask) -> None:
    table = README.partition("### Kinds of fields")[2].partition("\n\nThe first six")[0]
    named = set(re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE))
    assert named - whole_app.extensions["asklater.engine"].registry.kinds.keys() <= (set() if SHOP else {"payment"})


def test_the_example_of_the_readme_works(tmp_path: Path) -> None:
    for name, text in re.findall(r"<!-- (letters\.\w+) -->\n```\w+\n(.*?)```", README, re.DOTALL):
        (tmp_path / name).write_text(text, "utf-8")
    environment = {"PYTHONPATH": f"{ROOT / 'webapp'}:{tmp_path}", "PATH": ""}
    command = [sys.executable, "-W", "error", "-c", TRY_IT]
    tried = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr


def test_the_providers_of_the_readme_can_be_declared(tmp_path: Path) -> None:
    (example,) = re.findall(r"<!-- providers\.toml -->\n```toml\n(.*?)```", README, re.DOTALL)
    file = tmp_path / "providers.toml"
    file.write_text(example, "utf-8")
    declared = read_providers(file, demo=False, environment={"GOOGLE_SECRET": "one", "ACME_SECRET": "two"})
    assert [(provider.label, provider.issuer) for provider in declared.values()] == [
        ("Google", "https://accounts.google.com"),
        ("Acme", "https://id.acme.example/realms/staff"),
    ]
