"""What the demonstration brings to the shop."""

from flask import Flask, url_for
from flask_babel import gettext

from webapp.house import House
from webapp.layout import Link, add_links
from webapp.shop.demo import cast
from webapp.shop.demo.commands import SEED, group
from webapp.shop.demo.routes import blueprint


def join_demo(app: Flask, house: House) -> None:
    """Offer personas and the `demo` commands, in demo mode only."""
    if not house.settings.demo:
        return
    app.extensions["personas"] = cast.read(SEED / "people.toml").personas
    app.register_blueprint(blueprint)
    app.cli.add_command(group)
    add_links(app, 95, lambda: [Link(gettext("Demo"), url_for("demo.personas"))])
