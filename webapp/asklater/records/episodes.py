"""The life of prompts and of the episodes of their fields: opened, seen again, submitted, rejected, closed.

Nothing of it is written of anybody who is not measured: each statement asks, and so does each verb of the request.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, timedelta, tzinfo
from functools import partial
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    delete,
    insert,
    literal,
    literal_column,
    select,
    union_all,
    update,
)

from asklater import clock, measurement
from asklater.database.access import MICROSECOND, Database, UTCDateTime
from asklater.events import Tell, tell_nobody
from asklater.measurement import LeftOut, is_measured
from asklater.observation import PromptOutcome, Seen, fields_asked, observers, seen
from asklater.records.exposure import GATE, Exposure
from asklater.tables import OPEN, answer, prompt, prompt_field, rejection, subject

AT = bindparam("at", type_=UTCDateTime)
HORIZON = bindparam("horizon", type_=UTCDateTime)
SUBJECT: BindParameter[int] = bindparam("of_subject", type_=subject.c.id.type)
ACTION: BindParameter[str] = bindparam("of_action", type_=prompt.c.action.type)
FIELD: BindParameter[str] = bindparam("of_field")
FIELDS: BindParameter[str] = bindparam("of_fields", expanding=True)
PROMPT: BindParameter[int] = bindparam("of_prompt", type_=prompt.c.id.type)
REASON: BindParameter[str] = bindparam("of_reason", type_=rejection.c.reason.type)
ANY_PROMPT = 2**31 - 1
"""In the place of a prompt's id: whichever is open. No id is larger."""
NOT_MEASURED = 0
"""The id of a prompt that was shown and not measured."""


_PROMPT_ROW: dict[str, ColumnElement[Any]] = {
    "subject_id": SUBJECT,
    "action": ACTION,
    "opened_at": AT,
    "kind": bindparam("of_kind", type_=prompt.c.kind.type),
    "variant": bindparam("of_variant", type_=prompt.c.variant.type),
    "device": bindparam("of_device", type_=prompt.c.device.type),
    "visitor": case((subject.c.created_at < HORIZON, "returning"), else_="new"),
}
"""A new prompt of somebody who is measured, as selected from their own row."""


COUNTERS: Mapping[str, PromptOutcome] = {"submissions": "submitted", "rejections": "rejected", "unable": "unable"}
"""The outcome that each counter of an episode stands for."""
LONGEST_REASON = 40
"""Signs of a reason that are kept."""


