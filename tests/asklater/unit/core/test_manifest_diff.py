"""Comparing two manifests: what an action would newly ask, and what nothing would need any more."""

import tomllib
from copy import deepcopy
from typing import Any

import pytest

from asklater.checks.manifest import shape
from asklater.manifest.declarations import Manifest
from asklater.manifest.diff import ManifestDiff, NewNeed, compare
from tests.support.paths import ROOT

DOCUMENT = tomllib.loads((ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8"))


def changed(**changes: Any) -> ManifestDiff:
    """The tests' manifest against itself with other requirements: `action=[...]`, None to take the action out."""
    document = deepcopy(DOCUMENT)
    for action, requires in changes.items():
        if requires is None:
            del document["actions"][action]
        else:
            document["actions"].setdefault(action, {"label": action})["requires"] = requires
    return compare(shape(DOCUMENT), shape(document))


def test_the_same_changes_nothing_and_wording_does_not_count() -> None:
    document = deepcopy(DOCUMENT)
    document["fields"]["email"]["reason"] = "Because."
    assert compare(shape(DOCUMENT), shape(document)).is_empty


def test_a_field_more_is_a_new_need() -> None:
    before = ("display_name", "email", "picture")
    wanted = ["email", "display_name", "picture", "address"]
    assert changed(publish=wanted).needs == (NewNeed("publish", "address", None, before),)


@pytest.mark.parametrize(
    ("requires", "needs"),
    [
        (["email", "address", "display_name"], (("address", None),)),  # was needed on paper only
        (["email", {"field": "address", "when": "abroad"}, "display_name"], (("address", "abroad"),)),
        ([{"field": "email", "when": "on_paper"}, "display_name"], ()),  # needed always before
        (["email"], ()),
    ],
)
def test_conditions(requires: list[Any], needs: tuple[tuple[str, str | None], ...]) -> None:
    assert tuple((need.field, need.when) for need in changed(send_letter=requires).needs) == needs


def test_what_no_action_needs_any_more_is_unneeded() -> None:
    assert changed(send_letter=["email", "display_name"]).unneeded == ("address",)
    assert changed(publish=["email", "display_name"], send_letter=["email"]).unneeded == ("address", "picture")


def test_actions_come_and_go_and_a_new_one_stops_nobody() -> None:
    comparison = changed(send_letter=None, fly=["email", "picture"])
    assert (comparison.new_actions, comparison.gone_actions, comparison.needs) == (("fly",), ("send_letter",), ())


def test_fields_that_are_dropped_or_of_another_kind() -> None:
    document = deepcopy(DOCUMENT)
    del document["fields"]["picture"]
    document["actions"]["publish"]["requires"] = ["email", "display_name"]
    document["fields"]["display_name"] = {**document["fields"]["display_name"], "kind": "email", "settings": {}}
    comparison = compare(shape(DOCUMENT), shape(document))
    assert (comparison.dropped, comparison.rekinded) == (("picture",), ("display_name",))


def test_a_field_more_at_sign_up_is_told_and_stops_nobody_who_has_an_account() -> None:
    document = deepcopy(DOCUMENT)
    document["signup"]["fields"] = ["email", "picture"]
    comparison = compare(shape(DOCUMENT), shape(document))
    assert (comparison.at_signup, comparison.needs, comparison.is_empty) == (("picture",), (), False)


def test_what_is_newly_optional_stops_nobody_and_what_becomes_required_does() -> None:
    without, optional, required = (
        _publishing(*more) for more in ((), ({"field": "address", "optional": True},), ("address",))
    )
    assert (compare(without, optional).needs, compare(without, optional).offered) == ((), (("publish", "address"),))
    assert [need.field for need in compare(optional, required).needs] == ["address"]
    assert compare(required, optional).needs == ()


def _publishing(*more: object) -> Manifest:
    document = deepcopy(DOCUMENT)
    document["actions"]["publish"]["requires"] = ["email", *more]
    return shape(document)
