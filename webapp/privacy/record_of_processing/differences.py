"""What changed from one version of the record to the next. Pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from webapp.privacy.record_of_processing.record import Controller, Data, Entry, Record

What = Literal["added", "removed", "changed"]
Thing = Literal["controller", "purpose", "field", "table", "measure"]
OF_ENTRY = ("label", "basis", "ground", "persons", "recipients", "transfers")
OF_DATA = tuple(it.name for it in fields(Data) if it.name != "key")


@dataclass(frozen=True)
class Change:
    """One thing that became different.

    `name` is what it is about, `purpose` the label of the purpose that it stands with, `part` the part of it that was
    `before` and is `after`.
    """

    what: What
    thing: Thing
    name: str
    purpose: str = ""
    part: str = ""
    before: str = ""
    after: str = ""


def changes(before: Record, after: Record) -> tuple[Change, ...]:
    """In the order of the record; within a list, what was removed comes last."""
    return (
        *_parts("controller", after.controller.name, "", before.controller, after.controller, CONTROLLER),
        *_purposes(before.purposes, after.purposes),
        *_measures(before.measures, after.measures),
    )


CONTROLLER = tuple(it.name for it in fields(Controller))


def _purposes(before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[Change]:
    old, new = {entry.key: entry for entry in before}, {entry.key: entry for entry in after}
    for key, entry in new.items():
        if key not in old:
            yield Change("added", "purpose", entry.label)
            continue
        yield from _parts("purpose", entry.label, entry.label, old[key], entry, OF_ENTRY)
        yield from _data(entry.label, old[key].data, entry.data)
    for key, entry in old.items():
        if key not in new:
            yield Change("removed", "purpose", entry.label)


def _data(purpose: str, before: Sequence[Data], after: Sequence[Data]) -> Iterator[Change]:
    old, new = {data.key: data for data in before}, {data.key: data for data in after}
    for key, data in new.items():
        if key not in old:
            yield Change("added", _thing(key), data.label, purpose)
        else:
            yield from _parts(_thing(key), data.label, purpose, old[key], data, OF_DATA)
    for key, data in old.items():
        if key not in new:
            yield Change("removed", _thing(key), data.label, purpose)


def _measures(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    yield from (Change("added", "measure", measure) for measure in after if measure not in before)
    yield from (Change("removed", "measure", measure) for measure in before if measure not in after)


def _parts(
    thing: Thing, name: str, purpose: str, before: object, after: object, parts: Sequence[str]
) -> Iterator[Change]:
    for part in parts:
        was, became = getattr(before, part), getattr(after, part)
        if was != became:
            yield Change("changed", thing, name, purpose, part, _told(was), _told(became))


def _thing(key: str) -> Thing:
    return "field" if key.startswith("field:") else "table"


def _told(value: Any) -> str:
    """A part in one line: texts as they are, lists with commas."""
    if isinstance(value, tuple):
        return ", ".join(_told(entry) for entry in value)
    return value if isinstance(value, str) else _of(asdict(value))


def _of(parts: Mapping[str, str]) -> str:
    return ": ".join(parts.values())
