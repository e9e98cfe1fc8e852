"""What the pages show of an account's phone."""

from dataclasses import dataclass

from flask import url_for

from webapp.accounts.phones import enrolling
from webapp.accounts.phones.fields import phone_field
from webapp.accounts.phones.numbers import ending
from webapp.profiling.engine import Engine
from webapp.sms.posting import can_text


@dataclass(frozen=True)
class PhonePanel:
    """`digits` are the last two of the enrolled number, "" while there is none; `allowed` tells whether one may be."""

    digits: str
    allowed: bool
    remove_url: str


@dataclass(frozen=True)
class AddPhonePage:
    """`known` tells whether the account is proved already; otherwise that is asked first."""

    title: str
    known: bool


def panel_of(engine: Engine, subject_id: int) -> PhonePanel | None:
    """None where no text message could be sent and none is waited for."""
    number = enrolling.enrolled_number(engine, subject_id)
    if not number and not can_text():
        return None
    return PhonePanel(
        digits=ending(number),
        allowed=enrolling.may_protect(subject_id),
        remove_url=url_for("accounts.confirm_remove", field=phone_field(engine).key),
    )
