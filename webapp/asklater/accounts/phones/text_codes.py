"""Codes by text message: to listed countries, within limits, and not where hardly any is ever typed in."""

import hmac
import logging
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from flask import current_app, render_template
from sqlalchemy import ColumnElement, func, select

from asklater import clock
from asklater.accounts.address_allowances import AddressAllowance
from asklater.accounts.devices import attempt_bucket, known_device, remember_proof
from asklater.accounts.one_time_codes import FACTOR, CodeChannel
from asklater.accounts.phones import numbers
from asklater.accounts.phones.enrolment import allowed_countries, phone_field
from asklater.accounts.tables import HaltedTexting, PhoneCode
from asklater.database.access import current_database, table_of
from asklater.engine import current_engine
from asklater.http import site_origin
from asklater.i18n import gettext
from asklater.kinds.base import Unable
from asklater.messages.text_messages import can_text, post_text
from asklater.networks import client_network
from asklater.rate_limits import RateLimit, spend, tried_too_often

BREAKER_WINDOW = timedelta(hours=1)
MIN_CODE_AGE = timedelta(minutes=10)
"""A younger code may still be typed in."""
MIN_CODES_COUNTED = 20
"""Fewer say nothing."""
MIN_VERIFIED_SHARE = 0.2
HALTED_FOR = timedelta(hours=1)
HALT_TABLE = table_of(HaltedTexting)
log = logging.getLogger(__name__)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEXTED_CODES = AddressAllowance(
    of_device=RateLimit("codes by text message for a device that has proved the number", 5, HOUR),
    of_purpose=RateLimit("codes by text message for one purpose from one network", 5, HOUR),
    of_network=RateLimit("codes by text message to one number from one network", 6, DAY),
    of_strangers=RateLimit("codes by text message for strangers", 10, DAY),
    reserve_of_network=RateLimit("codes by text message from one network, of the reserve", 1, HOUR),
    reserve=RateLimit("codes by text message for strangers, of the reserve", 15, DAY),
)
"""Per number: at most 25 a day at the wish of strangers, fewer than TEXTS_TO_NUMBER, since each costs money."""
CODES_OF_ACCOUNT = RateLimit("codes by text message for one account", 8, HOUR)
"""To whatever numbers its person types. At the sign-in the number is given, and TEXTED_CODES limits it: strangers who
know the address use up nothing else of the account."""
CODES_OF_NETWORK = RateLimit("codes by text message from one network", 20, HOUR)
TRIES_OF_ACCOUNT = RateLimit("tries at codes by text message of one account", 20, HOUR)
NO_COUNTRY = 0
"""The calling code of nobody."""


# The circuit breaker


def check_breaker(calling_code: int) -> None:
    """Nothing, where text messages may go there. Raises Unable while they may not.

    For no country it looks up the same, and halts nothing: what is written to nobody is never typed in.
    """
    halted = _halted_for(calling_code)
    abused = not halted and _is_abused(calling_code)
    wait = halted or (_halt(calling_code) if abused and calling_code != NO_COUNTRY else 0)
    if wait:
        sentence = gettext(
            "We send no text messages to numbers with +%(code)s for an hour, because hardly any of the last ones "
            "was used. Use a passkey or an authenticator app instead; nothing is lost.",
            code=calling_code,
        )
        raise Unable(sentence, retry_after=wait)


