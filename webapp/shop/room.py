"""What the shop brings to an application."""

from flask import Flask

from webapp.house import House
from webapp.shop.demo.room import join_demo


def join(app: Flask, house: House) -> None:
    """Sell prints."""
    join_demo(app, house)
