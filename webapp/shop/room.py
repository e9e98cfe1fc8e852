"""What the shop brings to an application."""

from flask import Flask

from webapp.house import House
from webapp.shop.buying_room import join_buying
from webapp.shop.browsing_room import join_browsing


def join(app: Flask, house: House) -> None:
    """Sell prints."""
    join_buying(app, house)
    join_browsing(app, house)
