"""Queries that are compiled once give what SQLAlchemy gives, by the values that they are handed."""

import pytest
from flask import Flask
from sqlalchemy import bindparam, event, literal, literal_column, select, table, union_all
from sqlalchemy.exc import DBAPIError

from asklater import clock
from asklater.database.access import Database, UTCDateTime, microseconds
from asklater.database.compiled_queries import CompiledQuery
from asklater.records.people import record_arrival
from asklater.tables import subject

ARRIVED = select(literal_column("'arrived'"), subject.c.id).where(
    subject.c.id == bindparam("number"), subject.c.created_at <= bindparam("now", type_=UTCDateTime)
)
ARRIVALS = union_all(ARRIVED, select(literal_column("'at 100 %'"), bindparam("number")))


def test_its_rows_are_those_of_the_statement(workshop: Flask) -> None:
    database: Database = workshop.extensions["asklater.database"]
    with database.unit_of_work():
        number = record_arrival(database)
    query, moment = CompiledQuery(ARRIVALS), clock.now()
    for _ in range(2):  # compiled, then remembered
        rows = query.rows(database.reading(), {"number": number, "now": microseconds(moment)})
        assert sorted(map(tuple, rows)) == [("arrived", number), ("at 100 %", number)]
    executed = database.reading().execute(ARRIVALS, {"number": number, "now": moment})
    assert sorted(map(tuple, executed)) == sorted(map(tuple, rows))


def test_a_bound_constant_is_noticed_at_once(workshop: Flask) -> None:
    database: Database = workshop.extensions["asklater.database"]
    if not database.is_sqlite:
        pytest.skip("PostgreSQL's driver takes values by name, and says itself which one is missing")
    with pytest.raises(KeyError):
        CompiledQuery(select(literal("arrived"))).rows(database.reading(), {})


def test_what_the_driver_refuses_is_told_as_everywhere(workshop: Flask) -> None:
    database: Database = workshop.extensions["asklater.database"]
    nowhere = CompiledQuery(select(literal_column("1")).select_from(table("nowhere")))
    with pytest.raises(DBAPIError, match="nowhere"):
        nowhere.rows(database.reading(), {})
    with database.unit_of_work(), pytest.raises(DBAPIError):
        nowhere.rows(database.writing(), {})
    assert CompiledQuery(select(literal_column("1"))).rows(database.reading(), {}) == [(1,)]


def test_whoever_listens_to_statements_hears_them(workshop: Flask) -> None:
    database: Database = workshop.extensions["asklater.database"]
    heard: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        heard.append(statement)

    query = CompiledQuery(select(literal_column("1")))
    assert query.rows(database.reading(), {}) == [(1,)]
    for moment in ("before_cursor_execute", "after_cursor_execute"):
        database.release()
        event.listen(database.engine, moment, note)
        assert query.rows(database.reading(), {}) == [(1,)]
        event.remove(database.engine, moment, note)
    assert heard == ["SELECT 1", "SELECT 1"]
