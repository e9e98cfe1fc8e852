"""The field and the context that a page's path names: whether there ever was such a thing, and what it is called."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select

from webapp.db import Database
from webapp.insights.forms import Asked, read_question
from webapp.insights.names import Names
from webapp.insights.rollup.tables import series
from webapp.profiling.tables import prompt_field

PLACE = ("field", "context")


def read_place(
    arguments: Mapping[str, str], names: Names, as_of: datetime, field: str = "", context: str = ""
) -> Asked:
    """The question about what the path names; the query string only has the other filters."""
    others = {name: value for name, value in arguments.items() if name not in PLACE}
    asked = read_question(others, names, as_of)
    question = replace(asked.question, field=field, context=context)
    return replace(asked, question=question, inputs=tuple(it for it in asked.inputs if it.name not in PLACE))


def is_known(database: Database, names: Names, field: str = "", context: str = "") -> bool:
    """Whether each is declared, or was asked at some time."""
    if (not field or field in names.fields) and (not context or context in names.contexts):
        return True
    counted = _is(series.c.field, field) & _is(series.c.context, context)
    waiting = prompt_field.c.rolled_as.is_(None) & _is(prompt_field.c.field, field)
    waiting &= _is(prompt_field.c.action, context)
    found = exists().where(counted) | exists().where(waiting)
    return bool(database.reading().scalar(select(found)))


def _is(column: ColumnElement[str], key: str) -> ColumnElement[bool]:
    return column == key if key else and_(True)
