"""Numbers as people of different countries write them."""

import pytest

from asklater.kinds.base import Given


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12", 12),
        (" 12 ", 12),
        ("+12", 12),
        ("\u221212", -12),
        ("1,234", 1234),
        ("1.234", 1234),
        ("1'234'567", 1234567),
        ("1\u2019234", 1234),
        ("1\u202f234", 1234),
        ("12.0", 12),
        ("١٢", 12),
        ("１２", 12),
        ("012", 12),
        ("180 cm", 180),
        ("180CM", 180),
    ],
)
def test_a_whole_number_is_read_as_it_was_meant(kinds, declare, typed, meant):
    declared = declare("number", unit="cm")
    assert kinds["number"].parse(declared, Given({"": (typed,)})) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1,75", "1.75"),
        ("1.75", "1.75"),
        ("1.750,5", "1750.5"),
        ("1,750.5", "1750.5"),
        ("1 750,50", "1750.5"),
        ("10", "10"),
        ("100.00", "100"),
        (",5", "0.5"),
        ("-0", "0"),
        ("1,234", "1234"),
    ],
)
def test_a_fraction_is_read_by_its_comma_or_its_point(kinds, declare, typed, meant):
    assert kinds["number"].parse(declare("number", decimals=2), Given({"": (typed,)})) == meant


@pytest.mark.parametrize(
    ("typed", "chosen", "told"),
    [
        ("", {}, "Enter a number for “Thing”."),
        ("twelve", {}, "Enter a number, in digits."),
        ("1e3", {}, "Enter a number, in digits."),
        ("1,23,4", {}, "Enter a number, in digits."),
        ("1.5", {}, "Enter a whole number, without a fraction."),
        ("1.555", {"decimals": 1, "most": 9}, "Enter a number of at most 9."),
        ("1.5555", {"decimals": 2}, "Use at most 2 digits after the point."),
        ("0", {"least": 1}, "Enter a number of at least 1."),
        ("300", {"most": 250.5, "decimals": 1}, "Enter a number of at most 250.5."),
        ("9" * 40, {}, "Enter a smaller number."),
    ],
)
def test_what_is_no_fit_number_is_told(kinds, declare, refusal, typed, chosen, told):
    assert refusal(kinds["number"], declare("number", **chosen), Given({"": (typed,)})) == {"": told}


def test_the_unit_is_told_and_shown(kinds, declare):
    declared = declare("number", unit="cm", least=0)
    (control,) = kinds["number"].inputs(declared, Given(), {})
    assert (control.hint, control.inputmode) == ("In cm.", "numeric")
    assert kinds["number"].show(declared, 180) == "180 cm"


def test_bounds_that_leave_nothing_are_found(kinds, declare):
    assert kinds["number"].check(declare("number", least=3, most=2)) == ["settings.least: is more than most"]
