"""Fresh keys for the accounts: each gets a new one, and all that was sealed under its old one is sealed anew.

Two phases. The first gives each account its new key, and keeps the old one beside it: whoever read that a moment
before still saves and reads with it. The second comes when no request of that time can be under way any more. It
seals anew what was saved under the old key meanwhile, and only then lets the old key go.
"""

import logging
from datetime import timedelta

import isodate
from sqlalchemy import ColumnElement, Connection, bindparam, text, update
from sqlalchemy.exc import OperationalError

from webapp import clock
from webapp.db import is_conflict
from webapp.profiling.engine import Engine
from webapp.profiling.keys import standing
from webapp.profiling.keys.service import MissingMasterKey
from webapp.profiling.manifest import span
from webapp.profiling.rotation import candidates
from webapp.profiling.rotation.resealing import reseal
from webapp.profiling.rotation.rotations import ACCOUNT, RENEWING, SETTLING, Rotation, begun, claimed, moved
from webapp.profiling.tables import subject
from webapp.profiling.vault import Sealed, settled

log = logging.getLogger(__name__)

BATCH = 25
GRACE = timedelta(hours=1)
"""Longer than any request, job or command that has read a key goes on sealing with it."""
PATIENCE = "250ms"
"""How long it waits for a row that somebody changes, on PostgreSQL: less than they would wait for it."""
RENEW = update(subject).where(subject.c.id == bindparam("of_subject"), subject.c.data_key == bindparam("before"))


def begin(engine: Engine, older_than: str = "") -> Rotation:
    """Begin to renew the keys that are older than that (ISO 8601, "" for all), or find what was begun.

    Raises ValueError for what is no span of time, MissingMasterKey.
    """
    database, service = engine.database, engine.keyring.service
    standing.check(database, service)
    moment = clock.now()
    bound = moment - span(isodate.parse_duration(older_than), moment.date()) if older_than else moment
    with database.unit_of_work():
        connection = database.writing()
        master = standing.in_use(database, service)
        running = claimed(connection, ACCOUNT)
        if running is not None:
            return running
        total = candidates.count(connection, candidates.made_before(bound))
        return begun(connection, ACCOUNT, master=master, phase=RENEWING, made_before=bound, total=total)


def step(engine: Engine) -> Rotation | None:
    """One batch, in a transaction of its own; how far the renewal is then, None when none has begun."""
    with engine.database.unit_of_work():
        connection = engine.database.writing()
        this = claimed(connection, ACCOUNT)
        if this is None or this.rests:
            return this
        if not engine.database.is_sqlite:
            connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
        rows = candidates.batch(connection, _wanted(this), this.position, BATCH)
        if not rows:
            return _end_of_pass(connection, this)
        master = standing.in_use(engine.database, engine.keyring.service)
        done = [_change(engine, connection, this, number, ring, master) for number, ring in rows]
        changed, failed = this.changed + done.count(True), this.failed + done.count(None)
        return moved(connection, this, position=rows[-1][0], changed=changed, failed=failed)


def _wanted(this: Rotation) -> ColumnElement[bool]:
    if this.phase == SETTLING:
        return candidates.WITH_FORMER_KEYS
    return candidates.made_before(this.made_before or this.began_at)


def _change(
    engine: Engine, connection: Connection, this: Rotation, number: int, ring: bytes, master: str
) -> bool | None:
    """Whether this account is done; False where somebody was in the way, None where its keys do not open."""
    try:
        with connection.begin_nested():
            if this.phase == SETTLING:
                reseal(engine, connection, number, ring)
                anew = settled(ring)
            else:
                anew = engine.keyring.vault.renewed(ring, number, master, clock.now())
                reseal(engine, connection, number, anew)
            connection.execute(RENEW, {"of_subject": number, "before": ring, "data_key": anew})
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
    """Another pass where somebody was in the way of some; else the next phase, or the end."""
    if candidates.count(connection, _wanted(this)) > this.failed:
        return moved(connection, this, position=0, failed=0)
    if this.phase == SETTLING:
        return moved(connection, this, finished_at=clock.now())
    total = candidates.count(connection, candidates.WITH_FORMER_KEYS)
    later = clock.now() + GRACE
    return moved(connection, this, phase=SETTLING, position=0, total=total, changed=0, failed=0, resumes_at=later)
