"""Codes: six digits, ten minutes, one use, bound to the session and the purpose that asked, few tries.

How they travel is a channel's to say: what it keeps of where a code went, and who may have one sent now.
"""

import hmac
import re
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Generic, TypeVar

from flask import current_app
from sqlalchemy import ColumnElement, select, update

from webapp import clock
from webapp.accounts.devices import guessing_as
from webapp.accounts.limits import Limit, spend
from webapp.accounts.models import SentCode
from webapp.db import current_session
from webapp.profiling.kinds.base import Invalid
from webapp.profiling.words import gettext

GOOD_FOR = timedelta(minutes=10)
TRIES_PER_CODE = 5
PROVE, CHANGE, CONFIRM, RECOVER, FACTOR = "prove", "change", "confirm", "recover", "factor"
SIX_DIGITS = re.compile(r"[0-9]{6}")

AnyCode = TypeVar("AnyCode", bound=SentCode)


class Channel(Generic[AnyCode]):
    """One way for codes to travel: their table, their limit, and the four steps that differ."""

    codes: type[AnyCode]
    tries: Limit
    """Per recipient. A device that has proved it before has its own; all others share one."""

    def admit(self, subject_id: int, recipient: str) -> None:
        """Whether a code may be sent there now. Raises Unable."""
        raise NotImplementedError

    def went_to(self, recipient: str) -> ColumnElement[bool]:
        """The codes that were sent there."""
        raise NotImplementedError

    def address(self, code: AnyCode, recipient: str) -> None:
        """Note on the code where it goes."""
        raise NotImplementedError

    def dispatch(self, subject_id: int, recipient: str, code: str) -> None:
        """Write the message that brings it."""
        raise NotImplementedError

    def send(self, subject_id: int, visit_hash: bytes, recipient: str, *, again: bool, purpose: str = PROVE) -> bool:
        """Send a code, unless one was sent within its term and no new one is wanted; whether one was. Raises Unable.

        One that wrong tries have used up is replaced on request only, so that guessing sends no message.
        """
        if not again and self.live(subject_id, visit_hash, purpose, recipient) is not None:
            return False
        self.admit(subject_id, recipient)
        session, moment = current_session(), clock.now()
        digits = f"{secrets.randbelow(10**6):06d}"
        replaced = update(self.codes).where(self._asked_by(subject_id, visit_hash, purpose))
        session.execute(replaced.values(used_at=moment))
        code = self.codes(
            subject_id=subject_id,
            visit_hash=visit_hash,
            purpose=purpose,
            code_hash=_hash(purpose, recipient, digits),
            sent_at=moment,
            tries=0,
        )
        self.address(code, recipient)
        session.add(code)
        self.dispatch(subject_id, recipient, digits)
        return True

    def redeem(
        self, subject_id: int, visit_hash: bytes, recipient: str, typed: str, *, purpose: str = PROVE
    ) -> AnyCode:
        """Use up the code. Raises Invalid with a sentence that says what to do, Unable after too many tries."""
        code = self.live(subject_id, visit_hash, purpose, recipient)
        if code is None or code.tries >= TRIES_PER_CODE:
            raise Invalid({"": gettext("That code has run out. Type the six digits of a new one.")})
        spend(self.tries, recipient, guessing_as(recipient))
        current_session().refresh(code, with_for_update=True)  # others may have tried it since: each counts
        if code.used_at is not None:
            raise Invalid({"": gettext("That code was used already. Send a new one.")})
        if code.tries >= TRIES_PER_CODE:
            raise Invalid({"": gettext("That code has run out. Type the six digits of a new one.")})
        if not hmac.compare_digest(code.code_hash, _hash(purpose, recipient, typed)):
            code.tries += 1
            left = TRIES_PER_CODE - code.tries
            if left <= 0:
                raise Invalid({"": gettext("That was not the code, and it is used up now. Send a new one.")})
            raise Invalid({"": gettext("That is not the code that we sent. %(left)s tries are left.", left=left)})
        code.used_at = clock.now()
        return code

    def live(self, subject_id: int, visit_hash: bytes, purpose: str, recipient: str | None = None) -> AnyCode | None:
        """The newest code of this session and purpose that is neither used nor run out; one sent there, if given."""
        wanted = select(self.codes).where(
            self._asked_by(subject_id, visit_hash, purpose), self.codes.sent_at > clock.now() - GOOD_FOR
        )
        if recipient is not None:
            wanted = wanted.where(self.went_to(recipient))
        return current_session().scalar(wanted.order_by(self.codes.id.desc()).limit(1))

    def stands(self, subject_id: int, visit_hash: bytes, purpose: str, recipient: str) -> bool:
        """Whether a code that was sent there can still be typed here."""
        code = self.live(subject_id, visit_hash, purpose, recipient)
        return code is not None and code.tries < TRIES_PER_CODE

    def void(self, recipient: str, *, but_of: int) -> None:
        """Nobody else's code to there is good any more."""
        others = update(self.codes).where(
            self.went_to(recipient), self.codes.subject_id != but_of, self.codes.used_at.is_(None)
        )
        current_session().execute(others.values(used_at=clock.now()))

    def _asked_by(self, subject_id: int, visit_hash: bytes, purpose: str) -> ColumnElement[bool]:
        return (
            (self.codes.subject_id == subject_id)
            & (self.codes.visit_hash == visit_hash)
            & (self.codes.purpose == purpose)
            & self.codes.used_at.is_(None)
        )


def six_digits(typed: str, else_say: str) -> str:
    """A code as it was typed, without the spaces and dashes that people put in. Raises Invalid with `else_say`."""
    digits = re.sub(r"[\s-]", "", typed)
    if not SIX_DIGITS.fullmatch(digits):
        raise Invalid({"": else_say})
    return digits


def _hash(purpose: str, recipient: str, code: str) -> bytes:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"code:{purpose}:{recipient}:{code}".encode(), sha256).digest()
