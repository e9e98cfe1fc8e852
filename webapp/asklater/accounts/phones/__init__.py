"""Phones: a number that is asked for only to protect an account, proved by a code, and never its only factor.

Begin with enrolment.py; kinds.py asks for number and proof, numbers.py reads a number, text_codes.py sends codes.
"""

from functools import partial

from flask import Flask

from asklater.accounts.login import SecondFactor, second_factors_of
from asklater.accounts.one_time_codes import parse_code
from asklater.accounts.panels import Panel, add_security_panel
from asklater.accounts.phones import enrolment, text_codes
from asklater.accounts.phones.kinds import PhoneKind, VerifiedPhoneKind
from asklater.accounts.phones.routes import phone_panel
from asklater.accounts.recovery.draft import asked_address
from asklater.accounts.recovery.evidence import Evidence, evidence_of
from asklater.accounts.recovery.methods import PHONE
from asklater.accounts.sessions import SESSIONS_EXTENSION, Sessions, current_sessions
from asklater.engine import current_engine
from asklater.forms import code_input
from asklater.i18n import gettext
from asklater.services import Services

__all__ = ["init_app"]

_EVIDENCE_PURPOSE = "evidence"
"""What its codes are for."""
_PANEL_ORDER = 50


# The phone as evidence after a loss


def _phone_evidence() -> Evidence:
    return Evidence(
        key=PHONE,
        order=50,
        label=lambda: gettext("Phone"),
        is_held=lambda subject_id: bool(_number(subject_id)),
        check=_check,
        make_input=lambda typed, error: code_input(typed, error, gettext("The code that came to your phone"), "text"),
        send=_send,
        send_label=lambda: gettext("Send a code to my phone"),
        add_endpoint="accounts.add_phone",
    )


def _send(subject_id: int) -> None:
    """Text a code to the account's phone, for this session to show; without a phone, one to nobody is written.

    Raises Unable.
    """
    number, visitor = _number(subject_id), current_sessions().ensure_subject()
    text_codes.TEXT_CHANNEL.send(
        visitor.id,
        current_sessions().current_token_hash(),
        number,
        again=True,
        purpose=_EVIDENCE_PURPOSE,
        asked_for=asked_address(),
    )


def _check(subject_id: int, typed: str) -> bool:
    """Use up the code of the text message, in the session that asked for it. Raises Invalid or Unable."""
    visitor, session_hash = current_sessions().ensure_subject(), current_sessions().current_token_hash()
    digits = parse_code(typed, gettext("Type the six digits that we sent to your phone."))
    number = _number(subject_id)
    text_codes.redeem_code(visitor.id, session_hash, number, digits, purpose=_EVIDENCE_PURPOSE)
    return bool(number)  # a code to nobody shows nothing, even where somebody guesses it


def _number(subject_id: int) -> str:
    """Only a phone that was enrolled as a factor is evidence; a number that is merely known is none."""
    return enrolment.enrolled_number(current_engine(), subject_id)


def init_app(app: Flask, services: Services) -> None:
    """Register the kinds `phone` and `verified_phone`, and the condition by which no phone is asked in vain."""
    engine = services.engine
    sessions: Sessions = app.extensions[SESSIONS_EXTENSION]
    engine.registry.register_kind(PhoneKind())
    engine.registry.register_kind(VerifiedPhoneKind(engine, sessions))
    engine.registry.register_condition("has_strong_factor", enrolment.has_strong_factor)
    second_factors_of(app).register(
        SecondFactor(
            key=enrolment.PHONE_KEY,
            order=_PANEL_ORDER,
            label=lambda: gettext("A code by text message"),
            is_held=lambda number: bool(enrolment.enrolled_number(engine, number)),
            endpoint="accounts.phone_factor",
            weak=True,
        )
    )
    evidence_of(app).register(_phone_evidence())
    evidence_of(app).register_removal(enrolment.drop_phone_factor)
    add_security_panel(app, _PANEL_ORDER, Panel("asklater/accounts/phones/_phone.html", partial(phone_panel, engine)))
