"""A workshop that takes imports: a display name counts as an answer, an address is suggested, a nickname is for a
background prompt alone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.imports.formats import FORMATS
from asklater.imports.runs import ImportRun, Options, Told
from asklater.settings import Settings
from tests.conftest import within
from tests.support.applications import lent
from tests.support.paths import ROOT
from tests.support.workshop import PEOPLED_WORKSHOP

EXPORTS = Path(__file__).parent / "exports"
NICKNAME = """
[fields.nickname]
kind = "text"
label = "Nickname"
reason = "So that we call you so."
purpose = "account"
retention = "P24M"
readers = ["owner"]
sensitivity = "personal"
if_wrong = "We call you otherwise."
imported = "answer"

[prompts.call_you]
label = "Nickname"
fields = ["nickname"]
placement = "desk"
cooldown = "P10D"
impressions = 2
"""
Run = Callable[..., ImportRun]


@pytest.fixture
def taking(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    declared = (ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8")
    named = declared.replace('label = "Display name"\n', 'label = "Display name"\nimported = "answer"\n')
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(named + NICKNAME, "utf-8")
    with lent(replace(settings, manifest=manifest), [*PEOPLED_WORKSHOP, "asklater.imports"]) as app:
        yield from within(app)


@pytest.fixture
def engine(taking: Flask) -> Engine:
    found: Engine = taking.extensions["asklater.engine"]
    return found


@pytest.fixture
def faults() -> list[tuple[int, str]]:
    """What the runs of the test tell of rows."""
    return []


@pytest.fixture
def run(engine: Engine, faults: list[tuple[int, str]]) -> Run:
    """Makes a run over a file of a system."""

    def made(system: str, path: Path, **options: Any) -> ImportRun:
        told = Told(fault=lambda row, reason: faults.append((row, reason)))
        return ImportRun(engine, FORMATS[system], path, Options(**options), told)

    return made
