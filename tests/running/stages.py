"""Stages: commands run one after another, or one beside others; each timed, with a table at the end."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = [sys.executable, "-m"]


@dataclass
class Stages:
    """What ran, how long it took, and whether it held."""

    done: list[tuple[str, float, str]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def run(self, name: str, step: Callable[[], str]) -> None:
        """Run `step`, which returns what to say of it: "" is fine, "FAILED" is not, a sentence explains a gap."""
        print(f"\n=== {name}", flush=True)
        began = time.monotonic()
        outcome = step()
        self.done.append((name, time.monotonic() - began, outcome or "passed"))

    @contextmanager
    def beside(self, name: str, module_: str) -> Iterator[None]:
        """Run that module of this Python while the block runs; what it said comes afterwards."""
        with tempfile.TemporaryFile("w+") as said:
            began = time.monotonic()
            process = subprocess.Popen([*PYTHON, module_], cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
            try:
                yield
            finally:
                code = process.wait()
            print(f"\n=== {name}", flush=True)
            said.seek(0)
            print(said.read())
            self.done.append((name, time.monotonic() - began, "FAILED" if code else "passed"))

    def close(self) -> int:
        """Print where the time went; the exit status."""
        print()
        for name, seconds, outcome in self.done:
            print(f"{name:<32}{seconds:>7.1f} s   {outcome}")
        print(f"{'together':<32}{time.monotonic() - self.began:>7.1f} s")
        return int(any(outcome == "FAILED" for _, _, outcome in self.done))


def command(*words: str, environment: Mapping[str, str] | None = None, folder: Path = ROOT) -> str:
    """Run one command in the project's folder, or another one, its output shown; "" or "FAILED"."""
    code = subprocess.run(words, cwd=folder, env=environment, check=False).returncode
    if code < 0:
        print(f"It was ended from outside, by {signal.Signals(-code).name}.", flush=True)
    return "FAILED" if code else ""


def module(*words: str, environment: Mapping[str, str] | None = None, folder: Path = ROOT) -> str:
    """The same for a module of this Python, `python -m words...`."""
    return command(*PYTHON, *words, environment=environment, folder=folder)
