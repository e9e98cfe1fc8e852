"""What follows from what a provider says: whose account it opens, what it links, and what it only suggests."""

from collections.abc import Mapping
from typing import Any

from flask import flash

from webapp.accounts.addresses import normalise, owner_of
from webapp.accounts.claiming import address_field, lock
from webapp.accounts.confirming import is_fresh, own_account
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.providers.authorising import Journey
from webapp.accounts.providers.declaring import Provider
from webapp.accounts.providers.linking import link, link_later, note_use, owner_of_identity
from webapp.accounts.providers.redeeming import Told
from webapp.accounts.providers.suggesting import suggest
from webapp.accounts.signing_in import go_on_as, owe_factor, prove_address
from webapp.accounts.visits import current_visits
from webapp.profiling.engine import Engine, current_engine
from webapp.profiling.kinds.base import Elsewhere, Given, Invalid
from webapp.profiling.words import gettext

WAY = "provider"


def settle(provider: Provider, told: Told, journey: Journey) -> None:
    """Sign in, or link, as the journey was begun for. Raises Elsewhere while a second factor is owed."""
    if journey.links:
        _link_to_own(provider, told, journey.links)
    else:
        _sign_in(provider, told, journey.action)
        suggest(current_engine(), provider, told.claims)


def proved_address(engine: Engine, provider: Provider, claims: Mapping[str, Any]) -> str:
    """The address that the provider proves, "" where it proves none."""
    verified = claims.get(provider.verified_claim)
    if not provider.proves_email or verified not in (True, "true", "1"):
        return ""  # Apple and Microsoft write the claim as text at times
    address = _address(engine, claims)
    domain = address.rpartition("@")[2].casefold()
    answers_for = domain in provider.authoritative_for or bool(claims.get(provider.authoritative_claim))
    bounded = provider.authoritative_for or provider.authoritative_claim
    return "" if bounded and not answers_for else address


def _sign_in(provider: Provider, told: Told, action: str) -> None:
    owner = owner_of_identity(told.issuer, told.sub)
    if owner is not None:
        note_use(told.issuer, told.sub)
        go_on_as(owner, WAY, action)
        return
    engine = current_engine()
    address = proved_address(engine, provider, told.claims)
    if address:
        _sign_in_by_address(provider, told, address, action)
    elif _address(engine, told.claims):
        words = gettext(
            "%(label)s does not prove addresses to us, so you are not signed in by it. Check the address, then go on.",
            label=provider.label,
        )
        flash(words, "info")
    else:
        flash(gettext("%(label)s told us no e-mail address. Type it yourself.", label=provider.label), "info")


def _sign_in_by_address(provider: Provider, told: Told, address: str, action: str) -> None:
    """The person holds the address: go on as its account, or make this one it; the identity opens it from now on."""
    lock(normalise(address))
    owner, own = owner_of(address), own_account()
    if owner is None and own is not None and own.verified_at is not None:
        words = gettext(
            "You are signed in with another address. Link %(label)s under “Sign-in and security”, or sign out first.",
            label=provider.label,
        )
        flash(words, "error")
        return
    if owner is not None:
        try:
            owe_factor(owner, WAY, action)
        except Elsewhere:
            link_later(owner, provider.key, told)
            raise
    before = address_of(own) if own is not None else ""
    number = prove_address(current_visits().arrive().id, address, action, WAY)
    if own is not None and own.subject_id == number:
        current_visits().note_proof()
        if before != normalise(address):
            words = gettext(
                "%(label)s says %(address)s, so that is your address here now.", label=provider.label, address=address
            )
            flash(words, "info")
    link(number, provider.key, told.issuer, told.sub)


def _link_to_own(provider: Provider, told: Told, wanted_by: int) -> None:
    account, label = own_account(), provider.label
    if account is None or account.subject_id != wanted_by or account.verified_at is None or not is_fresh():
        flash(gettext("Nothing was linked: you were signed out in the meantime. Try again."), "error")
        return
    owner = owner_of_identity(told.issuer, told.sub)
    if owner == wanted_by:
        flash(gettext("%(label)s is linked already.", label=label), "info")
    elif link(wanted_by, provider.key, told.issuer, told.sub):
        flash(gettext("%(label)s is linked. It signs you in from now on.", label=label), "success")
    else:
        words = gettext(
            "This account at %(label)s opens another account here. Sign in with it and unlink it there first.",
            label=label,
        )
        flash(words, "error")


def _address(engine: Engine, claims: Mapping[str, Any]) -> str:
    """The address that the provider names, "" where it is none."""
    said, field = claims.get("email"), address_field(engine)
    if not isinstance(said, str):
        return ""
    try:
        return str(engine.kind_of(field.key).parse(field, Given({"": (said,)})))
    except Invalid:
        return ""
