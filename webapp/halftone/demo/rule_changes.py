"""Changing the demo's manifest while it runs: the changes that it offers, and the file that every process follows."""

import difflib
import time
import tomllib
from pathlib import Path

from flask import Flask, current_app
from pydantic import BaseModel, ConfigDict

from asklater import Engine, Jobs, ManifestError, Settings, current_engine, current_jobs, gettext, read_manifest

OWN = "manifest.toml"
"""The changed manifest's name in the instance's folder. Where there is none, the demo runs on the one it came with."""
LOOKED_EVERY = 1.0
"""Seconds between two looks at the files."""
AFTERWARDS = ("end_outdated_consents", "note_manifest", "note_notices", "note_signup_form", "note_processing_record")
"""What a worker does when it starts with another manifest. That consents end is done at once, so that a way back
revives none."""

# The changes that are offered


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Edit(_Part):
    """Lines of the manifest, and those that take their place."""

    find: str
    replace: str


class RuleChange(_Part):
    """A change that is ready to try."""

    key: str
    title: str
    says: str
    edits: tuple[Edit, ...]

    def made_in(self, text: str) -> str:
        """The text with the change made. Raises LookupError where its lines are not there, as after another change."""
        for edit in self.edits:
            if text.count(edit.find) != 1:
                raise LookupError(self.key)
            text = text.replace(edit.find, edit.replace)
        return text


class _Offered(_Part):
    changes: tuple[RuleChange, ...]


def read_changes(path: Path) -> tuple[RuleChange, ...]:
    """The changes. Raises pydantic's ValidationError for a file that is malformed."""
    return _Offered.model_validate(tomllib.loads(path.read_text("utf-8"))).changes


def changed_lines(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """What differs, line by line, as ("-" or "+", line)."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return tuple((line[0], line[1:]) for line in lines if line[:1] in "-+" and not line.startswith(("---", "+++")))


# The file that is live


class LiveManifest:
    """The manifest on which the demo runs in this process, which follows its file: `problem` says what is wrong with
    the one that was saved last, "" where it is in use."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._came_with, self._own = settings.manifest, settings.instance / OWN
        self._state, self._looked_at = self._state_of(), 0.0
        self.problem = ""
        if self.is_changed:
            self._take()

    @property
    def is_changed(self) -> bool:
        return self._own.exists()

    @property
    def path(self) -> Path:
        return self._own if self.is_changed else self._came_with

    @property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    def follow(self) -> bool:
        """Take what was saved since the last look, by this process or another one, or by an editor; whether anything
        was."""
        now = time.monotonic()
        if now < self._looked_at + LOOKED_EVERY:
            return False
        self._looked_at = now
        state = self._state_of()
        if state == self._state:
            return False
        self._state = state
        self._take()
        return True

    def apply(self, text: str) -> None:
        """Run on this text, which was checked, in every process."""
        draft = self._own.with_suffix(".draft")
        draft.write_text(text, "utf-8")
        draft.replace(self._own)
        self._changed_here()

    def go_back(self) -> None:
        """Run on the manifest that the demo came with."""
        self._own.unlink(missing_ok=True)
        self._changed_here()

    def _changed_here(self) -> None:
        self._looked_at = 0.0
        self.follow()
        _carry_on()

    def _take(self) -> None:
        try:
            self._engine.go_over_to(read_manifest(self.path))
            self.problem = ""
        except ManifestError as error:
            self.problem = str(error)
            self._engine.app.logger.error("the manifest that was saved cannot be used: %s", error)

    def _state_of(self) -> tuple[str, int, int]:
        try:
            found = self.path.stat()
        except OSError:  # it is being replaced
            return "", 0, 0
        return str(self.path), found.st_mtime_ns, found.st_size


def _carry_on() -> None:
    for name in AFTERWARDS:
        current_jobs().runs[name]()


def live_manifest() -> LiveManifest:
    """Of the running application, whose engine has started."""
    kept = current_app.extensions
    if "live_manifest" not in kept:
        kept["live_manifest"] = LiveManifest(current_engine(), kept["asklater.settings"])
    found: LiveManifest = kept["live_manifest"]
    return found


def init_app(app: Flask, jobs: Jobs) -> None:
    """Let every process of the demo follow the manifest's file."""

    def follow() -> None:
        live_manifest().follow()

    def follow_in_worker() -> None:
        if live_manifest().follow():
            _carry_on()

    app.before_request_funcs.setdefault(None, []).insert(0, follow)
    jobs.register("follow_manifest", follow_in_worker, every_minutes=1, at_start=True)


def excerpt(text: str, action: str) -> str:
    """The lines that declare an action, as they stand in the manifest."""
    head = f"[actions.{action}]"
    lines = text.splitlines()
    if head not in lines:
        return ""
    first = lines.index(head)
    rest = lines[first + 1 :]
    last = next((number for number, line in enumerate(rest) if line.startswith("[")), len(rest))
    return "\n".join([head, *rest[:last]]).rstrip()


def words_of(change: RuleChange) -> tuple[str, str]:
    """Title and explanation in the reader's language."""
    return gettext(change.title), gettext(change.says)
