"""What is written for a spreadsheet is shown by it, and never run, however it takes the file apart."""

import csv
import re
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given, strategies as st

from asklater.web.csv_files import BYTE_ORDER_MARK, csv_text, inert

SEPARATORS = ",;|\t"
ACTIVE = re.compile(r"[\s\"\u200b\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫−]")
HOSTILE = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠SUM(A1)", "﹦1", "−1"),
    *(" =1", "\u200b=1", "\u200e=1", "\ufeff=1", '"=1', "'=1", '"\u00a0+1'),
    *("a;=1", "a,=1", "a\t=1", "a|=1", "a\n=1", "a\r\n-1", 'a";=1', "a;\u200f＝1", 'a""=1', "a; \"'@x", "a;;=1"),
]


def lines(text: str, separator: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""), delimiter=separator))


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_is_a_formula_whichever_separator_a_reader_believes_in(cell: str) -> None:
    text = csv_text(["a", cell], [["x", cell], [cell, "y"]])
    for separator in SEPARATORS:
        assert [found for line in lines(text, separator) for found in line if ACTIVE.match(found)] == []
    crude = re.split(r"[,;|\t\r\n]", text.removeprefix(BYTE_ORDER_MARK))  # and one who does not heed the quotes
    assert [found for found in crude if ACTIVE.match(found)] == []


@given(st.text(st.sampled_from("=+-@＝;,|\t\r\n \"'a\u200b\ufeff"), max_size=12))
def test_that_holds_for_any_text(cell: str) -> None:
    text = csv_text(["a"], [[cell, cell]])
    for separator in SEPARATORS:
        assert [found for line in lines(text, separator) for found in line if ACTIVE.match(found)] == []


def test_what_is_no_formula_stays_as_it_was() -> None:
    for cell in ("Ada", "a=1", "a - b", "2026-11-30", "ada+shop@x.example", "Weg 1, 10115 Berlin", "x; y", "it's", ""):
        assert inert(cell) == cell


def test_numbers_stay_numbers() -> None:
    text = csv_text(["a", "b", "c", "d", "e"], [[-1, -2.5, Decimal("-3.50"), None, True]])
    assert text == BYTE_ORDER_MARK + "a,b,c,d,e\r\n-1,-2.5,-3.50,,True\r\n"
