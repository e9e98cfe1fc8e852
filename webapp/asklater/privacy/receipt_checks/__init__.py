"""The check of a receipt that somebody shows, of whatever sort: is it ours, is it unaltered, and is it the newest one?

Begin with checks.py. Bundles of evidence, which are ZIP files, are checked by evidence/bundle.py.
"""

from flask import Flask

from asklater.endpoints import register_blueprint
from asklater.privacy.receipt_checks.routes import blueprint
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, _services: Services) -> None:
    register_blueprint(app, blueprint)
