"""Run a command with TEST_DATABASE_URL naming a throw-away PostgreSQL:
`python -m tests.support.on_postgres pytest ...`.
"""

import os
import subprocess
import sys

from tests.support.databases import postgres_binaries, postgres_cluster


def main(command: list[str]) -> int:
    binaries = postgres_binaries()
    if binaries is None:
        print("PostgreSQL is not installed here: its tests were left out.")  # noqa: T201 - a command's answer
        return 0
    with postgres_cluster(binaries) as url:
        return subprocess.run(command, env={**os.environ, "TEST_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
