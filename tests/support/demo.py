"""What the tests know of the demo. Where it was taken out, they run with the library alone.

`python -m tests.running.library` shows that they pass so.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from asklater.schema import LIBRARY, History
from tests.support.paths import ROOT

HAS_DEMO = (ROOT / "webapp" / "halftone").is_dir()
LIBRARY_FEATURES = (
    "asklater.messages",
    "asklater.accounts",
    "asklater.privacy",
    "asklater.insights",
    "asklater.api",
    "asklater.api.webhooks",
    "asklater.imports",
    "asklater.security_txt",
)
EVERYTHING = (*LIBRARY_FEATURES, "halftone.shop") if HAS_DEMO else LIBRARY_FEATURES
"""Every feature that there is."""
WHOLE_MANIFEST: Path = ROOT / ("webapp/halftone/manifest.toml" if HAS_DEMO else "tests/support/whole_manifest.toml")
"""Declarations that fit to everything."""
_schema: Any = import_module("halftone.schema") if HAS_DEMO else None
HISTORIES: tuple[History, ...] = _schema.HISTORIES if HAS_DEMO else (LIBRARY,)
