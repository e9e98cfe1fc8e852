"""The codes of an authenticator app (RFC 6238): which half minute a typed one belongs to."""

import hmac
import re
from datetime import datetime

from pyotp import TOTP

SECONDS = 30
DRIFT = 1
"""A clock may be this many steps ahead or behind."""
SIX_DIGITS = re.compile(r"[0-9]{6}")


def read(typed: str) -> str:
    """The six digits that were typed, "" when they are none."""
    digits = re.sub(r"[\s-]", "", typed[:40])
    return digits if SIX_DIGITS.fullmatch(digits) else ""


def step_of(secret: str, code: str, moment: datetime) -> int | None:
    """The step that `code` belongs to, the latest of those that are near enough; None when to none."""
    app, now = TOTP(secret), int(moment.timestamp()) // SECONDS
    near = range(now + DRIFT, now - DRIFT - 1, -1)
    return next((step for step in near if hmac.compare_digest(app.generate_otp(step), code)), None)


def link(secret: str, account: str, site: str) -> str:
    """What the QR code says to the app."""
    return TOTP(secret, name=account, issuer=site).provisioning_uri()


def grouped(secret: str) -> str:
    """The secret for typing, in groups of four."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
