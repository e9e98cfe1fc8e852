"""What consents bring to an application."""

from flask import Flask

from webapp.house import House
from webapp.privacy.consents.routes import blueprint


def join(app: Flask, _house: House) -> None:
    app.register_blueprint(blueprint)
