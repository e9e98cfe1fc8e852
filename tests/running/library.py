"""The library's tests in a copy of the project without the demo, which neither the library nor they may need."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.contracts.files import tracked
from tests.running.stages import module
from tests.support.paths import ROOT

LEFT_OUT = (
    "webapp/halftone/",
    "templates/",
    "static/",
    "seed_data/",
    "tests/halftone/",
    "tests/contracts/",
    "tests/e2e/",
)


def run_without_demo(*arguments: str) -> str:
    """Run pytest on tests/asklater in the copy; "" or "FAILED"."""
    with tempfile.TemporaryDirectory(prefix="asklater-without-demo-") as name:
        folder = Path(name)
        for path in tracked():
            relative = path.relative_to(ROOT)
            if not str(relative).startswith(LEFT_OUT):
                (folder / relative).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, folder / relative)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder / "webapp"), str(folder)])}
        return module("pytest", "-q", *arguments, "tests/asklater", environment=environment, folder=folder)


if __name__ == "__main__":
    sys.exit(int(bool(run_without_demo(*sys.argv[1:]))))
