"""What gbstats computed for the always-valid intervals: read from a file, since it asks for a numpy older than ours.

Our own formula never writes the file. It is written again only by whom has gbstats (0.8.0 wrote it) and asks for it:
`python -m tests.support.gbstats_writing`.
"""

import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "gbstats_cases.json"


def read_cases() -> list[dict[str, Any]]:
    """Each: kind ("rates" or "means"), arms (counts as `Arm` or `Sample` take them), alpha, tuning, low and high."""
    cases: list[dict[str, Any]] = json.loads(CASES.read_text())
    return cases
