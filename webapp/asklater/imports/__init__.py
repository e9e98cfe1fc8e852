"""Imports: people who come from another system, by an export of it, and the report on what they would be asked.

Begin with formats.py, the table of systems; runs.py brings one file, arrivals.py one person, readiness.py reports.
"""

from asklater.extras import require

require("imports")

from flask import Flask

from asklater.endpoints import register_blueprint, url_for
from asklater.i18n import gettext
from asklater.identity import current_identity, provide_identity
from asklater.imports import cli, routes
from asklater.imports.formats import FORMATS, Format
from asklater.layout import Link, add_links
from asklater.services import Services

__all__ = ["FORMATS", "Format", "Imports", "init_app"]


class Imports:
    """Imports as one of the `features` of `Profiling`: two commands and a page. They come after accounts."""

    def init_app(self, app: Flask, services: Services) -> None:
        init_app(app, services)


def init_app(app: Flask, services: Services) -> None:
    """Add the commands and the page; prompts look for suggestions from now on."""
    services.engine.registry.takes_imports = True
    provide_identity(app, services.identity, "the page of readiness stays closed; the command prints it.")
    register_blueprint(app, routes.blueprint)
    services.commands.add_command(cli.import_people)
    services.commands.add_command(cli.print_readiness)
    add_links(app, 88, _links)


def _links() -> list[Link]:
    if not any(current_identity().acts_as(role) for role in routes.ROLES):
        return []
    return [Link(gettext("Readiness"), url_for("readiness.page"))]
