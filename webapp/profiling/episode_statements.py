"""The statements of episodes, built once: putting an expression together costs more than running it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    literal,
    literal_column,
    select,
    union_all,
    update,
)

from webapp.db import MICROSECOND, Database, UTCDateTime
from webapp.profiling.tables import OPEN, prompt, prompt_field, subject

AT = bindparam("at", type_=UTCDateTime)
HORIZON = bindparam("horizon", type_=UTCDateTime)
SUBJECT: BindParameter[int] = bindparam("of_subject", type_=subject.c.id.type)
ACTION: BindParameter[str] = bindparam("of_action", type_=prompt.c.action.type)
FIELD: BindParameter[str] = bindparam("of_field")
FIELDS: BindParameter[str] = bindparam("of_fields", expanding=True)


_PROMPT_ROW: dict[str, ColumnElement[Any]] = {
    "subject_id": SUBJECT,
    "action": ACTION,
    "opened_at": AT,
    "kind": bindparam("of_kind", type_=prompt.c.kind.type),
    "variant": bindparam("of_variant", type_=prompt.c.variant.type),
    "device": bindparam("of_device", type_=prompt.c.device.type),
    "visitor": select(case((subject.c.created_at < HORIZON, "returning"), else_="new"))
    .where(subject.c.id == SUBJECT)
    .scalar_subquery(),
}


class Statements:
    """Binds: of_subject, of_action, of_field(s), at, and horizon, the moment before which what opened is past W.

    A prompt that opens takes of_kind, of_variant and of_device as well.
    """

    def __init__(self, database: Database, window: timedelta) -> None:
        self._end_after = window // MICROSECOND
        self.open_of_action = _open_of_action()
        self.first_prompt = self._first_prompt(database)
        self.new_prompt = self._new_prompt(database)
        self.new_episode = self._new_episode(database)
        self.seen_again = (
            _mine(prompt_field)
            .where(prompt_field.c.field.in_(FIELDS))
            .values(impressions=prompt_field.c.impressions + 1)
        )
        self.counted = {
            counter: _mine(prompt_field)
            .where(prompt_field.c.field.in_(FIELDS), prompt_field.c.opened_at >= HORIZON)
            .values({counter: prompt_field.c[counter] + 1})
            for counter in ("submissions", "rejections", "unable")
        }
        self.saved = self._saved()
        self.abandon_all = tuple(
            self._abandon(table).where(table.c.id.in_(_stale_and_free(table))) for table in (prompt_field, prompt)
        )
        self.abandon_one = tuple(
            self._abandon(table).where(table.c.subject_id == SUBJECT) for table in (prompt_field, prompt)
        )
        self.dismiss_episodes = _mine(prompt_field).values(outcome="dismissed", closed_at=AT)
        self.dismiss_prompt = _mine(prompt).values(dismissed_at=AT, closed_at=AT)
        self.complete_prompt = _mine(prompt).values(completed_at=AT, closed_at=AT)

    def _first_prompt(self, database: Database) -> Any:
        """A new prompt's id, where nothing is open for the person and action; no row, and no prompt, otherwise."""
        asked = select(prompt_field.c.id).where(
            prompt_field.c.subject_id == SUBJECT, prompt_field.c.action == ACTION, _is_open(prompt_field)
        )
        row = select(*_PROMPT_ROW.values()).where(~asked.exists())
        opened = database.insert(prompt).from_select(list(_PROMPT_ROW), row)
        return opened.on_conflict_do_nothing().returning(prompt.c.id)

    def _new_prompt(self, database: Database) -> Any:
        """The open prompt's id, made when there is none; another tab may be making it at the same time."""
        upsert = database.insert(prompt).values(_PROMPT_ROW)
        return upsert.on_conflict_do_update(
            index_elements=["subject_id", "action"], index_where=OPEN, set_={"action": upsert.excluded.action}
        ).returning(prompt.c.id)

    def _new_episode(self, database: Database) -> Any:
        """Nothing where the prompt is no more: its person has objected, in another tab, to being measured."""
        row: dict[str, Any] = {
            "prompt_id": prompt.c.id,
            "subject_id": SUBJECT,
            "action": ACTION,
            "field": bindparam("of_field", type_=prompt_field.c.field.type),
            "opened_at": AT,
            "impressions": literal(1),
        }
        shown = select(*row.values()).where(prompt.c.id == bindparam("of_prompt", type_=prompt.c.id.type))
        return (
            database.insert(prompt_field)
            .from_select(list(row), shown.with_for_update(read=True, key_share=True))
            .on_conflict_do_update(
                index_elements=["subject_id", "action", "field"],
                index_where=OPEN,
                set_={"impressions": prompt_field.c.impressions + 1},
            )
        )

    def _saved(self) -> Update:
        """Close every open episode of the field: completed in the context, superseded elsewhere, or too late."""
        in_time = prompt_field.c.opened_at >= HORIZON
        return (
            update(prompt_field)
            .where(prompt_field.c.subject_id == SUBJECT, prompt_field.c.field == FIELD, _is_open(prompt_field))
            .values(
                outcome=case(
                    (~in_time, literal_column("'abandoned'")),
                    (prompt_field.c.action == ACTION, literal_column("'completed'")),
                    else_=literal_column("'superseded'"),
                ),
                closed_at=case((in_time, AT), else_=self._end(prompt_field)),
            )
        )

    def _abandon(self, table: Table) -> Update:
        stale = update(table).where(_is_open(table), table.c.opened_at < HORIZON)
        outcome = {"outcome": "abandoned"} if table is prompt_field else {}
        return stale.values(closed_at=self._end(table), **outcome)

    def _end(self, table: Table) -> Any:
        return table.c.opened_at + literal(self._end_after)


def _open_of_action() -> Select[Any]:
    """Rows (number, field, opened_at) of what is open for one person and action; the prompt's field is null."""
    mine = (
        select(table.c.id.label("number"), field.label("field"), table.c.opened_at).where(
            table.c.subject_id == SUBJECT, table.c.action == ACTION, _is_open(table)
        )
        for table, field in ((prompt, literal(None, prompt_field.c.field.type)), (prompt_field, prompt_field.c.field))
    )
    return union_all(*mine)  # type: ignore[return-value] # a compound select of the same rows


def _stale_and_free(table: Table) -> Select[Any]:
    """What is past its window but for what a request holds: to wait for one row while holding others may deadlock."""
    unrolled = table.c.rolled_as.is_(None)  # as is all that is open; those have an index, and are few
    stale = select(table.c.id).where(_is_open(table), unrolled, table.c.opened_at < HORIZON)
    return stale.with_for_update(skip_locked=True)


def _mine(table: Table) -> Update:
    return update(table).where(and_(table.c.subject_id == SUBJECT, table.c.action == ACTION, _is_open(table)))


def _is_open(table: Table) -> ColumnElement[bool]:
    return table.c.closed_at.is_(None)
