"""What Halftone's prompts give as their reason is true in every case: whatever it names is asked."""

import re
from collections.abc import Iterator
from itertools import chain, combinations

import pytest

from asklater.checks.manifest import read
from asklater.manifest.declarations import ReasonCase
from asklater.policy.decision import reason_for
from tests.support.demo import WHOLE_MANIFEST

MANIFEST = read(WHOLE_MANIFEST)
ASKING: dict[str, tuple[tuple[ReasonCase, ...], tuple[str, ...]]] = {
    **{key: (it.reason, tuple(need.field for need in it.requires)) for key, it in MANIFEST.actions.items()},
    **{f"prompts.{key}": (it.reason, it.fields) for key, it in MANIFEST.prompts.items()},
}
"""What each prompt may say, and the fields of which it may ask any."""
SPEAKS_OF = {
    r"where to send|deliver(?!y costs)|carrier": {"shipping_address"},
    r"\bpay|charge|\bcard": {"payment_method"},
    r"code": {"verified_email", "verified_phone", "verified_recovery_address"},
    r"phone": {"phone", "verified_phone"},
    r"reach you": {"email"},
    r"country": {"country"},
    r"second address": {"recovery_address", "verified_recovery_address"},
    r"(?<!second )address": {"email", "verified_email", "recovery_address", "verified_recovery_address"},
    r"\bname\b": {"display_name"},
    r"who (shares|wrote)": {"email", "display_name", "picture"},
    r"picture": {"picture"},
    r"mail": {"email", "verified_email", "news_by_email", "restock_by_email"},
}
"""Read by hand: the words of a reason, and what of it has to be asked. A new reason brings its own."""


def every_case(key: str) -> Iterator[tuple[str, ...]]:
    """All that can be missing at once: each of the fields may be held, or left out by a condition."""
    fields = ASKING[key][1]
    return chain.from_iterable(combinations(fields, size) for size in range(1, len(fields) + 1))


@pytest.mark.parametrize("key", ASKING)
def test_whatever_a_reason_names_is_asked(key: str) -> None:
    for asked in every_case(key):
        said = reason_for(ASKING[key][0], asked)
        for words, fields in SPEAKS_OF.items():
            if re.search(words, said, re.IGNORECASE):
                assert fields & set(asked), f"{said!r} says {words!r} where only {asked} are asked"


def test_the_checkout_says_what_it_needs_for_this_cart() -> None:
    cases, _fields = ASKING["checkout"]
    downloads, prints = ("email", "payment_method"), ("email", "shipping_address", "payment_method")
    lacking = (prints, downloads, prints[1:], downloads[1:], ("shipping_address",), ("email",))
    assert [reason_for(cases, asked).removeprefix("To place this order we need to know ") for asked in lacking] == [
        "how to reach you, where to send it and how you pay.",
        "how to reach you and how you pay.",
        "where to send it and how you pay.",
        "how you pay.",
        "where to send it.",
        "",  # the field says why by itself
    ]
