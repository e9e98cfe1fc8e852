"""A manifest that is whole, as a document to change, for the checks of the privacy feature."""

import tomllib
from typing import Any

from tests.support.paths import ROOT

TEXT = (ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8")


def a_document() -> dict[str, Any]:
    """What tests/support/manifest.toml declares."""
    return tomllib.loads(TEXT)


def place(document: dict[str, Any], *path: str) -> dict[str, Any]:
    """The table at `path`."""
    for step in path:
        document = document[step]
    return document
