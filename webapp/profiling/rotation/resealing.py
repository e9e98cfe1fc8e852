"""Sealing anew all that a subject's earlier keys have sealed: every table's holding says what that is."""

import logging
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, and_, update

from webapp.profiling.engine import Engine
from webapp.profiling.holdings import Holding, Row
from webapp.profiling.keys.ring import unpack
from webapp.profiling.vault import Sealed, number_of

log = logging.getLogger(__name__)
PAGE = 200


def reseal(engine: Engine, connection: Connection, subject_id: int, ring: bytes) -> int:
    """Put under the ring's newest key what is under an earlier one; how many values. It changes no value.

    A value that somebody changes in this moment stays theirs. What opens with none of the keys is left as it is.
    """
    vault, newest = engine.keyring.vault, unpack(ring)[0].number
    opened, count = vault.opener(ring, subject_id), 0
    for holding, row, column, label in _sealed(engine, connection, subject_id):
        try:
            if number_of(row[column]) == newest:
                continue
            value = opened(label, row[column])
        except Sealed:
            log.warning("a value of subject %s in %s does not open", subject_id, holding.table)
            continue
        table = holding.rows
        this = and_(*(table.c[key.name] == row[key.name] for key in table.primary_key), table.c[column] == row[column])
        anew: dict[str, Any] = {column: vault.seal(ring, subject_id, label, value)}
        count += connection.execute(update(table).where(this).values(anew)).rowcount
    return count


def _sealed(engine: Engine, connection: Connection, subject_id: int) -> Iterator[tuple[Holding, Row, str, str]]:
    """Every sealed value of the subject: its holding, its row, its column, and what it is sealed as."""
    for holding in engine.holdings.values():
        after: tuple[Any, ...] = ()
        while holding.sealed and (rows := holding.page(connection, subject_id, after, PAGE)):
            for row in rows:
                for column, label_of in holding.sealed.items():
                    if row[column] is not None:
                        yield holding, row, column, label_of(row)
            after = holding.key_of(rows[-1])
