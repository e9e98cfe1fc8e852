"""Where the tables of a page can be had as files, with the page's own filters."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.insights.addresses import address

TABLE = "insights.table"


@dataclass(frozen=True)
class Files:
    """`arguments` are those of the question that the page answers, what its path names included.

    `endpoint` answers with the tables, and calls them by its variable `table`.
    """

    arguments: Mapping[str, str]
    endpoint: str = TABLE

    def csv(self, table: str) -> str:
        return address(self.endpoint, self.arguments, {"table": table, "form": "csv"})

    def json(self, table: str) -> str:
        return address(self.endpoint, self.arguments, {"table": table, "form": "json"})
