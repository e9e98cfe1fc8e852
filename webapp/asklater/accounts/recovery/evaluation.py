"""Evaluation of what somebody shows: all of it has to be right, and nothing is used up unless all of it is."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from asklater.accounts.address_allowances import AddressAllowance
from asklater.accounts.address_ownership import lock_address
from asklater.accounts.devices import UNKNOWN_DEVICES, device_or_network, recovery_bucket
from asklater.accounts.email_addresses import owner_of_address
from asklater.accounts.factor_attempts import note_wrong_factor, tell_of_guessing
from asklater.accounts.recovery.draft import RecoveryDraft
from asklater.accounts.recovery.evidence import NO_ACCOUNT, Evidence, current_evidence
from asklater.accounts.recovery.methods import Loss, RecoveryMethod, accepted_evidence, available_methods
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account
from asklater.database.access import current_session
from asklater.email_addresses import normalise_address
from asklater.forms import error_text
from asklater.i18n import gettext
from asklater.kinds.base import Invalid, Unable
from asklater.networks import client_network
from asklater.rate_limits import RateLimit, spend, tried_too_often

HOUR, DAY, QUARTER = timedelta(hours=1), timedelta(days=1), timedelta(minutes=15)
TRIES = RateLimit("recovery tries", 5, QUARTER)
"""Per address as it was typed, whether an account has it or not. A device that has shown the account's second factor
has its own; those that have proved the address share one."""
TRIES_OF_DAY = RateLimit("recovery tries of a day", 20, DAY)
TRIES_OF_STRANGERS = AddressAllowance(
    of_device=TRIES,
    of_purpose=RateLimit("recovery tries from one network after one loss", 5, QUARTER),
    of_network=RateLimit("recovery tries at one address from one network", 10, DAY),
    of_strangers=RateLimit("recovery tries of strangers", 20, DAY),
    reserve_of_network=RateLimit("recovery tries from one network, of the reserve", 1, HOUR),
    reserve=RateLimit("recovery tries of strangers, of the reserve", 90, DAY),
)
"""The same for all other devices: at most 110 tries a day, and no network uses up what another one is allowed.
No digits alone open an account: every method wants an address or a recovery code, too."""
TRIES_OF_SESSION = RateLimit("recovery tries of one session", 20, HOUR)
TRIES_OF_NETWORK = RateLimit("recovery tries from one network", 60, HOUR)
CODES_SENT = RateLimit("codes for recovery", 5, HOUR)
"""Per address as it was typed, and per device or network. How many reach whom is limited where they are sent."""
log = logging.getLogger("asklater.audit")
TypedEvidence = Mapping[str, str]
"""What was typed, by the key of the evidence; "" for what was left out."""


def evidence_to_type(lost: Loss) -> tuple[Evidence, ...]:
    """Everything that can be typed after this loss, the same for every account."""
    return current_evidence().to_type(accepted_evidence(lost))


def read_typed_evidence(form: Mapping[str, str]) -> TypedEvidence:
    """What a form says of each evidence."""
    return {evidence.key: form.get(evidence.key, "").strip()[:1_000] for evidence in current_evidence().all}


def send_evidence_code(draft: RecoveryDraft, key: str) -> None:
    """Have a code sent to what `key` names, if the account has it; nothing tells whether it does. Raises Unable."""
    spend(CODES_SENT, normalise_address(draft.address), device_or_network(draft.address))
    evidence = next((known for known in evidence_to_type(draft.loss) if known.key == key and known.send), None)
    if evidence is None or evidence.send is None:
        return
    try:
        evidence.send(owner_of_address(draft.address) or NO_ACCOUNT)
    except Unable:  # a limit of the account's own: saying so would say that there is one
        return


def evaluate(draft: RecoveryDraft, typed: TypedEvidence) -> tuple[int, RecoveryMethod, frozenset[str]]:
    """The account, its quickest method by what was shown, and what was shown.

    Raises Invalid with one and the same sentence for whatever is wrong, be it that there is no account; and Unable.
    """
    lock_address(draft.new_address)  # before any code: whoever proves an address holds it first, too
    owner = owner_of_address(draft.address)
    _spend_try(draft.address, draft.loss, owner)
    wrong = evidence_errors(owner or NO_ACCOUNT, draft.loss, typed)
    shown = _shown(draft.loss, typed)
    methods = available_methods(draft.loss, shown)
    if owner is None or wrong or not methods:
        log.info("event=recovery_refused")  # no line of the account's own trail: an unknown one could have none
        raise Invalid({"": gettext("These do not open that account together. Check the address and everything here.")})
    return owner, methods[0], shown


def evaluate_lost_factor(account: Account, typed: TypedEvidence) -> tuple[RecoveryMethod, frozenset[str]]:
    """The quickest method after a lost factor, and what was shown. The address was proved, so errors are told.

    Raises Invalid, by the key of the evidence, and Unable.
    """
    _spend_try(address_of(account), Loss.FACTOR, account.subject_id)
    shown = _shown(Loss.FACTOR, typed)
    methods = available_methods(Loss.FACTOR, shown, staff=account.role != "")
    if not methods:
        raise Unable(gettext("For the staff, a code by email is not enough. Show one of these as well."))
    wrong = evidence_errors(account.subject_id, Loss.FACTOR, typed)
    if wrong:
        note_wrong_factor(account.subject_id, "recovery")
        raise Invalid(wrong)
    return methods[0], shown


def evidence_errors(subject_id: int, lost: Loss, typed: TypedEvidence) -> dict[str, str]:
    """A sentence for each that is wrong. Where there is none, all of it has been used up."""
    given = [evidence for evidence in evidence_to_type(lost) if typed.get(evidence.key)]
    wrong = {evidence.key: _rehearse(evidence, subject_id, typed[evidence.key]) for evidence in given}
    if not any(wrong.values()):
        wrong = {evidence.key: _check(evidence, subject_id, typed[evidence.key]) for evidence in given}
    return {key: sentence for key, sentence in wrong.items() if sentence}


def _rehearse(evidence: Evidence, subject_id: int, typed: str) -> str:
    """Check, and take back what a success used up: a slip in one input must not cost what stands in the next.
    What a failure counted stays counted."""
    step = current_session().begin_nested()
    wrong = _check(evidence, subject_id, typed)
    if wrong:
        step.commit()
    else:
        step.rollback()
    return wrong


def _check(evidence: Evidence, subject_id: int, typed: str) -> str:
    """What is wrong with it, "" for nothing."""
    try:
        right = evidence.check is not None and evidence.check(subject_id, typed)
    except (Invalid, Unable) as refused:
        return error_text(refused)
    return "" if right else gettext("That is not right.")


def _shown(lost: Loss, typed: TypedEvidence) -> frozenset[str]:
    return frozenset(evidence.key for evidence in evidence_to_type(lost) if typed.get(evidence.key))


def _spend_try(address: str, lost: Loss, owner: int | None) -> None:
    """Use up one try, whether the address has an account or not; the owner of one is told of what is refused."""
    current_sessions().ensure_subject()
    spend(TRIES_OF_NETWORK, client_network())
    spend(TRIES_OF_SESSION, current_sessions().current_token_hash().hex())
    bucket = recovery_bucket(owner or NO_ACCOUNT, address)
    try:
        if bucket == UNKNOWN_DEVICES:
            wait = TRIES_OF_STRANGERS.use(address, lost).wait
            if wait:
                raise tried_too_often(wait)
        else:
            spend(TRIES, normalise_address(address), bucket)
            spend(TRIES_OF_DAY, normalise_address(address), bucket)
    except Unable:
        if owner is not None:
            tell_of_guessing(owner)
        raise
