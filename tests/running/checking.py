"""`make check`: what can be said of the code without running it, and whether generated files are fresh."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.running.stages import ROOT, Stages, command, module

CHECKS: dict[str, Callable[[], str]] = {
    "ruff: rules": partial(module, "ruff", "check", "--quiet", "."),
    "ruff: format": partial(module, "ruff", "format", "--quiet", "--check", "."),
    "mypy: types": partial(module, "mypy"),
    "imports: who may know whom": partial(command, str(Path(sys.executable).with_name("lint-imports")), "--no-logo"),
    "compiles": partial(module, "compileall", "-q", "webapp", "tests"),
    "stylesheet is fresh": partial(module, "webapp.stylesheet", "--check"),
    "art is fresh": partial(module, "webapp.shop.art.drawing", "--check"),
}
OF_THE_SHOP = frozenset({"art is fresh"})


def check(stages: Stages) -> None:
    """Run every check; those of the shop only where there is a shop."""
    for name, step in CHECKS.items():
        if name not in OF_THE_SHOP or (ROOT / "webapp" / "shop").is_dir():
            stages.run(name, step)


if __name__ == "__main__":
    everything = Stages()
    check(everything)
    sys.exit(everything.close())
