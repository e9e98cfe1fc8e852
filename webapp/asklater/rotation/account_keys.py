"""Fresh keys for the accounts: each gets a new one, and all that was sealed under its old one is sealed anew."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import isodate
from sqlalchemy import ColumnElement, Connection, and_, bindparam, text, update
from sqlalchemy.exc import OperationalError

from asklater import clock
from asklater.database.errors import is_conflict
from asklater.engine import Engine
from asklater.keys import in_use
from asklater.keys.service import MissingMasterKey, Sealed
from asklater.keys.vault import number_of, settled, unpack
from asklater.manifest.declarations import span
from asklater.personal_tables import PersonalTable, Row
from asklater.rotation import records
from asklater.rotation.records import ACCOUNT, RENEWING, SETTLING, Rotation, begun, claimed, moved
from asklater.tables import subject

log = logging.getLogger(__name__)
BATCH = 25
GRACE = timedelta(hours=1)
"""Longer than any request, job or command that has read a key goes on sealing with it."""
PATIENCE = "250ms"
"""How long it waits for a row that somebody changes, on PostgreSQL: less than they would wait for it."""
RENEW = update(subject).where(subject.c.id == bindparam("of_subject"), subject.c.data_key == bindparam("before"))
PAGE = 200
"""Rows that are sealed anew at a time."""


def begin(engine: Engine, older_than: str = "") -> Rotation:
    """Begin to renew the keys that are older than that (ISO 8601, "" for all), or find what was begun.

    Raises ValueError for what is no span of time, MissingMasterKey.
    """
    database, service = engine.database, engine.keyring.service
    in_use.check(database, service)
    moment = clock.now()
    bound = moment - span(isodate.parse_duration(older_than), moment.date()) if older_than else moment
    with database.unit_of_work():
        connection = database.writing()
        master = in_use.in_use(database, service)
        running = claimed(connection, ACCOUNT)
        if running is not None:
            return running
        total = records.count(connection, records.made_before(bound))
        return begun(connection, ACCOUNT, master=master, phase=RENEWING, made_before=bound, total=total)


def step(engine: Engine) -> Rotation | None:
    """One batch, in a transaction of its own; how far the renewal is then, None when none has begun."""
    with engine.database.unit_of_work():
        connection = engine.database.writing()
        this = claimed(connection, ACCOUNT)
        if this is None or this.is_waiting:
            return this
        if not engine.database.is_sqlite:
            connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
        rows = records.batch(connection, _wanted(this), this.position, BATCH)
        if not rows:
            return _end_of_pass(connection, this)
        master = in_use.in_use(engine.database, engine.keyring.service)
        done = [_change(engine, connection, this, number, ring, master) for number, ring in rows]
        changed, failed = this.changed + done.count(True), this.failed + done.count(None)
        return moved(connection, this, position=rows[-1][0], changed=changed, failed=failed)


def reseal(engine: Engine, connection: Connection, subject_id: int, ring: bytes) -> int:
    """Put under the ring's newest key what is under an earlier one; how many values. It changes no value.

    A value that somebody changes in this moment stays theirs. What opens with none of the keys is left as it is.
    """
    vault, newest = engine.keyring.vault, unpack(ring)[0].number
    opened, count = vault.opener(ring, subject_id), 0
    for personal, row, column, label in _sealed(engine, connection, subject_id):
        try:
            if number_of(row[column]) == newest:
                continue
            value = opened(label, row[column])
        except Sealed:
            log.warning("a value of subject %s in %s does not open", subject_id, personal.key)
            continue
        table = personal.rows
        this = and_(*(table.c[key.name] == row[key.name] for key in table.primary_key), table.c[column] == row[column])
        values: dict[str, Any] = {column: vault.seal(ring, subject_id, label, value)}
        count += connection.execute(update(table).where(this).values(values)).rowcount
    return count


def _sealed(engine: Engine, connection: Connection, subject_id: int) -> Iterator[tuple[PersonalTable, Row, str, str]]:
    """Every sealed value of the subject: its table, its row, its column, and what it is sealed as."""
    for personal in engine.registry.personal_tables.values():
        after: tuple[Any, ...] = ()
        while personal.sealed and (rows := personal.page(connection, subject_id, after, PAGE)):
            for row in rows:
                for column, label_of in personal.sealed.items():
                    if row[column] is not None:
                        yield personal, row, column, label_of(row)
            after = personal.key_of(rows[-1])


def _wanted(this: Rotation) -> ColumnElement[bool]:
    if this.phase == SETTLING:
        return records.WITH_FORMER_KEYS
    return records.made_before(this.made_before or this.began_at)


def _change(
    engine: Engine, connection: Connection, this: Rotation, number: int, ring: bytes, master: str
) -> bool | None:
    """Whether this account is done; False where others had it locked, None where its keys do not open."""
    try:
        with connection.begin_nested():
            if this.phase == SETTLING:
                reseal(engine, connection, number, ring)
                renewed = settled(ring)
            else:
                renewed = engine.keyring.vault.renewed(ring, number, master, clock.now())
                reseal(engine, connection, number, renewed)
            connection.execute(RENEW, {"of_subject": number, "before": ring, "data_key": renewed})
    except MissingMasterKey:
        raise
    except Sealed as error:
        log.warning("the keys of subject %s do not open: %s", number, error)
        return None
    except OperationalError as error:
        if not is_conflict(error):
            raise
        return False
    return True


def _end_of_pass(connection: Connection, this: Rotation) -> Rotation:
    """Begin another pass where others had some locked; else the next phase, or the end."""
    if records.count(connection, _wanted(this)) > this.failed:
        return moved(connection, this, position=0, failed=0)
    if this.phase == SETTLING:
        return moved(connection, this, finished_at=clock.now())
    total = records.count(connection, records.WITH_FORMER_KEYS)
    later = clock.now() + GRACE
    return moved(connection, this, phase=SETTLING, position=0, total=total, changed=0, failed=0, resumes_at=later)
