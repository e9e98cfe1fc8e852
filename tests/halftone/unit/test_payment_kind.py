"""The kind `payment`: what it asks, takes, keeps, and never shows."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from asklater import clock
from asklater.kinds.base import Asking, Given, Invalid, Unable
from asklater.manifest.declarations import Field
from halftone.payments import (
    CHARGE_DECLINED,
    DECLINED,
    PROVIDER_DOWN,
    TEST_NUMBERS,
    Declined,
    PaymentKind,
    Token,
    charge,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KIND = PaymentKind()
ASKING = Asking(1, "checkout")
DECLARED = Field.model_validate(
    {
        "key": "payment_method",
        "kind": "payment",
        "label": "Payment method",
        "reason": "To charge this order.",
        "purpose": "order_payment",
        "retention": "P12M",
        "readers": ("owner",),
        "sensitivity": "sensitive",
    }
)


@pytest.fixture(autouse=True)
def _held_clock() -> Iterator[None]:
    with clock.at(NOW):
        yield


def typed(number: str = "4242 4242 4242 4242", expiry: str = "08 / 29", code: str = "123") -> Given:
    return Given({"number": (number,), "expiry": (expiry,), "code": (code,)})


def refused(given: Given) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        KIND.prove(DECLARED, ASKING, KIND.parse(DECLARED, given))
    return dict(caught.value.errors)


def test_a_card_becomes_a_token_and_nothing_more() -> None:
    kept = KIND.prove(DECLARED, ASKING, KIND.parse(DECLARED, typed()))
    assert kept.keys() == {"token", "brand", "last_four", "expires"}
    assert kept["token"].startswith("test_")
    assert (kept["brand"], kept["last_four"], kept["expires"]) == ("Visa", "4242", "2029-08")
    assert KIND.load(KIND.dump(kept)) == kept
    assert KIND.show(DECLARED, kept) == "Visa ending in 4242"
    assert KIND.given(DECLARED, kept) == Given({"expiry": ("08 / 29",)})


def test_a_card_number_in_the_wrong_input_is_not_shown_again() -> None:
    given = typed(number="", expiry="4242 4242 4242 4242", code="4242424242424242")
    shown = [value for control in KIND.inputs(DECLARED, given, refused(given)) for value in control.values]
    assert shown == []


def test_nothing_of_a_card_is_kept_with_an_interrupted_request() -> None:
    assert KIND.fleeting


@pytest.mark.parametrize("number", sorted(TEST_NUMBERS))
def test_every_test_number_is_kept(number: str) -> None:
    code = "1234" if number.startswith("3") else "123"
    assert KIND.prove(DECLARED, ASKING, KIND.parse(DECLARED, typed(number, code=code)))["last_four"] == number[-4:]


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        (Given(), {"number", "expiry", "code"}),
        (typed(number=""), {"number"}),
        (typed(number="4242 4242 4242 4241"), {"number"}),
        (typed(number="4242"), {"number"}),
        (typed(number="6011 0009 9013 9424"), {"number"}),
        (typed(number="4242x"), {"number"}),
        (typed(number="4" * 100_000), {"number"}),
        (typed(expiry="10 / 26"), {"expiry"}),
        (typed(expiry="11 / 99"), {"expiry"}),
        (typed(expiry="soon"), {"expiry"}),
        (typed(code="12"), {"code"}),
        (typed(code="1234"), {"code"}),
        (typed(number="378282246310005", code="123"), {"code"}),
        (typed(code="abc"), {"code"}),
        (typed(number="4242", expiry="1", code=""), {"number", "expiry", "code"}),
        (
            Given({"number": ("4242424242424242", "5555555555554444"), "expiry": ("08/29",), "code": ("123",)}),
            {"number"},
        ),
        (typed(number=DECLARED.key), {"number"}),
        (typed(number=DECLINED), {"number"}),
        (typed(number="4000 0566 5566 5556"), {"number"}),
    ],
)
def test_each_part_that_is_wrong_says_so(given: Given, parts: set[str]) -> None:
    assert refused(given).keys() == parts


def test_a_card_is_taken_in_its_last_month() -> None:
    assert KIND.parse(DECLARED, typed(expiry="11/26")).month == 11


def test_a_provider_that_is_down_is_explained() -> None:
    with pytest.raises(Unable, match="try again"):
        KIND.prove(DECLARED, ASKING, KIND.parse(DECLARED, typed(PROVIDER_DOWN)))


def test_inputs_carry_the_tokens_of_autofill() -> None:
    inputs = KIND.inputs(DECLARED, Given(), {})
    assert [each.autocomplete for each in inputs] == ["billing cc-number", "billing cc-exp", "billing cc-csc"]
    assert {each.inputmode for each in inputs} == {"numeric"}
    assert "4242 4242 4242 4242" in inputs[0].hint


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_number_and_code_are_never_shown_again(number: str, expiry: str, code: str) -> None:
    inputs = KIND.inputs(DECLARED, typed(number, expiry, code), {"number": "wrong"})
    assert inputs[0].values == ()
    assert inputs[2].values == ()


def test_the_expiry_is_kept_for_the_next_try() -> None:
    assert KIND.inputs(DECLARED, typed(), {"number": "wrong"})[1].values == ("08 / 29",)


@pytest.mark.thorough
@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_typed_is_a_card_or_is_refused_in_words(number: str, expiry: str, code: str) -> None:
    try:
        card, reasons = KIND.parse(DECLARED, typed(number, expiry, code)), {}
    except Invalid as invalid:
        card, reasons = None, invalid.errors
    assert (card is None) == bool(reasons)
    assert all(reasons.values())


def test_a_card_does_not_print_its_number() -> None:
    printed = repr(KIND.parse(DECLARED, typed(code="987")))
    assert "4242" not in printed
    assert "987" not in printed


def test_a_charge_is_made_once_for_a_reference() -> None:
    token = Token("test_1", "Visa", "4242", "2029-08")
    first = charge(token, 4800, "key", NOW.date())
    assert charge(token, 4800, "key", NOW.date()) == first
    assert charge(token, 4800, "other", NOW.date()) != first


def test_a_charge_is_declined_for_an_expired_card_and_for_one_without_money() -> None:
    with pytest.raises(Declined, match="expired"):
        charge(Token("test_1", "Visa", "4242", "2026-10"), 4800, "key", NOW.date())
    kept = KIND.prove(DECLARED, ASKING, KIND.parse(DECLARED, typed(CHARGE_DECLINED)))
    with pytest.raises(Declined):
        charge(Token(**kept), 4800, "key", NOW.date())
