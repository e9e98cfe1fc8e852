"""One-time codes: six digits, ten minutes, one use, for one session and purpose; channels, of which mail is here."""

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Generic, TypeVar

from flask import current_app
from sqlalchemy import ColumnElement, select, update

from asklater import clock
from asklater.accounts.address_allowances import AddressAllowance
from asklater.accounts.devices import device_or_network, own_codes_token
from asklater.accounts.sealed_addresses import set_code_address
from asklater.accounts.tables import EmailCode, OneTimeCode
from asklater.database.access import current_database, current_session, is_within
from asklater.email_addresses import normalise_address
from asklater.endpoints import url_for
from asklater.http import absolute_url
from asklater.i18n import gettext
from asklater.kinds import typed_codes
from asklater.kinds.base import Invalid
from asklater.kinds.typed_text import UnfitText
from asklater.messages.bounces import forget_bounce
from asklater.messages.mail import Importance, post_mail
from asklater.messages.sealing import address_mark
from asklater.networks import client_network
from asklater.rate_limits import RateLimit, spend, tried_too_often, try_to_spend

CODE_VALID_FOR = timedelta(minutes=10)
TRIES_PER_CODE = 5
PROVE, CHANGE, CONFIRM, RECOVER, FACTOR = "prove", "change", "confirm", "recover", "factor"

AnyCode = TypeVar("AnyCode", bound=OneTimeCode)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAILED_CODE_TRIES = RateLimit("code tries", 20, HOUR)
MAILED_CODES = AddressAllowance(
    of_device=RateLimit("codes by email for a device that has proved the address", 6, HOUR),
    of_purpose=RateLimit("codes by email for one purpose from one network", 6, HOUR),
    of_network=RateLimit("codes by email to one address from one network", 12, DAY),
    of_strangers=RateLimit("codes by email for strangers", 36, DAY),
    reserve_of_network=RateLimit("codes by email from one network, of the reserve", 1, HOUR),
    reserve=RateLimit("codes by email for strangers, of the reserve", 60, DAY),
)
"""Per address. At most 96 codes a day go to it at the wish of strangers, who have 480 tries at them."""
WARNINGS = RateLimit("warnings of many codes", 1, DAY)
"""Per address."""
MAILED_CODES_OF_NETWORK = RateLimit("codes by email from one network", 60, HOUR)


class CodeChannel(Generic[AnyCode]):
    """A channel by which codes are sent: their table, their limit, and the four steps that differ."""

    table: type[AnyCode]
    try_limit: RateLimit
    """Per recipient, for each device that has proved it before, and each network of others. Every code takes five."""

    def key(self, recipient: str) -> str:
        """What two spellings of the recipient share."""
        return recipient

    def check_limits(self, subject_id: int, recipient: str, purpose: str, counted_as: str) -> None:
        """Check that a code may be sent to the recipient now, who counts as `counted_as`. Raises Unable."""
        raise NotImplementedError

    def sent_to(self, recipient: str) -> ColumnElement[bool]:
        """The condition on codes that they were sent to the recipient."""
        raise NotImplementedError

    def set_recipient(self, code: AnyCode, recipient: str) -> None:
        """Note on the code where it goes."""
        raise NotImplementedError

    def deliver(self, subject_id: int, recipient: str, code: str, counted_as: str) -> None:
        """Write the message that brings it; one to nobody ("") is never sent."""
        raise NotImplementedError

    def send(
        self,
        subject_id: int,
        session_hash: bytes,
        recipient: str,
        *,
        again: bool,
        purpose: str = PROVE,
        asked_for: str = "",
    ) -> bool:
        """Send a code, unless one was sent within its term and no new one is wanted; whether one was. Raises Unable.

        One that wrong tries have used up is replaced on request only, so that guessing sends no message.

        A code to nobody ("") takes the same work, and is never sent: no time tells that nobody is there. Its limits
        count by `asked_for`, what was typed, as those of a recipient count by where the code goes.
        """
        if not again and self.current_code(subject_id, session_hash, purpose, recipient) is not None:
            return False
        counted_as = recipient or f"nobody:{asked_for}"  # apart from codes that go to what was typed
        self.check_limits(subject_id, recipient, purpose, counted_as)
        session, moment = current_session(), clock.now()
        digits = f"{secrets.randbelow(10**6):06d}"
        replaced = update(self.table).where(self._asked_by(subject_id, session_hash, purpose))
        session.execute(replaced.values(used_at=moment))
        code = self.table(
            subject_id=subject_id,
            session_hash=session_hash,
            purpose=purpose,
            code_hash=_code_hash(purpose, self.key(recipient), digits),
            sent_at=moment,
            tries=0,
        )
        self.set_recipient(code, recipient)
        session.add(code)
        self.deliver(subject_id, recipient, digits, counted_as)
        return True

    def redeem(
        self, subject_id: int, session_hash: bytes, recipient: str, typed: str, *, purpose: str = PROVE
    ) -> AnyCode:
        """Use up the code. Raises Invalid with a sentence that says what to do, Unable after too many tries."""
        code = self.current_code(subject_id, session_hash, purpose, recipient)
        if code is None or code.tries >= TRIES_PER_CODE:
            raise Invalid({"": gettext("That code has run out. Type the six digits of a new one.")}, "code_expired")
        spend(self.try_limit, self.key(recipient), device_or_network(recipient))
        current_session().refresh(code, with_for_update=True)  # others may have tried it since: each counts
        if code.used_at is not None:
            raise Invalid({"": gettext("That code was used already. Send a new one.")}, "code_used")
        if code.tries >= TRIES_PER_CODE:
            raise Invalid({"": gettext("That code has run out. Type the six digits of a new one.")}, "code_expired")
        if not hmac.compare_digest(code.code_hash, _code_hash(purpose, self.key(recipient), typed)):
            code.tries += 1
            left = TRIES_PER_CODE - code.tries
            if left <= 0:
                raise Invalid(
                    {"": gettext("That was not the code, and it is used up now. Send a new one.")}, "wrong_code"
                )
            raise Invalid(
                {"": gettext("That is not the code that we sent. %(left)s tries are left.", left=left)}, "wrong_code"
            )
        code.used_at = clock.now()
        return code

    def current_code(
        self, subject_id: int, session_hash: bytes, purpose: str, recipient: str | None = None
    ) -> AnyCode | None:
        """The newest code of this session and purpose that is neither used nor run out; one sent there, if given."""
        wanted = select(self.table).where(
            self._asked_by(subject_id, session_hash, purpose), is_within(self.table.sent_at, CODE_VALID_FOR)
        )
        if recipient is not None:
            wanted = wanted.where(self.sent_to(recipient))
        return current_session().scalar(wanted.order_by(self.table.id.desc()).limit(1))

    def is_redeemable(self, subject_id: int, session_hash: bytes, purpose: str, recipient: str) -> bool:
        """Whether a code that was sent there can still be typed here."""
        code = self.current_code(subject_id, session_hash, purpose, recipient)
        return code is not None and code.tries < TRIES_PER_CODE

    def void_for_others(self, recipient: str, *, but_of: int) -> None:
        """Void every code to the recipient except those of one subject."""
        others = update(self.table).where(
            self.sent_to(recipient), self.table.subject_id != but_of, self.table.used_at.is_(None)
        )
        current_session().execute(others.values(used_at=clock.now()))

    def _asked_by(self, subject_id: int, session_hash: bytes, purpose: str) -> ColumnElement[bool]:
        return (
            (self.table.subject_id == subject_id)
            & (self.table.session_hash == session_hash)
            & (self.table.purpose == purpose)
            & self.table.used_at.is_(None)
        )


