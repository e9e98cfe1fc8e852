"""The declared truth, claim by claim, in the terms in which the dashboard measures."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from webapp.insights.rollup.keys import NO_EXPERIMENT
from webapp.shop.demo.rates import Rates

What = Literal["given", "refused", "device", "visitor"]


@dataclass(frozen=True)
class Claim:
    """A rate that is true.

    "given" is the completion rate and "refused" the rejection rate of a field in a context and variant ("-" outside
    of experiments). "device" and "visitor" are shares of the persons who are asked something; `key` says whose.
    """

    what: What
    truth: float
    field: str = ""
    context: str = ""
    variant: str = ""
    key: str = ""


def claims(rates: Rates) -> Iterator[Claim]:
    """Everything that rates say of what can be measured."""
    for key, context in rates.contexts.items():
        for variant in ("", *context.variants):
            if variant or sum(context.shares.values()) < 1:
                for field, ask in context.asks(variant).items():
                    place = {"field": field, "context": key, "variant": variant or NO_EXPERIMENT}
                    yield Claim("given", ask.give, **place)
                    yield Claim("refused", ask.reject, **place)
    for device, share in rates.people.devices.items():
        yield Claim("device", share, key=device)
    yield Claim("visitor", rates.people.returning, key="returning")
