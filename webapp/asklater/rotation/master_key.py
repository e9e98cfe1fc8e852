"""Another master key: every account's keys are wrapped anew, what they sealed stays as it is.

Needed meanwhile are the new master key, first in the service, and the ones before it. From the beginning on, new
keys are wrapped by the new one; whoever runs with both reads on. Killed anywhere, it goes on where it was.
"""

import logging

from sqlalchemy import Connection, bindparam, select, update

from asklater import clock
from asklater.engine import Engine
from asklater.keys import in_use
from asklater.keys.service import MissingMasterKey, Sealed
from asklater.keys.tables import application_key, master_key
from asklater.rotation import records
from asklater.rotation.records import MASTER, REWRAPPING, Rotation, begun, claimed, moved
from asklater.tables import subject

log = logging.getLogger(__name__)

BATCH = 500
REWRAP = update(subject).where(subject.c.id == bindparam("of_subject"), subject.c.data_key == bindparam("before"))
OTHERS = select(master_key.c.master).where(master_key.c.emptied_at.is_(None))


def begin(engine: Engine) -> Rotation | None:
    """Begin to go over to the service's first master key, or find what was begun; None when all is under it already.

    Raises MissingMasterKey before anything is changed where one is needed that is not here.
    """
    database, service = engine.database, engine.keyring.service
    in_use.check(database, service)
    target = service.ids[0]
    with database.unit_of_work():
        connection = database.writing()
        running = claimed(connection, MASTER)
        if running is not None and running.master == target:
            return running
        in_use.put_in_use(connection, service, target)
        _rewrap_application_keys(engine, connection, target)
        total = records.count(connection, records.not_under(target))
        others = connection.scalars(OTHERS.where(master_key.c.master != target)).first()
        start: dict[str, object] = {"master": target, "phase": REWRAPPING, "total": total}
        if running is not None:
            return moved(connection, running, position=0, changed=0, failed=0, **start)
        return begun(connection, MASTER, **start) if total or others else None


def step(engine: Engine) -> Rotation | None:
    """One batch, in a transaction of its own; how far the rotation is then, None when none has begun.

    Raises MissingMasterKey, and leaves what it found as it was.
    """
    with engine.database.unit_of_work():
        connection = engine.database.writing()
        this = claimed(connection, MASTER)
        if this is None:
            return None
        rows = records.batch(connection, records.not_under(this.master), this.position, BATCH)
        if not rows:
            return _end_of_pass(connection, this)
        changes, failed = [], 0
        for number, ring in rows:
            try:
                rewrapped = engine.keyring.vault.rewrapped(ring, number, this.master)
            except MissingMasterKey:
                raise
            except Sealed as error:
                log.warning("the keys of subject %s do not open: %s", number, error)
                failed += 1
            else:
                changes.append({"of_subject": number, "before": ring, "data_key": rewrapped})
        if changes:
            connection.execute(REWRAP, changes)
        changed = this.changed + len(changes)
        return moved(connection, this, position=rows[-1][0], changed=changed, failed=this.failed + failed)


def _end_of_pass(connection: Connection, this: Rotation) -> Rotation:
    """Begin another pass where some were passed over, being locked; else the end."""
    if records.count(connection, records.not_under(this.master)) > this.failed:
        return moved(connection, this, position=0, failed=0)
    left = records.by_master(connection)
    for master in connection.scalars(OTHERS.where(master_key.c.master != this.master)).all():
        if master not in left:
            empty = update(master_key).where(master_key.c.master == master)
            connection.execute(empty.values(emptied_at=clock.now()))
    return moved(connection, this, finished_at=clock.now())


def _rewrap_application_keys(engine: Engine, connection: Connection, master: str) -> None:
    for name, ring in connection.execute(select(application_key).with_for_update()).all():
        rewrapped = engine.keyring.vault.rewrapped(ring, name, master)
        connection.execute(update(application_key).where(application_key.c.name == name).values(data_key=rewrapped))
