"""An export as one JSON document, written piece by piece. What stands in it is published as a schema."""

import json
from collections.abc import Iterable, Iterator

from webapp.privacy.exporting.ordering import Export
from webapp.privacy.exporting.reading import Part, by_section
from webapp.privacy.exporting.schema import FORMAT, schema_url
from webapp.privacy.exporting.sections import ABOUT, HELD, NOT_HELD


def as_json(found: Export, parts: Iterable[Part]) -> Iterator[str]:
    """`found` from its parts. The text is whole once its last piece is there, and no document before."""
    yield f'{{"$schema":{_text(schema_url())},"format":{_text(FORMAT)}'
    in_records = False
    for first, following in by_section(parts):
        if first.section == ABOUT:
            yield f',\n"about":{_text(first.head)}'
        elif first.section in {HELD, NOT_HELD}:
            yield f',\n"{first.section}":['
            yield from _rows(following)
            yield "]"
        else:
            yield ",\n" if in_records else ',\n"records":[\n'
            yield f'{_text(first.head)[:-1]},"rows":['
            yield from _rows(following)
            yield "]}"
            in_records = True
    end = {"rows": found.done, "unopened": found.unopened}
    yield f'{"]" if in_records else ""},\n"end":{_text(end)}}}\n'


def _rows(parts: Iterable[Part]) -> Iterator[str]:
    """The rows of one section, a piece a part."""
    begun = False
    for part in parts:
        if part.rows:
            yield ("," if begun else "") + ",\n".join(map(_text, part.rows))
            begun = True


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
