"""Deletion of a subject: the rows of every personal table and the subject's own key, and what a law makes one keep
goes over to an anonymous subject. Whatever is kept of somebody, nothing that they publish outlives it.
"""

from collections import Counter

from sqlalchemy import Connection, delete, exists, insert, or_, select, update
from sqlalchemy.schema import sort_tables

from asklater import clock
from asklater.engine import Engine
from asklater.personal_tables import PersonalTable, key_of_table
from asklater.tables import subject

OWNERSHIP, RETENTION, APPLICATION = "ownership", "retention", "application"
"""Why somebody is erased who did not ask for it here: their address was proved by somebody else, their time is up, or
the application deletes its user."""
FINISHED_AT_ONCE = 10
"""Subjects of one transaction. On SQLite nobody else writes meanwhile."""


def erase_subject(engine: Engine, subject_id: int, *, by: str) -> bool:
    """Erase a subject, with a receipt and word to those outside where a feature does that; nothing for one that is
    gone. `by` says why: OWNERSHIP, RETENTION or APPLICATION. False for one that a legal hold keeps.
    """
    engine.database.session().flush()
    connection = engine.database.writing()
    own = select(subject.c.simulated, subject.c.held_at).where(
        subject.c.id == subject_id, subject.c.erased_at.is_(None)
    )
    person = connection.execute(own.with_for_update()).first()
    if person is not None and person.held_at is not None:
        return False
    if engine.registry.erasure is not None:
        engine.registry.erasure(subject_id, by)
    elif person is not None:
        for traces in engine.registry.traces:
            traces.erase(subject_id)
        delete_rows(engine, connection, subject_id, simulated=person.simulated, spares_running=by == OWNERSHIP)
        engine.database.session().expire_all()
    return True


def delete_rows(
    engine: Engine,
    connection: Connection,
    subject_id: int,
    *,
    simulated: bool,
    spares_running: bool = False,
    erased_before: bool = False,
) -> Counter[str]:
    """Delete the person's rows; returns their number by table. Children go before those that they belong to, the
    subject last.

    With `spares_running`, what a law makes one keep of a subject that a feature retains (an order on its way) stays
    readable under the subject's own key, until `finish_retained`. Nobody reaches it meanwhile. Whoever listens is told
    of it, but for a simulated subject, and for what was spared of one that was `erased_before`.
    """
    if not (simulated or erased_before):
        engine.events.tell("erased", subject_id)
    gone: Counter[str] = Counter()
    for before in engine.registry.opt_outs:
        before(subject_id)
    spared = spares_running and _is_retained(engine, connection, subject_id)
    anonymous, rows_spared = 0, 0
    personal_tables = {one.rows: one for one in engine.registry.personal_tables.values()}
    for table in reversed(sort_tables(personal_tables)):
        if table is subject:
            continue
        personal_table = personal_tables[table]
        if spared and personal_table.kept is not None:
            rows_spared += personal_table.count(connection, subject_id)
            continue
        rows = personal_table.erase(connection, subject_id)
        if personal_table.kept is None:
            gone[personal_table.key] += rows
        elif rows and _names_person(personal_table):
            anonymous = anonymous or make_anonymous_subject(connection, simulated=simulated)
            personal_table.hand_over(connection, subject_id, anonymous)
    if rows_spared:
        connection.execute(_close(subject_id))
    else:
        gone[key_of_table(subject)] = connection.execute(delete(subject).where(subject.c.id == subject_id)).rowcount
    return gone


def finish_retained(engine: Engine) -> int:
    """Make anonymous a portion of what was spared and that no feature retains any more; how many subjects."""
    connection = engine.database.writing()
    waiting = select(subject.c.id, subject.c.simulated).where(
        subject.c.erased_at.is_not(None),
        subject.c.data_key.is_not(None),
        *(subject.c.id.not_in(kept) for kept in engine.registry.retained),
    )
    found = connection.execute(waiting.order_by(subject.c.id).limit(FINISHED_AT_ONCE)).all()
    for row in found:
        delete_rows(engine, connection, row.id, simulated=row.simulated, erased_before=True)
    return len(found)


def make_anonymous_subject(connection: Connection, *, simulated: bool) -> int:
    """Add a subject that is nobody, and return its number. A simulated one is deleted with the other simulated
    ones."""
    moment = clock.now()
    fresh = insert(subject).values(created_at=moment, erased_at=moment, simulated=simulated)
    number: int = connection.execute(fresh.returning(subject.c.id)).scalar_one()
    return number


def _names_person(table: PersonalTable) -> bool:
    """Whether rows that are kept still lead to their person by a number."""
    return table.kept is not None and not table.link and table.person not in table.kept.blanked


def _is_retained(engine: Engine, connection: Connection, subject_id: int) -> bool:
    kept = [subject.c.id.in_(subjects) for subjects in engine.registry.retained]
    return bool(kept) and connection.scalar(select(exists().where(subject.c.id == subject_id, or_(*kept)))) is True


def _close(subject_id: int):  # type: ignore[no-untyped-def] # an UPDATE
    """A subject that is an account no more, and nobody's to open."""
    nothing = {"signed_up_at": None, "restricted_at": None, "objected_at": None}
    return update(subject).where(subject.c.id == subject_id).values(erased_at=clock.now(), **nothing)
