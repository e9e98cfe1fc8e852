"""What looking around, sharing and reviewing bring to the shop."""

from functools import partial

from flask import Flask, url_for
from flask_babel import gettext
from werkzeug.routing import BaseConverter

from webapp.accounts.visits import Visits
from webapp.house import House
from webapp.layout import Link, add_links
from webapp.shop import browsing_routes, reviewing_routes, sharing_routes
from webapp.shop.catalogue import SORTS
from webapp.shop.publications import carry, reviews, shares
from webapp.shop.sharing import FIRST_SHARE
from webapp.shop.showing import sorts_name


class Slug(BaseConverter):
    """A name in an address; anything else in its place is an address that does not exist."""

    regex = "[a-z0-9-]{1,60}"


def join_browsing(app: Flask, house: House) -> None:
    """The catalogue's pages, shares and reviews. Expects the accounts room to have joined."""
    app.url_map.converters["slug"] = Slug
    for routes in (browsing_routes, sharing_routes, reviewing_routes):
        app.register_blueprint(routes.blueprint)
    for published in (shares, reviews):
        house.engine.register_merge(partial(carry, published))
    house.engine.register_signal(FIRST_SHARE, lambda: gettext("First share"))
    add_links(app, 10, _sorts)
    visits: Visits = app.extensions["visits"]
    visits.account_links.append(lambda: [(gettext("What you share"), url_for("sharing.own"))])


def _sorts() -> list[Link]:
    return [Link(sorts_name(sort), url_for("shop.front", sort=sort)) for sort in SORTS]
