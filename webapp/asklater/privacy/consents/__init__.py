"""Consents: their history, the receipt of each to take along, the mail that tells of an end by other terms, and the
officer's counts.

Begin with receipts.py; history.py reads the events of a person's consents.
"""

from functools import partial

from flask import Flask

from asklater.endpoints import register_blueprint
from asklater.privacy.consents import officer
from asklater.privacy.consents.notifications import tell_of_ended_consents
from asklater.privacy.consents.routes import blueprint
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, services: Services) -> None:
    register_blueprint(app, blueprint)
    officer.init_app(app, services)
    engine = services.engine
    engine.registry.register_consent_end(partial(tell_of_ended_consents, engine))
