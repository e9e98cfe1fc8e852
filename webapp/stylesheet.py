"""Join the style sheets of ``static/css`` into those that pages load: one for all, others for the pages of a room.

``python -m webapp.stylesheet`` writes the files; ``--check`` writes nothing and exits 1 when one is stale.
"""

import argparse
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "css"
LAST = "media.css"
"""Overrules every part, so each joined sheet ends with it."""
# The order is the cascade: what comes later may refine what came before.
SHEETS = {
    "site.css": (
        "tokens.css",
        "base.css",
        "layout.css",
        "buttons.css",
        "fields.css",
        "prompt.css",
        "cards.css",
        "tables.css",
        "charts.css",
        "shop.css",
        "account.css",
        LAST,
    ),
    "privacy.css": ("officer.css", "person.css", "erasing.css", "record.css", "export.css", "requests.css", LAST),
    "dashboard.css": ("insights.css", "experiments.css", "detail.css", "signup.css", LAST),
}
"""The joined sheets and their parts. Pages of the rooms load a second one: the shop's first view stays small."""


def joined(name: str, folder: Path = FOLDER) -> str:
    """The text of a joined sheet. Raises ``ValueError`` when the folder and ``SHEETS`` disagree."""
    found = {path.name for path in folder.glob("*.css")} - SHEETS.keys()
    known = {part for parts in SHEETS.values() for part in parts}
    if found != known:
        raise ValueError(f"static/css and SHEETS differ in: {', '.join(sorted(found ^ known))}")
    return "".join((folder / part).read_text(encoding="utf-8") for part in SHEETS[name])


def stale(folder: Path = FOLDER) -> list[str]:
    """The joined sheets that are missing or differ from their parts."""
    paths = {name: folder / name for name in SHEETS}
    return [
        name
        for name, path in paths.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != joined(name, folder)
    ]


def main(arguments: list[str] | None = None, folder: Path = FOLDER) -> int:
    """Write or check the joined sheets; the exit status is 1 only for a check that found one stale."""
    parser = argparse.ArgumentParser(prog="python -m webapp.stylesheet", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a sheet is stale")
    options = parser.parse_args(arguments)
    found = stale(folder)
    if found and options.check:
        sys.stderr.write(f"{', '.join(found)} in static/css: stale, run python -m webapp.stylesheet\n")
        return 1
    for name in found:
        (folder / name).write_text(joined(name, folder), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
