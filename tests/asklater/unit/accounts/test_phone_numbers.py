"""Phone numbers: what is taken, in which form, and the one sentence for each that is not."""

import pytest
from hypothesis import given, strategies as st

from asklater.accounts.phones import numbers
from asklater.accounts.phones.kinds import PhoneKind
from asklater.kinds.base import Given, Invalid, Unconfirmed
from asklater.kinds.typed_text import UnfitText
from asklater.manifest.declarations import Field

ALLOWED = ("CA", "DE", "FR", "GB", "US")
BERLIN = "+4930123456"


def declare(**settings: object) -> Field:
    return Field(
        key="phone",
        kind="phone",
        label="Phone number",
        reason="So that a code can reach it.",
        purpose="account",
        retention="P36M",
        readers=("owner",),
        sensitivity="personal",
        settings=settings,
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+49 30 123456", BERLIN),
        ("030 123456", BERLIN),
        ("0049 30 123456", BERLIN),
        ("+49 (0)30 / 12-34.56", BERLIN),
        ("  +49\u00a030\u2009123456 ", BERLIN),
        ("＋４９ ３０ １２３４５６", BERLIN),
        ("+٤٩ ٣٠ ١٢٣٤٥٦", BERLIN),
        ("+49 1512 3456789", "+4915123456789"),
        ("tel:+49-30-123456", BERLIN),
        ("tel:%2B4930123456", BERLIN),
        ("Tel.: +49 30 123456", BERLIN),
        ("\u202a+49 30 123456\u202c", BERLIN),
        ("\u2066\u200e+49\u00ad30\u200b123456\u2069", BERLIN),
        ("+49ー30ー123456", BERLIN),
        ("٠٣٠ ١٢٣٤٥٦", BERLIN),
        ("0044 7400 123456", "+447400123456"),
        ("+1 212 555 0123", "+12125550123"),
        ("+1 (416) 555-0123", "+14165550123"),
        ("+44 7400 123456", "+447400123456"),
    ],
)
def test_what_people_type_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert numbers.parse(typed, ALLOWED, "DE") == kept
    assert numbers.parse(numbers.format_number(kept), ALLOWED) == kept


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Enter your phone number"),
        ("   ", "Enter your phone number"),
        ("FLOWERS", "without letters"),
        ("+1 800 FLOWERS", "without letters"),
        ("my number", "without letters"),
        ("---", "no phone number"),
        ("+", "no phone number"),
        ("12", "too short"),
        ("110", "too short"),
        ("+49 30 1", "too short"),
        ("+1 212 555 01234", "too long"),
        ("+49 30 123456789012345678", "too long"),
        ("1" * 41, "too long"),
        ("1" * 1_000_000, "too long"),
        ("+999 1234567", "Begin with +"),
        ("+49 32 12345678", "no such phone number"),
        ("+44 7700 900123", "no such phone number"),
        ("+49 30 123456 ext. 5", "no extension"),
        ("+49 30 123456;ext=5", "no extension"),
        ("+49 30 123456 x5", "no extension"),
        ("+49 900 1234567", "premium-rate"),
        ("+1 900 234 5678", "premium-rate"),
        ("+33 8 99 12 34 56", "premium-rate"),
        ("+49 180 5123456", "shared-cost"),
        ("+44 55 1234 5678", "company's service"),
        ("+1 800 234 5678", "company's service"),
        ("+44 70 1234 5678", "passes on"),
        ("+49 164 1234567", "pager"),
        ("+49 177 99 1234567", "voice mailbox"),
        ("+98 21 1234 5678", "no text messages to Iran"),
        ("+7 495 123 4567", "no text messages to Russia"),
        ("+1 876 234 5678", "no text messages to Jamaica"),
        ("+800 1234 5678", "no country"),
        ("+49 30\x00123456", "cannot be shown"),
        ("+49 30 1\ud80023456", "cannot be shown"),
    ],
)
def test_each_that_cannot_be_taken_has_its_sentence(typed: str, says: str) -> None:
    with pytest.raises(UnfitText) as refused:
        numbers.parse(typed, ALLOWED, "DE")
    assert says in refused.value.reason
    assert refused.value.reason.endswith(".")


@pytest.mark.parametrize("typed", ["0049 30 123456", "00 49 (30) 123456"])
@pytest.mark.parametrize("default", ["", "US"])
def test_two_zeros_stand_for_the_plus_where_they_mean_nothing_else(typed: str, default: str) -> None:
    assert numbers.parse(typed, ALLOWED, default) == BERLIN


