"""The workshop with a consent to give and something sensitive to hold; opened anew with other declarations."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from asklater.settings import Settings
from tests.conftest import within
from tests.support.applications import lent, opened
from tests.support.paths import ROOT
from tests.support.workshop import PEOPLED_WORKSHOP

FEATURES = PEOPLED_WORKSHOP
PARTS = (
    ROOT / "tests" / "support" / "manifest.toml",
    ROOT / "tests" / "asklater" / "integration" / "core" / "background.toml",
)
SENSITIVE = ('readers = ["everyone"]\nsensitivity = "public"', 'readers = ["everyone"]\nsensitivity = "sensitive"')
"""Display names are, in these tests: the first field that everyone reads."""

Reopened = Callable[..., AbstractContextManager[Flask]]


def declarations(folder: Path, *changes: tuple[str, str]) -> Path:
    """A manifest with the first occurrence of each text replaced."""
    text = "\n".join(part.read_text("utf-8") for part in PARTS)
    for before, after in (SENSITIVE, *changes):
        assert before in text
        text = text.replace(before, after, 1)
    path = folder / f"manifest-{len(list(folder.glob('manifest-*')))}.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def study(settings: Settings, instance: Path) -> Iterator[Flask]:
    with lent(replace(settings, manifest=declarations(instance)), FEATURES) as app:
        yield from within(app)


@pytest.fixture
def reopened(settings: Settings, tmp_path: Path) -> Reopened:
    """Opens an application on the test's database, whose manifest has these (before, after) texts replaced."""
    return lambda *changes: opened(replace(settings, manifest=declarations(tmp_path, *changes)), FEATURES)