def _halted_for(calling_code: int) -> int:
    """Seconds until the halt is over, 0 where there is none; one of a clock that was ahead is none."""
    found = select(HALT_TABLE.c.until).where(
        HALT_TABLE.c.calling_code == calling_code, HALT_TABLE.c.until <= clock.now() + HALTED_FOR + clock.SKEW
    )
    until = current_database().reading().execute(found).scalar()
    return max(0, -int((clock.now() - until).total_seconds() // 1)) if until else 0


def _is_abused(calling_code: int) -> bool:
    moment = clock.now()
    counted = select(func.count(), func.count().filter(PhoneCode.verified)).where(
        PhoneCode.calling_code == calling_code,
        PhoneCode.sent_at > moment - BREAKER_WINDOW,
        PhoneCode.sent_at <= moment - MIN_CODE_AGE,
    )
    sent, verified = current_database().reading().execute(counted).one()
    return bool(sent >= MIN_CODES_COUNTED and verified < MIN_VERIFIED_SHARE * sent)


def _halt(calling_code: int) -> int:
    """Send nothing there for an hour. Of several who find out at once, one writes the warning."""
    database, moment = current_database(), clock.now()
    row = {"calling_code": calling_code, "until": moment + HALTED_FOR}
    halting = database.insert(HALT_TABLE).values(row)
    over = (HALT_TABLE.c.until <= moment) | (HALT_TABLE.c.until > moment + HALTED_FOR + clock.SKEW)
    first = halting.on_conflict_do_update(
        index_elements=[HALT_TABLE.c.calling_code], set_={"until": row["until"]}, where=over
    ).returning(HALT_TABLE.c.until)
    if database.writing().execute(first).first() is not None:
        log.warning("no text messages to +%s for an hour: fewer than 20 %% of the last ones were used", calling_code)
    return int(HALTED_FOR.total_seconds())


# The channel


class TextChannel(CodeChannel[PhoneCode]):
    """Codes to a phone."""

    table = PhoneCode
    try_limit = RateLimit("tries at codes by text message", 20, HOUR)

    def check_limits(self, subject_id: int, recipient: str, purpose: str, counted_as: str) -> None:
        countries = allowed_countries(phone_field(current_engine()))
        if not can_text() or (recipient and not numbers.is_allowed(recipient, countries)):
            raise Unable(gettext("We cannot send text messages to this number. Use another way, such as a passkey."))
        check_breaker(_calling_code(recipient))
        spend(CODES_OF_NETWORK, client_network())
        if purpose != FACTOR:
            spend(CODES_OF_ACCOUNT, subject_id, attempt_bucket(recipient))
        wait = TEXTED_CODES.use(counted_as, purpose).wait
        if wait:
            raise tried_too_often(wait)

    def sent_to(self, recipient: str) -> ColumnElement[bool]:
        return PhoneCode.number_mark == _mark_of_number(recipient)

    def set_recipient(self, code: PhoneCode, recipient: str) -> None:
        code.number_mark = _mark_of_number(recipient)
        code.number = current_engine().seal(
            code.subject_id, label_of_phone_code(code.purpose, code.code_hash), recipient
        )
        code.calling_code = _calling_code(recipient)

    def deliver(self, subject_id: int, recipient: str, code: str, counted_as: str) -> None:
        """The last line is for the phone: it offers the code on this site and on no other."""
        host = urlsplit(site_origin()).hostname
        text = render_template("asklater/messages/texted_code.txt", code=code, host=host).strip()
        proved = bool(known_device(recipient))
        if not post_text(recipient, text, subject_id=subject_id, proved=proved, counted_as=counted_as):
            raise Unable(gettext("This number was sent too many texts today. Use another way, or try again tomorrow."))


TEXT_CHANNEL = TextChannel()


def number_of_code(code: PhoneCode) -> str:
    """Where the code went."""
    label = label_of_phone_code(code.purpose, code.code_hash)
    return current_engine().open(code.subject_id, {label: code.number})[label]


def redeem_code(subject_id: int, session_hash: bytes, number: str, typed: str, *, purpose: str) -> None:
    """Use up the code that went to the number. Raises Invalid or Unable."""
    spend(TRIES_OF_ACCOUNT, subject_id, attempt_bucket(number))
    TEXT_CHANNEL.redeem(subject_id, session_hash, number, typed, purpose=purpose).verified = True
    if number:
        remember_proof(number)


def _calling_code(recipient: str) -> int:
    return numbers.calling_code(recipient) if recipient else NO_COUNTRY


def _mark_of_number(number: str) -> bytes:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"phone:{number}".encode(), sha256).digest()


def label_of_phone_code(purpose: str, code_hash: bytes) -> str:
    """What a code's number is sealed as."""
    return f"phone_code:{purpose}:{code_hash.hex()}"
