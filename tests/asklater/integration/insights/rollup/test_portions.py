"""A portion, which the database adds up, against what extraction finds row by row; and where a portion ends."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select, text, update

from asklater.database.access import MICROSECOND, Database
from asklater.insights.rollup.backlog import batch_end
from asklater.insights.rollup.changes import TotalsChanges
from asklater.insights.rollup.extraction import Extraction, ExtractionScope, extract
from asklater.insights.rollup.portions import note_portion, read_portion
from asklater.tables import prompt, prompt_field, subject
from tests.asklater.integration.insights.test_maturity import Databases, opened
from tests.benchmarks.many_asks import WINDOW, build

UNTIL = datetime(2026, 4, 20, 12, 0, tzinfo=UTC)
"""Three weeks before, the clocks of Berlin changed."""
ASKS = 1500
ZONES = [UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")]
UNUSUAL = (
    "opened_at = opened_at + 18000000000, closed_at = closed_at + 18000000000 WHERE id % 7 = 0",  # a later step
    "closed_at = opened_at - 5 WHERE id % 31 = 0 AND closed_at IS NOT NULL",  # by a clock that was wrong
    "optional = (id % 2 = 0) WHERE id % 5 = 0",
)
SEGMENTS = (
    "segments = 'source=news' WHERE id % 3 = 0",
    "segments = 'source=other plan=pro' WHERE id % 4 = 0",
)


@pytest.mark.thorough
@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_a_portion_is_what_is_found_row_by_row(databases: Databases, zone: tzinfo) -> None:
    with opened(databases) as database:
        _fill(database)
        for until in (UNTIL - timedelta(days=40), UNTIL - timedelta(days=20), UNTIL - WINDOW):
            with database.unit_of_work():
                connection = database.writing()
                persons = frozenset(connection.scalars(select(subject.c.id)))
                portion = read_portion(connection, until, WINDOW, {3, 5}, zone)
                assert {3, 5} < portion.left < persons
                scope = ExtractionScope(portion.left, (), until, settled=True, zone=zone)
                apart = extract(connection, scope, WINDOW, portion.changes)
                everybody = ExtractionScope(persons, (), until, settled=True, zone=zone)
                assert _told(apart.changes) == _told(extract(connection, everybody, WINDOW).changes)
                _note(connection, apart)
                note_portion(connection, until)


def test_a_portion_of_several_days_ends_with_one(databases: Databases) -> None:
    zone, end = ZoneInfo("Europe/Berlin"), UNTIL - WINDOW
    with opened(databases) as database:
        build(database, ASKS, UNTIL)
        connection = database.reading()
        moments = list(connection.scalars(select(prompt_field.c.opened_at).order_by(prompt_field.c.opened_at)))
        of_days, within_one = (batch_end(connection, end, most, zone) for most in (ASKS // 2, 2))
        assert (of_days + MICROSECOND).astimezone(zone).timetz().replace(tzinfo=None).isoformat() == "00:00:00"
        assert timedelta(0) < moments[ASKS // 2 - 1] - of_days <= timedelta(days=1)
        assert within_one == moments[1]
        assert batch_end(connection, end, 2 * ASKS, zone) == end


def _fill(database: Database) -> None:
    """Ninety days of asks, and some unusual ones; some people object."""
    build(database, ASKS, UNTIL)
    with database.unit_of_work():
        connection = database.writing()
        for change in UNUSUAL:
            connection.execute(text(f"UPDATE asklater_prompt_field SET {change}"))
        for change in SEGMENTS:
            connection.execute(text(f"UPDATE asklater_prompt SET {change}"))
        connection.execute(update(subject).where(subject.c.id % 50 == 0).values(objected_at=UNTIL))


def _note(connection: Connection, extraction: Extraction) -> None:
    for table, counted, passed in (
        (prompt_field, extraction.episodes, extraction.uncounted_episodes),
        (prompt, extraction.prompts, extraction.uncounted_prompts),
    ):
        connection.execute(update(table).where(table.c.id.in_(counted)).values(rolled_as=table.c.subject_id))
        connection.execute(update(table).where(table.c.id.in_(passed)).values(rolled_as=0))


def _told(changes: TotalsChanges) -> dict[object, object]:
    return {
        (series, day): (change.counts, change.times, {key: count for key, count in change.again.items() if count})
        for series, days in changes.by_series().items()
        for day, change in days.items()
    }
