"""What Your data brings to an application."""

from flask import Flask, url_for
from flask_babel import gettext

from webapp.house import House
from webapp.privacy.person.routes import blueprint


def join(app: Flask, house: House) -> None:
    """The page, the way to it from the account, and where a restriction is lifted."""
    app.register_blueprint(blueprint)
    house.engine.restriction_endpoint = "person.data"
    app.extensions["visits"].account_links.append(lambda: [(gettext("Your data"), url_for("person.data"))])
