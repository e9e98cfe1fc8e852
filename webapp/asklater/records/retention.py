"""Expiring: answers go when their retention is over, a batch at a time, and what went is counted without values.

Whoever has restricted what is held keeps it (Art. 18 GDPR), and so does whoever is under a legal hold: the clock runs
on, nothing past its time is used, and the next purge after the restriction or the hold was lifted takes it. A field
that the manifest dropped goes by each answer's own time.
"""

import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, tuple_

from asklater import clock
from asklater.database.access import EPOCH, Database, UTCDateTime
from asklater.events import Tell, tell_nobody
from asklater.jobs.service import PAUSE
from asklater.records.people import ON_HOLD, RESTRICTED
from asklater.tables import answer, answer_event, purge_count

EVERY_MINUTES = 30
BATCH = 10_000
"""Answers of one transaction. On SQLite nobody else writes meanwhile."""
REMEMBERED = timedelta(days=400)
"""How long it is kept how many went on a day."""

_MOST: BindParameter[int] = bindparam("most")
_OVER = (
    select(answer.c.subject_id, answer.c.field)
    .where(
        answer.c.expires_at <= bindparam("at", type_=UTCDateTime),
        answer.c.subject_id.not_in(RESTRICTED),
        answer.c.subject_id.not_in(ON_HOLD),
    )
    .order_by(answer.c.expires_at)
    .limit(_MOST)
    .with_for_update(skip_locked=True, of=answer)  # what is being used just now will count from now again
)
_EXPIRE = (
    delete(answer)
    .where(tuple_(answer.c.subject_id, answer.c.field).in_(_OVER))
    .returning(answer.c.subject_id, answer.c.field)
)
_FORGET = delete(purge_count).where(purge_count.c.day < bindparam("first"))


def expire(database: Database, *, most: int = BATCH) -> int:
    """Delete every answer whose retention is over by now, in as many transactions as it takes; how many they were."""
    moment, gone = clock.now(), 0
    while True:
        with database.unit_of_work():
            count = expire_some(database, moment, most)
        gone += count
        if count < most:
            return gone
        time.sleep(PAUSE)


def expire_some(
    database: Database, moment: datetime | None = None, most: int = BATCH, tell: Tell = tell_nobody
) -> int:
    """The same for at most so many answers, in the transaction that is open; `tell` hears of each person's."""
    moment, connection = moment or clock.now(), database.writing()
    connection.execute(_FORGET, {"first": _day(moment - REMEMBERED)})
    rows = connection.execute(_EXPIRE, {"at": moment, "most": most}).all()
    if rows:
        event = {"action": "expiry", "change": "expired", "at": moment}
        connection.execute(insert(answer_event), [{"subject_id": who, "field": field, **event} for who, field in rows])
        counted = Counter(field for _who, field in rows)
        day = _day(moment)
        connection.execute(
            _count(database), [{"day": day, "field": field, "answers": count} for field, count in counted.items()]
        )
        gone: dict[int, list[str]] = {}
        for who, field in rows:
            gone.setdefault(who, []).append(field)
        for who, fields in gone.items():
            tell("expired", who, context="expiry", fields=fields)
    return len(rows)


def _count(database: Database) -> Any:
    more = database.insert(purge_count)
    added = purge_count.c.answers + more.excluded.answers
    return more.on_conflict_do_update(index_elements=["day", "field"], set_={"answers": added})


def _day(moment: datetime) -> int:
    return (moment - EPOCH).days
