"""What the shop brings to an application."""

from flask import Flask

from webapp.house import House


def join(app: Flask, house: House) -> None:
    """Sell prints."""
