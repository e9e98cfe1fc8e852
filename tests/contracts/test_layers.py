"""Who may import whom: the contracts hold, and they would notice."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

LINT = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """The contracts, checked on the application in `folder`."""
    command = [LINT, "--no-logo", "--no-cache"]
    environment = {"PYTHONPATH": str(folder / "webapp"), "PATH": "", "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "webapp", tmp_path / "webapp", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


@pytest.mark.thorough
def test_the_contracts_hold() -> None:
    checked = lint(ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("records/episodes.py", "from asklater.messages import mail", "Packages import downwards"),
        ("insights/query.py", "from asklater.accounts import tables", "Packages import downwards"),
        ("privacy/officer.py", "from asklater.insights import query", "Packages import downwards"),
        ("accounts/roles.py", "from asklater.privacy import tables", "Packages import downwards"),
        ("imports/runs.py", "from asklater.accounts import tables", "Packages import downwards"),
        ("kinds/text.py", "import flask", "Manifest, kinds and policy know no framework"),
        ("insights/statistics/verdicts.py", "import scipy", "The statistics know numbers only"),
        ("kinds/base.py", "from asklater.manifest import diff", ""),
        ("clock.py", "import halftone", "The library does not know the demo"),
        ("../halftone/cart.py", "from asklater.engine import Engine", "The demo uses public names only"),
        ("i18n.py", "from asklater.kinds import base", "No two modules need each other"),
    ],
)
def test_they_notice(copy: Path, module: str, line: str, contract: str) -> None:
    path = copy / "webapp" / "asklater" / module
    path.write_text(path.read_text("utf-8") + f"\n{line}\n", "utf-8")
    checked = lint(copy)
    assert (checked.returncode != 0) is bool(contract), checked.stdout
    assert not contract or f"{contract} BROKEN" in checked.stdout


@pytest.mark.thorough
def test_a_module_without_a_place_is_noticed(copy: Path) -> None:
    (copy / "webapp" / "asklater" / "stray.py").write_text('"""No layer names this module."""\n', "utf-8")
    checked = lint(copy)
    assert checked.returncode != 0
    assert "stray" in checked.stdout
