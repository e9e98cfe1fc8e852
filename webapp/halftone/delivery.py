"""Delivery prices: what a carrier costs, by the country that somebody gave, and from which sum on it is free."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale

COUNTRY, ADDRESS = "country", "shipping_address"
"""The fields on which the price depends. At sign-up the country is asked because of it."""
EFFECT = "delivery prices"
"""What the manifest says that the country changes."""


@dataclass(frozen=True)
class DeliveryRate:
    """Euro cents; nothing where the goods cost `free_from_cents` or more. `days` are working days, at least and at
    most, None where the country is not known; `country` is its code, "" likewise.
    """

    cents: int
    free_from_cents: int
    days: tuple[int, int] | None = None
    country: str = ""


STANDARD = DeliveryRate(490, 8000)
"""To any country, for whoever has not said to which."""
HOME = frozenset({"DE"})
NEAR = frozenset({"AT", "BE", "CH", "CZ", "DK", "FR", "NL", "PL"})
EUROPE = frozenset({"ES", "FI", "GB", "GR", "IE", "IT", "NO", "PT", "SE"})


def rate_for(country: str) -> DeliveryRate:
    """The price to this country: never more than the standard one, so saying it costs nobody anything."""
    if country in HOME:
        return DeliveryRate(290, 6000, (1, 2), country)
    if country in NEAR:
        return DeliveryRate(390, 8000, (2, 4), country)
    days = (4, 6) if country in EUROPE else (8, 14)
    return DeliveryRate(STANDARD.cents, STANDARD.free_from_cents, days, country)


def rate_of(held: Mapping[str, Any]) -> DeliveryRate:
    """By the country that is held; the standard one where none is, or where the delivery address is in another."""
    country, address = held.get(COUNTRY, ""), held.get(ADDRESS)
    if not country or (address and address["country"] != country):
        return STANDARD
    return rate_for(country)


def country_name(code: str) -> str:
    """The country as a reader of the page's language calls it."""
    locale = get_locale()
    return str(locale.territories.get(code, code)) if locale else code
