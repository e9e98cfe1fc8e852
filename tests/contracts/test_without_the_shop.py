"""Taking out the shop, and its line in create_app, leaves a house whose tests are green."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.files import SHOP, tracked
from webapp.config import ROOT

LINE = re.compile(r'^ *"webapp\.shop\.room",\n', re.MULTILINE)
LEFT_OUT = ("tests/e2e", "tests/benchmarks", "tests/contracts/test_without_the_shop.py")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project as it is tracked, without the shop and its tests."""
    for path in tracked():
        name = path.relative_to(ROOT)
        if "shop" in name.parts or str(name).startswith(LEFT_OUT):
            continue
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, tmp_path / name)
    rooms = tmp_path / "webapp" / "__init__.py"
    shortened, count = LINE.subn("", rooms.read_text("utf-8"))
    assert count == 1
    rooms.write_text(shortened, "utf-8")
    return tmp_path


@pytest.mark.skipif(not SHOP, reason="there is no shop to take out")
def test_the_house_stands_without_the_shop(copy: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTEST_ADDOPTS": ""}
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, "-m", "pytest", "-q", "-x", "tests/unit", "tests/integration", "tests/contracts"]
    tests = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert tests.returncode == 0, tests.stdout[-6000:] + tests.stderr[-2000:]
    assert not list(copy.rglob("webapp/shop"))
