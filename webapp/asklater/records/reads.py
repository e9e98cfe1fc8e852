"""Which held fields an action's code reads, as far as this process saw it run: what nothing reads, nobody needs.

Nothing of it is stored, and no value or person stands in it.
"""

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SeenAction:
    """How often an action's code ran to success, and the fields that it read in any of these runs."""

    runs: int
    fields: frozenset[str]


class ObservedReads:
    """What was seen since the process started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: Counter[str] = Counter()
        self._read: defaultdict[str, set[str]] = defaultdict(set)
        self._running: ContextVar[str] = ContextVar("asklater_running_action", default="")

    @contextmanager
    def running(self, action: str) -> Iterator[None]:
        """The action's own code runs in this block: what it reads is what it needs."""
        before = self._running.set(action)
        try:
            yield
        finally:
            self._running.reset(before)

    def ran(self, action: str) -> None:
        """The action ran to success."""
        with self._lock:
            self._runs[action] += 1

    def note(self, fields: Iterable[str]) -> None:
        """Values of these fields are read."""
        action = self._running.get()
        if action:
            with self._lock:
                self._read[action].update(fields)

    def seen(self) -> Mapping[str, SeenAction]:
        """Every action whose code ran to success."""
        with self._lock:
            return {action: SeenAction(runs, frozenset(self._read[action])) for action, runs in self._runs.items()}

    def save(self, path: Path) -> None:
        """Write what was seen to a file of JSON, which `manifest check --reads` takes."""
        document = {action: {"runs": it.runs, "fields": sorted(it.fields)} for action, it in self.seen().items()}
        path.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", "utf-8")


def load_reads(path: Path) -> Mapping[str, SeenAction]:
    """Read what `ObservedReads.save` wrote. Raises ValueError with a sentence for anything else."""
    try:
        document = json.loads(path.read_text("utf-8"))
        return {action: SeenAction(int(it["runs"]), frozenset(it["fields"])) for action, it in document.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{path} holds no observed reads, as engine.reads.save writes them ({error})") from error
