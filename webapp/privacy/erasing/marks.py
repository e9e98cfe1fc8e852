"""Marks: by which a receipt finds its person again in a restored backup, and nobody else.

A number alone would not do: after a restore the next person gets the number that an erased one had. When that
person came first, to the microsecond, tells them apart; and without the application's secret a mark says nothing.
"""

import hmac
from datetime import datetime
from hashlib import sha256

from flask import current_app

from webapp.db import microseconds


def mark(subject_id: int, created_at: datetime) -> str:
    """The mark of a subject, 64 hexadecimal digits."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"erased:{subject_id}:{microseconds(created_at)}".encode(), sha256).hexdigest()
