"""Registration of a passkey: what the browser is asked for, and taking its answer."""

from webauthn import generate_registration_options, options_to_json, verify_registration_response
from webauthn.helpers import parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from asklater.accounts.devices import device_name
from asklater.accounts.passkeys import relying_party
from asklater.accounts.passkeys.parsing import (
    MAX_ANSWER_LENGTH,
    PARSE_ERRORS,
    PasskeyRefused,
    check_client_data,
    unreadable_answer,
)
from asklater.accounts.passkeys.relying_party import current_relying_party
from asklater.accounts.passkeys.service import Credential, keep, passkeys_of, user_handle
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.tables import MAX_CREDENTIAL_ID_LENGTH, MAX_PASSKEY_NAME_LENGTH, Account, Passkey
from asklater.i18n import gettext

MAX_PASSKEYS = 20
"""So many passkeys an account may have."""
DISCOVERABLE_AND_VERIFIED = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
)
"""It knows the account by itself, and asks for a finger, a face or a PIN: so it is two factors at once."""


def registration_options(account: Account) -> str:
    """What the browser is asked to make, as JSON. Those that the account has are named, so that none is made twice.
    "" where the site goes by no name."""
    party = current_relying_party()
    if not party.has_domain:
        return ""
    return options_to_json(
        generate_registration_options(
            rp_id=party.id,
            rp_name=party.brand,
            user_name=address_of(account),
            user_id=user_handle(account.subject_id),
            challenge=relying_party.new_challenge(_purpose(account)),
            timeout=int(relying_party.CHALLENGE_VALID_FOR.total_seconds() * 1000),
            authenticator_selection=DISCOVERABLE_AND_VERIFIED,
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=known.credential_id) for known in passkeys_of(account.subject_id)
            ],
        )
    )


def register(account: Account, text: str) -> Passkey:
    """Keep the passkey that the browser made. Raises PasskeyRefused, and has changed nothing then."""
    known = passkeys_of(account.subject_id)
    if len(known) >= MAX_PASSKEYS:
        raise PasskeyRefused(
            gettext("This account has %(most)s passkeys. Remove one that you no longer use.", most=MAX_PASSKEYS)
        )
    answer = _read(text)
    made = _verify(answer, account)
    if not 0 < len(made.credential_id) <= MAX_CREDENTIAL_ID_LENGTH:
        raise unreadable_answer()
    credential = Credential(
        id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=tuple(sorted({way.value for way in answer.response.transports or ()})),
        backed_up=made.credential_backed_up,
    )
    passkey = keep(account.subject_id, credential, _default_name({passkey.name for passkey in known}))
    if passkey is None:
        raise PasskeyRefused(gettext("That passkey is known here already."))
    return passkey


def _read(text: str) -> RegistrationCredential:
    if len(text) > MAX_ANSWER_LENGTH:
        raise unreadable_answer()
    try:
        return parse_registration_credential_json(text)
    except PARSE_ERRORS as fault:
        raise unreadable_answer() from fault


def _verify(answer: RegistrationCredential, account: Account) -> VerifiedRegistration:
    party = current_relying_party()
    challenge = check_client_data(answer, _purpose(account), party)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=False,
        )
    except PARSE_ERRORS as fault:
        raise unreadable_answer() from fault
    if not made.user_verified:
        raise PasskeyRefused(
            gettext("That passkey does not check who uses it. Choose one with a finger, a face or a PIN.")
        )
    return made


def _purpose(account: Account) -> str:
    return f"add:{account.subject_id}"


def _default_name(taken: set[str]) -> str:
    """The device, numbered where another passkey is called so already."""
    first = device_name()[: MAX_PASSKEY_NAME_LENGTH - 4]
    names = (first, *(f"{first} ({number})" for number in range(2, MAX_PASSKEYS + 2)))
    return next(name for name in names if name not in taken)
