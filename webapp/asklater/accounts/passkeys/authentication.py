"""Authentication by a passkey: what the browser is asked for, and whether its answer holds."""

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

from asklater import clock
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.factor_attempts import note_wrong_factor
from asklater.accounts.passkeys import relying_party
from asklater.accounts.passkeys.parsing import (
    MAX_ANSWER_LENGTH,
    PARSE_ERRORS,
    PasskeyRefused,
    check_client_data,
    unreadable_answer,
)
from asklater.accounts.passkeys.relying_party import current_relying_party
from asklater.accounts.passkeys.service import passkeys_of
from asklater.accounts.tables import Passkey
from asklater.database.access import current_session
from asklater.i18n import gettext


def authentication_options(owner: int | None = None) -> str:
    """What the browser is asked to show, as JSON: a passkey of `owner`, or whichever its person chooses. "" where the
    site goes by no name."""
    party = current_relying_party()
    if not party.has_domain:
        return ""
    known = passkeys_of(owner) if owner is not None else ()
    return options_to_json(
        generate_authentication_options(
            rp_id=party.id,
            challenge=relying_party.new_challenge(_purpose(owner)),
            timeout=int(relying_party.CHALLENGE_VALID_FOR.total_seconds() * 1000),
            allow_credentials=[_descriptor(passkey) for passkey in known],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def authenticate(text: str, owner: int | None = None) -> Passkey:
    """The passkey that was shown, one of `owner` where that is known already. Raises PasskeyRefused.

    A count that does not grow tells of a copy: it is refused, noted and told to the passkey's owner.
    """
    answer = _read(text)
    challenge = check_client_data(answer, _purpose(owner), current_relying_party())
    passkey = current_session().scalar(select(Passkey).where(Passkey.credential_id == answer.raw_id))
    if passkey is None or owner not in {None, passkey.subject_id}:
        raise PasskeyRefused(gettext("That passkey is not known here. It may have been removed. Choose another way."))
    handle = answer.response.user_handle
    if handle != passkey.user_handle and (handle is not None or owner is None):
        raise _refuse(passkey, gettext("That passkey named another account than its own. It was not accepted."))
    shown = _verify(answer, challenge, passkey)
    if not shown.user_verified:
        text = gettext("That passkey did not check that it is you. Choose one with a finger, a face or a PIN.")
        raise _refuse(passkey, text)
    _note_use(passkey, shown)
    return passkey


def _read(text: str) -> AuthenticationCredential:
    if len(text) > MAX_ANSWER_LENGTH:
        raise unreadable_answer()
    try:
        return parse_authentication_credential_json(text)
    except PARSE_ERRORS as fault:
        raise unreadable_answer() from fault


def _verify(answer: AuthenticationCredential, challenge: bytes, passkey: Passkey) -> VerifiedAuthentication:
    """Signature and setting. The count is looked at afterwards: only who has the key can raise the alarm over it."""
    party = current_relying_party()
    try:
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
        )
    except PARSE_ERRORS as fault:
        raise _refuse(passkey, unreadable_answer().reason) from fault


def _note_use(passkey: Passkey, shown: VerifiedAuthentication) -> None:
    """Note the use. Raises PasskeyRefused for a count that should have grown: of two uses at once, the later loses."""
    new = shown.new_sign_count
    fits = Passkey.sign_count < new if new else Passkey.sign_count == 0
    used = update(Passkey).where(Passkey.id == passkey.id, fits)
    noted = used.values(sign_count=new, used_at=clock.now(), backed_up=shown.credential_backed_up)
    if current_session().execute(noted).rowcount != 1:  # type: ignore[attr-defined]
        record_event(passkey.subject_id, "passkey_copied", "passkey")
        notify_owner(passkey.subject_id, "passkey_copied")
        text = gettext("There seems to be a copy of that passkey, so it was not accepted. Choose another way.")
        raise PasskeyRefused(text)


def _refuse(passkey: Passkey, reason: str) -> PasskeyRefused:
    note_wrong_factor(passkey.subject_id, "passkey")
    return PasskeyRefused(reason)


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    ways = [AuthenticatorTransport(way) for way in passkey.transports.split(",") if way]
    return PublicKeyCredentialDescriptor(id=passkey.credential_id, transports=ways or None)


def _purpose(owner: int | None) -> str:
    return "sign_in" if owner is None else f"factor:{owner}"
