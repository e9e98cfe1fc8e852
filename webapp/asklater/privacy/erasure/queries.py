"""Queries of erasures: by page, by receipt, and who is still to be told."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select

from asklater.database.access import current_database, table_of
from asklater.privacy.tables import Erasure, RecipientNotice

PAGE_SIZE = 50
ERASURE, NOTICE = table_of(Erasure), table_of(RecipientNotice)


def receipt_document(public_id: str) -> str | None:
    """Returns the signed receipt that an address names."""
    found = current_database().reading().execute(select(ERASURE.c.document).where(ERASURE.c.public_id == public_id))
    return found.scalar()


def newest_erasures(before: int | None = None) -> Sequence[Row[Any]]:
    """Returns a page of erasures, newest first: those older than the one numbered `before`, if given."""
    wanted = select(ERASURE).order_by(ERASURE.c.id.desc()).limit(PAGE_SIZE)
    return _rows(wanted if before is None else wanted.where(ERASURE.c.id < before))


def erasure_counts() -> list[tuple[str, int]]:
    """Counts erasures by who erased."""
    counted = select(ERASURE.c.erased_by, func.count().label("number")).group_by(ERASURE.c.erased_by)
    return [(row.erased_by, row.number) for row in _rows(counted.order_by(ERASURE.c.erased_by))]


def recipient_notices_of(erasures: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Returns the notices of each of these erasures, by its number."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for notice in _rows(select(NOTICE).where(NOTICE.c.erasure_id.in_(erasures)).order_by(NOTICE.c.id)):
        found[notice.erasure_id].append(notice)
    return found


def undelivered_notices() -> int:
    """Counts the notices that have not reached their recipients."""
    counted = select(func.count()).select_from(NOTICE).where(NOTICE.c.sent_at.is_(None))
    return int(current_database().reading().execute(counted).scalar_one())


def _rows(wanted: Select[Any]) -> Sequence[Row[Any]]:
    return current_database().reading().execute(wanted).all()
