"""Which half minute a code of the app belongs to, against the vectors of RFC 6238."""

from base64 import b32encode
from datetime import UTC, datetime

import pytest

from asklater.accounts.second_factors.totp import group_secret, parse_code, provisioning_uri, time_step_of

SECRET = b32encode(b"12345678901234567890").decode()
VECTORS = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]


@pytest.mark.parametrize(("second", "code"), VECTORS)
@pytest.mark.parametrize(("late", "near"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_is_good_one_step_early_and_late(second: int, code: str, late: int, near: bool) -> None:
    moment = datetime.fromtimestamp(second + late, UTC)
    if second + late < 30:
        return  # there is no step before the first
    assert time_step_of(SECRET, code, moment) == (second // 30 if near else None)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" 123 456 ", "123456"),
        ("123-456", "123456"),
        ("12345", ""),
        ("12345６", "123456"),
        ("Your code: 123 456.", "123456"),
        ("", ""),
    ],
)
def test_six_digits_are_read_however_they_are_grouped(typed: str, code: str) -> None:
    assert parse_code(typed) == code


def test_the_link_names_account_and_site() -> None:
    said = provisioning_uri(SECRET, "ada+1@x.example", "A & B")
    assert said.startswith("otpauth://totp/A%20%26%20B:ada%2B1%40x.example?secret=" + SECRET)


def test_the_secret_is_shown_in_groups_of_four() -> None:
    assert group_secret("ABCDEFGHIJ") == "ABCD EFGH IJ"
