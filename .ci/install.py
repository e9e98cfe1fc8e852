"""Make the virtual environment and install a lock into it, once: a stamp names the lock that is in place.

`python3 .ci/install.py requirements.lock` runs on any Python and with its standard library only, so that it can
say what is missing. It uses uv where that is installed, else pip.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
ISOLATED = {**os.environ, "VIRTUAL_ENV": str(VENV), "PYTHONPATH": ""}


def main(arguments: list[str]) -> int:
    """Install the named lock; the exit status, with a sentence when something is missing."""
    lock = ROOT / arguments[0]
    stamp = VENV / f".{lock.stem}-{_fingerprint(lock)}"
    if stamp.exists() and PYTHON.exists():
        return 0
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        return _sorry(f"Python 3.11 or newer is needed, this is {found}. Name another one: make PYTHON=python3.12 ...")
    try:
        _make_environment()
        _install(lock)
    except subprocess.CalledProcessError as error:
        return _sorry(
            f"Installing did not work: {Path(str(error.cmd[0])).name} ended with {error.returncode}, see above."
        )
    for earlier in VENV.glob(f".{lock.stem}-*"):
        earlier.unlink()
    stamp.touch()
    return 0


def _make_environment() -> None:
    if PYTHON.exists():
        return
    print("Making a virtual environment in .venv", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if shutil.which("uv"):
        _run("uv", "venv", "--quiet", "--python", sys.executable, str(VENV))
        return
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        sys.stderr.write(made.stdout + made.stderr)
        raise SystemExit(
            _sorry(
                f"Python cannot make virtual environments here. On Debian and Ubuntu: apt install python{version}-venv"
            )
        )


def _install(lock: Path) -> None:
    """What the lock names, checked against its hashes, then the application itself, without asking any index."""
    print(f"Installing from {lock.name} (once)", flush=True)
    if shutil.which("uv"):
        pip = ("uv", "pip", "install", "--quiet", "--python", str(PYTHON))
    else:
        pip = (str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    _run(*pip, "--require-hashes", "--requirement", str(lock))
    _run(*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, env=ISOLATED, check=True)


def _fingerprint(lock: Path) -> str:
    """Of the lock, and of what is installed beside it: where its source lies stands in pyproject.toml."""
    return hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()[:16]


def _sorry(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
