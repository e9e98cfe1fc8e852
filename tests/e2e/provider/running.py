"""Installing and running the provider of the journeys."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
NO_NODE = "there is no Node.js with npm for the provider of the journeys (apt-get install nodejs npm)"


class Absent(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The provider cannot run here; the sentence says what is lacking."""


def install() -> None:
    """What the lock names, once. Raises Absent."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise Absent(NO_NODE)
    stamp = MODULES / f".{hashlib.sha256((HERE / 'package-lock.json').read_bytes()).hexdigest()[:16]}"
    with (HERE / ".installing").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if stamp.exists():
            return
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Absent(f"npm could not install the provider of the journeys: {done.stderr.strip()[-300:]}")
        stamp.touch()


@contextmanager
def provider(redirect_uri: str, secret: str) -> Iterator[str]:
    """The address of a provider that sends people back to `redirect_uri`. Raises Absent."""
    install()
    environment = {**os.environ, "REDIRECT_URI": redirect_uri, "CLIENT_SECRET": secret}
    with subprocess.Popen(
        ["node", "server.mjs"], cwd=HERE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        try:
            assert running.stdout is not None
            issuer = next((line.strip() for line in running.stdout if line.startswith("http://localhost:")), "")
            if not issuer:
                raise Absent("the provider of the journeys did not start: see `node server.mjs`")
            yield issuer
        finally:
            running.terminate()
