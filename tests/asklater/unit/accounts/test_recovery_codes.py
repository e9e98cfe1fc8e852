"""A recovery code is read back however it was written down."""

import pytest
from hypothesis import given, strategies as st

from asklater.accounts.second_factors.recovery_codes import SIGNS, draw_code, group_code, parse_code

CODES = st.text(alphabet=SIGNS, min_size=16, max_size=16)


@given(CODES, st.sampled_from([str.lower, str.upper, str]), st.sampled_from(["-", " ", "", "–", "\n"]))
def test_case_and_gaps_do_not_matter(code: str, case: type[str], gap: str) -> None:
    assert parse_code(case(group_code(code)).replace("-", gap)) == code


@given(CODES)
def test_what_looks_alike_is_taken_for_it(code: str) -> None:
    assert parse_code(code.replace("O", "0").replace("I", "1").replace("B", "8")) == code


@given(st.text())
def test_anything_else_is_none(text: str) -> None:
    assert parse_code(text) == "" or len(parse_code(text)) == 16


@pytest.mark.parametrize("text", ["A" * 15, "A" * 17, "A" * 15 + "9", "é" * 16, "A" * 10**6])
def test_what_cannot_be_one_is_none(text: str) -> None:
    assert parse_code(text) == ""


def test_a_drawn_one_has_eighty_bits() -> None:
    assert len(SIGNS) == 32
    assert len(draw_code()) == 16
    assert len({draw_code() for _ in range(100)}) == 100
