"""Continue with an identity provider (OpenID Connect). What it says of a person is checked, and then still asked.

Begin with declarations.py, which reads the file of providers; authorization.py leads there, callback.py checks what
comes back, login.py decides whose account it is.
"""

from functools import partial

from flask import Flask

from asklater.accounts.login import second_factors_of
from asklater.accounts.panels import Panel, add_security_panel
from asklater.accounts.providers import authorization, routes
from asklater.accounts.providers.authorization import PROVIDERS_EXTENSION, ProviderAlternative
from asklater.accounts.providers.declarations import read_providers
from asklater.accounts.providers.discovery import Connection
from asklater.accounts.providers.identities import has_identity, link_pending
from asklater.accounts.providers.presenters import providers_panel
from asklater.accounts.recovery.evidence import Evidence, evidence_of
from asklater.accounts.recovery.methods import PROVIDER
from asklater.database.access import PORTION
from asklater.i18n import gettext
from asklater.services import Services

__all__ = ["init_app"]

_ROUTES = (routes,)
"""This file adds its pages to the blueprint."""


def init_app(app: Flask, services: Services) -> None:
    """Read the declared providers, and offer them in prompts. Raises ConfigurationError with every finding."""
    settings, engine = services.settings, services.engine
    declared = read_providers(settings.providers, demo=settings.demo) if settings.providers else {}
    connections = {key: Connection(provider, settings.demo) for key, provider in declared.items()}
    app.extensions[PROVIDERS_EXTENSION] = connections
    engine.registry.keeps_suggestions = bool(connections)
    for connection in connections.values():
        engine.registry.register_alternative(ProviderAlternative(engine, connection))
    evidence_of(app).register(Evidence(PROVIDER, 15, lambda: gettext("Provider"), has_identity))
    add_security_panel(app, 40, Panel("asklater/accounts/providers/_providers.html", providers_panel))
    second_factors_of(app).on_second_factor.append(link_pending)
    services.jobs.register(
        "expire_attempts",
        partial(authorization.delete_old_attempts, services.database),
        every_minutes=30,
        portion=PORTION,
    )
