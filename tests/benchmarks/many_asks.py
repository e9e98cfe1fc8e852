"""Databases with any number of asks: ninety days of the shop, of which each is like any other, the last one too."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Table, text

from asklater.database.access import MICROSECOND, Database, microseconds
from asklater.tables import answer, prompt, prompt_field, subject

DAYS, WINDOW = 90, timedelta(days=1)
CONTEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("checkout", ("email", "shipping_address", "payment_method")),
    ("share_print", ("email", "display_name", "picture")),
    ("review_print", ("email", "display_name", "picture")),
    ("export_orders", ("email", "verified_email")),
    ("enrol_phone", ("email", "phone", "verified_phone")),
    ("sign_up", ("email",)),
)
"""What the shop asks, and where; a prompt asks for the first one, two or three of them."""
DEVICES = ("phone", "desktop", "tablet")
VARIANTS = ("", "wording:short", "wording:long")
OUTCOMES = ("completed", "dismissed", "superseded", "abandoned")
AT_ONCE = 100_000
"""Persons of one portion."""
EPISODES_EACH = 2.26
"""Of a person, in the mean."""
DAY = timedelta(days=1) // MICROSECOND
MINUTE = DAY // 1440

Row = tuple[Any, ...]
COLUMNS = {
    subject: ("id", "created_at", "signed_up_at", "simulated"),
    prompt: (
        *("id", "subject_id", "action", "kind", "opened_at", "closed_at", "completed_at", "dismissed_at"),
        *("variant", "device", "visitor"),
    ),
    prompt_field: (
        *("id", "prompt_id", "subject_id", "action", "field", "opened_at", "closed_at", "outcome"),
        *("impressions", "submissions", "rejections", "unable"),
    ),
    answer: (
        *("subject_id", "field", "value", "action", "prompt_id", "source", "notice_version"),
        *("given_at", "used_at", "expires_at"),
    ),
}


def build(database: Database, episodes: int, until: datetime, seed: int = 1) -> int:
    """Fill an empty, migrated database with about so many episodes; how many they are."""
    persons = round(episodes / EPISODES_EACH)
    indexes = [index for table in (prompt, prompt_field, answer) for index in table.indexes]
    with database.engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    written, drawn = 0, np.random.default_rng(seed)
    last = {subject: 0, prompt: 0, prompt_field: 0}
    for first in range(0, persons, AT_ONCE):
        part = min(AT_ONCE, persons - first)
        slice_ = (first / persons, (first + part) / persons)
        rows = _portion(drawn, part, slice_, microseconds(until), last)
        for table, values in rows.items():
            _write(database, table, values)
        for table in last:
            last[table] = rows[table][-1][0]
        written += len(rows[prompt_field])
    with database.engine.begin() as connection:
        for index in indexes:
            index.create(connection)
        if not database.is_sqlite:
            for table, number in last.items():
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {number})"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    database.engine.dispose()
    return written


def _portion(
    drawn: np.random.Generator, persons: int, part: tuple[float, float], until: int, last: dict[Table, int]
) -> dict[Table, list[Row]]:
    """The rows of persons whose first ask lies in this part of the days."""
    start = until - DAYS * DAY
    first_asks = start + np.sort(drawn.uniform(*part, persons)) * DAYS * DAY
    returns = drawn.random(persons) < 0.25
    lag = np.maximum(drawn.geometric(0.12, persons), 1) * DAY + drawn.integers(MINUTE, 300 * MINUTE, persons)
    contexts = drawn.choice(len(CONTEXTS), (persons, 2), p=(0.35, 0.2, 0.15, 0.1, 0.08, 0.12))
    depth = drawn.integers(1, 4, (persons, 2))
    device, variant = drawn.choice(3, persons, p=(0.6, 0.3, 0.1)), drawn.choice(3, persons, p=(0.6, 0.2, 0.2))
    fate = drawn.choice(4, (persons, 2, 3), p=(0.55, 0.12, 0.05, 0.28))
    took = np.minimum(drawn.lognormal(3.2, 1.3, (persons, 2, 3)) * 1e6, DAY - 1).astype(np.int64)
    again = drawn.integers(1, 3, (persons, 2, 3))
    rejected = drawn.random((persons, 2, 3)) < 0.12
    rows: dict[Table, list[Row]] = {table: [] for table in COLUMNS}
    drawings = (first_asks.astype(np.int64), returns, lag.astype(np.int64), contexts, depth, device, variant)
    lives = zip(*(it.tolist() for it in (*drawings, fate, took, again, rejected)), strict=True)
    number, asks = last[subject], last[prompt]
    for opened, comes_back, later, where, deep, on, under, ends, times, shown, wrong in lives:
        number += 1
        rows[subject].append((number, opened, opened if ends[0][0] == 0 else None, False))
        for visit, at in enumerate((opened, opened + later) if comes_back else (opened,)):
            if at > until:
                break
            asks += 1
            action, fields = CONTEXTS[where[visit]]
            fields = fields[: deep[visit]]
            closes = [
                _close(at, OUTCOMES[end], took, until) for end, took in zip(ends[visit], times[visit], strict=True)
            ][: len(fields)]
            acted = max(close or until for close, _ in closes) if all(it == "completed" for _, it in closes) else None
            closed = acted or (at + DAY if at + DAY < until else None)
            met = (VARIANTS[under], DEVICES[on], "returning" if visit else "new")
            rows[prompt].append((asks, number, action, "gate", at, closed, acted, None, *met))
            for place, field in enumerate(fields):
                close, outcome = closes[place]
                episode = last[prompt_field] + len(rows[prompt_field]) + 1
                counts = (shown[visit][place], int(outcome == "completed"), int(wrong[visit][place]), 0)
                rows[prompt_field].append((episode, asks, number, action, field, at, close, outcome, *counts))
                if outcome == "completed" and not visit:
                    given = (number, field, b"sealed", action, asks, "person", "1", close, close, close + 700 * DAY)
                    rows[answer].append(given)
    return rows


def _close(opened: int, outcome: str, took: int, until: int) -> tuple[int | None, str | None]:
    """When an episode ended and how, as far as it has by now."""
    close = opened + (DAY if outcome == "abandoned" else took)
    return (close, outcome) if close <= until else (None, None)


def _write(database: Database, table: Table, rows: Sequence[Row]) -> None:
    names = ", ".join(COLUMNS[table])
    connection = database.engine.raw_connection()
    cursor: Any = connection.cursor()
    if database.is_sqlite:
        places = ", ".join("?" * len(COLUMNS[table]))
        cursor.execute("BEGIN")
        cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({places})", rows)
        cursor.execute("COMMIT")
    else:
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for lines in _lines(rows):
                copy.write(lines)
        connection.commit()
    connection.close()


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    """As COPY reads them, a thousand at a time."""
    for first in range(0, len(rows), 1000):
        yield "".join("\t".join(map(_word, row)) + "\n" for row in rows[first : first + 1000])


def _word(value: Any) -> str:
    if value is None:
        return r"\N"
    return rf"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
