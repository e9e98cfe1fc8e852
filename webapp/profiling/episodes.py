"""The life of prompts and episodes: opened, seen again, submitted, rejected, closed. METRICS in writing.

Every verb is idempotent under double submits and parallel tabs: at most one prompt is open per person and
action, at most one episode per person, action and field (partial unique indexes), and closing only touches
what is open.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, literal, literal_column, or_, select, update

from webapp import clock
from webapp.db import MICROSECOND, Database, UTCDateTime
from webapp.profiling.tables import OPEN, prompt, prompt_field


class Episodes:
    """Writes the analytics rows. `window` is W, the time in which an ask counts as answered."""

    def __init__(self, database: Database, window: timedelta) -> None:
        self._database = database
        self._window = window

    def see(self, subject_id: int, action: str, fields: Iterable[str], unable: Iterable[str] = ()) -> int:
        """One impression of a prompt that asks for `fields`; the prompt's id.

        Fields in `unable` could only be explained, not asked; they are counted apart as well.
        """
        moment = clock.now()
        number = self._open_prompt(subject_id, action, moment)
        explained = set(unable)
        for field in fields:
            once = int(field in explained)
            row = {
                "prompt_id": number,
                "subject_id": subject_id,
                "action": action,
                "field": field,
                "opened_at": moment,
                "impressions": 1,
                "unable": once,
            }
            again = {
                "impressions": prompt_field.c.impressions + 1,
                "unable": prompt_field.c.unable + once,
            }
            self._database.writing().execute(
                self._database.insert(prompt_field)
                .values(row)
                .on_conflict_do_update(index_elements=["subject_id", "action", "field"], index_where=OPEN, set_=again)
            )
        return number

    def submit(self, subject_id: int, action: str, fields: Iterable[str]) -> None:
        """A POST carried the prompt with these fields."""
        self._count(subject_id, action, list(fields), prompt_field.c.submissions)

    def reject(self, subject_id: int, action: str, fields: Iterable[str]) -> None:
        """These fields failed validation in a submission."""
        self._count(subject_id, action, list(fields), prompt_field.c.rejections)

    def saved(self, subject_id: int, field: str, action: str | None) -> None:
        """The field went from missing to held.

        `action` is the context of the prompt that the submission carried: its episode is completed, the
        person's other open episodes of this field are superseded. None: saved another way, all are superseded.
        """
        moment = clock.now()
        in_time = prompt_field.c.opened_at >= moment - self._window
        mine = prompt_field.c.action == action if action is not None else literal(value=False)
        self._database.writing().execute(
            update(prompt_field)
            .where(prompt_field.c.subject_id == subject_id, prompt_field.c.field == field, _open(prompt_field))
            .values(
                outcome=case(
                    (~in_time, literal_column("'abandoned'")),
                    (mine, literal_column("'completed'")),
                    else_=literal_column("'superseded'"),
                ),
                closed_at=case((in_time, moment_of(moment)), else_=self._end(prompt_field)),
            )
        )

    def dismiss(self, subject_id: int, action: str) -> None:
        """The person said no: cancelled a gate, or "not now" to a background prompt."""
        moment = clock.now()
        connection = self._database.writing()
        self.abandon(subject_id)
        connection.execute(
            update(prompt_field)
            .where(prompt_field.c.subject_id == subject_id, prompt_field.c.action == action, _open(prompt_field))
            .values(outcome="dismissed", closed_at=moment)
        )
        connection.execute(
            update(prompt)
            .where(prompt.c.subject_id == subject_id, prompt.c.action == action, _open(prompt))
            .values(dismissed_at=moment, closed_at=moment)
        )

    def complete_action(self, subject_id: int, action: str) -> None:
        """The gated action ran to success after its prompt."""
        moment = clock.now()
        self.abandon(subject_id)
        self._database.writing().execute(
            update(prompt)
            .where(prompt.c.subject_id == subject_id, prompt.c.action == action, _open(prompt))
            .values(completed_at=moment, closed_at=moment)
        )

    def abandon(self, subject_id: int | None = None) -> int:
        """Close what is past its window, at the moment when the window ended; how many episodes that were."""
        horizon = clock.now() - self._window
        connection = self._database.writing()
        closed = 0
        for table, values in ((prompt_field, {"outcome": "abandoned"}), (prompt, {})):
            stale = and_(_open(table), table.c.opened_at < horizon)
            if subject_id is not None:
                stale = and_(stale, table.c.subject_id == subject_id)
            result = connection.execute(update(table).where(stale).values(closed_at=self._end(table), **values))
            closed += result.rowcount if table is prompt_field else 0
        return closed

    def move(self, from_subject: int, to_subject: int) -> None:
        """The two turned out to be one person: episodes are re-linked, not reopened.

        Where both have one open, the earlier stays open and the later one is closed as superseded.
        """
        connection, moment = self._database.writing(), clock.now()
        both = (from_subject, to_subject)
        for table, key, values in (
            (prompt_field, ("action", "field"), {"outcome": "superseded"}),
            (prompt, ("action",), {}),
        ):
            rows = connection.execute(
                select(table.c.id, *(table.c[name] for name in key))
                .where(table.c.subject_id.in_(both), _open(table))
                .order_by(table.c.opened_at, table.c.id)
            ).all()
            seen: set[tuple[Any, ...]] = set()
            for row in rows:
                if tuple(row[1:]) in seen:
                    close = update(table).where(table.c.id == row.id).values(closed_at=moment, **values)
                    connection.execute(close)
                seen.add(tuple(row[1:]))
            connection.execute(update(table).where(table.c.subject_id == from_subject).values(subject_id=to_subject))

    def _open_prompt(self, subject_id: int, action: str, moment: datetime) -> int:
        self.abandon(subject_id)
        row = {"subject_id": subject_id, "action": action, "kind": "gate", "opened_at": moment}
        upsert = self._database.insert(prompt).values(row)
        statement = upsert.on_conflict_do_update(
            index_elements=["subject_id", "action"], index_where=OPEN, set_={"action": upsert.excluded.action}
        ).returning(prompt.c.id)
        number: int = self._database.writing().execute(statement).scalar_one()
        return number

    def _count(self, subject_id: int, action: str, fields: list[str], counter: Any) -> None:
        """Count on the open episodes; late ones are past their window, and stay as they are."""
        if not fields:
            return
        self._database.writing().execute(
            update(prompt_field)
            .where(
                prompt_field.c.subject_id == subject_id,
                prompt_field.c.action == action,
                prompt_field.c.field.in_(fields),
                _open(prompt_field),
                or_(prompt_field.c.opened_at >= clock.now() - self._window),
            )
            .values({counter: counter + 1})
        )

    def _end(self, table: Any) -> Any:
        return table.c.opened_at + literal(self._window // MICROSECOND)


def moment_of(moment: datetime) -> Any:
    """A moment as a bound value of the column type."""
    return literal(moment, UTCDateTime)


def _open(table: Any) -> Any:
    return table.c.closed_at.is_(None)
