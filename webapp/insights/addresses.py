"""The addresses of what figures are made of: each keeps the filters, its field and its context stand in the path."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from flask import current_app, url_for

from webapp.insights.question import Question

HERE: Mapping[str, Any] = MappingProxyType({})
"""The parts of a page's path, for pages that have none."""
DRAFT = "experiments.draft"
"""The page that drafts an experiment; the room that has it may be missing."""


def address(endpoint: str, arguments: Mapping[str, str], place: Mapping[str, Any] = HERE) -> str:
    """The page's address with this query string; `place` are the parts of its path.

    Names of arguments come from outside too, so they never become keywords.
    """
    query = urlencode(arguments)
    return url_for(endpoint, **place) + (f"?{query}" if query else "")


def anywhere(question: Question) -> Question:
    """The same question of every field and context."""
    return replace(question, field="", context="")


def cell_url(question: Question, field: str, context: str) -> str:
    return address("insights.cell", anywhere(question).arguments(), {"field": field, "context": context})


def field_url(question: Question, field: str) -> str:
    return address("insights.field", anywhere(question).arguments(), {"field": field})


def context_url(question: Question, context: str) -> str:
    return address("insights.context", anywhere(question).arguments(), {"context": context})


def draft_url(field: str, contexts: Sequence[str]) -> str:
    """Where an experiment that shares people out between these contexts is drafted; "" where there is no such page."""
    if DRAFT not in current_app.view_functions:
        return ""
    return f"{url_for(DRAFT)}?{urlencode([('field', field), *(('context', context) for context in contexts)])}"


def experiment_url(key: str) -> str:
    """The page of an experiment."""
    return url_for("experiments.experiment", key=key)
