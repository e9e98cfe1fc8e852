"""`make test`, the loop: one run of every test that is not thorough, with a journey an area; the checks beside it.

`make test-all`: the checks; the library's tests without the demo; those of the demo, and the contracts; what has a
database again on PostgreSQL; every journey in a browser, and the applications of adopters; one journey an area below
a path, behind a proxy that tells it.

`make test-faults`: what breaks things on purpose, for minutes. It is part of neither.
"""

import os
import sys
from functools import partial
from pathlib import Path

from tests.running.checking import check
from tests.running.library import run_without_demo
from tests.running.programs import chromium, install, node
from tests.running.stages import ROOT, Stages, module
from tests.support.databases import postgres_binaries, postgres_cluster
from tests.support.redis_servers import NO_REDIS, redis_program

WORKERS = ("-n", "3")  # of two cores, each waits a good deal: for a database, a browser, a process
LOOP = "not thorough and not faults"
NO_NODE = "passed, SKIPPED those with a provider: Node.js is not installed (apt-get install nodejs npm)"
WITHOUT_REDIS = f"passed, SKIPPED those of a shared Redis: {NO_REDIS}"
NO_POSTGRES = "SKIPPED: PostgreSQL is not installed (apt-get install postgresql)"


def main(words: list[str]) -> int:
    """Run the loop, everything for `all`, or what breaks things for `faults`; the exit status."""
    if words == ["faults"]:
        return _faults()
    try:
        browser = chromium()
    except LookupError as sorry:
        sys.stderr.write(f"{sorry}\n")
        return 1
    stages = Stages()
    if words == ["all"]:
        _everything(stages, browser)
    else:
        with stages.beside("checks, beside the tests", "tests.running.checking"):
            stages.run(
                "tests, with a journey an area",
                partial(_pytest, "-m", "not thorough and not faults", CHROMIUM=browser),
            )
    return stages.close()


def _faults() -> int:
    """One after another, each printing its seed; what does not fit this machine says so."""
    stages = Stages()
    stages.run("things that break", partial(module, "pytest", "-q", "-s", "-rs", "tests/faults"))
    return stages.close()


def _everything(stages: Stages, browser: str) -> None:
    check(stages)
    stages.run("the library, without the demo", _library)
    stages.run("the demo, and contracts", partial(_pytest, "tests/halftone", "tests/contracts"))
    stages.run("integration on PostgreSQL", _on_postgres)
    stages.run("journeys in a browser, adopters", partial(_journeys, browser))
    below = partial(_pytest, "-m", "in_the_loop", "tests/e2e", CHROMIUM=browser, E2E_BELOW="/app", E2E_PROXY="yes")
    stages.run("journeys below a path", below)


def _library() -> str:
    """Where CI is set, Redis is installed first."""
    if redis_program() is None and os.environ.get("CI"):
        install("redis-server")
    outcome = run_without_demo(*WORKERS)
    return outcome or ("" if redis_program() else WITHOUT_REDIS)


def _on_postgres() -> str:
    """On a cluster that is thrown away. Where CI is set, PostgreSQL is installed first."""
    binaries = postgres_binaries()
    if binaries is None and os.environ.get("CI") and install("postgresql"):
        binaries = postgres_binaries()
    if binaries is None:
        print(NO_POSTGRES)
        return NO_POSTGRES
    with postgres_cluster(binaries) as url:
        return _pytest("tests/asklater/integration", "tests/halftone/integration", TEST_DATABASE_URL=url)


def _journeys(browser: str) -> str:
    provider_runs = node()
    outcome = _pytest("tests/e2e", "tests/adopters", CHROMIUM=browser)
    return outcome or ("" if provider_runs else NO_NODE)


def _pytest(*arguments: str, folder: Path = ROOT, **variables: str) -> str:
    environment = {**os.environ, **variables}
    return module("pytest", "-q", *WORKERS, *arguments, environment=environment, folder=folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
