"""What a persona did before anybody looked around as her: asked and answered at its time, then really done."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from webapp import clock
from webapp.profiling.engine import Engine
from webapp.shop import carts, catalogue, filling_carts, placing_orders, sharing
from webapp.shop.catalogue import Product
from webapp.shop.demo import answering
from webapp.shop.demo.cast import Past
from webapp.shop.demo.crowd import Stored

THINKING = timedelta(seconds=20)


def relive(engine: Engine, number: int, past: Past, moment: datetime, values: Mapping[str, Any]) -> None:
    """Attempt the action at that moment, answer round by round what it asks, and do it.

    Raises LookupError for a product that the catalogue has not.
    """
    products = [_product(slug) for slug in past.products]
    with clock.at(moment):
        if past.action == placing_orders.ACTION:
            for product in products:
                filling_carts.add(number, product, 1)
    while True:
        with clock.at(moment):
            person = answering.look(engine, number)
            decision = engine.decide(past.action, person)
            if decision.clear:
                _do(engine, number, past.action, products)
                answering.run(engine, past.action, person)
                return
            prompt_id = engine.episodes.see(number, past.action, decision.now)
        moment += THINKING
        with clock.at(moment):
            answers = {field: Stored(values[field]) for field in decision.now}
            answering.submit(engine, number, past.action, prompt_id, answers)


def _do(engine: Engine, number: int, action: str, products: list[Product]) -> None:
    if action == placing_orders.ACTION:
        placing_orders.buy(engine, number, carts.lock(number))
        return
    for product in products:
        sharing.share_of(number, product)


def _product(slug: str) -> Product:
    found = catalogue.by_slug(slug)
    if found is None:
        raise LookupError(f"the catalogue has no {slug}")
    return found
