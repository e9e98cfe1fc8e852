"""The field and the context that a page's path names: whether there ever was such a thing, and what is asked of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from webapp.db import Database
from webapp.insights.forms import Asked, read_question
from webapp.insights.names import Names
from webapp.insights.offers import Offered, was_asked

PLACE = ("field", "context")


def read_place(
    arguments: Mapping[str, str], offered: Offered, as_of: datetime, field: str = "", context: str = ""
) -> Asked:
    """The question about what the path names; the query string only has the other filters."""
    others = {name: value for name, value in arguments.items() if name not in PLACE}
    asked = read_question(others, offered, as_of)
    question = replace(asked.question, field=field, context=context)
    return replace(asked, question=question, inputs=tuple(it for it in asked.inputs if it.name not in PLACE))


def is_known(database: Database, names: Names, field: str = "", context: str = "") -> bool:
    """Whether each is declared, or was asked at some time."""
    declared = (not field or field in names.fields) and (not context or context in names.contexts)
    return declared or was_asked(database, field, context)