class Statements:
    """Binds: of_subject, of_action, of_field(s), at, and horizon, the moment before which what opened is past W.

    What a form brings takes of_prompt, the prompt that it came from: an ask that opened later is not its own. A prompt
    that opens takes of_kind, of_variant and of_device as well.
    """

    def __init__(self, database: Database, window: timedelta) -> None:
        self._end_after = window // MICROSECOND
        self.open_of_action = _open_of_action()
        self.first_prompt = self._first_prompt(database)
        self.new_prompt = self._new_prompt(database)
        self.new_episode = self._new_episode(database)
        self.seen_again = self._seen_again()
        self.counted = {
            counter: _mine(prompt_field)
            .where(prompt_field.c.field.in_(FIELDS), prompt_field.c.opened_at >= HORIZON, _shown_by(PROMPT))
            .values({counter: prompt_field.c[counter] + 1})
            for counter in ("submissions", "rejections", "unable")
        }
        self.rejected_for = insert(rejection).from_select(["prompt_field_id", "reason"], _rejected())
        self.saved = self._saved()
        self.abandon_all = tuple(
            self._abandon(table).where(table.c.id.in_(_stale_and_free(table))) for table in (prompt_field, prompt)
        )
        self.abandon_one = tuple(
            self._abandon(table).where(table.c.subject_id == SUBJECT) for table in (prompt_field, prompt)
        )
        self.dismiss_episodes = (
            _mine(prompt_field)
            .where(_shown_by(PROMPT))
            .values(outcome="dismissed", closed_at=AT)
            .returning(prompt_field.c.field)
        )
        self.skipped = (
            _mine(prompt_field)
            .where(prompt_field.c.field.in_(FIELDS), prompt_field.c.optional, _shown_by(PROMPT))
            .values(outcome="skipped", closed_at=AT)
            .returning(prompt_field.c.field)
        )
        self.dismiss_prompt = _mine(prompt).where(prompt.c.id <= PROMPT).values(dismissed_at=AT, closed_at=AT)
        self.complete_prompt = _mine(prompt).values(completed_at=AT, closed_at=AT)

    def _first_prompt(self, database: Database) -> Any:
        """A new prompt's id, where nothing is open for the person and action; no row, and no prompt, otherwise."""
        asked = select(prompt_field.c.id).where(
            prompt_field.c.subject_id == SUBJECT, prompt_field.c.action == ACTION, _is_open(prompt_field)
        )
        opened = database.insert(prompt).from_select(list(_PROMPT_ROW), _new_row().where(~asked.exists()))
        return opened.on_conflict_do_nothing().returning(prompt.c.id)

    def _new_prompt(self, database: Database) -> Any:
        """The open prompt's id, made when there is none; another tab may be making it at the same time."""
        upsert = database.insert(prompt).from_select(list(_PROMPT_ROW), _new_row())
        return upsert.on_conflict_do_update(
            index_elements=["subject_id", "action"], index_where=OPEN, set_={"action": upsert.excluded.action}
        ).returning(prompt.c.id)

    def _seen_again(self) -> Update:
        """One more impression of those of the fields that are being asked; none where anything's window is over.

        Rows are (field, number), the number that of the open prompt.
        """
        shown_in = select(prompt.c.id).where(
            prompt.c.subject_id == SUBJECT, prompt.c.action == ACTION, _is_open(prompt), prompt.c.opened_at >= HORIZON
        )
        return (
            _mine(prompt_field)
            .where(prompt_field.c.field.in_(FIELDS), prompt_field.c.opened_at >= HORIZON, shown_in.exists())
            .values(impressions=prompt_field.c.impressions + 1)
            .returning(prompt_field.c.field, shown_in.scalar_subquery())
        )

    def _new_episode(self, database: Database) -> Any:
        """Nothing where the prompt is no more: its person has objected, in another tab, to being measured."""
        row: dict[str, Any] = {
            "prompt_id": prompt.c.id,
            "subject_id": SUBJECT,
            "action": ACTION,
            "field": bindparam("of_field", type_=prompt_field.c.field.type),
            "optional": bindparam("of_optional", type_=prompt_field.c.optional.type),
            "opened_at": AT,
            "impressions": literal(1),
        }
        shown = select(*row.values()).where(prompt.c.id == PROMPT, is_measured(SUBJECT))
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
            .where(
                prompt_field.c.subject_id == SUBJECT,
                prompt_field.c.field == FIELD,
                _is_open(prompt_field),
                is_measured(SUBJECT),
            )
            .returning(prompt_field.c.outcome)
            .values(
                outcome=case(
                    (~in_time, literal_column("'abandoned'")),
                    ((prompt_field.c.action == ACTION) & _shown_by(PROMPT), literal_column("'completed'")),
                    else_=literal_column("'superseded'"),
                ),
                closed_at=case((in_time, AT), else_=self._end(prompt_field)),
            )
        )

    def _abandon(self, table: Table) -> Update:
        stale = update(table).where(_is_open(table), table.c.opened_at < HORIZON, is_measured(table.c.subject_id))
        if table is not prompt_field:
            return stale.values(closed_at=self._end(table))
        return stale.values(closed_at=self._end(table), outcome="abandoned").returning(table.c.field)

    def _end(self, table: Table) -> Any:
        return table.c.opened_at + literal(self._end_after)


