"""The providers' panel on the page about sign-in and security."""

from webapp.accounts.models import Account
from webapp.accounts.providers.continuing import current_providers
from webapp.accounts.providers.linking import Linked, linked_to
from webapp.accounts.providers.pages import LinkedLine, ProvidersPanel
from webapp.db import current_session


def panel(subject_id: int) -> ProvidersPanel | None:
    """None where there is nothing to link: no provider, or an address that is not proved."""
    account = current_session().get(Account, subject_id)
    if account is None or account.verified_at is None:
        return None
    linked = linked_to(subject_id)
    others = current_providers().keys() - {one.provider for one in linked}
    offered = tuple((key, one.provider.label) for key, one in current_providers().items() if key in others)
    return ProvidersPanel(tuple(map(_line, linked)), offered) if linked or offered else None


def _line(one: Linked) -> LinkedLine:
    """A provider that is no longer declared is called by its issuer, and can still be unlinked."""
    connection = current_providers().get(one.provider)
    label = connection.provider.label if connection else one.issuer
    return LinkedLine(one.number, label, one.linked_at, one.used_at)
