"""`make worlds`: the table of what the dashboard promises, and how often it came true in a thousand worlds."""

import sys
from time import process_time

from tests.worlds.promises import PROMISES

WORLDS = 1000


def main() -> int:
    """Print a line for each promise; 1 where one was broken."""
    print("| | promised | in 1,000 worlds |\n|---|---|---|")
    broken = 0
    for promise in PROMISES:
        kept = promise.kept(WORLDS)
        broken += not promise.least <= kept <= promise.most
        print(f"| {promise.says} | {promise.limits} | {100 * kept:.1f} % |", flush=True)
    sys.stderr.write(f"{process_time():.0f} s of CPU\n")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