def _open_of_action() -> Select[Any]:
    """Rows (number, field, opened_at) of what is open for one person and action; the prompt's field is null."""
    mine = (
        select(table.c.id.label("number"), field.label("field"), table.c.opened_at).where(
            table.c.subject_id == SUBJECT, table.c.action == ACTION, _is_open(table), is_measured(SUBJECT)
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
    own = and_(table.c.subject_id == SUBJECT, table.c.action == ACTION, _is_open(table))
    return update(table).where(own, is_measured(SUBJECT))


def _rejected() -> Select[Any]:
    """The open ask of one field that a form was sent for, and why it was rejected."""
    own = (
        prompt_field.c.subject_id == SUBJECT,
        prompt_field.c.action == ACTION,
        prompt_field.c.field == bindparam("of_field", type_=prompt_field.c.field.type),
        prompt_field.c.opened_at >= HORIZON,
    )
    return select(prompt_field.c.id, REASON).where(
        *own, _is_open(prompt_field), _shown_by(PROMPT), is_measured(SUBJECT)
    )


def _new_row() -> Select[Any]:
    """The row of a new prompt; none of somebody who is not measured. Whoever objects meanwhile waits, or is waited
    for."""
    measured = subject.c.objected_at.is_(None), subject.c.restricted_at.is_(None)
    row = select(*_PROMPT_ROW.values()).where(subject.c.id == SUBJECT, *measured)
    return row.with_for_update(read=True, key_share=True, of=subject)


def _shown_by(form: BindParameter[int]) -> ColumnElement[bool]:
    """Whether an ask was there when the prompt was shown that a form came from, and not opened anew since."""
    return prompt_field.c.prompt_id <= form


def _is_open(table: Table) -> ColumnElement[bool]:
    return table.c.closed_at.is_(None)


class Episodes:
    """Writes the analytics rows. `window` is W, the time in which an ask counts as answered. Days are those of the
    `zone`.

    `prompt_id` is that of the form that a verb hears of, as its token says; None where it is of no form, and so of
    whichever prompt is open. NOT_MEASURED is none's.
    """

    on_objection: Callable[[int], object] = int
    """Called with a subject whose browser sends Global Privacy Control, once a session: what was measured goes."""
    tell: Tell = staticmethod(tell_nobody)
    """Called in the transaction of what was asked, completed or dismissed, of those who are measured."""

    def __init__(self, database: Database, window: timedelta, zone: tzinfo = UTC) -> None:
        self._database = database
        self._window = window
        self.left_out = LeftOut(database, zone)
        self._statements = Statements(database, window)

    def see(
        self,
        subject_id: int,
        action: str,
        fields: Collection[str],
        unable: Collection[str] = (),
        exposure: Exposure = GATE,
        *,
        optional: Collection[str] = (),
        open_before: bool = False,
    ) -> int:
        """One impression of a prompt that asks for `fields`; the prompt's id, NOT_MEASURED where nothing is measured.

        `action` is the context: an action, or a background prompt's placement. Fields in `unable` could only be
        explained, not asked; they are counted apart as well. `exposure` is kept with a prompt that opens by this, and
        with an ask whether it was `optional` when it opened.
        `open_before` says that the prompt was open a moment ago; it saves a statement, and changes nothing else.
        """
        if self._is_refused(subject_id):
            return NOT_MEASURED
        if reason := measurement.left_out():
            self.left_out.count(reason)
            return NOT_MEASURED
        connection, binds = self._database.writing(), {**self._binds(subject_id, action), **exposure.binds}
        new, number = list(fields), None
        if open_before:
            new, number = self._show_again(connection, binds, new)
        else:
            number = connection.execute(self._statements.first_prompt, binds).scalar()
        if number is None or (open_before and new):
            number, is_open = self._open_or_new(connection, binds)
            if number is None:
                return NOT_MEASURED
            self._show_again(connection, binds, [field for field in new if field in is_open])
            new = [field for field in new if field not in is_open]
        if new:
            rows = [
                {**binds, "of_prompt": number, "of_field": field, "of_optional": field in optional} for field in new
            ]
            connection.execute(self._statements.new_episode, rows)
            self._tell_of("asked", subject_id, action, new)
        if unable:
            self._count("unable", subject_id, action, unable)
        self._tell(list(fields), "shown")
        return number

    def _show_again(
        self, connection: Connection, binds: Mapping[str, Any], fields: Sequence[str]
    ) -> tuple[list[str], int | None]:
        """Count what is being asked already; the fields that are not, and the open prompt's id where any was."""
        if not fields:
            return [], None
        shown = {**binds, "of_fields": fields}
        numbers: dict[str, int] = dict(connection.execute(self._statements.seen_again, shown).all())
        return [field for field in fields if field not in numbers], next(iter(numbers.values()), None)

    def _open_or_new(self, connection: Connection, binds: Mapping[str, Any]) -> tuple[int | None, Collection[str]]:
        """The open prompt's id, one being opened if need be, and the fields that were being asked already. None for
        somebody who is not measured."""
        rows = connection.execute(self._statements.open_of_action, binds).all()
        if any(row.opened_at < binds["horizon"] for row in rows):
            self.abandon(binds["of_subject"])
            rows = connection.execute(self._statements.open_of_action, binds).all()
        is_open = {row.field: row.number for row in rows}
        number: int | None = is_open.pop(None, None)
        if number is None:
            number = connection.execute(self._statements.new_prompt, binds).scalar()
        return number, is_open

    def submit(self, subject_id: int, action: str, fields: Collection[str], prompt_id: int | None = None) -> None:
        """A POST carried the prompt with these fields."""
        self._count("submissions", subject_id, action, fields, prompt_id)

    def reject(
        self,
        subject_id: int,
        action: str,
        fields: Mapping[str, Collection[str]],
        prompt_id: int | None = None,
    ) -> None:
        """These fields failed validation in a submission, each for its reasons: the kind's codes, and no value."""
        self._count("rejections", subject_id, action, fields, prompt_id)
        binds = self._binds(subject_id, action, prompt_id)
        rows = [
            {**binds, "of_field": field, "of_reason": reason[:LONGEST_REASON]}
            for field, reasons in fields.items()
            for reason in sorted(reasons)
        ]
        if rows and not self._is_refused(subject_id):
            self._database.writing().execute(self._statements.rejected_for, rows)

    def saved(self, subject_id: int, field: str, action: str | None, prompt_id: int | None = None) -> None:
        """The field went from missing to held.

        `action` is the context of the prompt that the submission carried: its episode is completed, the person's
        other open episodes of this field are superseded, and so is one that opened after that prompt. None: saved
        another way, all are superseded.
        """
        if self._is_refused(subject_id):
            return
        binds = {**self._binds(subject_id, action or "", prompt_id), "of_field": field}
        for outcome in self._database.writing().execute(self._statements.saved, binds).scalars().all():
            self._tell([field], outcome)

    def skip(self, subject_id: int, action: str, fields: Collection[str], prompt_id: int | None = None) -> None:
        """These fields were left empty beside others that were answered. An ask that was not optional when it opened
        stays open."""
        if self._is_refused(subject_id):
            return
        self.abandon(subject_id)
        binds = {**self._binds(subject_id, action, prompt_id), "of_fields": list(fields)}
        self._tell(self._database.writing().execute(self._statements.skipped, binds).scalars().all(), "skipped")

    def dismiss(self, subject_id: int, action: str, prompt_id: int | None = None) -> None:
        """The person said no: cancelled a gate, or "not now" to a background prompt."""
        if self._is_refused(subject_id):
            return
        self.abandon(subject_id)
        connection, binds = self._database.writing(), self._binds(subject_id, action, prompt_id)
        fields = connection.execute(self._statements.dismiss_episodes, binds).scalars().all()
        self._tell(fields, "dismissed")
        connection.execute(self._statements.dismiss_prompt, binds)
        if fields:
            self._tell_of("dismissed", subject_id, action, fields)

    def complete_action(self, subject_id: int, action: str) -> None:
        """The gated action ran to success after its prompt."""
        if self._is_refused(subject_id):
            return
        self.abandon(subject_id)
        closed = self._database.writing().execute(self._statements.complete_prompt, self._binds(subject_id, action))
        if closed.rowcount:
            self._tell_of("completed", subject_id, action)

    def abandon(self, subject_id: int | None = None) -> int:
        """Close what is past its window, at the moment when the window ended; how many episodes that were.

        Of everybody's, what a request is changing meanwhile is left to it, or to the next time.
        """
        statements = self._statements.abandon_all if subject_id is None else self._statements.abandon_one
        connection, binds = self._database.writing(), self._binds(subject_id or 0, "")
        episodes, _prompts = (connection.execute(statement, binds) for statement in statements)
        fields = episodes.scalars().all()
        self._tell(fields, "abandoned")
        return len(fields)

    def move(self, from_subject: int, to_subject: int) -> None:
        """The two turned out to be one person: episodes are re-linked, not reopened.

        Where both have the same one open, the two become one from the earlier first impression on, of all that was
        counted on either.
        """
        both = select(subject.c.id).where(subject.c.id.in_((from_subject, to_subject))).order_by(subject.c.id)
        self._database.writing().execute(both.with_for_update()).all()  # nobody opens anything for them meanwhile
        for subject_id in (from_subject, to_subject):
            self.abandon(subject_id)
        self._join_twins((from_subject, to_subject))
        for table in (prompt_field, prompt):
            relink = update(table).where(table.c.subject_id == from_subject).values(subject_id=to_subject)
            self._database.writing().execute(relink)

    def rename(self, former: str, key: str) -> int:
        """The field goes on under another key, with its episodes; how many they are. Where somebody has the same ask
        open under both, the two become one."""
        either = prompt_field.c.field.in_((former, key))
        self._join_episodes(_twins(self._database, prompt_field, ("subject_id", "action"), either))
        moved = update(prompt_field).where(prompt_field.c.field == former).values(field=key)
        return self._database.writing().execute(moved).rowcount

    def _join_twins(self, both: tuple[int, int]) -> None:
        connection = self._database.writing()
        theirs = prompt_field.c.subject_id.in_(both)
        self._join_episodes(_twins(self._database, prompt_field, ("action", "field"), theirs))
        for earlier, later in _twins(self._database, prompt, ("action",), prompt.c.subject_id.in_(both)):
            for table in (prompt_field, answer):
                own = update(table).where(table.c.subject_id.in_(both), table.c.prompt_id == later["id"])
                connection.execute(own.values(prompt_id=earlier["id"]))
            connection.execute(delete(prompt).where(prompt.c.id == later["id"]))

    def _join_episodes(self, twins: Iterable[tuple[Any, Any]]) -> None:
        connection = self._database.writing()
        for earlier, later in twins:
            more = {name: prompt_field.c[name] + later[name] for name in ("impressions", *COUNTERS)}
            reasons = update(rejection).where(rejection.c.prompt_field_id == later["id"])
            connection.execute(reasons.values(prompt_field_id=earlier["id"]))
            connection.execute(delete(prompt_field).where(prompt_field.c.id == later["id"]))
            connection.execute(update(prompt_field).where(prompt_field.c.id == earlier["id"]).values(more))

    def _count(
        self, counter: str, subject_id: int, action: str, fields: Collection[str], prompt_id: int | None = None
    ) -> None:
        """Count on the open episodes; late ones are past their window, and stay as they are."""
        if fields and not self._is_refused(subject_id):
            binds = {**self._binds(subject_id, action, prompt_id), "of_fields": list(fields)}
            self._database.writing().execute(self._statements.counted[counter], binds)
            self._tell(list(fields), COUNTERS[counter])

    def _is_refused(self, subject_id: int) -> bool:
        """Whether the browser that sends the request does not want this to be measured. What was, of one that sends
        Global Privacy Control, goes."""
        if not measurement.is_refused():
            return False
        if measurement.is_first_refusal(subject_id):
            self.on_objection(subject_id)
        return True

    def _tell(self, fields: Sequence[str], outcome: PromptOutcome) -> None:
        """Tell those who watch, once it is committed. What is simulated is part of no request and of no job."""
        if fields and observers() and seen() != Seen():
            self._database.after_commit(partial(fields_asked, fields, outcome))

    def _tell_of(self, event: str, subject_id: int, action: str, fields: Collection[str] = ()) -> None:
        if seen() != Seen():
            self.tell(event, subject_id, context=action, fields=fields)

    def _binds(self, subject_id: int, action: str, prompt_id: int | None = None) -> dict[str, Any]:
        moment = clock.now()
        return {
            "of_subject": subject_id,
            "of_action": action,
            "of_prompt": ANY_PROMPT if prompt_id is None else prompt_id,
            "at": moment,
            "horizon": moment - self._window,
        }


def _twins(database: Database, table: Table, key: tuple[str, ...], of: ColumnElement[bool]) -> list[tuple[Any, Any]]:
    """What is open twice of the same ask: (the earlier row, the later one)."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    mine = select(table).where(of, _is_open(table)).order_by(table.c.opened_at, table.c.id)
    for row in database.writing().execute(mine).mappings():
        found.setdefault(tuple(row[name] for name in key), []).append(row)
    return [(rows[0], rows[1]) for rows in found.values() if len(rows) > 1]
