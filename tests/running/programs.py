"""Programs that the tests need from outside Python: a Chromium, and a PostgreSQL where there is one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Arguments of a Chromium that asks nothing of anybody."""
NO_BROWSER = """There is no Chromium for the end-to-end tests. Any of these helps, then run again:
  apt-get install chromium          (as root; Debian, Ubuntu)
  .venv/bin/playwright install --with-deps chromium
  CHROMIUM=/path/to/chromium make test"""


def chromium() -> str:
    """The path of a Chromium: the one that CHROMIUM names, the system's, or a fresh one. Raises LookupError."""
    for found in (os.environ.get("CHROMIUM", ""), _on_path(), _playwrights_own()):
        if found:
            return found
    if install("chromium") and (found := _on_path()):
        return found
    print("Installing Playwright's own Chromium (once)", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if found := _playwrights_own():
        return found
    raise LookupError(NO_BROWSER)


def node() -> bool:
    """Whether there is a Node.js with npm, for the provider of the journeys. Where CI is set, it is installed."""
    if not shutil.which("npm") and os.environ.get("CI"):
        install("nodejs", "npm")
    return bool(shutil.which("npm"))


def install(*packages: str) -> bool:
    """Install packages of the system, where that needs no password; whether it worked."""
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = shutil.which("apt-get")
    if not apt or (root and not _succeeds("sudo", "-n", "true")):
        return False
    print(f"Installing {', '.join(packages)} with apt-get (once)", flush=True)
    return _succeeds(*root, apt, "update", "-qq") and _succeeds(*root, apt, "install", "-qq", "-y", *packages)


def _succeeds(*words: str) -> bool:
    if not shutil.which(words[0]):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def _on_path() -> str:
    return next((found for name in BROWSERS if (found := shutil.which(name))), "")


def _playwrights_own() -> str:
    """The newest Chromium in Playwright's folder."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    found = sorted(folder.glob("chromium-*/chrome-linux*/chrome"), key=lambda path: path.stat().st_mtime)
    mac = sorted(folder.glob("chromium-*/chrome-mac*/*.app/Contents/MacOS/*"))
    newest = [*mac, *found]
    return str(newest[-1]) if newest else ""
