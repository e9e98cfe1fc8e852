"""What is told, as one of the declared values: whatever it is, nothing else can come out."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from asklater.checks.manifest import ManifestError, check, shape
from asklater.kinds.base import Kind
from asklater.manifest.declarations import NO_VALUE, OTHER_VALUE, Segment
from asklater.policy.segments import segments_of, segments_text, value_of, values_of

SOURCE = Segment.model_validate(
    {
        "key": "source",
        "label": "Source",
        "from": ("utm_source", "referrer"),
        "values": ("newsletter", "search.example", "spring*"),
    }
)
TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ("newsletter", "newsletter"),
        (" NewsLetter ", "newsletter"),
        ("spring-2026", "spring*"),
        ("spring", "spring*"),
        ("newsletters", OTHER_VALUE),
        ("ada@example.com", OTHER_VALUE),
        ("newsletter\r\nSet-Cookie: x", OTHER_VALUE),
        ("newsletter\x00", OTHER_VALUE),
        ("spring" * 2000, OTHER_VALUE),
        ("\ud800", OTHER_VALUE),
        (OTHER_VALUE, OTHER_VALUE),
        (NO_VALUE, OTHER_VALUE),
        ("", NO_VALUE),
        ("  ", NO_VALUE),
        (None, NO_VALUE),
    ],
)
def test_what_is_told_is_one_of_the_declared_values(told: str | None, value: str) -> None:
    assert value_of(SOURCE, told) == value


@pytest.mark.parametrize(
    ("site", "value"),
    [
        ("search.example", "search.example"),
        ("www.search.example", "search.example"),
        ("pictures.search.example", "search.example"),
        ("research.example", OTHER_VALUE),
        ("search.example.org", OTHER_VALUE),
        ("example", OTHER_VALUE),
    ],
)
def test_a_site_stands_for_those_below_it(site: str, value: str) -> None:
    assert value_of(SOURCE, site, is_site=True) == value


@pytest.mark.thorough
@given(st.text(), st.booleans())
def test_nothing_else_is_ever_kept(told: str, is_site: bool) -> None:
    assert value_of(SOURCE, told, is_site=is_site) in values_of(SOURCE)


def test_a_text_names_its_segments() -> None:
    assert segments_of(segments_text({"source": "spring*", "plan": "none"})) == ("source=spring*", "plan=none")
    assert segments_of("") == ()


# The declaration

Document = dict[str, Any]
INTEREST = {"label": "Whom questions stop", "basis": "legitimate_interests"}


def told_apart(document: Document, purpose: str = "audience", **changes: Any) -> Document:
    """The document with one segment, declared with these changes."""
    source = {"label": "Source", "from": "utm_source", "values": ["newsletter"], **changes}
    purposes = {**document["purposes"], "audience": dict(INTEREST)}
    return {**document, "purposes": purposes, "segments": {"purpose": purpose, "by": {"source": source}}}


def test_without_a_table_there_are_none(document: Callable[[], Document]) -> None:
    assert shape(document()).segments_by == {}


def test_a_purpose_of_their_own_is_served(document: Callable[[], Document], kinds: Mapping[str, Kind]) -> None:
    assert check(shape(told_apart(document())), kinds, (), TODAY) == []


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"purpose": "sales"}, "segments.purpose", "no purpose is called 'sales'"),
        ({"purpose": "account"}, "segments.purpose", "segments have a purpose of their own"),
        ({"purpose": "account"}, "segments.purpose", "nothing asks for a consent to be told apart"),
        ({"from": ["language", "utm_source"]}, "segments.by.source.from", "can be told one for another"),
        ({"values": ["a", "a"]}, "segments.by.source.values", "each value once"),
        ({"values": ["other"]}, "segments.by.source.values", "'other' is counted anyway"),
    ],
)
def test_what_does_not_fit_is_found(
    document: Callable[[], Document],
    kinds: Mapping[str, Kind],
    changes: dict[str, Any],
    key: str,
    words: str,
) -> None:
    found = check(shape(told_apart(document(), **changes)), kinds, (), TODAY)
    assert any(finding.key == key and words in finding.message for finding in found), found


@pytest.mark.parametrize(
    "changes",
    [
        {"values": []},
        {"values": [f"v{number}" for number in range(21)]},
        {"values": ["Two words"]},
        {"values": ["v" * 41]},
        {"from": "ip_address"},
        {"from": []},
    ],
)
def test_what_could_be_anything_is_refused(document: Callable[[], Document], changes: dict[str, Any]) -> None:
    with pytest.raises(ManifestError) as caught:
        shape(told_apart(document(), **changes))
    assert all(finding.key.startswith("segments.by.source") for finding in caught.value.findings)
