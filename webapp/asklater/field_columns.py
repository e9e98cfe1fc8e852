"""Which columns name a field by its key, so that a field which gets another one keeps all that is held and counted of
it. Every such column says so: `Column("field", String(40), info=names_field())`.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Column, MetaData

from asklater.manifest.former_keys import KEYED, NAMING, with_names

_INFO = "names_field"
Renamed = Callable[[str, str, str], str]
"""A text, with what it says of the field of one key (the second) said of another one."""


@dataclass(frozen=True)
class FieldNames:
    """How a column names fields: by the key alone, after a `prefix`, or `within` a text, which that function renames.

    Where the table has a row under the new key already, the `newest_by` that column stays, or the one of the new key;
    the numbers of counts that `adds_up` go into it.
    """

    prefix: str = ""
    newest_by: str = ""
    adds_up: bool = False
    within: Renamed | None = None


def names_field(
    *, prefix: str = "", newest_by: str = "", adds_up: bool = False, within: Renamed | None = None
) -> dict[str, FieldNames]:
    """What a column that names a field has as its `info`."""
    return {_INFO: FieldNames(prefix, newest_by, adds_up, within)}


def field_columns(metadata: MetaData) -> Iterator[tuple[Column[Any], FieldNames]]:
    """Every column that says so, and how it does."""
    for table in metadata.sorted_tables:
        for column in table.c:
            if _INFO in column.info:
                yield column, column.info[_INFO]


# Keys within documents


def in_declaration(text: str, former: str, key: str) -> str:
    """A declaration, as JSON."""
    return json.dumps(with_names(json.loads(text), {former: key}), ensure_ascii=False)


def in_declared_keys(text: str, former: str, key: str) -> str:
    """What a manifest declares by its dotted keys, in words, as JSON."""
    said = json.loads(text).items()
    renamed = {_dotted(name, former, key): _listed(name, words, former, key) for name, words in said}
    return json.dumps(renamed, ensure_ascii=False, sort_keys=True)


def _dotted(name: str, former: str, key: str) -> str:
    parts = name.split(".")
    follows = (
        part == former and before in {*KEYED, "fields"} for before, part in zip(["", *parts], parts, strict=False)
    )
    return ".".join(key if is_field else part for is_field, part in zip(follows, parts, strict=True))


def _listed(name: str, words: str, former: str, key: str) -> str:
    is_naming = not NAMING.isdisjoint(name.split(".")[-1:])
    return re.sub(rf"(?<![\w.]){former}(?![\w.])", key, words) if is_naming else words


def in_parts(text: str, former: str, key: str) -> str:
    """Parts of what is held, as JSON: "field:..." with its key, or a list of "fields"."""
    return json.dumps(_parts(with_names(json.loads(text), {former: key}), f"field:{former}", f"field:{key}"))


def _parts(document: Any, former: str, key: str) -> Any:
    match document:
        case dict():
            return {key if name == former else name: _parts(value, former, key) for name, value in document.items()}
        case list():
            return [_parts(one, former, key) for one in document]
        case _:
            return key if document == former else document


def in_query_string(text: str, former: str, key: str) -> str:
    """The query string of a page that is about one field."""
    said = parse_qsl(text, keep_blank_values=True)
    return urlencode([(name, key if (name, value) == ("field", former) else value) for name, value in said])


def in_row_key(text: str, former: str, key: str) -> str:
    """The key of a row, as JSON: a person's number and a field's key, say."""
    return json.dumps(_exactly(json.loads(text), former, key))


def _exactly(values: Iterable[Any], former: str, key: str) -> list[Any]:
    return [key if value == former else value for value in values]
