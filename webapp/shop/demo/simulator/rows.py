"""What the verbs of the episodes would write for one person, worked out without a database."""

from datetime import datetime, timedelta
from typing import Any

from webapp.shop.demo.simulator.drawing import Person, Step

Row = dict[str, Any]
OUTCOMES = {"save": "completed", "save_elsewhere": "superseded", "dismiss": "dismissed"}
COUNTERS = {"submit": "submissions", "reject": "rejections"}
ENDS = {"dismiss": "dismissed_at", "act": "completed_at"}


class Rows:
    """The rows of one person whose steps all lie within its visit, as they stand at `until`.

    `prompts` are without their subject, `episodes` without it and with the place of their prompt.
    """

    def __init__(self, person: Person, until: datetime, window: timedelta) -> None:
        self.subject: Row = {"created_at": person.created_at, "simulated": True}
        self.prompts: list[Row] = []
        self.episodes: list[tuple[int, Row]] = []
        self._person = person
        self._window = window
        for step in person.steps:
            if step.at < until:
                self._take(step)
        for row in self.prompts:
            self._abandon(row, until)
        for _place, row in self.episodes:
            if self._abandon(row, until):
                row["outcome"] = "abandoned"

    def _take(self, step: Step) -> None:
        if step.verb == "see":
            self._see(step)
            return
        for row in self._open(step):
            if step.verb in OUTCOMES:
                row.update(outcome=OUTCOMES[step.verb], closed_at=step.at)
            elif step.verb in COUNTERS:
                row[COUNTERS[step.verb]] += 1
        if step.verb in ENDS:
            self.prompts[-1].update({ENDS[step.verb]: step.at, "closed_at": step.at})

    def _see(self, step: Step) -> None:
        """A round of a prompt, which opens with its first one. No context is met twice."""
        if not self.prompts or self.prompts[-1]["action"] != step.action:
            returning = self._person.created_at < step.at - self._window
            self.prompts.append(
                {
                    "action": step.action,
                    "kind": "gate",
                    "opened_at": step.at,
                    "closed_at": None,
                    "completed_at": None,
                    "dismissed_at": None,
                    "variant": step.variant,
                    "device": self._person.device,
                    "visitor": "returning" if returning else "new",
                }
            )
        place = len(self.prompts) - 1
        self.episodes += [(place, _episode(step, field)) for field in step.fields]

    def _open(self, step: Step) -> list[Row]:
        """The open episodes that the step is about: of its fields, or of its whole action where it names none."""
        return [
            row
            for _place, row in self.episodes
            if row["closed_at"] is None
            and row["action"] == step.action
            and (not step.fields or row["field"] in step.fields)
        ]

    def _abandon(self, row: Row, until: datetime) -> bool:
        """Close what is past its window, when the window ended; whether it was."""
        stale = row["closed_at"] is None and row["opened_at"] < until - self._window
        if stale:
            row["closed_at"] = row["opened_at"] + self._window
        return bool(stale)


def _episode(step: Step, field: str) -> Row:
    return {
        "action": step.action,
        "field": field,
        "opened_at": step.at,
        "closed_at": None,
        "outcome": None,
        "impressions": 1,
        "submissions": 0,
        "rejections": 0,
    }
