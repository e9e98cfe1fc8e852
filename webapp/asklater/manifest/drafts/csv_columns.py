"""A table: its columns, with kinds that are told from its first rows."""

import csv
import io
from datetime import date
from itertools import islice

from asklater.manifest.drafts.fields import Declared, DraftField, NotReadable
from asklater.manifest.keys import key_from

LOOKED_AT = 1000
"""Rows."""
FEWEST, MOST_OPTIONS = 20, 8
"""A column is a choice where so many rows have so few values."""
IDS = frozenset({"id", "user_id", "external_id", "email", "e_mail", "email_address", "mail", "email_verified"})
SECRETS = ("password", "secret", "hash", "token", "totp", "salt")
YES_OR_NO = frozenset({"true", "false", "yes", "no", "0", "1"})
DELIMITERS = ",;\t|"


def declared(text: str) -> Declared:
    """The columns but for ids, addresses and secrets. Raises NotReadable."""
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count))
    try:
        header, *rows = islice(reader, LOOKED_AT + 1)
    except (csv.Error, ValueError) as error:
        raise NotReadable("it is no table with a header") from error
    names = [(place, name.strip()) for place, name in enumerate(header) if name.strip()]
    asked = [(place, name) for place, name in names if not _is_passed_over(name)]
    left = [name for _place, name in names if any(secret in key_from(name) for secret in SECRETS)]
    told = (f"these could let somebody in, and are no fields: {', '.join(left)}",) if left else ()
    return Declared(
        tuple(_field(name, [row[place] for row in rows if place < len(row)]) for place, name in asked), told
    )


def _is_passed_over(name: str) -> bool:
    key = key_from(name)
    return key in IDS or any(secret in key for secret in SECRETS)


def _field(name: str, cells: list[str]) -> DraftField:
    values = [cell.strip() for cell in cells if cell.strip()]
    distinct = set(values)
    label = name.replace("_", " ").strip().capitalize()
    told = (f"its kind was told from {len(values)} values of the table",)
    if values and {value.lower() for value in values} <= YES_OR_NO:
        return DraftField(name, label, "boolean", todos=told)
    if values and all(_is_day(value) for value in values):
        return DraftField(name, label, "date", todos=told)
    if values and all(value.isdecimal() and value.isascii() and not value.startswith("0") for value in values):
        return DraftField(name, label, "number", todos=told)
    if len(values) >= FEWEST and len(distinct) <= MOST_OPTIONS:
        return DraftField(name, label, "choice", settings={"options": {it: it for it in sorted(distinct)}}, todos=told)
    return DraftField(name, label, todos=() if values else ("the table holds no value of it: is it needed at all?",))


def _is_day(value: str) -> bool:
    try:
        return len(value) == len("2026-01-31") and bool(date.fromisoformat(value))
    except ValueError:
        return False
