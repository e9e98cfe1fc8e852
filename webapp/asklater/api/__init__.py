"""The API: profiles, decisions and answers for clients that are no browser, with tokens for other systems.

Begin with routes.py (the person themself) and subject_routes.py (other systems); profile.py reads and changes what is
held, tokens.py keeps the tokens.
"""

from types import ModuleType

from flask import Flask

from asklater.api import authzen_routes, figure_routes, subject_routes, token_routes
from asklater.api.options import EXTENSION, ApiOptions, Evaluation
from asklater.api.routes import blueprint, print_openapi, service_blueprint
from asklater.endpoints import register_blueprint
from asklater.identity import provide_identity
from asklater.layout import add_links
from asklater.services import Services

__all__ = ["Api", "ApiOptions", "Evaluation", "init_app"]

_ROUTES: tuple[ModuleType, ...] = (subject_routes, figure_routes, authzen_routes)
"""These files add their routes to the blueprints."""


class Api:
    """Joins an application as one of the `features` of `Profiling`. Its routes lie below `url_prefix`, "" for none."""

    def __init__(self, url_prefix: str = "", options: ApiOptions | None = None) -> None:
        self._prefix, self._options = url_prefix, options or ApiOptions()

    def init_app(self, app: Flask, services: Services) -> None:
        app.extensions[EXTENSION] = self._options
        provide_identity(app, services.identity, "the page of tokens stays closed; the command line makes them.")
        for part in (blueprint, service_blueprint):
            register_blueprint(app, part, url_prefix=self._prefix or None)
        authzen_routes.serve_configuration(app, self._prefix)
        register_blueprint(app, token_routes.blueprint)
        services.commands.add_command(token_routes.group)
        services.commands.add_command(print_openapi)
        add_links(app, 89, token_routes.links)
        if "csrf" in app.extensions:
            app.extensions["csrf"].exempt(service_blueprint)


def init_app(app: Flask, services: Services) -> None:
    """Join with the defaults of `Api`."""
    Api().init_app(app, services)
