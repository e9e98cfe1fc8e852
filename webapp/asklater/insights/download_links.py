"""Links to the tables of a page as CSV and JSON files, with the page's own filters."""

from collections.abc import Mapping
from dataclasses import dataclass

from asklater.insights.urls import page_url

TABLE_ENDPOINT = "insights.table"


@dataclass(frozen=True)
class DownloadLinks:
    """`arguments` are those of the question that the page answers, what its path names included.

    `endpoint` answers with the tables, and calls them by its variable `table`.
    """

    arguments: Mapping[str, str]
    endpoint: str = TABLE_ENDPOINT

    def csv(self, table: str) -> str:
        return page_url(self.endpoint, self.arguments, {"table": table, "form": "csv"})

    def json(self, table: str) -> str:
        return page_url(self.endpoint, self.arguments, {"table": table, "form": "json"})
