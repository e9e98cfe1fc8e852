"""Login by a provider: whose account its claims open, what they link, and what they only suggest to prompts."""

from collections.abc import Mapping
from typing import Any

from flask import flash

from asklater.accounts.address_ownership import address_field, lock_address
from asklater.accounts.email_addresses import owner_of_address
from asklater.accounts.login import log_in_as, require_second_factor, save_proved_address
from asklater.accounts.providers.authorization import AuthorizationRequest
from asklater.accounts.providers.callback import VerifiedClaims
from asklater.accounts.providers.declarations import Provider
from asklater.accounts.providers.identities import link, link_after_second_factor, note_use, owner_of_identity
from asklater.accounts.reauthentication import current_account, is_recently_authenticated
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.sessions import current_sessions
from asklater.email_addresses import normalise_domain, same_address
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.kinds.base import Given, Invalid, Redirected

MAX_SUGGESTION_LENGTH = 2000
LOGIN_METHOD = "provider"


# Suggestions for prompts


def suggest(engine: Engine, provider: Provider, claims: Mapping[str, Any]) -> None:
    """Keep the claims that a declared field asks for and that are not held; everything else is forgotten."""
    engine.people.refresh()
    subject = engine.people.subject()
    held = subject.held if subject else frozenset()
    wanted = {"email": address_field(engine).key, **provider.claims}
    for key, given in _given(wanted, claims).items():
        if key in held or key not in engine.manifest.fields or not engine.manifest.asking(key):
            continue
        kind, declared = engine.kind_of(key), engine.field(key)
        if kind.fleeting:
            continue
        try:
            value = kind.parse(declared, given)
        except Invalid:
            continue  # what does not answer the field is no suggestion for it
        engine.suggestions.keep(engine.people.ensure_subject().id, key, value, provider.label)


def _given(wanted: Mapping[str, str], claims: Mapping[str, Any]) -> dict[str, Given]:
    """The claims as they would have been typed, by field."""
    texts: dict[str, dict[str, tuple[str, ...]]] = {}
    for path, target in wanted.items():
        claim = _at(path, claims)
        if isinstance(claim, str) and 0 < len(claim) <= MAX_SUGGESTION_LENGTH:
            key, _, part = target.partition(".")
            texts.setdefault(key, {})[part] = (claim,)
    return {key: Given(parts) for key, parts in texts.items()}


def _at(path: str, claims: Mapping[str, Any]) -> object:
    """The claim at `path`, such as `address.locality`; a name with dots of its own is found as it is."""
    if path in claims:
        return claims[path]
    outer, _, inner = path.partition(".")
    found = claims.get(outer)
    return found.get(inner) if inner and isinstance(found, Mapping) else None


# Login and linking


def apply_claims(provider: Provider, verified: VerifiedClaims, journey: AuthorizationRequest) -> None:
    """Sign in, or link, as the journey was begun for. Raises Redirected while a second factor is owed."""
    if journey.linking_account:
        _link_to_own(provider, verified, journey.linking_account)
    else:
        _sign_in(provider, verified, journey.action)
        suggest(current_engine(), provider, verified.claims)


def proved_address(engine: Engine, provider: Provider, claims: Mapping[str, Any]) -> str:
    """The address that the provider proves, "" where it proves none."""
    verified = claims.get(provider.verified_claim)
    if not provider.proves_email or verified not in (True, "true", "1"):
        return ""  # Apple and Microsoft write the claim as text at times
    address = _address(engine, claims)
    domain = normalise_domain(address.rpartition("@")[2])
    answers_for = domain in map(normalise_domain, provider.authoritative_for) or bool(
        claims.get(provider.authoritative_claim)
    )
    bounded = provider.authoritative_for or provider.authoritative_claim
    return "" if bounded and not answers_for else address


def _sign_in(provider: Provider, verified: VerifiedClaims, action: str) -> None:
    owner = owner_of_identity(verified.issuer, verified.sub)
    if owner is not None:
        note_use(verified.issuer, verified.sub)
        log_in_as(owner, LOGIN_METHOD, action)
        return
    engine = current_engine()
    address = proved_address(engine, provider, verified.claims)
    if address:
        _sign_in_by_address(provider, verified, address, action)
    elif _address(engine, verified.claims):
        words = gettext(
            "%(label)s does not verify addresses to us, so you are not signed in by it. "
            "Check the address, then go on.",
            label=provider.label,
        )
        flash(words, "info")
    else:
        flash(gettext("%(label)s told us no email address. Type it yourself.", label=provider.label), "info")


def _sign_in_by_address(provider: Provider, verified: VerifiedClaims, address: str, action: str) -> None:
    """The person holds the address: go on as its account, or make this one it; the identity opens it from now on."""
    lock_address(address)
    owner, own = owner_of_address(address), current_account()
    if owner is None and own is not None and own.verified_at is not None:
        words = gettext(
            "You are signed in with another address. Link %(label)s under “Sign-in and security”, or sign out first.",
            label=provider.label,
        )
        flash(words, "error")
        return
    if owner is not None:
        try:
            require_second_factor(owner, LOGIN_METHOD, action)
        except Redirected:
            link_after_second_factor(owner, provider.key, verified)
            raise
    before = address_of(own) if own is not None else ""
    number = save_proved_address(current_sessions().ensure_subject().id, address, action, LOGIN_METHOD)
    if own is not None and own.subject_id == number:
        current_sessions().note_proof()
        if not same_address(before, address):
            words = gettext(
                "%(label)s says %(address)s, so that is your address here now.", label=provider.label, address=address
            )
            flash(words, "info")
    link(number, provider.key, verified.issuer, verified.sub)


def _link_to_own(provider: Provider, verified: VerifiedClaims, wanted_by: int) -> None:
    account, label = current_account(), provider.label
    if (
        account is None
        or account.subject_id != wanted_by
        or account.verified_at is None
        or not is_recently_authenticated()
    ):
        flash(gettext("Nothing was linked: you were signed out in the meantime. Try again."), "error")
        return
    owner = owner_of_identity(verified.issuer, verified.sub)
    if owner == wanted_by:
        flash(gettext("%(label)s is linked already.", label=label), "info")
    elif link(wanted_by, provider.key, verified.issuer, verified.sub):
        flash(gettext("%(label)s is linked. It signs you in from now on.", label=label), "success")
    else:
        words = gettext(
            "This account at %(label)s opens another account here. Sign in with it and unlink it there first.",
            label=label,
        )
        flash(words, "error")


def _address(engine: Engine, claims: Mapping[str, Any]) -> str:
    """The address that the provider names, "" where it is none."""
    claim, field = claims.get("email"), address_field(engine)
    if not isinstance(claim, str):
        return ""
    try:
        return str(engine.kind_of(field.key).parse(field, Given({"": (claim,)})))
    except Invalid:
        return ""
