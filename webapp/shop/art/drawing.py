"""Draws all works into static/art: `python -m webapp.shop.art.drawing [--check]`."""

import sys
from pathlib import Path
from random import Random

from webapp.shop.art.sheet import document
from webapp.shop.art.works import WORKS, Work

FOLDER = Path(__file__).parents[3] / "static" / "art"


def drawn(work: Work) -> bytes:
    """The whole SVG file of a work; the same bytes at every call, on every machine."""
    rng = Random(f"halftone:{work.slug}")  # noqa: S311  (a fixed seed is the point; nothing is secret here)
    return document(work.format, work.title, work.draw(rng)).encode()


def stale(folder: Path) -> list[str]:
    """The names of files that are missing, differ from what is drawn now, or belong to no work."""
    wanted = {f"{work.slug}.svg": drawn(work) for work in WORKS}
    found = {path.name: path.read_bytes() for path in folder.glob("*.svg")}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def main(arguments: list[str]) -> int:
    """Draw, or with --check only compare; returns the exit status."""
    if arguments == ["--check"]:
        names = stale(FOLDER)
        for name in names:
            sys.stderr.write(f"static/art/{name} is not what the script draws\n")
        return 1 if names else 0
    if arguments:
        sys.stderr.write("usage: python -m webapp.shop.art.drawing [--check]\n")
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    for work in WORKS:
        (FOLDER / f"{work.slug}.svg").write_bytes(drawn(work))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
