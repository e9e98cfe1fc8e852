"""One environment for all adopters: the wheel, and the packages that they use, outside the tree."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.running.distribution import build, environment, run
from tests.running.programs import QUIET, chromium

HERE = Path(__file__).parent
EXTRAS = "accounts,insights,privacy"
PACKAGES = ("Flask-SQLAlchemy", "Flask-Migrate", "Flask-Session")
Adopt = Callable[..., Path]


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Its Python. Of several workers the first one makes it, and the others wait."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "adopters"
    folder.mkdir(exist_ok=True)
    made = folder / "environment" / "bin" / "python"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            environment(folder / "environment", f"{build(folder).wheel}[{EXTRAS}]", *PACKAGES)
            (folder / "ready").touch()
    return made


@pytest.fixture
def adopt(python: Path, tmp_path: Path) -> Adopt:
    """Copies files of an adopter into a folder of its own, and runs a script of it where one is named."""

    def adopted(*files: str, script: str = "") -> Path:
        for name in (*files, *([script] if script else [])):
            shutil.copy(HERE / name, tmp_path)
        if script:
            run(str(python), "-W", "error", script, folder=tmp_path)
        return tmp_path

    return adopted


@pytest.fixture(scope="session")
def base_url() -> str:
    """None that all pages have."""
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"args": QUIET, "executable_path": chromium()}
