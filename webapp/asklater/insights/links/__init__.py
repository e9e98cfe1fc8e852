"""Links by which a colleague without a role sees figures of fixed days and filters, until they expire or are revoked.
Adds their list, and the page that they open.

Begin with links.py; routes.py has the pages.
"""

from flask import Flask

from asklater.endpoints import register_blueprint
from asklater.i18n import gettext
from asklater.insights.links.routes import blueprint, figures_blueprint
from asklater.insights.links.tables import LINK_TABLE
from asklater.insights.navigation import add_tab
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, services: Services) -> None:
    register_blueprint(app, blueprint)
    register_blueprint(app, figures_blueprint)
    add_tab(app, 65, "links.links", lambda: gettext("Links"), within=("links.",), filtered=True)
    services.engine.registry.register_personal_tables(LINK_TABLE)
