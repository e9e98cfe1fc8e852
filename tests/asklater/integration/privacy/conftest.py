"""The workshop with a consent to give and something sensitive to hold; opened anew with other declarations."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from asklater.settings import Settings
from halftone import create_app
from halftone.settings import ROOT
from tests.applications import opened
from tests.conftest import running
from tests.workshop import WORKSHOP_FEATURES

FEATURES = [*WORKSHOP_FEATURES, "tests.workshop", "tests.people"]
PARTS = (ROOT / "tests" / "manifest.toml", ROOT / "tests" / "asklater" / "integration" / "core" / "background.toml")
SENSITIVE = ('readers = ["everyone"]\nsensitivity = "public"', 'readers = ["everyone"]\nsensitivity = "sensitive"')
"""Display names are, in these tests: the first field that everyone reads."""

Reopened = Callable[..., AbstractContextManager[Flask]]


def declarations(folder: Path, *changes: tuple[str, str]) -> Path:
    """A manifest with the first occurrence of each text replaced."""
    text = "\n".join(part.read_text("utf-8") for part in PARTS)
    for before, after in (SENSITIVE, *changes):
        assert before in text
        text = text.replace(before, after, 1)
    path = folder / f"manifest-{len(list(folder.iterdir()))}.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def study(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    yield from running(create_app(replace(settings, manifest=declarations(tmp_path)), FEATURES))


@pytest.fixture
def reopened(settings: Settings, tmp_path: Path) -> Reopened:
    """Opens an application on the test's database, whose manifest has these (before, after) texts replaced."""
    return lambda *changes: opened(replace(settings, manifest=declarations(tmp_path, *changes)), FEATURES)
