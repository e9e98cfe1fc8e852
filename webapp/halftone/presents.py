"""A present: an order that goes to somebody else. Their address belongs to that order alone, and to no profile."""

from collections.abc import Mapping
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from asklater import current_engine
from asklater.kinds import Given, Input
from halftone import cart as carts
from halftone.delivery import ADDRESS

NAME = "present."
"""How the inputs of a present's address are named."""
AUTOFILL = "section-present"
"""By which a browser tells another person's address from one's own."""


def given_of(form: MultiDict[str, str]) -> Given:
    """What was typed of the address."""
    return Given({name.removeprefix(NAME): tuple(sent) for name, sent in form.lists() if name.startswith(NAME)})


def given_before(subject_id: int | None) -> Given:
    """The form as it was filled in last."""
    engine, held = current_engine(), carts.cart_of(subject_id).present
    return engine.kind_of(ADDRESS).given(engine.field(ADDRESS), held) if held else Given()


def inputs(given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
    """The controls of the form: those of a delivery address, under names of their own."""
    engine = current_engine()
    declared = engine.field(ADDRESS)
    return tuple(
        replace(
            control,
            name=NAME + control.name.rpartition(".")[2],
            id=f"present-{control.id}",
            autocomplete=f"{AUTOFILL} {control.autocomplete}" if control.autocomplete else "",
        )
        for control in engine.kind_of(ADDRESS).inputs(declared, given, errors)
    )


def send(subject_id: int, given: Given) -> None:
    """Let the cart's order go to this address. Raises Invalid."""
    engine = current_engine()
    carts.set_present(subject_id, engine.kind_of(ADDRESS).parse(engine.field(ADDRESS), given))
