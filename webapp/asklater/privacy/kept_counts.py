"""Kept counts: what pages of the staff tell of everybody is counted by the worker where there are many people, so that
no page reads all rows. Where there are few, it is counted as of now.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, func, select

from asklater import clock
from asklater.engine import Engine
from asklater.privacy.tables import kept_count
from asklater.services import Services
from asklater.tables import subject

COUNTED_FROM_PEOPLE = 10_000
"""People, visitors too, from which on they are counted by the worker."""
EVERY_MINUTES = 60
Document = dict[str, Any]

_KEPT = select(kept_count.c.document, kept_count.c.counted_at).where(kept_count.c.name == bindparam("of_name"))


@dataclass(frozen=True)
class KeptCount:
    """One thing that is counted: its name, and how. What `count` returns is stored as JSON."""

    name: str
    count: Callable[[Engine], Document]

    def keep(self, engine: Engine) -> None:
        """Count it, and store that for the pages to come. The counting itself keeps nobody from writing."""
        counted = json.dumps(self.count(engine))
        engine.database.release()
        adding = engine.database.insert(kept_count).values(name=self.name, document=counted, counted_at=clock.now())
        new = {"document": adding.excluded.document, "counted_at": adding.excluded.counted_at}
        with engine.database.unit_of_work():
            engine.database.writing().execute(adding.on_conflict_do_update(index_elements=["name"], set_=new))

    def read(self, engine: Engine) -> tuple[Document, datetime | None]:
        """The counts, and as of when; None for now."""
        if _has_many_people(engine):
            kept = engine.database.reading().execute(_KEPT, {"of_name": self.name}).first()
            if kept is not None:
                return json.loads(kept.document), kept.counted_at
        return self.count(engine), None

    def register(self, services: Services) -> None:
        """Have the worker count it every hour, and when it starts."""
        job = partial(self._keep_of_many, services.engine)
        services.jobs.register(f"count_{self.name}", job, every_minutes=EVERY_MINUTES, at_start=True, one_unit=False)

    def _keep_of_many(self, engine: Engine) -> None:
        if _has_many_people(engine):
            self.keep(engine)


def _has_many_people(engine: Engine) -> bool:
    """Reads so many of them at most."""
    some = select(subject.c.id).limit(COUNTED_FROM_PEOPLE).subquery()
    number: int = engine.database.reading().execute(select(func.count()).select_from(some)).scalar_one()
    return number >= COUNTED_FROM_PEOPLE
