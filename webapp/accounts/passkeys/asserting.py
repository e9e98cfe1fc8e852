"""Showing a passkey: what the browser is asked for, and whether its answer holds."""

from sqlalchemy import select, update
from webauthn import generate_authentication_options, options_to_json, verify_authentication_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from webapp import clock
from webapp.accounts.auditing import record
from webapp.accounts.notifying import tell_owner
from webapp.accounts.passkeys import challenges
from webapp.accounts.passkeys.keeping import passkeys_of
from webapp.accounts.passkeys.models import Passkey
from webapp.accounts.passkeys.party import current_party
from webapp.accounts.passkeys.reading import FAULTS, LONGEST, Refused, check_setting, not_understood
from webapp.db import current_session
from webapp.profiling.words import gettext


def options(owner: int | None = None) -> str:
    """What the browser is asked to show, as JSON: a passkey of `owner`, or whichever its person chooses."""
    known = passkeys_of(owner) if owner is not None else ()
    return options_to_json(
        generate_authentication_options(
            rp_id=current_party().id,
            challenge=challenges.challenge(_purpose(owner)),
            timeout=int(challenges.GOOD_FOR.total_seconds() * 1000),
            allow_credentials=[_descriptor(passkey) for passkey in known],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def show(text: str, owner: int | None = None) -> Passkey:
    """The passkey that was shown, one of `owner` where that is known already. Raises Refused.

    A count that does not grow tells of a copy: it is refused, noted and told to the passkey's owner.
    """
    answer = _read(text)
    challenge = check_setting(answer, _purpose(owner), current_party())
    passkey = current_session().scalar(select(Passkey).where(Passkey.credential_id == answer.raw_id))
    if passkey is None or owner not in {None, passkey.subject_id}:
        raise Refused(gettext("That passkey is not known here. It may have been removed. Choose another way."))
    handle = answer.response.user_handle
    if handle != passkey.user_handle and (handle is not None or owner is None):
        raise _refused_of(passkey, gettext("That passkey named another account than its own. It was not accepted."))
    shown = _verify(answer, challenge, passkey)
    if not shown.user_verified:
        text = gettext("That passkey did not check that it is you. Choose one with a finger, a face or a PIN.")
        raise _refused_of(passkey, text)
    _count(passkey, shown)
    return passkey


def _read(text: str) -> AuthenticationCredential:
    if len(text) > LONGEST:
        raise not_understood()
    try:
        return parse_authentication_credential_json(text)
    except FAULTS as fault:
        raise not_understood() from fault


def _verify(answer: AuthenticationCredential, challenge: bytes, passkey: Passkey) -> VerifiedAuthentication:
    """Signature and setting. The count is looked at afterwards: only who has the key can raise the alarm over it."""
    party = current_party()
    try:
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
        )
    except FAULTS as fault:
        raise _refused_of(passkey, not_understood().reason) from fault


def _count(passkey: Passkey, shown: VerifiedAuthentication) -> None:
    """Note the use. Raises Refused for a count that should have grown: of two uses at once, the later one loses."""
    new = shown.new_sign_count
    fits = Passkey.sign_count < new if new else Passkey.sign_count == 0
    used = update(Passkey).where(Passkey.id == passkey.id, fits)
    noted = used.values(sign_count=new, used_at=clock.now(), backed_up=shown.credential_backed_up)
    if current_session().execute(noted).rowcount != 1:  # type: ignore[attr-defined]
        record(passkey.subject_id, "passkey_copied", "passkey")
        tell_owner(passkey.subject_id, "passkey_copied")
        text = gettext("There seems to be a copy of that passkey, so it was not accepted. Choose another way.")
        raise Refused(text)


def _refused_of(passkey: Passkey, reason: str) -> Refused:
    record(passkey.subject_id, "factor_refused", "passkey")
    return Refused(reason)


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    ways = [AuthenticatorTransport(way) for way in passkey.transports.split(",") if way]
    return PublicKeyCredentialDescriptor(id=passkey.credential_id, transports=ways or None)


def _purpose(owner: int | None) -> str:
    return "sign_in" if owner is None else f"factor:{owner}"
