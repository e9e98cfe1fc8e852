"""`python -m tests.benchmarks`: run every benchmark, print one table, write the same figures as JSON."""

import json
import platform
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks import (
    erasing,
    exporting,
    gate,
    importing,
    insights,
    over_http,
    purging,
    recording,
    rotating,
    signing_up,
)

RESULTS = Path("bench-results.json")
BENCHMARKS = (gate, over_http, signing_up, recording, purging, insights, erasing, exporting, importing, rotating)


def main() -> None:
    figures = [figure for benchmark in BENCHMARKS for figure in benchmark.run()]
    width = max(len(figure.benchmark) for figure in figures)
    print(f"{'benchmark':{width}}  {'contender':12}  {'µs a call':>10}  {'a second':>9}  {'ratio':>6}")
    for figure in figures:
        measured = f"{figure.microseconds:10.0f}  {1e6 / figure.microseconds:9.0f}  {figure.ratio:6.2f}"
        print(f"{figure.benchmark:{width}}  {figure.contender:12}  {measured}  {figure.note}".rstrip())
    machine = {"python": platform.python_version(), "system": platform.platform()}
    RESULTS.write_text(json.dumps({"machine": machine, "figures": [asdict(f) for f in figures]}, indent=2) + "\n")


if __name__ == "__main__":
    main()
