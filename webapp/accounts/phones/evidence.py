"""The phone as evidence after a loss: a code goes to the proved number, and is typed in the session that asked."""

import re

from webapp.accounts.answering_forms import code_input
from webapp.accounts.devices import network
from webapp.accounts.limits import spend
from webapp.accounts.phones import texting
from webapp.accounts.phones.enrolling import proved_number
from webapp.accounts.recovery.evidence import Evidence
from webapp.accounts.recovery.ways import PHONE
from webapp.accounts.visits import current_visits
from webapp.profiling.engine import current_engine
from webapp.profiling.words import gettext

SHOW = "evidence"
"""What its codes are for."""


def phone_evidence() -> Evidence:
    return Evidence(
        key=PHONE,
        place=50,
        label=lambda: gettext("Phone"),
        held=lambda subject_id: bool(_number(subject_id)),
        check=_check,
        ask=lambda typed, error: code_input(typed, error, gettext("The code that came to your phone")),
        send=_send,
        send_label=lambda: gettext("Send a code to my phone"),
        add_endpoint="accounts.add_phone",
    )


def _send(subject_id: int) -> None:
    """Text a code there, for this session to show; for an account without a phone, only the limit counts it.

    Raises Unable.
    """
    number, visitor = _number(subject_id), current_visits().arrive()
    if number:
        visit = current_visits().hash_of_this()
        texting.BY_TEXT.send(visitor.id, visit, number, again=True, purpose=SHOW)
    else:
        spend(texting.TEXTS_TO_MANY, network())


def _check(subject_id: int, typed: str) -> bool:
    """Use up the code, in the session that asked for it. Raises Invalid or Unable."""
    visitor, visit = current_visits().arrive(), current_visits().hash_of_this()
    digits = re.sub(r"[\s-]", "", typed)
    texting.redeem(visitor.id, visit, _number(subject_id), digits, purpose=SHOW)
    return True


def _number(subject_id: int) -> str:
    return proved_number(current_engine(), subject_id)
