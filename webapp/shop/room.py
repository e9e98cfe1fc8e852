"""What the shop brings to an application."""

from flask import Flask

from webapp.house import House
from webapp.shop.browsing_room import join_browsing
from webapp.shop.buying_room import join_buying
from webapp.shop.demo.room import join_demo
from webapp.shop.disclosures import DISCLOSURES
from webapp.shop.holdings import HOLDINGS


def join(app: Flask, house: House) -> None:
    """Sell prints."""
    join_buying(app, house)
    join_browsing(app, house)
    join_demo(app, house)
    for holding in HOLDINGS:
        house.engine.register_holding(holding)
    for disclosure in DISCLOSURES:
        house.engine.register_disclosure(disclosure)
