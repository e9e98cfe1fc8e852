"""What the demonstration asks of the rest of the shop, where the shop does not bring it: a payment kind, a cart."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from webapp.house import House
from webapp.profiling.inputs import Input
from webapp.profiling.kinds.base import Given, Invalid, Kind
from webapp.profiling.manifest import Field


class Payment(Kind):
    """A token in place of a card."""

    name = "payment"

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        return ()

    def parse(self, declared: Field, given: Given) -> Any:
        raise Invalid({"number": "Give a card number."})

    def show(self, declared: Field, value: Any) -> str:
        return f"{value['brand']} ending in {value['last_four']}"


def join(app: Flask, house: House) -> None:
    if "payment" not in house.engine.kinds:
        house.engine.register_kind(Payment())
    if "cart_has_physical_goods" not in house.engine.conditions:
        house.engine.register_condition("cart_has_physical_goods", lambda _subject: True)
