"""`make check`: what can be said of the code without running it."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.running.stages import Stages, command, module

CHECKS: dict[str, Callable[[], str]] = {
    "ruff: rules": partial(module, "ruff", "check", "--quiet", "."),
    "ruff: format": partial(module, "ruff", "format", "--quiet", "--check", "."),
    "mypy: types": partial(module, "mypy"),
    "imports: who may know whom": partial(command, str(Path(sys.executable).with_name("lint-imports")), "--no-logo"),
    "compiles": partial(module, "compileall", "-q", "webapp", "tests"),
}


def check(stages: Stages) -> None:
    """Run every check."""
    for name, step in CHECKS.items():
        stages.run(name, step)


if __name__ == "__main__":
    everything = Stages()
    check(everything)
    sys.exit(everything.close())
