"""The minimisation linter: each warning has a manifest in which it, and only it, is found."""

from typing import Any

import pytest

from asklater.checks.manifest import shape
from asklater.privacy.leak_impact.counts import HeldCount
from asklater.privacy.minimisation import lint_minimisation, unused_fields
from tests.support.declared import a_document

NEWS = {"label": "News", "basis": "consent", "persons": ["readers"], "recipients": [], "transfers": []}
YES = {
    "kind": "consent",
    "label": "News",
    "reason": "Now and then.",
    "purpose": "news",
    "retention": "P12M",
    "readers": ["the editor"],
    "sensitivity": "personal",
}
IN_PASSING = {"label": "More?", "reason": "No hurry.", "placement": "desk", "cooldown": "P30D", "impressions": 1}


def found(document: dict[str, Any]) -> list[str]:
    findings = lint_minimisation(shape(document))
    assert all(finding.warning for finding in findings)
    return [finding.key for finding in findings]


def with_news(*keys: str, **changes: Any) -> dict[str, Any]:
    """Consents that a background prompt asks for."""
    document = a_document()
    document["purposes"]["news"] = NEWS
    document["fields"] |= {key: {**YES, **changes} for key in keys}
    document["prompts"] = {"more": {**IN_PASSING, "fields": list(keys)}}
    return document


def test_a_frugal_manifest_has_no_warnings() -> None:
    assert found(a_document()) == []
    assert found(with_news("news")) == []


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"readers": ["owner"]}, "readers"),
        ({"sensitivity": "sensitive"}, "justification"),
        ({"sensitivity": "sensitive", "justification": "  "}, "justification"),
    ],
)
def test_a_field_that_holds_too_much(changes: dict[str, Any], part: str) -> None:
    document = a_document()
    document["fields"]["address"] |= changes
    assert found(document) == [f"fields.address.{part}"]


def test_something_sensitive_may_be_justified() -> None:
    document = a_document()
    document["fields"]["address"] |= {"sensitivity": "sensitive", "justification": "A parcel needs it."}
    assert found(document) == []


@pytest.mark.parametrize(("longest", "late"), [("P23M", True), ("P24M", False), ("P2Y", False), ("P700D", True)])
def test_a_field_that_is_kept_for_longer_than_its_purpose(longest: str, late: bool) -> None:
    document = a_document()
    document["purposes"]["publishing"]["longest"] = longest
    assert found(document) == (["fields.picture.retention"] if late else [])


def test_a_consent_where_a_contract_is_the_basis() -> None:
    assert found(with_news("news", purpose="account")) == ["fields.news.purpose", "fields.news.purpose"]


def test_consent_as_the_basis_of_what_is_no_consent() -> None:
    assert found(with_news("news", kind="text")) == ["fields.news.purpose"]


def test_what_comes_after_a_consent_rests_on_it() -> None:
    document = with_news("news")
    document["fields"]["nickname"] = {**YES, "kind": "text", "after": ["news"]}
    document["prompts"]["more"]["fields"].append("nickname")
    assert found(document) == []
    document["fields"]["nickname"]["after"] = []
    assert found(document) == ["fields.nickname.purpose"]


def test_a_contract_that_no_action_needs() -> None:
    document = with_news("news")
    document["fields"]["nickname"] = {**YES, "kind": "text", "purpose": "publishing"}
    document["prompts"]["more"]["fields"].append("nickname")
    assert found(document) == ["fields.nickname.purpose"]
    document["actions"]["look"]["requires"] = ["nickname"]
    assert found(document) == []


def test_two_consents_to_one_purpose() -> None:
    assert found(with_news("news", "more_news")) == ["fields.more_news.purpose"]


@pytest.mark.parametrize(
    ("aged", "unused_since", "is_one"), [(9, 9, True), (9, 8, False), (4, 4, False), (0, 0, False)]
)
def test_what_was_never_used(aged: int, unused_since: int, is_one: bool) -> None:
    manifest = shape(a_document())
    count = HeldCount(20, 20, None, aged, unused_since)
    parts = {"field:address": count, "field:verified_email": count}
    assert [it.field.key for it in unused_fields(manifest, parts)] == (["address"] if is_one else [])
