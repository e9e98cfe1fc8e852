"""What is wrong with a background prompt's declaration: each finding names its key, and stands alone."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar

import pytest

from asklater.checks import background
from asklater.checks.manifest import ManifestError, check as check_all, shape
from asklater.kinds.base import Asking, Kind
from asklater.kinds.text import Text
from asklater.manifest.declarations import Field
from asklater.manifest.diff import compare
from tests.asklater.unit.core.conftest import Document, a_document, a_field

PROMPT = {
    "label": "May we write?",
    "reason": "Now and then.",
    "fields": ["news"],
    "placement": "desk",
    "after": "ordered",
    "cooldown": "P14D",
    "impressions": 3,
}


class Proof(Text):
    """A kind that sends a code before it can be asked."""

    name: ClassVar[str] = "proof"

    def prepare(self, declared: Field, asking: Asking, *, again: bool) -> str:
        return "We sent a code."


def document(**changes: Any) -> Document:
    made = a_document()
    made["purposes"]["news"] = {"label": "News", "basis": "consent"}
    made["fields"]["news"] = a_field(kind="consent", purpose="news")
    made["fields"]["code"] = a_field(kind="proof")
    made["actions"]["post"]["requires"].append("code")
    made["prompts"] = {"write": {**PROMPT, **changes}}
    return made


def found(made: Document, kinds: Mapping[str, Kind], *, placements: tuple[str, ...] = ("desk", "post")) -> list[str]:
    return [
        finding.key for finding in background.check(shape(made), {**kinds, "proof": Proof()}, placements, {"ordered"})
    ]


def test_a_sound_prompt_has_no_findings_and_its_fields_are_used_consent_included(kinds: Mapping[str, Kind]) -> None:
    made = document()
    assert found(made, kinds) == []
    today = date(2026, 6, 1)
    assert check_all(shape(made), {**kinds, "proof": Proof()}, set(), today) == []
    del made["prompts"]
    assert [f.key for f in check_all(shape(made), {**kinds, "proof": Proof()}, set(), today)] == ["fields.news"]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"placement": "moon"}, "prompts.write.placement"),
        ({"placement": "post"}, "prompts.write.placement"),  # an action of that name: their figures would mix
        ({"after": "full_moon"}, "prompts.write.after"),
        ({"fields": ["news", "shoe_size"]}, "prompts.write.fields.1"),
        ({"fields": ["news", "news"]}, "prompts.write.fields.1"),
        ({"fields": ["code"]}, "prompts.write.fields.0"),
        ({"fields": [{"field": "news", "optional": True}], "queue": True}, "prompts.write.fields.0.optional"),
    ],
)
def test_each_finding_names_its_key(changes: dict[str, Any], key: str, kinds: Mapping[str, Kind]) -> None:
    assert found(document(**changes), kinds) == [key]


@pytest.mark.parametrize("name", ["post", "settings", "sign_up"])
def test_a_name_that_is_taken(name: str, kinds: Mapping[str, Kind]) -> None:
    made = document()
    made["prompts"] = {name: PROMPT}
    assert found(made, kinds) == [f"prompts.{name}"]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda made: made["prompts"]["write"].pop("cooldown"), "prompts.write.cooldown"),
        (lambda made: made["prompts"]["write"].update(impressions=0), "prompts.write.impressions"),
        (lambda made: made["prompts"]["write"].update(fields=[]), "prompts.write.fields"),
        (lambda made: made["prompts"]["write"].update(cooldown="soon"), "prompts.write.cooldown"),
        (lambda made: made["prompts"]["write"].update(key="other"), "prompts.write.key"),
        (lambda made: made["prompts"]["write"].update(when="x"), "prompts.write.when"),
        (lambda made: made.update(prompts=["write"]), "prompts"),
        (lambda made: made.update(budget={"impressions": 0}), "budget.impressions"),
        (lambda made: made.update(budget={"per": "P0D"}), "budget.per"),
    ],
)
def test_what_has_no_shape(change: Callable[[Document], object], key: str) -> None:
    made = document()
    change(made)
    with pytest.raises(ManifestError) as caught:
        shape(made)
    assert [finding.key for finding in caught.value.findings] == [key]


def test_a_comparison_tells_what_is_asked_in_the_background() -> None:
    old, new = document(), document(fields=["news", "nickname"])
    assert compare(shape(old), shape(new)).asked_too == (("write", "nickname"),)
    del old["prompts"]
    assert compare(shape(old), shape(new)).new_prompts == ("write",)
    gone = compare(shape(new), shape(old))
    assert (gone.gone_prompts, gone.unneeded) == (("write",), ("news",))


def test_a_field_may_be_optional_and_its_condition_has_to_be_known(kinds: Mapping[str, Kind]) -> None:
    made = document(fields=["news", {"field": "nickname", "optional": True, "when": "full_moon"}])
    assert found(made, kinds) == ["prompts.write.fields.1.when"]
    manifest = shape(made)
    assert (manifest.prompts["write"].fields, manifest.prompts["write"].optional) == (
        ("news", "nickname"),
        {"nickname"},
    )
    known = background.check(manifest, {**kinds, "proof": Proof()}, ("desk", "post"), {"ordered"}, {"full_moon"})
    assert known == []
