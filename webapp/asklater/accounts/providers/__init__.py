"""Continue with an identity provider (OpenID Connect). What it says of a person is checked, and then still asked."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Flask

from asklater.accounts.login import second_factors_of
from asklater.accounts.panels import Panel, add_security_panel
from asklater.accounts.providers import authorization, routes
from asklater.accounts.providers.authorization import PROVIDERS_EXTENSION, ProviderAlternative, current_providers
from asklater.accounts.providers.declarations import read_providers
from asklater.accounts.providers.discovery import Connection
from asklater.accounts.providers.identities import LinkedIdentity, has_identity, identities_of, link_pending
from asklater.accounts.recovery.evidence import Evidence, evidence_of
from asklater.accounts.recovery.methods import PROVIDER
from asklater.accounts.tables import Account
from asklater.db import current_session
from asklater.i18n import gettext
from asklater.services import Services

__all__ = ["init_app"]

_ROUTES = (routes,)
"""This file adds its pages to the blueprint."""

# The panel of the security page


@dataclass(frozen=True)
class LinkedLine:
    """One identity that opens the account."""

    number: int
    label: str
    linked_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class ProvidersPanel:
    """What is linked, and what else can be: (key, label) of each provider."""

    linked: tuple[LinkedLine, ...]
    offered: tuple[tuple[str, str], ...]


def providers_panel(subject_id: int) -> ProvidersPanel | None:
    """None where there is nothing to link: no provider, or an address that is not proved."""
    account = current_session().get(Account, subject_id)
    if account is None or account.verified_at is None:
        return None
    linked = identities_of(subject_id)
    others = current_providers().keys() - {one.provider for one in linked}
    offered = tuple((key, one.provider.label) for key, one in current_providers().items() if key in others)
    return ProvidersPanel(tuple(map(_line, linked)), offered) if linked or offered else None


def _line(one: LinkedIdentity) -> LinkedLine:
    """A provider that is no longer declared is called by its issuer, and can still be unlinked."""
    connection = current_providers().get(one.provider)
    label = connection.provider.label if connection else one.issuer
    return LinkedLine(one.number, label, one.linked_at, one.used_at)


# What the feature brings


def init_app(app: Flask, services: Services) -> None:
    """Read who is declared, and offer them in prompts. Raises ConfigurationError with every finding."""
    settings, engine = services.settings, services.engine
    declared = read_providers(settings.providers, demo=settings.demo) if settings.providers else {}
    connections = {key: Connection(provider, settings.demo) for key, provider in declared.items()}
    app.extensions[PROVIDERS_EXTENSION] = connections
    engine.registry.keeps_suggestions = bool(connections)
    for connection in connections.values():
        engine.registry.register_alternative(ProviderAlternative(engine, connection))
    evidence_of(app).register(Evidence(PROVIDER, 15, lambda: gettext("Provider"), has_identity))
    add_security_panel(app, 40, Panel("accounts/_providers.html", providers_panel))
    second_factors_of(app).once_passed.append(link_pending)
    services.jobs.register(
        "expire_attempts", partial(authorization.delete_old_attempts, services.database), every_minutes=30
    )
