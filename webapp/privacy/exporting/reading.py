"""Reading a ready export: its parts one by one, opened, so that memory holds one of them whatever the size."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any

from sqlalchemy import select

from webapp.privacy.exporting.ordering import Export
from webapp.privacy.exporting.tables import export_part, label_of
from webapp.profiling.engine import Engine


class Gone(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The export was deleted while it was read. What was sent of it breaks off, and is no document."""


@dataclass(frozen=True)
class Part:
    """Some rows of a section; its first part has the section's head, where it has one."""

    section: str
    head: dict[str, Any] | None
    rows: list[dict[str, Any]]


def parts(engine: Engine, found: Export) -> Iterator[Part]:
    """Every part in its order. Raises Gone, and Sealed where one does not open."""
    for place in range(found.places):
        yield _part(engine, found, place)


def by_section(parts: Iterable[Part]) -> Iterator[tuple[Part, Iterator[Part]]]:
    """Of each section its first part, and all of its parts, which are to be read before the next section."""
    for _section, group in groupby(parts, key=lambda part: part.section):
        following = iter(group)
        first = next(following)
        yield first, chain((first,), following)


def _part(engine: Engine, found: Export, place: int) -> Part:
    wanted = select(export_part.c.section, export_part.c.content)
    wanted = wanted.where(export_part.c.export_id == found.id, export_part.c.place == place)
    row = engine.database.reading().execute(wanted).first()
    if row is None:
        raise Gone(f"export {found.id} lacks part {place}")
    label = label_of(found.id, place)
    content = json.loads(engine.open(found.subject_id, {label: row.content})[label])
    return Part(row.section, content["head"], content["rows"])
