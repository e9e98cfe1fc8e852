"""Codes by text message: only to countries that are listed, within limits, and not where they are never used."""

import hmac
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from flask import current_app, render_template
from sqlalchemy import ColumnElement, delete

from webapp import clock
from webapp.accounts.channels import Channel
from webapp.accounts.devices import guessing_as, network, remember
from webapp.accounts.limits import Limit, spend
from webapp.accounts.phones import numbers
from webapp.accounts.phones.breaker import pass_breaker
from webapp.accounts.phones.fields import countries_of, phone_field
from webapp.accounts.phones.models import PhoneCode
from webapp.db import Database
from webapp.profiling.engine import current_engine
from webapp.profiling.kinds.base import Unable
from webapp.profiling.words import gettext
from webapp.site import origin
from webapp.sms.posting import can_text, text

HOUR = timedelta(hours=1)
TEXTS = Limit("codes by text message", 5, HOUR)
"""Per number. A device that has proved it before has its own; all others share one."""
TEXTS_OF_ONE = Limit("codes by text message for one account", 8, HOUR)
TEXTS_TO_MANY = Limit("codes by text message from one network", 20, HOUR)
TRIES_OF_ONE = Limit("tries at codes by text message of one account", 20, HOUR)
KEPT_FOR = timedelta(days=2)


class ByText(Channel[PhoneCode]):
    """Codes to a phone."""

    codes = PhoneCode
    tries = Limit("tries at codes by text message", 20, HOUR)

    def admit(self, subject_id: int, recipient: str) -> None:
        if not can_text() or not numbers.is_allowed(recipient, countries_of(phone_field(current_engine()))):
            raise Unable(gettext("We cannot send text messages to this number. Use another way, such as a passkey."))
        pass_breaker(numbers.calling_code(recipient))
        spend(TEXTS_TO_MANY, network())
        spend(TEXTS_OF_ONE, subject_id, guessing_as(recipient))
        spend(TEXTS, recipient, guessing_as(recipient))

    def went_to(self, recipient: str) -> ColumnElement[bool]:
        return PhoneCode.number_mark == _mark(recipient)

    def address(self, code: PhoneCode, recipient: str) -> None:
        code.number_mark = _mark(recipient)
        code.number = current_engine().seal(code.subject_id, label_of(code.purpose, code.code_hash), recipient)
        code.calling_code = numbers.calling_code(recipient)

    def dispatch(self, subject_id: int, recipient: str, code: str) -> None:
        """The last line is for the phone: it offers the code on this site and on no other."""
        host = urlsplit(origin()).hostname
        text(recipient, render_template("sms/code.txt", code=code, host=host).strip(), subject_id=subject_id)


BY_TEXT = ByText()


def number_of(code: PhoneCode) -> str:
    """Where the code went."""
    label = label_of(code.purpose, code.code_hash)
    return current_engine().open(code.subject_id, {label: code.number})[label]


def redeem(subject_id: int, visit_hash: bytes, number: str, typed: str, *, purpose: str) -> None:
    """Use up the code that went to the number. Raises Invalid or Unable."""
    spend(TRIES_OF_ONE, subject_id, guessing_as(number))
    BY_TEXT.redeem(subject_id, visit_hash, number, typed, purpose=purpose).verified = True
    remember(number)


def forget_old(database: Database) -> int:
    """Delete the codes that are over; how many."""
    gone = delete(PhoneCode).where(PhoneCode.sent_at < clock.now() - KEPT_FOR)
    return database.writing().execute(gone).rowcount


def _mark(number: str) -> bytes:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"phone:{number}".encode(), sha256).digest()


def label_of(purpose: str, code_hash: bytes) -> str:
    """What a code's number is sealed as."""
    return f"phone_code:{purpose}:{code_hash.hex()}"
