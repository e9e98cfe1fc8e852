"""The next rows of an export, section after section, sealed as parts under the person's own key."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, insert, select

from webapp.db import Database
from webapp.privacy.exporting.cursor import key_from, key_text
from webapp.privacy.exporting.ordering import Export
from webapp.privacy.exporting.sections import (
    ABOUT,
    HELD,
    NOT_HELD,
    about,
    by_its_field,
    head,
    holding_of,
    not_held,
    sections,
)
from webapp.privacy.exporting.tables import export_part, label_of
from webapp.privacy.exporting.telling import told
from webapp.profiling.engine import Engine
from webapp.profiling.holdings import Holding
from webapp.profiling.tables import answer


@dataclass(frozen=True)
class Progress:
    """Where building goes on: the section ("" after the last one), the key within it, the parts and rows so far."""

    section: str
    after: str
    places: int
    done: int


class Batch:
    """One batch of an export, in the transaction that is open."""

    def __init__(self, engine: Engine, database: Database, ordered: Export, progress: Progress) -> None:
        self._engine = engine
        self._database = database
        self._ordered = ordered
        self._sections = sections(engine)
        self.progress = progress
        self.unopened = 0
        self.size = 0

    @property
    def is_last(self) -> bool:
        return not self.progress.section

    def begin(self) -> int:
        """Start with the first section; how many rows there are to tell."""
        self.progress = replace(self.progress, section=self._sections[0])
        holdings = (holding_of(self._engine, section) for section in self._sections)
        told_of = [holding for holding in holdings if holding is not None and holding.words().columns]
        return sum(holding.count(self._connection, self._ordered.subject_id) for holding in told_of)

    def fill(self, most: int) -> None:
        """Tell up to `most` rows, and every section without rows that comes in between."""
        until = self.progress.done + most
        while not self.is_last and self.progress.done < until:
            self._tell(until - self.progress.done)

    @property
    def _connection(self) -> Connection:
        return self._database.writing()

    def _tell(self, most: int) -> None:
        section = self.progress.section
        holding = holding_of(self._engine, section)
        if holding is not None:
            self._tell_rows(holding, most)
        elif section == ABOUT:
            self._keep(about(self._engine, self._ordered), ())
            self._go_on()
        elif section == NOT_HELD:
            self._keep(None, not_held(self._engine, self._held()))
            self._go_on()
        else:  # a table of which this version of the application knows nothing any more
            self._go_on()

    def _tell_rows(self, holding: Holding, most: int) -> None:
        subject_id, columns = self._ordered.subject_id, holding.words().columns
        first = not self.progress.after
        rows = holding.page(self._connection, subject_id, key_from(self.progress.after), most) if columns else []
        lines = told(self._engine.keyring, holding, columns, subject_id, rows)
        self.unopened += lines.unopened
        about_it = None
        if first and self.progress.section != HELD:
            about_it = head(self._engine, holding, holding.count(self._connection, subject_id))
        if first or rows:
            beside = [by_its_field(self._engine, self.progress.section, row) for row in rows]
            self._keep(about_it, [{**more, **line} for more, line in zip(beside, lines.rows, strict=True)])
        self.progress = replace(self.progress, done=self.progress.done + len(rows))
        if len(rows) < most:
            self._go_on()
        else:
            self.progress = replace(self.progress, after=key_text(holding.key_of(rows[-1])))

    def _go_on(self) -> None:
        """To the next section; after the last one to none."""
        place = self._sections.index(self.progress.section) + 1 if self.progress.section in self._sections else 0
        following = self._sections[place] if place < len(self._sections) else ""
        self.progress = replace(self.progress, section=following, after="")

    def _held(self) -> set[str]:
        """The fields of which something is held, expired or not."""
        wanted = select(answer.c.field).where(answer.c.subject_id == self._ordered.subject_id)
        return set(self._connection.scalars(wanted))

    def _keep(self, about_it: dict[str, Any] | None, rows: Sequence[dict[str, Any]]) -> None:
        place = self.progress.places
        text = json.dumps({"head": about_it, "rows": list(rows)}, ensure_ascii=False)
        sealed = self._engine.seal(self._ordered.subject_id, label_of(self._ordered.id, place), text)
        part = {"export_id": self._ordered.id, "place": place, "section": self.progress.section, "content": sealed}
        self._connection.execute(insert(export_part).values(part))
        self.size += len(text)
        self.progress = replace(self.progress, places=place + 1)
