"""Which master key the database is under, and whether it is here.

The database says which one new keys are wrapped by; a rotation changes that. So a process that was started with
another one, or with a wrong one, wraps nothing that the others could not open.
"""

from sqlalchemy import Connection, insert, select

from asklater import clock
from asklater.database.access import Database
from asklater.keys.service import KeyService, MissingMasterKey, Sealed
from asklater.keys.tables import master_key

KNOWN_WORDS = b"asklater"
IN_USE = select(master_key.c.master).where(master_key.c.in_use).with_for_update(read=True)
NEEDED = select(master_key).where(master_key.c.emptied_at.is_(None))


def check(database: Database, service: KeyService) -> str:
    """Make sure that every master key is here that something is wrapped by, before anything is written.

    What somebody should know, "" when there is nothing. Raises MissingMasterKey with the sentence for who starts it.
    """
    with database.unit_of_work():
        used = in_use(database, service)
        rows = database.writing().execute(NEEDED).all()
    for row in rows:
        if not _opens(service, row.master, row.check_value, _bound(row.master)):
            raise MissingMasterKey(row.master, service.ids)
    if used == service.ids[0]:
        return ""
    return f"Master key {service.ids[0]} is here, and {used} is in use: `keys rotate` goes over to the new one."


def in_use(database: Database, service: KeyService) -> str:
    """The id of the master key that new keys are wrapped by. A rotation waits for this transaction to end.

    Raises MissingMasterKey where it is not here.
    """
    connection = database.writing()
    found: str | None = connection.execute(IN_USE).scalar()
    if found is None:
        row = _row(service, service.ids[0])
        connection.execute(database.insert(master_key).values(row).on_conflict_do_nothing())
        found = connection.execute(IN_USE).scalar_one()
    if not service.has(found):
        raise MissingMasterKey(found, service.ids)
    return found


def put_in_use(connection: Connection, service: KeyService, master: str) -> None:
    """New keys are wrapped by `master` from now on."""
    connection.execute(master_key.update().where(master_key.c.in_use).values(in_use=False))
    this = master_key.update().where(master_key.c.master == master)
    if connection.execute(this.values(in_use=True, emptied_at=None)).rowcount == 0:
        connection.execute(insert(master_key).values(_row(service, master)))


def _row(service: KeyService, master: str) -> dict[str, object]:
    return {
        "master": master,
        "check_value": service.wrap(master, KNOWN_WORDS, _bound(master)),
        "in_use": True,
        "began_at": clock.now(),
    }


def _opens(service: KeyService, master: str, content: bytes, bound: str) -> bool:
    try:
        service.unwrap(master, content, bound)
    except Sealed:
        return False
    return True


def _bound(master: str) -> str:
    return f"check:{master}"
