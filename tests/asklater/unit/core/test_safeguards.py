"""What the law protects more than others: each consequence of declaring it is found where it does not hold."""

from collections.abc import Callable
from typing import Any

import pytest

from asklater.checks.manifest import shape
from asklater.checks.safeguards import mistakes
from tests.asklater.unit.core.conftest import Document, a_document, a_field


def a_clinic() -> Document:
    """A manifest with something of a special category, which rests on an explicit consent, and with a least age."""
    document = a_document()
    document["purposes"]["care"] = {"label": "Sending nothing that harms you", "basis": "consent"}
    document["fields"] |= {
        "agreed": a_field(kind="consent", purpose="care", settings={"text": "Keep my allergies for that."}),
        "grown_up": a_field(kind="age", settings={"years": 16}),
        "allergies": a_field(
            purpose="care",
            sensitivity="sensitive",
            special_category=True,
            after=["agreed", "grown_up"],
            minimum_age=16,
        ),
    }
    return document


def found(change: Callable[[Document], object]) -> list[str]:
    document = a_clinic()
    change(document)
    return [key for key, _message in mistakes(shape(document))]


def of(field: str, **changes: Any) -> Callable[[Document], object]:
    return lambda document: document["fields"][field].update(changes)


def on(basis: str) -> Callable[[Document], object]:
    return lambda document: document["purposes"]["care"].update(basis=basis)


def test_a_sound_declaration_has_no_findings() -> None:
    assert found(lambda _document: None) == []


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (of("allergies", sensitivity="personal"), "fields.allergies.sensitivity"),
        (of("allergies", published=True), "fields.allergies.published"),
        (of("allergies", readers=["owner", "public"]), "fields.allergies.published"),
        (of("allergies", exception="it is useful"), "fields.allergies.exception"),
        (of("allergies", exception="Art. 9(2)(a): they agree"), "fields.allergies.exception"),
        (of("allergies", after=["grown_up"]), "fields.allergies.after"),
        (of("agreed", settings={}), "fields.allergies.after"),
        (of("agreed", purpose="account"), "fields.allergies.after"),
        (on("legitimate_interests"), "fields.allergies.exception"),
        (on("contract"), "fields.allergies.exception"),
        (of("email", exception="Art. 9(2)(h)"), "fields.email.exception"),
        (of("allergies", minimum_age=12), "fields.allergies.minimum_age"),
        (of("allergies", minimum_age=18), "fields.allergies.after"),
    ],
)
def test_what_does_not_hold_is_found(change: Callable[[Document], object], key: str) -> None:
    assert found(change) == [key]


def test_an_exception_of_the_law_needs_no_consent() -> None:
    def by_law(document: Document) -> None:
        document["purposes"]["care"]["basis"] = "legal_obligation"
        document["fields"]["allergies"] |= {"exception": "Art. 9(2)(b): safety at work", "after": []}

    assert found(by_law) == []


@pytest.mark.parametrize("optional", [False, True])
def test_no_action_asks_for_it_as_part_of_a_contract(optional: bool) -> None:
    def by_contract(document: Document) -> None:
        document["purposes"]["care"]["basis"] = "contract"
        document["fields"]["allergies"] |= {"exception": "Art. 9(2)(h): treatment"}
        document["actions"]["post"]["requires"].append({"field": "allergies", "optional": optional})

    assert found(by_contract) == ["actions.post.requires"]


def test_a_consent_to_something_of_a_special_category_is_explicit_by_its_own_words() -> None:
    itself = {"special_category": True, "sensitivity": "sensitive"}
    assert found(of("agreed", **itself)) == []
    assert found(of("agreed", **itself, settings={})) == ["fields.agreed.after", "fields.allergies.after"]
