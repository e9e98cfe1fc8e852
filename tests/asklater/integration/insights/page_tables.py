"""Tables of a page as a reader sees them: rows of the words in their cells."""

import re
from html.parser import HTMLParser

ALL_COLUMNS = (
    "columns=persons,episodes,completion_rate,completed,dismissed,superseded,skipped,abandoned,median,rejection_rate,"
    "impressions,unable"
)
"""What asks the overview's tables for every column, those that hold nothing too."""


class _Rows(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._open = False
        self._chart = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
            self._open = True
        elif tag == "svg":
            self._chart += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._open = False
        elif tag == "svg":
            self._chart -= 1

    def handle_data(self, data: str) -> None:
        if self._open and not self._chart:
            self.tables[-1][-1][-1] += data


def tables(html: str) -> list[list[list[str]]]:
    """Every table of the page, charts left out; white space is one space."""
    parser = _Rows()
    parser.feed(html)
    return [[[re.sub(r"\s+", " ", cell).strip() for cell in row] for row in table] for table in parser.tables]


def table_of(html: str, caption: str) -> list[list[str]]:
    """The rows of the one table of this caption."""
    captions = re.findall(r"<caption[^>]*>(.*?)</caption>", html)
    return tables(html)[captions.index(caption)]


def row_of(table: list[list[str]], context: str, *, after: str = "") -> list[str]:
    """The cells from `context` on, in the group of rows that `after` begins."""
    group = ""
    for row in table:
        # Else what is counted begins here, after the context alone.
        begins_group = re.match(r"[0-9]|Too few", row[1]) is None
        group = row[0] if begins_group else group
        if row[1 if begins_group else 0] == context and after in {"", group}:
            return row[row.index(context) :]
    raise AssertionError(f"no row {after} {context}")
