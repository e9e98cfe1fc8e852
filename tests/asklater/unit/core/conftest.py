"""Builders for the engine's core: a valid manifest document, and lone declarations."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from asklater.kinds.base import Given, Invalid, Kind
from asklater.manifest.declarations import Field
from asklater.registry import Kinds

Document = dict[str, Any]


def a_document() -> Document:
    """The smallest manifest that is worth having: two fields, one action, one sign-up field."""
    return {
        "controller": {"name": "A shop", "contact": "privacy@shop.example"},
        "purposes": {"account": {"label": "Keeping your account", "basis": "contract"}},
        "fields": {"email": a_field(), "nickname": a_field(label="Nickname")},
        "actions": {
            "browse": {"label": "Browse", "requires": []},
            "post": {"label": "Post", "reason": "A post is signed.", "requires": ["email", "nickname"]},
        },
        "signup": {"fields": ["email"]},
    }


def a_field(**changes: Any) -> Document:
    return {
        "kind": "text",
        "label": "E-mail",
        "reason": "So that we can reach you.",
        "purpose": "account",
        "retention": "P24M",
        "readers": ["owner"],
        "sensitivity": "personal",
        "if_wrong": "We cannot reach you.",
        **changes,
    }


def a_declaration(kind: str, key: str = "thing", **settings: Any) -> Field:
    document = a_field(kind=kind, label="Thing", readers=("owner",), settings=settings)
    return Field.model_validate({"key": key, **document})


@pytest.fixture(scope="session")
def kinds() -> Mapping[str, Kind]:
    return dict(Kinds())


@pytest.fixture(scope="session")
def document() -> Callable[[], Document]:
    return a_document


@pytest.fixture(scope="session")
def declare() -> Callable[..., Field]:
    """`declare(kind, key="thing", **settings)` makes a field of that kind, labelled "Thing"."""
    return a_declaration


@pytest.fixture(scope="session")
def refusal() -> Callable[..., dict[str, str]]:
    """`refusal(kind, declared, given)` is what the kind says of it; it fails when the kind takes it."""

    def errors(kind: Kind, declared: Field, given: Given) -> dict[str, str]:
        with pytest.raises(Invalid) as caught:
            kind.parse(declared, given)
        return caught.value.errors

    return errors
