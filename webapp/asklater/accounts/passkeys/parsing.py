"""Parsing what a browser answers for a passkey: nothing about it is trusted, and each fault is one sentence."""

from typing import TypeVar

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn.helpers import parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import AuthenticationCredential, RegistrationCredential

from asklater.accounts.passkeys import relying_party
from asklater.accounts.passkeys.relying_party import RelyingParty
from asklater.i18n import gettext

MAX_ANSWER_LENGTH = 20_000
PARSE_ERRORS = (
    WebAuthnException,
    InvalidSignature,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What the library raises on an answer that is none: its own errors, and those of the parsers below it."""
Answer = TypeVar("Answer", RegistrationCredential, AuthenticationCredential)


class PasskeyRefused(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The answer is not accepted. `reason` tells the person why, and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def unreadable_answer() -> PasskeyRefused:
    return PasskeyRefused(gettext("That was no answer of a passkey. Nothing was changed. Try again."))


def check_client_data(
    answer: RegistrationCredential | AuthenticationCredential, purpose: str, party: RelyingParty
) -> bytes:
    """The challenge that was answered: for this site, and given to this session for this purpose.

    Raises PasskeyRefused.

    The challenge is used up by this, whatever becomes of the answer.
    """
    try:
        told = parse_client_data_json(answer.response.client_data_json)
    except PARSE_ERRORS as fault:
        raise unreadable_answer() from fault
    if not relying_party.use_challenge(told.challenge, purpose):
        raise PasskeyRefused(gettext("That took longer than five minutes, or was answered already. Try again."))
    if told.origin != party.origin or told.cross_origin:
        raise PasskeyRefused(gettext("The passkey answered to another site than this one, so it was not accepted."))
    return told.challenge