def parse_code(typed: str, else_say: str) -> str:
    """The six digits in what was typed or pasted. Raises Invalid: with `else_say`, or for two codes at once."""
    try:
        digits = typed_codes.read(typed)
    except UnfitText as unfit:
        raise Invalid({"": unfit.reason}, unfit.code) from unfit
    if not digits:
        raise Invalid({"": else_say}, "wrong_form")
    return digits


def _code_hash(purpose: str, recipient: str, code: str) -> bytes:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"code:{purpose}:{recipient}:{code}".encode(), sha256).digest()


# Codes by mail


class MailChannel(CodeChannel[EmailCode]):
    """Codes to an address."""

    table = EmailCode
    try_limit = MAILED_CODE_TRIES

    def key(self, recipient: str) -> str:
        return normalise_address(recipient)

    def check_limits(self, subject_id: int, recipient: str, purpose: str, counted_as: str) -> None:
        spend(MAILED_CODES_OF_NETWORK, client_network())
        use = MAILED_CODES.use(counted_as, purpose)
        if use.crowded:
            _warn_of_many_codes(recipient, counted_as)
        if use.wait:
            raise tried_too_often(use.wait)

    def sent_to(self, recipient: str) -> ColumnElement[bool]:
        return EmailCode.email_mark == address_mark(recipient)

    def set_recipient(self, code: EmailCode, recipient: str) -> None:
        set_code_address(code, recipient)

    def redeem(
        self, subject_id: int, session_hash: bytes, recipient: str, typed: str, *, purpose: str = PROVE
    ) -> EmailCode:
        code = super().redeem(subject_id, session_hash, recipient, typed, purpose=purpose)
        forget_bounce(recipient)
        return code

    def deliver(self, subject_id: int, recipient: str, code: str, counted_as: str) -> None:
        title = gettext("%(code)s is your code", code=code)
        post_mail(
            recipient,
            title,
            "asklater/messages/mailed_code.txt",
            subject_id=subject_id,
            importance=Importance.ACCESS,
            counted_as=counted_as,
            code=code,
        )


def _warn_of_many_codes(recipient: str, counted_as: str) -> None:
    """Tell whoever reads the address, once a day, and give their browser codes of its own, whatever strangers do."""
    if not try_to_spend(current_database(), WARNINGS, normalise_address(counted_as)):
        url = absolute_url(url_for("accounts.own_codes", token=own_codes_token(recipient)))
        title = gettext("Somebody asks for many codes to your address")
        post_mail(
            recipient,
            title,
            "asklater/messages/many_codes.txt",
            importance=Importance.ACCESS,
            counted_as=counted_as,
            url=url,
        )


MAIL_CHANNEL = MailChannel()
send, redeem, current_code, is_redeemable, void_for_others = (
    MAIL_CHANNEL.send,
    MAIL_CHANNEL.redeem,
    MAIL_CHANNEL.current_code,
    MAIL_CHANNEL.is_redeemable,
    MAIL_CHANNEL.void_for_others,
)
