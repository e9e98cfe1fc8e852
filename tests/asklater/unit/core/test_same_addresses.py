"""Which spellings are one address, and which are two."""

import pytest
from hypothesis import given, strategies as st

from asklater.email_addresses import normalise_address, normalise_domain, parse_address, same_address
from asklater.kinds.base import Invalid

SIGNS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada@X.example", "ada@x.example"),
        ("ada@STRASSE.example", "ada@strasse.example"),
        ("ada@straße.example", "ada@xn--strae-oqa.example"),
        ("ada@straße.example", "ada@XN--STRAE-OQA.example"),
        ("ada@MÜNCHEN.example", "ada@mu\u0308nchen.example"),
        ("ada@münchen\u3002example", "ada@xn--mnchen-3ya.example"),
        ("rene\u0301@x.example", "ren\u00e9@x.example"),
    ],
)
def test_these_are_one(one: str, other: str) -> None:
    assert same_address(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@straße.example", "ada@strasse.example"),
        ("ada@βόλος.example", "ada@βόλοσ.example"),
        ("ada@क्\u200dष.example", "ada@क्ष.example"),
        ("gauß@x.example", "gauss@x.example"),
        ("\u017fara@x.example", "sara@x.example"),
        ("ς@x.example", "σ@x.example"),
        ("Ä@x.example", "ä@x.example"),
        ("\u0130@x.example", "i\u0307@x.example"),
        ("ada@\U0001f4a9.example", "ada@xn--ls8h.example"),
        ("ada@x.example", "ada@x.example.example"),
    ],
)
def test_these_are_two(one: str, other: str) -> None:
    assert not same_address(one, other)


@given(SIGNS, SIGNS)
def test_it_never_fails_and_never_changes_its_mind(local: str, domain: str) -> None:
    key = normalise_address(f"{local}@{domain}")
    assert normalise_address(key) == key
    assert normalise_domain(normalise_domain(domain)) == normalise_domain(domain)


def test_it_stays_as_it_was_typed() -> None:
    assert parse_address("  Ada.Gauß@straße.example ") == "Ada.Gauß@straße.example"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("ada@\U0001f4a9.example", "“\U0001f4a9.example” can have no email address"),
        ("ada@xn--zzzzzz.example", "“xn--zzzzzz.example” can have no email address"),
        ("ada@" + "d" * 64 + ".example", "can have no email address"),
        ("ada@" + "ü." * 120 + "example", "can have no email address"),
        ("ada@" + "d." * 125 + "example", "at most 254 characters"),
        ("ada", "like name@example.com"),
        ("ada@localhost", "like name@example.com"),
        ("a b@x.example", "like name@example.com"),
    ],
)
def test_what_is_wrong_is_told(typed: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_address(typed)
    assert sentence in refused.value.errors[""]
