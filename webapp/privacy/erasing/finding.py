"""Reading what is on record of erasures."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Row, Select, Table, func, select

from webapp.db import current_database
from webapp.privacy.erasing.models import Erasure, ErasureNotice

PAGE = 50
ERASURE, NOTICE = cast("Table", Erasure.__table__), cast("Table", ErasureNotice.__table__)


def document_of(public_id: str) -> str | None:
    """The signed receipt that an address names."""
    found = current_database().reading().execute(select(ERASURE.c.document).where(ERASURE.c.public_id == public_id))
    return found.scalar()


def newest(before: int | None = None) -> Sequence[Row[Any]]:
    """A page of erasures, newest first: those older than the one numbered `before`, if given."""
    wanted = select(ERASURE).order_by(ERASURE.c.id.desc()).limit(PAGE)
    return _rows(wanted if before is None else wanted.where(ERASURE.c.id < before))


def counts() -> list[tuple[str, int]]:
    """How many there were, by whom."""
    counted = select(ERASURE.c.erased_by, func.count().label("number")).group_by(ERASURE.c.erased_by)
    return [(row.erased_by, row.number) for row in _rows(counted.order_by(ERASURE.c.erased_by))]


def notices_of(erasures: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The notices of each of these erasures, by its number."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for notice in _rows(select(NOTICE).where(NOTICE.c.erasure_id.in_(erasures)).order_by(NOTICE.c.id)):
        found[notice.erasure_id].append(notice)
    return found


def untold() -> int:
    """How many notices have not reached their recipients."""
    counted = select(func.count()).select_from(NOTICE).where(NOTICE.c.sent_at.is_(None))
    return int(current_database().reading().execute(counted).scalar_one())


def _rows(wanted: Select[Any]) -> Sequence[Row[Any]]:
    return current_database().reading().execute(wanted).all()