@pytest.mark.parametrize(
    "typed", ["+49 30 123456", "＋٤٩ ٣٠ ١٢٣٤٥٦", "\u202a+49-30-123456\u202c", "tel:+4930123456", "4930123456"]
)
def test_a_number_that_was_typed_is_taken_at_once(typed: str) -> None:
    assert PhoneKind().parse(declare(countries=ALLOWED, default="DE"), Given({"": (typed,)})) == BERLIN


@pytest.mark.parametrize(
    "typed", ["030 123456", "+49 (0)30 123456", "0049 30 123456", "tel:030-123456", "\u202e+4930123456"]
)
def test_a_number_that_was_understood_is_asked_about_and_taken_when_sent_again(typed: str) -> None:
    kind, declared, sent = PhoneKind(), declare(countries=ALLOWED, default="DE"), Given({"": (typed,)})
    with pytest.raises(Unconfirmed) as asked:
        kind.parse(declared, sent)
    assert asked.value.errors == {"": "We understood +49 30 123456. Send the code there?"}
    [control] = kind.inputs(declared, sent, asked.value.errors)
    assert control.values == ("+49 30 123456",)
    assert kind.parse(declared, Given({"": control.values})) == BERLIN


def test_what_cannot_be_read_comes_back_as_it_was_typed() -> None:
    [control] = PhoneKind().inputs(declare(countries=ALLOWED), Given({"": ("my number",)}), {"": "This is wrong."})
    assert control.values == ("my number",)


def test_without_a_default_the_country_is_asked_for() -> None:
    with pytest.raises(UnfitText, match="Begin with \\+ and the code of the country"):
        numbers.parse("030 123456", ALLOWED)


@pytest.mark.parametrize("settings", [{}, {"countries": ()}])
def test_no_country_is_allowed_until_one_is_listed(settings: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        PhoneKind().parse(declare(**settings), Given({"": ("+49 30 123456",)}))
    assert "to no country" in refused.value.errors[""]


def test_what_no_network_reaches_is_too_long_also_where_the_country_has_such_numbers() -> None:
    with pytest.raises(UnfitText, match="too long"):
        numbers.parse("20100000000000", ALLOWED, "DE")


@given(st.text(max_size=50) | st.text("+0123456789 -()/.;ext=#*", max_size=45))
def test_whatever_is_typed_it_is_a_number_or_a_sentence(typed: str) -> None:
    try:
        kept = numbers.parse(typed, ALLOWED, "DE")
    except UnfitText as unfit:
        refused = unfit.reason
    else:
        refused = "."
        assert kept.startswith("+")
        assert 8 <= len(kept) <= 16
        assert numbers.is_allowed(kept, ALLOWED)
        assert not numbers.is_allowed(kept, ())
        assert numbers.calling_code(kept) in {1, 33, 44, 49}
    assert refused.endswith(".")


def test_only_its_last_two_digits_are_shown_to_others() -> None:
    assert numbers.last_digits(BERLIN) == "56"
    assert numbers.last_digits("") == ""


@pytest.mark.parametrize(
    ("settings", "finding"),
    [
        ({"countries": "DE"}, "settings.countries: must be a list"),
        ({"countries": ("XX",)}, "settings.countries: must be a list"),
        ({"countries": (1,)}, "settings.countries: must be a list"),
        ({"countries": ("DE",), "default": "FR"}, "settings.default: must be one of the countries"),
        ({"default": "DE"}, "settings.default: must be one of the countries"),
        ({"colour": "red"}, "settings.colour: this kind has no such setting"),
    ],
)
def test_settings_that_are_off_are_found(settings: dict[str, object], finding: str) -> None:
    assert any(found.startswith(finding) for found in PhoneKind().check(declare(**settings)))


def test_sound_settings_are_not() -> None:
    for settings in ({}, {"countries": ("DE", "US")}, {"countries": ["DE", "US"], "default": "US"}):
        assert list(PhoneKind().check(declare(**settings))) == []


def test_it_is_asked_with_what_was_typed_its_error_and_an_example() -> None:
    kind, declared = PhoneKind(), declare(countries=("GB",), default="GB")
    [asked] = kind.inputs(declared, Given({"": ("12\x00" + "9" * 5000,)}), {"": "This is wrong."})
    assert (asked.type, asked.autocomplete, asked.errors) == ("tel", "tel", ("This is wrong.",))
    assert len(asked.values[0]) <= 2000
    assert "\x00" not in asked.values[0]
    assert "+44 7400 123456" in asked.hint
    assert "United Kingdom" in asked.hint


def test_sent_twice_with_different_values() -> None:
    with pytest.raises(Invalid) as refused:
        PhoneKind().parse(declare(countries=("DE",)), Given({"": (BERLIN, "+4930654321")}))
    assert "more than once" in refused.value.errors[""]
