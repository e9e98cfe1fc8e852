"""On which line of its file each key of a manifest stands. `tomllib` does not tell, so the text is read once more."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""(?P<text>\"{3}(?:\\.|[^\\])*?\"{3}(?!\") | '{3}.*?'{3}(?!') | "(?:\\.|[^"\\\n])*" | '[^'\n]*')
    | (?P<comment>\#[^\n]*) | (?P<sign>[\[\]{}=,\n]) | (?P<bare>[^\s\[\]{}=,\#"']+)""",
    re.VERBOSE | re.DOTALL,
)
END = "\n"


def lines_of(text: str) -> Mapping[str, int]:
    """The line of each dotted key, as findings name them: `actions.x.requires.0.applies`. The text is valid TOML."""
    return _Reader(list(_tokens(text))).read()


def line_of(key: str, lines: Mapping[str, int]) -> int:
    """The line of a key; where it is missing, that of the nearest one around it; 0 where none of them is there."""
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 0)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line, at = 1, 0
    for found in TOKEN.finditer(text):
        line += text.count(END, at, found.start())
        at = found.start()
        if found.lastgroup != "comment":
            yield found.group(), line
    yield END, line


@dataclass
class _Reader:
    """Goes through the tokens of a document, each a sign, a text or a bare word, with its line."""

    tokens: list[tuple[str, int]]
    at: int = 0
    lines: dict[str, int] = field(default_factory=dict)
    elements: dict[str, int] = field(default_factory=dict)
    """How many elements each array of tables (`[[...]]`) has so far."""

    def read(self) -> Mapping[str, int]:
        table = ""
        while self.at < len(self.tokens):
            sign = self._sign()
            if sign == END:
                self.at += 1
            elif sign == "[":
                table = self._header()
            else:
                self._pair(table)
        return self.lines

    def _sign(self) -> str:
        return self.tokens[self.at][0]

    def _header(self) -> str:
        """The key of the table that begins here."""
        line, of_array = self.tokens[self.at][1], self.tokens[self.at + 1][0] == "["
        self.at += 2 if of_array else 1
        table, parts = "", self._key("]")
        self.at += 2 if of_array else 1
        for part in parts[:-1]:
            table = self._newest(_below(table, part))
            self._note(table, line)
        table = _below(table, parts[-1])
        if of_array:
            self.elements[table] = self.elements.get(table, -1) + 1
            self._note(table, line)
        table = self._newest(table)
        self._note(table, line)
        return table

    def _newest(self, table: str) -> str:
        return f"{table}.{self.elements[table]}" if table in self.elements else table

    def _key(self, end: str) -> list[str]:
        parts: list[str] = []
        while self._sign() != end:
            sign = self._sign()
            parts += [sign[1:-1]] if sign[0] in "\"'" else filter(None, sign.split("."))
            self.at += 1
        return parts

    def _pair(self, table: str) -> None:
        line, key = self.tokens[self.at][1], table
        for part in self._key("="):
            key = _below(key, part)
            self._note(key, line)
        self.at += 1
        self._value(key)

    def _value(self, key: str) -> None:
        opening = self._sign()
        if opening not in "[{":
            while self._sign() not in (END, ",", "]", "}"):  # a moment may have a space in it
                self.at += 1
            return
        self.at += 1
        place = 0
        while (sign := self._sign()) not in "]}":
            if sign in (END, ","):
                self.at += 1
            elif opening == "{":
                self._pair(key)
            else:
                self._note(f"{key}.{place}", self.tokens[self.at][1])
                self._value(f"{key}.{place}")
                place += 1
        self.at += 1

    def _note(self, key: str, line: int) -> None:
        self.lines.setdefault(key, line)


def _below(table: str, part: str) -> str:
    return f"{table}.{part}" if table else part
