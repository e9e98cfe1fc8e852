"""The providers' panel of the security page."""

from dataclasses import dataclass
from datetime import datetime

from asklater.accounts.providers.authorization import current_providers
from asklater.accounts.providers.identities import LinkedProvider, identities_of
from asklater.accounts.tables import Account
from asklater.database.access import current_session


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


def _line(one: LinkedProvider) -> LinkedLine:
    """A provider that is no longer declared is called by its issuer, and can still be unlinked."""
    connection = current_providers().get(one.provider)
    label = connection.provider.label if connection else one.issuer
    return LinkedLine(one.number, label, one.linked_at, one.used_at)
