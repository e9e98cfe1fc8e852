"""Join the style sheets of ``static/css`` into ``static/css/site.css``, which pages load as one request.

``python -m webapp.stylesheet`` writes the file; ``--check`` writes nothing and exits 1 when it is stale.
"""

import argparse
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "css"
JOINED = "site.css"
# The order is the cascade: what comes later may refine what came before.
PARTS = (
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
    "insights.css",
    "experiments.css",
    "detail.css",
    "signup.css",
    "media.css",
)


def joined(folder: Path = FOLDER) -> str:
    """The text of the joined sheet. Raises ``ValueError`` when the folder and ``PARTS`` disagree."""
    found = {path.name for path in folder.glob("*.css")} - {JOINED}
    if found != set(PARTS):
        raise ValueError(f"static/css and PARTS differ in: {', '.join(sorted(found ^ set(PARTS)))}")
    return "".join((folder / part).read_text(encoding="utf-8") for part in PARTS)


def is_stale(folder: Path = FOLDER) -> bool:
    """Whether the joined sheet is missing or differs from its parts."""
    path = folder / JOINED
    return not path.is_file() or path.read_text(encoding="utf-8") != joined(folder)


def main(arguments: list[str] | None = None, folder: Path = FOLDER) -> int:
    """Write or check the joined sheet; the exit status is 1 only for a check that found it stale."""
    parser = argparse.ArgumentParser(prog="python -m webapp.stylesheet", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when site.css is stale")
    options = parser.parse_args(arguments)
    if not is_stale(folder):
        return 0
    if options.check:
        sys.stderr.write("static/css/site.css is stale: run python -m webapp.stylesheet\n")
        return 1
    (folder / JOINED).write_text(joined(folder), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
