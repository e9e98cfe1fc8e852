"""`make sizes`: what the core and each extra take once they are installed, as the table of the README."""

import tempfile
import tomllib
from pathlib import Path

from tests.running.distribution import build, install_into
from tests.support.paths import ROOT

MEGABYTE = 1_000_000


def measured() -> dict[str, float]:
    """Megabytes of files by extra, compiled modules included; "" is the core alone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        wheel = build(Path(scratch)).wheel
        for extra in ("", *sorted(project["optional-dependencies"])):
            folder = Path(scratch, "installed", extra or "core")
            folder.parent.mkdir(exist_ok=True)
            install_into(folder, [f"{wheel}[{extra}]" if extra else str(wheel)])
            found[extra] = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / MEGABYTE
    return found


def main() -> None:
    sizes = measured()
    for extra, size in sizes.items():
        print(
            f"| `asklater{f'[{extra}]' if extra else ''}` | {size:.0f} MB | {size - sizes['']:+.0f} MB |", flush=True
        )


if __name__ == "__main__":
    main()
