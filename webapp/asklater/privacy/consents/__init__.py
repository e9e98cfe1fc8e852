"""Consents: their history, and the receipt of each to take along.

Begin with receipts.py; history.py reads the events of a person's consents.
"""

from flask import Flask

from asklater.privacy.consents.routes import blueprint
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, _services: Services) -> None:
    app.register_blueprint(blueprint)
