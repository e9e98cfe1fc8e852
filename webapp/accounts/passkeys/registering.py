"""Adding a passkey: what the browser is asked for, and taking its answer."""

from typing import cast

from sqlalchemy import Table
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

from webapp import clock
from webapp.accounts.devices import device
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.models import Account
from webapp.accounts.passkeys import challenges
from webapp.accounts.passkeys.keeping import passkeys_of, user_handle
from webapp.accounts.passkeys.models import LONGEST_ID, LONGEST_NAME, Passkey
from webapp.accounts.passkeys.party import current_party
from webapp.accounts.passkeys.reading import FAULTS, LONGEST, Refused, check_setting, not_understood
from webapp.db import current_database, current_session
from webapp.profiling.words import gettext

PASSKEY = cast("Table", Passkey.__table__)
MOST = 20
"""So many passkeys an account may have."""
WITH_ITS_PERSON = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
)
"""It knows the account by itself, and asks for a finger, a face or a PIN: so it is two factors at once."""


def options(account: Account) -> str:
    """What the browser is asked to make, as JSON. Those that the account has are named, so that none is made twice."""
    party = current_party()
    return options_to_json(
        generate_registration_options(
            rp_id=party.id,
            rp_name=party.brand,
            user_name=address_of(account),
            user_id=user_handle(account.subject_id),
            challenge=challenges.challenge(_purpose(account)),
            timeout=int(challenges.GOOD_FOR.total_seconds() * 1000),
            authenticator_selection=WITH_ITS_PERSON,
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=known.credential_id) for known in passkeys_of(account.subject_id)
            ],
        )
    )


def register(account: Account, text: str) -> Passkey:
    """Keep the passkey that the browser made. Raises Refused, and has changed nothing then."""
    known = passkeys_of(account.subject_id)
    if len(known) >= MOST:
        raise Refused(gettext("This account has %(most)s passkeys. Remove one that you no longer use.", most=MOST))
    answer = _read(text)
    made = _verify(answer, account)
    if not 0 < len(made.credential_id) <= LONGEST_ID:
        raise not_understood()
    row = {
        "subject_id": account.subject_id,
        "credential_id": made.credential_id,
        "public_key": made.credential_public_key,
        "sign_count": made.sign_count,
        "user_handle": user_handle(account.subject_id),
        "name": _name({passkey.name for passkey in known}),
        "transports": ",".join(sorted({way.value for way in answer.response.transports or ()})),
        "backed_up": made.credential_backed_up,
        "added_at": clock.now(),
    }
    adding = current_database().insert(PASSKEY).values(row).on_conflict_do_nothing().returning(PASSKEY.c.id)
    number = current_database().writing().execute(adding).scalar()
    if number is None:
        raise Refused(gettext("That passkey is known here already."))
    return current_session().get_one(Passkey, number)


def _read(text: str) -> RegistrationCredential:
    if len(text) > LONGEST:
        raise not_understood()
    try:
        return parse_registration_credential_json(text)
    except FAULTS as fault:
        raise not_understood() from fault


def _verify(answer: RegistrationCredential, account: Account) -> VerifiedRegistration:
    party = current_party()
    challenge = check_setting(answer, _purpose(account), party)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=False,
        )
    except FAULTS as fault:
        raise not_understood() from fault
    if not made.user_verified:
        raise Refused(gettext("That passkey does not check who uses it. Choose one with a finger, a face or a PIN."))
    return made


def _purpose(account: Account) -> str:
    return f"add:{account.subject_id}"


def _name(taken: set[str]) -> str:
    """The device, numbered where another passkey is called so already."""
    first = device()[: LONGEST_NAME - 4]
    names = (first, *(f"{first} ({number})" for number in range(2, MOST + 2)))
    return next(name for name in names if name not in taken)
