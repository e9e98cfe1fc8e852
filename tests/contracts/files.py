"""The project's files, as the contracts read them."""

import subprocess
from pathlib import Path

from tests.support.paths import ROOT

BINARY = frozenset({".ico", ".png", ".webp", ".jpg", ".gz", ".pyc"})
SKIPPED = frozenset({"__pycache__", ".venv", "instance", "test-results", "node_modules", ".hypothesis"})


def tracked() -> list[Path]:
    """Every file of the repository that exists; where there is no repository, every file of the folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not SKIPPED & set(path.relative_to(ROOT).parts)]
    return [path for path in found if path.is_file()]


def texts(*suffixes: str) -> list[Path]:
    """The tracked text files, those with one of `suffixes` where some are named."""
    return [path for path in tracked() if path.suffix not in BINARY and (not suffixes or path.suffix in suffixes)]


def name_of(path: Path) -> str:
    """The path inside the repository, to call a test by."""
    return str(path.relative_to(ROOT))
