"""The life of prompts and episodes: opened, seen again, submitted, rejected, closed. METRICS in writing.

Every verb is idempotent under double submits and parallel tabs: at most one prompt is open per person and
action, at most one episode per person, action and field (partial unique indexes), and closing only touches
what is open.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from webapp import clock
from webapp.db import Database
from webapp.profiling.episode_statements import Statements
from webapp.profiling.exposure import GATE, Exposure
from webapp.profiling.tables import prompt, prompt_field, subject


class Episodes:
    """Writes the analytics rows. `window` is W, the time in which an ask counts as answered."""

    def __init__(self, database: Database, window: timedelta) -> None:
        self._database = database
        self._window = window
        self._statements = Statements(database, window)

    def see(
        self,
        subject_id: int,
        action: str,
        fields: Collection[str],
        unable: Collection[str] = (),
        exposure: Exposure = GATE,
        *,
        open_before: bool = False,
    ) -> int:
        """One impression of a prompt that asks for `fields`; the prompt's id.

        `action` is the context: an action, or a background prompt's placement. Fields in `unable` could only be
        explained, not asked; they are counted apart as well. `exposure` is kept with a prompt that opens by this.
        `open_before` says that the prompt was open a moment ago; it saves a statement, and changes nothing else.
        """
        connection, binds = self._database.writing(), {**self._binds(subject_id, action), **exposure.binds}
        number: int | None = None
        if not open_before:
            number = connection.execute(self._statements.first_prompt, binds).scalar()
        is_open: Collection[str] = ()
        if number is None:
            number, is_open = self._open_or_new(binds)
        again = [field for field in fields if field in is_open]
        if again:
            connection.execute(self._statements.seen_again, {**binds, "of_fields": again})
        new = [{**binds, "of_prompt": number, "of_field": field} for field in fields if field not in is_open]
        if new:
            connection.execute(self._statements.new_episode, new)
        if unable:
            self._count("unable", subject_id, action, unable)
        return number

    def _open_or_new(self, binds: Mapping[str, Any]) -> tuple[int, Collection[str]]:
        """The open prompt's id, one being opened if need be, and the fields that were being asked already."""
        connection = self._database.writing()
        rows = connection.execute(self._statements.open_of_action, binds).all()
        if any(row.opened_at < binds["horizon"] for row in rows):
            self.abandon(binds["of_subject"])
            rows = connection.execute(self._statements.open_of_action, binds).all()
        is_open = {row.field: row.number for row in rows}
        number: int | None = is_open.pop(None, None)
        if number is None:
            number = int(connection.execute(self._statements.new_prompt, binds).scalar_one())
        return number, is_open

    def submit(self, subject_id: int, action: str, fields: Collection[str]) -> None:
        """A POST carried the prompt with these fields."""
        self._count("submissions", subject_id, action, fields)

    def reject(self, subject_id: int, action: str, fields: Collection[str]) -> None:
        """These fields failed validation in a submission."""
        self._count("rejections", subject_id, action, fields)

    def saved(self, subject_id: int, field: str, action: str | None) -> None:
        """The field went from missing to held.

        `action` is the context of the prompt that the submission carried: its episode is completed, the
        person's other open episodes of this field are superseded. None: saved another way, all are superseded.
        """
        binds = {**self._binds(subject_id, action or ""), "of_field": field}
        self._database.writing().execute(self._statements.saved, binds)

    def dismiss(self, subject_id: int, action: str) -> None:
        """The person said no: cancelled a gate, or "not now" to a background prompt."""
        self.abandon(subject_id)
        connection, binds = self._database.writing(), self._binds(subject_id, action)
        connection.execute(self._statements.dismiss_episodes, binds)
        connection.execute(self._statements.dismiss_prompt, binds)

    def complete_action(self, subject_id: int, action: str) -> None:
        """The gated action ran to success after its prompt."""
        self.abandon(subject_id)
        self._database.writing().execute(self._statements.complete_prompt, self._binds(subject_id, action))

    def abandon(self, subject_id: int | None = None) -> int:
        """Close what is past its window, at the moment when the window ended; how many episodes that were.

        Of everybody's, what a request is changing meanwhile is left to it, or to the next time.
        """
        statements = self._statements.abandon_all if subject_id is None else self._statements.abandon_one
        connection, binds = self._database.writing(), self._binds(subject_id or 0, "")
        episodes, _prompts = (connection.execute(statement, binds) for statement in statements)
        return episodes.rowcount

    def move(self, from_subject: int, to_subject: int) -> None:
        """The two turned out to be one person: episodes are re-linked, not reopened.

        Where both have one open, the earlier stays open and the later one is closed as superseded.
        """
        both = select(subject.c.id).where(subject.c.id.in_((from_subject, to_subject))).order_by(subject.c.id)
        self._database.writing().execute(both.with_for_update()).all()  # nobody opens anything for them meanwhile
        for subject_id in (from_subject, to_subject):
            self.abandon(subject_id)
        for table, key, outcome in (
            (prompt_field, ("action", "field"), {"outcome": "superseded"}),
            (prompt, ("action",), {}),
        ):
            self._close_later_twins(table, key, (from_subject, to_subject), outcome)
            relink = update(table).where(table.c.subject_id == from_subject).values(subject_id=to_subject)
            self._database.writing().execute(relink)

    def _close_later_twins(
        self, table: Any, key: tuple[str, ...], both: tuple[int, int], outcome: dict[str, str]
    ) -> None:
        connection, seen = self._database.writing(), set()
        rows = connection.execute(
            select(table.c.id, *(table.c[name] for name in key))
            .where(table.c.subject_id.in_(both), table.c.closed_at.is_(None))
            .order_by(table.c.opened_at, table.c.id)
        ).all()
        for number, *asked in rows:
            if tuple(asked) in seen:
                twin = update(table).where(table.c.id == number)
                connection.execute(twin.values(closed_at=clock.now(), **outcome))
            seen.add(tuple(asked))

    def _count(self, counter: str, subject_id: int, action: str, fields: Collection[str]) -> None:
        """Count on the open episodes; late ones are past their window, and stay as they are."""
        if fields:
            binds = {**self._binds(subject_id, action), "of_fields": list(fields)}
            self._database.writing().execute(self._statements.counted[counter], binds)

    def _binds(self, subject_id: int, action: str) -> dict[str, Any]:
        moment = clock.now()
        return {"of_subject": subject_id, "of_action": action, "at": moment, "horizon": moment - self._window}
