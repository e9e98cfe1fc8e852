"""URLs of the dashboard's pages, and of their tables as files: each keeps the query's filters in its query string, its
field and its context stand in the path.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from flask import current_app, request

from asklater.endpoints import endpoint_of, url_for
from asklater.insights.query import Query, encoded

NO_PATH_PARTS: Mapping[str, Any] = MappingProxyType({})
"""The parts of a page's path, for pages that have none."""
TABLE_ENDPOINT = "insights.table"
DRAFT_ENDPOINT = "experiments.draft"
"""The page that drafts an experiment; the feature that has it may be missing."""


def page_url(endpoint: str, arguments: Mapping[str, str], place: Mapping[str, Any] = NO_PATH_PARTS) -> str:
    """The page's address with this query string; `place` are the parts of its path.

    Names of arguments come from outside too, so they never become keywords.
    """
    return _with_arguments(_path(request.root_path, endpoint, tuple(place.items())), encoded(tuple(arguments.items())))


def query_url(endpoint: str, query: Query, **place: str) -> str:
    """The page's address, which asks this query of it."""
    return _with_arguments(_path(request.root_path, endpoint, tuple(place.items())), query.query_string)


def cell_url(query: Query, field: str, context: str) -> str:
    return query_url("insights.cell", query.without_cell, field=field, context=context)


def field_url(query: Query, field: str) -> str:
    return query_url("insights.field", query.without_cell, field=field)


def context_url(query: Query, context: str) -> str:
    return query_url("insights.context", query.without_cell, context=context)


def draft_url(field: str, contexts: Sequence[str]) -> str:
    """Where an experiment that shares people out between these contexts is drafted; "" where there is no such page."""
    if endpoint_of(DRAFT_ENDPOINT) not in current_app.view_functions:
        return ""
    return (
        f"{url_for(DRAFT_ENDPOINT)}?{urlencode([('field', field), *(('context', context) for context in contexts)])}"
    )


def experiment_url(key: str) -> str:
    """The page of an experiment."""
    return url_for("experiments.experiment", key=key)


@dataclass(frozen=True)
class DownloadLinks:
    """`arguments` are those of the query that the page answers, what its path names included.

    `endpoint` answers with the tables, and calls them by its variable `table`.
    """

    arguments: Mapping[str, str]
    endpoint: str = TABLE_ENDPOINT

    def csv(self, table: str) -> str:
        return page_url(self.endpoint, self.arguments, {"table": table, "form": "csv"})

    def json(self, table: str) -> str:
        return page_url(self.endpoint, self.arguments, {"table": table, "form": "json"})


@lru_cache(maxsize=2000)
def _path(_root: str, endpoint: str, place: tuple[tuple[str, Any], ...]) -> str:
    """Kept, since a page leads to the same hundred places every time. `_root` is where the application is mounted."""
    return url_for(endpoint, **dict(place))


def _with_arguments(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
