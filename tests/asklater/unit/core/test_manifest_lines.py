"""On which line of a manifest each finding is."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from asklater.checks.lines import line_of, lines_of
from asklater.checks.manifest import ManifestError, parse
from tests.support.paths import ROOT

TEXT = '''# a comment
title = """
[not.a.table]
a = 1"""  # and another
path = 'C:\\'
"quoted.key" = 1979-05-27 07:32:00

[a.b]
plain.dotted = "x # y = [z"
list = [
  "one",  # of them
  { name = "two", deep = [1, [2, 3]] },
]
[[c.d]]
first = 1
[c.d.below]
x = {}
[[c.d]]
second = 2
'''
AT = {
    "title": 2,
    "path": 5,
    "quoted.key": 6,
    "a": 8,
    "a.b": 8,
    "a.b.plain": 9,
    "a.b.plain.dotted": 9,
    "a.b.list": 10,
    "a.b.list.0": 11,
    "a.b.list.1": 12,
    "a.b.list.1.name": 12,
    "a.b.list.1.deep.1.0": 12,
    "c.d": 14,
    "c.d.0": 14,
    "c.d.0.first": 15,
    "c.d.0.below": 16,
    "c.d.0.below.x": 17,
    "c.d.1": 18,
    "c.d.1.second": 19,
}


@pytest.mark.parametrize(("key", "line"), AT.items())
def test_a_key_stands_on_its_line(key: str, line: int) -> None:
    assert lines_of(TEXT)[key] == line


def test_what_is_missing_would_stand_in_what_is_around_it() -> None:
    lines = lines_of(TEXT)
    assert line_of("c.d.0.below.y.z", lines) == 16
    assert line_of("signup.fields", lines) == 0


def keys_of(value: Any, key: str = "") -> Iterator[str]:
    if key:
        yield key
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, entry in inner:
        yield from keys_of(entry, f"{key}.{name}" if key else str(name))


@pytest.mark.parametrize("path", sorted(ROOT.glob("tests/**/*.toml")), ids=lambda path: path.stem)
def test_no_key_of_a_file_is_without_its_line(path: Any) -> None:
    text = path.read_text("utf-8")
    lines, rows = lines_of(text), text.split("\n")
    keys = set(keys_of(tomllib.loads(text)))
    assert keys == set(lines)
    for key in keys:
        name = key.rpartition(".")[2]
        assert name.isdigit() or name in rows[lines[key] - 1]


def test_findings_about_the_form_have_their_lines() -> None:
    text = '[actions.pay]\nreason = "To pay."\nrequires = [\n  { field = "x", applies = { from = "soon" } },\n]\n'
    with pytest.raises(ManifestError) as wrong:
        parse(text, "office.toml")
    assert "line 4: actions.pay.requires.0.applies.0.from: " in str(wrong.value)
    assert "line 1: actions.pay.label: is missing" in str(wrong.value)
