"""Judging what somebody shows: all of it has to be right, and nothing is used up unless all of it is."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from webapp.accounts.addresses import owner_of
from webapp.accounts.answering_forms import error_of
from webapp.accounts.auditing import record
from webapp.accounts.claiming import lock
from webapp.accounts.devices import guessing_as, network
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.limits import Limit, spend
from webapp.accounts.models import Account
from webapp.accounts.recovery.begun import Begun
from webapp.accounts.recovery.evidence import NOBODY, Evidence, current_evidence
from webapp.accounts.recovery.ways import Lost, Way, open_ways, wanted
from webapp.accounts.visits import current_visits
from webapp.db import current_session
from webapp.profiling.kinds.base import Invalid, Unable
from webapp.profiling.words import gettext

TRIES = Limit("recovery tries", 10, timedelta(hours=1))
"""Per address as it was typed, whether an account has it or not. A device that has proved it has its own."""
TRIES_OF_VISIT = Limit("recovery tries of one session", 20, timedelta(hours=1))
TRIES_FROM_NETWORK = Limit("recovery tries from one network", 60, timedelta(hours=1))
SENDS = Limit("codes for recovery", 5, timedelta(hours=1))
log = logging.getLogger("webapp.audit")
Typed = Mapping[str, str]
"""What was typed, by the key of the evidence; "" for what was left out."""


def asked(lost: Lost) -> tuple[Evidence, ...]:
    """Everything that can be typed after this loss, the same for every account."""
    return current_evidence().typed(wanted(lost))


def typed_in(form: Mapping[str, str]) -> Typed:
    """What a form says of each evidence."""
    return {evidence.key: form.get(evidence.key, "").strip()[:200] for evidence in current_evidence().all}


def send(begun: Begun, key: str) -> None:
    """Have a code sent to what `key` names, if the account has it; nothing tells whether it does. Raises Unable."""
    spend(SENDS, begun.address, guessing_as(begun.address))
    evidence = next((known for known in asked(begun.lost) if known.key == key and known.send), None)
    if evidence is None or evidence.send is None:
        return
    try:
        evidence.send(owner_of(begun.address) or NOBODY)
    except Unable:  # a limit of the account's own: saying so would say that there is one
        return


def judge(begun: Begun, typed: Typed) -> tuple[int, Way, frozenset[str]]:
    """The account, its quickest way by what was shown, and what was shown.

    Raises Invalid with one and the same sentence for whatever is wrong, be it that there is no account; and Unable.
    """
    lock(begun.new)  # before any code: whoever proves an address holds it first, too
    _spend_try(begun.address)
    owner = owner_of(begun.address)
    wrong = what_is_wrong(owner or NOBODY, begun.lost, typed)
    shown = _shown(begun.lost, typed)
    ways = open_ways(begun.lost, shown)
    if owner is None or wrong or not ways:
        log.info("event=recovery_refused")  # no line of the account's own trail: an unknown one could have none
        raise Invalid({"": gettext("These do not open that account together. Check the address and everything here.")})
    return owner, ways[0], shown


def judge_openly(account: Account, typed: Typed) -> tuple[Way, frozenset[str]]:
    """The same after a lost factor, where the address was proved: errors are told, by the key of the evidence."""
    _spend_try(address_of(account))
    shown = _shown(Lost.FACTOR, typed)
    ways = open_ways(Lost.FACTOR, shown, staff=account.role != "")
    if not ways:
        raise Unable(gettext("For the staff, a code by mail is not enough. Show one of these as well."))
    wrong = what_is_wrong(account.subject_id, Lost.FACTOR, typed)
    if wrong:
        record(account.subject_id, "factor_refused", "recovery")
        raise Invalid(wrong)
    return ways[0], shown


def what_is_wrong(subject_id: int, lost: Lost, typed: Typed) -> dict[str, str]:
    """A sentence for each that is wrong. Where there is none, all of it has been used up."""
    given = [evidence for evidence in asked(lost) if typed.get(evidence.key)]
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
        return error_of(refused)
    return "" if right else gettext("That is not right.")


def _shown(lost: Lost, typed: Typed) -> frozenset[str]:
    return frozenset(evidence.key for evidence in asked(lost) if typed.get(evidence.key))


def _spend_try(address: str) -> None:
    current_visits().arrive()
    spend(TRIES_FROM_NETWORK, network())
    spend(TRIES_OF_VISIT, current_visits().hash_of_this().hex())
    spend(TRIES, address, guessing_as(address))
