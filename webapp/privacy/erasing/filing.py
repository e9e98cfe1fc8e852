"""The file of receipts: one signed receipt a line, written after each commit and never changed.

It stands outside the database, since a restored backup lacks the newest erasures, and so their receipts. Keep it
where the backups are not.
"""

import fcntl
import json
import logging
import os
from pathlib import Path

from sqlalchemy import select, update

from webapp import clock
from webapp.db import Database
from webapp.privacy.erasing.models import Erasure

FILE = "erasures.jsonl"
MOST_AT_ONCE = 500
log = logging.getLogger(__name__)


def file_receipts(database: Database, instance: Path) -> int:
    """Append the receipts that the file lacks; how many. Should the process die in between, one may stand there
    twice, and none is ever missing. Raises nothing: where the file cannot be written, the worker tries again."""
    with database.unit_of_work():
        lacking = select(Erasure.id, Erasure.document).where(Erasure.filed_at.is_(None)).order_by(Erasure.id)
        rows = database.session().execute(lacking.limit(MOST_AT_ONCE)).all()
        if not rows:
            return 0
        try:
            append(instance / FILE, [row.document for row in rows])
        except OSError as error:
            log.error("receipts of erasures could not be filed: %s", error.strerror)
            return 0
        filed = update(Erasure).where(Erasure.id.in_([row.id for row in rows]))
        database.session().execute(filed.values(filed_at=clock.now()))
    return len(rows)


def append(path: Path, documents: list[str]) -> None:
    """Write the documents at the end of the file, and wait until the disk has them."""
    lines = "".join(json.dumps(json.loads(document), ensure_ascii=False) + "\n" for document in documents)
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if path.stat().st_size and not _ends_a_line(path):
            file.write("\n")  # a process died while it wrote: what follows stays whole
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
