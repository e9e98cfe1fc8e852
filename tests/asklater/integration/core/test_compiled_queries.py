"""Queries that are compiled once give what SQLAlchemy gives, by the values that they are handed."""

import pytest
from flask import Flask
from sqlalchemy import bindparam, literal, literal_column, select, union_all

from asklater import clock
from asklater.compiled_queries import CompiledQuery
from asklater.db import Database, UTCDateTime, microseconds
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
