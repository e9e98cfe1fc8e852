"""A field that has another key than before: what is wrong with saying so, and what stays the same."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from asklater.checks.manifest import check, shape
from asklater.field_columns import in_declared_keys, in_parts, in_query_string, in_row_key
from asklater.kinds.base import Kind
from asklater.manifest.consent_terms import terms_version
from asklater.manifest.declarations import Manifest
from asklater.manifest.diff import ManifestDiff, compare
from asklater.manifest.former_keys import with_names
from asklater.manifest.notice import version
from asklater.policy.decision import fingerprint
from asklater.policy.variants import digest
from asklater.records.impact import Impact, impact_sentences
from tests.asklater.unit.core.conftest import Document, a_field

BEFORE, AFTER = "nickname", "pen_name"


@pytest.fixture
def manifests(document: Callable[[], Document]) -> tuple[Manifest, Manifest]:
    """With a consent and an experiment that are about the field, before and after it was renamed."""
    made = document()
    made["fields"]["news"] = a_field(kind="consent", label="News", purpose="news")
    made["fields"][BEFORE]["purpose"] = "news"
    made["purposes"]["news"] = {"label": "News", "basis": "consent"}
    made["actions"]["post"]["requires"] = ["email", {"field": BEFORE, "can_wait": True}]
    made["prompts"] = {
        "p": {"label": "P", "fields": ["news", BEFORE], "placement": "desk", "cooldown": "P1D", "impressions": 1}
    }
    made["experiments"] = {
        "trial": {
            "label": "L",
            "hypothesis": "H",
            "action": "post",
            "metric": "field_completed",
            "field": BEFORE,
            "minimum_effect": 0.1,
            "variants": {"as_now": {}, "later": {"defer": [BEFORE], "prompt": "p"}},
        }
    }
    renamed = json.loads(json.dumps(made).replace(f'"{BEFORE}"', f'"{AFTER}"'))
    renamed["fields"][AFTER]["was"] = BEFORE
    return shape(made), shape(renamed)


def test_a_comparison_tells_it_as_a_rename(manifests: tuple[Manifest, Manifest]) -> None:
    comparison = compare(*manifests)
    assert comparison == ManifestDiff((), (), (), (), (), (), renamed=((BEFORE, AFTER),))
    (sentence,) = impact_sentences(comparison, Impact(0, 0, (), ()))
    assert sentence == f"{AFTER}: is what {BEFORE} was; what is held and counted goes on"


def test_without_saying_so_one_field_goes_and_another_one_comes(manifests: tuple[Manifest, Manifest]) -> None:
    before, after = manifests
    fields = {key: field.model_copy(update={"was": ()}) for key, field in after.fields.items()}
    comparison = compare(before, after.model_copy(update={"fields": fields}))
    assert comparison.dropped == (BEFORE,)
    assert [need.field for need in comparison.needs] == [AFTER]


def test_what_is_told_apart_by_a_declaration_stays_the_same(manifests: tuple[Manifest, Manifest]) -> None:
    before, after = manifests
    assert terms_version(after, "news") == terms_version(before, "news")
    assert version(after, AFTER) == version(before, BEFORE)
    assert fingerprint(after.fields[AFTER]) == fingerprint(before.fields[BEFORE])
    assert digest(after, after.experiments["trial"]) == digest(before, before.experiments["trial"])


def test_a_second_rename_goes_on_from_the_first(manifests: tuple[Manifest, Manifest]) -> None:
    before, after = manifests
    declared = after.fields[AFTER].model_copy(update={"key": "signature", "was": (BEFORE, AFTER)})
    fields = {key: field for key, field in after.fields.items() if key != AFTER} | {"signature": declared}
    renamed = after.model_copy(update={"fields": fields})
    assert renamed.renamed == {BEFORE: "signature", AFTER: "signature"}
    assert terms_version(renamed, "news") == terms_version(before, "news")


@pytest.mark.parametrize(
    ("was", "of", "said"),
    [
        ("email", "nickname", "'email' is still declared"),
        ("nickname", "nickname", "'nickname' is still declared"),
        (["alias", "alias"], "nickname", "'alias' is what itself, again, was"),
    ],
)
def test_a_key_that_cannot_be_what_a_field_was(
    document: Callable[[], Document], kinds: Mapping[str, Kind], was: object, of: str, said: str
) -> None:
    made = document()
    made["fields"][of]["was"] = was
    findings = check(shape(made), kinds, (), date(2026, 6, 1))
    assert {finding.key for finding in findings} == {f"fields.{of}.was"}
    assert findings[0].message.startswith(said)


def test_one_key_cannot_be_what_two_fields_were(document: Callable[[], Document], kinds: Mapping[str, Kind]) -> None:
    made = document()
    for field in made["fields"].values():
        field["was"] = "alias"
    found = [(it.key, it.message.partition(":")[0]) for it in check(shape(made), kinds, (), date(2026, 6, 1))]
    assert found == [
        ("fields.email.was", "'alias' is what 'nickname' was"),
        ("fields.nickname.was", "'alias' is what 'email' was"),
    ]


DECLARED: dict[str, Any] = {
    "field": "old",
    "label": "old",
    "variants": {
        "old": {"defer": ["old", "email"], "labels": {"old": "old"}, "reason": [{"asks": ["old"], "text": "old"}]}
    },
}
RENAMED: dict[str, Any] = {
    "field": "new",
    "label": "old",
    "variants": {
        "old": {"defer": ["new", "email"], "labels": {"new": "old"}, "reason": [{"asks": ["new"], "text": "old"}]}
    },
}


def test_words_and_other_keys_in_a_declaration_stay() -> None:
    assert with_names(DECLARED, {"old": "new"}) == RENAMED


def test_the_key_within_other_texts() -> None:
    said = {
        "fields.old.label": "old",
        "actions.old.requires": "email, old (when: old_one)",
        "fields.older.label": "old",
    }
    assert json.loads(in_declared_keys(json.dumps(said), "old", "new")) == {
        "fields.new.label": "old",
        "actions.old.requires": "email, new (when: old_one)",
        "fields.older.label": "old",
    }
    parts = {"fields": ["old", "email"], "tables": ["old"], "parts": {"field:old": [1, 2]}}
    assert json.loads(in_parts(json.dumps(parts), "old", "new")) == {
        "fields": ["new", "email"],
        "tables": ["old"],
        "parts": {"field:new": [1, 2]},
    }
    assert in_query_string("field=old&context=old&to=", "old", "new") == "field=new&context=old&to="
    assert in_row_key('[7, "old"]', "old", "new") == '[7, "new"]'
