"""Cards as numbers."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from halftone import payments
from halftone.payments import DECLINED, PROVIDER_DOWN, TEST_NUMBERS


@pytest.mark.parametrize("number", sorted({*TEST_NUMBERS, DECLINED, PROVIDER_DOWN}))
def test_the_known_numbers_hold_and_have_a_brand(number: str) -> None:
    brand = payments.brand_of(number)
    assert brand is not None
    assert len(number) == brand.digits
    assert payments.holds_check_digit(number)


@pytest.mark.parametrize(
    ("begins", "name"),
    [
        ("4", "Visa"),
        ("51", "Mastercard"),
        ("55", "Mastercard"),
        ("2221", "Mastercard"),
        ("2720", "Mastercard"),
        ("34", "American Express"),
        ("37", "American Express"),
    ],
)
def test_brands_are_told_by_how_a_number_begins(begins: str, name: str) -> None:
    brand = payments.brand_of(begins.ljust(16, "0"))
    assert brand is not None
    assert brand.name == name


@pytest.mark.parametrize("begins", ["50", "56", "2220", "2721", "35", "6011", "0", "36"])
def test_other_brands_are_not_taken(begins: str) -> None:
    assert payments.brand_of(begins.ljust(16, "0")) is None


digits = st.text("0123456789", min_size=15, max_size=16)


@given(digits)
def test_exactly_one_last_digit_holds(start: str) -> None:
    assert sum(payments.holds_check_digit(start + last) for last in "0123456789") == 1


@given(digits, st.integers(0, 14), st.integers(1, 9))
def test_a_single_wrong_digit_is_caught(number: str, place: int, more: int) -> None:
    wrong = str((int(number[place]) + more) % 10)
    changed = number[:place] + wrong + number[place + 1 :]
    assert not (payments.holds_check_digit(number) and payments.holds_check_digit(changed))


@given(st.integers(2026, 2099), st.integers(1, 12), st.sampled_from(["/", " / ", "-", ".", " ", ""]), st.booleans())
def test_an_expiry_is_read_however_it_is_written(year: int, month: int, between: str, short: bool) -> None:
    written = f"{month:02d}{between}{year % 100:02d}" if short else f"{month:02d}{between}{year}"
    assert payments.expiry_of(written) == (year, month)


@pytest.mark.parametrize(
    "text",
    [
        *("08-29", "2029-08", "08 / 29", "0829", "8/29", "08/2029", "202908", "08–29", "08 — 2029", "2029.8", "829"),
        *("٠٨/٢٩", "۰۸-۲۹", "０８／２９", "08\u200e/\u200e29", "\u206608 / 29\u2069", "08ー29", "2029 / 08"),
    ],
)
def test_an_expiry_of_any_keyboard_is_read(text: str) -> None:
    assert payments.expiry_of(text) == (2029, 8)


@pytest.mark.parametrize(
    "text",
    [
        *("4242 4242 4242 4242", "4242-4242-4242-4242", "4242–4242—4242−4242", "4242ー4242ー4242ー4242"),
        *("４２４２　４２４２　４２４２　４２４２", "٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢", "४२४२४२४२४२४२४२४२", "4242.4242.4242.4242"),
        *("\u202a4242\u00a04242\u202f4242\u20094242\u202c", "4242\u200b4242\u00ad4242\ufeff4242"),
    ],
)
def test_a_number_of_any_keyboard_is_read(text: str) -> None:
    assert payments.digits_of(text) == "4242424242424242"


@pytest.mark.parametrize("text", ["", "13/29", "00/29", "8", "08/1929", "soon", "08/29/30", "0829x", "8" * 50])
def test_what_is_no_month_of_a_year_is_not_read(text: str) -> None:
    assert payments.expiry_of(text) is None


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_the_reading(text: str) -> None:
    found = payments.expiry_of(text)
    assert found is None or 1 <= found[1] <= 12
    assert " " not in payments.digits_of(text)


def test_a_card_is_good_to_the_last_day_of_its_month() -> None:
    assert not payments.is_expired(2026, 11, date(2026, 11, 30))
    assert payments.is_expired(2026, 11, date(2026, 12, 1))
    assert not payments.is_expired(2027, 1, date(2026, 12, 31))
