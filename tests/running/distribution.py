"""What is distributed, built from the tracked files alone, and environments outside the tree to install it into."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from tests.support.paths import ROOT

LOCKED = re.compile(r"^[A-Za-z0-9._-]+==[^\\\n]+", re.MULTILINE)
OUTSIDE = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
OUTSIDE |= {name: token_hex(32) for name in ("SECRET_KEY", "MASTER_KEY")}  # of the README's example
"""The variables of a process that shall find nothing of this tree."""


@dataclass(frozen=True)
class Distribution:
    """The two archives of one build."""

    wheel: Path
    source: Path


def build(folder: Path) -> Distribution:
    """The source archive, and a wheel made from what is in it, without asking an index."""
    copy, out = folder / "source", folder / "dist"
    for name in _tracked():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(copy), folder=folder)
    (wheel,), (source,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return Distribution(wheel, source)


def _tracked() -> list[str]:
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder=ROOT)
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def environment(folder: Path, *requirements: str) -> Path:
    """The Python of a new environment that has these requirements in the versions of the locks, and nothing else."""
    python = folder / "bin" / "python"
    if uv := shutil.which("uv"):
        run(uv, "venv", "--quiet", "--python", sys.executable, str(folder))
        pip = [uv, "pip", "install", "--quiet", "--python", str(python)]
    else:
        run(sys.executable, "-m", "venv", str(folder))
        pip = [str(python), "-m", "pip", "install", "--quiet"]
    run(*pip, "--constraint", str(_constraints(folder)), *requirements)
    return python


def install_into(folder: Path, requirements: Sequence[str]) -> None:
    """Only what is installed, compiled, in a folder of its own: no pip, no interpreter."""
    if uv := shutil.which("uv"):
        pip = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", sys.executable]
    else:
        pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    run(*pip, "--target", str(folder), "--constraint", str(_constraints(folder.parent)), *requirements)


def run(*words: str, folder: Path | None = None) -> str:
    """What the command says. Raises RuntimeError with what it complained of."""
    done = subprocess.run(words, cwd=folder, env=OUTSIDE, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def _constraints(folder: Path) -> Path:
    """The locks' versions, without the hashes, which would ask for one of what was built here too."""
    file = folder / "constraints.txt"
    locks = (ROOT / "requirements.lock", ROOT / "requirements-dev.lock")
    locked = {line for lock in locks for line in LOCKED.findall(lock.read_text("utf-8"))}
    file.write_text("\n".join(sorted(locked)), "utf-8")
    return file
