"""Reading the records behind an application, for tests that look beneath the pages."""

from typing import Any

from flask import Flask
from sqlalchemy import Row, select

from webapp.db import Database
from webapp.profiling.tables import answer, answer_event, prompt, prompt_field


def rows(app: Flask, table: Any) -> list[Row[Any]]:
    """Every row of a table, oldest first where it has an id."""
    database: Database = app.extensions["database"]
    order = [table.c.id] if "id" in table.c else []
    with database.engine.connect() as connection:
        found = connection.execute(select(table).order_by(*order)).all()
        connection.rollback()
    return list(found)


def episodes(app: Flask) -> list[tuple[str, str, str | None]]:
    """(action, field, outcome) of every episode in the order of their opening."""
    return [(row.action, row.field, row.outcome) for row in rows(app, prompt_field)]


def prompts(app: Flask) -> list[Row[Any]]:
    return rows(app, prompt)


def held(app: Flask) -> set[tuple[int, str]]:
    """(subject, field) of every stored answer."""
    return {(row.subject_id, row.field) for row in rows(app, answer)}


def saves(app: Flask) -> list[tuple[str, str]]:
    """(field, context) of every transition from missing to held."""
    return [(row.field, row.action) for row in rows(app, answer_event) if row.change == "given"]
