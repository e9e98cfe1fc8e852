"""What things cost: integer cents of a euro, added up by one rule, shown in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import format_currency

CURRENCY = "EUR"
DELIVERY_CENTS = 490
FREE_ABOVE_CENTS = 8000


@dataclass(frozen=True)
class Totals:
    """Euro cents. `ships` says that a carrier brings at least one of the things."""

    goods_cents: int
    delivery_cents: int
    ships: bool

    @property
    def total_cents(self) -> int:
        return self.goods_cents + self.delivery_cents


def totals(parts: Iterable[tuple[int, int, bool]]) -> Totals:
    """Add up (price in cents, quantity, ships).

    Delivery is free of what needs none, and of everything when the goods cost more than FREE_ABOVE_CENTS.
    """
    counted = list(parts)
    goods = sum(price * quantity for price, quantity, _ships in counted)
    ships = any(ships for _price, _quantity, ships in counted)
    return Totals(goods, DELIVERY_CENTS if ships and goods <= FREE_ABOVE_CENTS else 0, ships)


def amount(cents: int) -> Decimal:
    """Cents as euros, exactly: 4800 is Decimal("48.00")."""
    return Decimal(cents).scaleb(-2)


def euros(cents: int) -> str:
    """The price as a reader of the page's language writes it."""
    return str(format_currency(amount(cents), CURRENCY))
