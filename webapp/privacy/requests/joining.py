"""What requests bring to an application."""

from functools import partial

from flask import Flask, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user

from webapp.accounts.visits import Visits
from webapp.db import current_database
from webapp.house import House
from webapp.layout import Link, add_footer_links
from webapp.privacy.officer import add_page
from webapp.privacy.requests import finding, following, officer_routes, open_routes, routes
from webapp.privacy.requests.holdings import HOLDINGS

ROUTES = (officer_routes, open_routes)
"""They add themselves to the officer's pages, and to the person's."""


def join(app: Flask, house: House) -> None:
    """The person's pages, the officer's, and what becomes of requests when persons merge or go."""
    engine = house.engine
    app.register_blueprint(routes.blueprint)
    for holding in HOLDINGS:
        engine.register_holding(holding)
    engine.register_merge(following.Carrying(engine))
    engine.register_sweep(following.RequestSweep(house.database))
    engine.register_kept(following.KEPT)
    house.jobs.register("forget_requests", partial(following.forget_unproved, house.database), every_minutes=60)
    visits: Visits = app.extensions["visits"]
    visits.account_links.append(_links)
    add_footer_links(app, 11, _footer_links)
    add_page(app, 5, "officer.requests", _label, _text)


def _links() -> list[tuple[str, str]]:
    return [(gettext("My requests"), url_for("requests.own"))] if current_user.is_authenticated else []


def _footer_links() -> list[Link]:
    return [Link(gettext("Ask something about your data"), url_for("requests.open_request"))]


def _label() -> str:
    running = finding.counts(current_database()).running
    label: str = gettext("Requests (%(number)s)", number=running) if running else gettext("Requests")
    return label


def _text() -> str:
    """What there is to be done, and what is late or soon will be."""
    counts = finding.counts(current_database())
    parts = (
        ngettext("%(num)s request is to be dealt with.", "%(num)s requests are to be dealt with.", counts.running),
        ngettext("%(num)s is overdue.", "%(num)s are overdue.", counts.overdue) if counts.overdue else "",
        ngettext("%(num)s is due within a week.", "%(num)s are due within a week.", counts.soon)
        if counts.soon
        else "",
    )
    return " ".join(part for part in parts if part)
