"""Limits that every process shares: one row for each thing that is limited.

The generic cell rate algorithm: a row holds the moment until which the allowance is used up. Each use moves it
ahead by one interval, a share of the window; a use that would move it more than a window ahead of now is refused,
with the seconds until it would not be.

A moment that lies more than a window ahead was written by a clock that was wrong: it counts as if one use were left,
and is put right by that use. Nobody ever waits for longer than a window.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import bindparam, case, select

from asklater import clock
from asklater.database.access import Database, current_database, microseconds
from asklater.i18n import ngettext
from asklater.kinds.base import Unable
from asklater.tables import rate_allowance

LONGEST_WINDOW = timedelta(days=32)
"""No limit has a longer one: what lies further ahead limits nothing."""
USED_UNTIL = select(rate_allowance.c.used_until).where(rate_allowance.c.bucket == bindparam("of_bucket"))


@dataclass(frozen=True)
class RateLimit:
    """`allowed` uses at once, which come back evenly over `window`."""

    name: str
    allowed: int
    window: timedelta

    @property
    def interval(self) -> int:
        """Microseconds until one use comes back."""
        return microseconds_of(self.window) // self.allowed


def microseconds_of(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def spend(limit: RateLimit, *whom: object) -> None:
    """Use up one use of `limit` for `whom`. Raises Unable, with the seconds to wait, when none is left."""
    wait = try_to_spend(current_database(), limit, *whom)
    if wait:
        raise tried_too_often(wait)


def tried_too_often(wait: int) -> Unable:
    """What is raised where so many seconds have to be waited for."""
    minutes = -(-wait // 60)
    return Unable(
        ngettext(
            "That was tried too often. Wait %(num)s minute, then try again; nothing is lost.",
            "That was tried too often. Wait %(num)s minutes, then try again; nothing is lost.",
            minutes,
        ),
        retry_after=wait,
    )


def try_to_spend(database: Database, limit: RateLimit, *whom: object) -> int:
    """Use up one use; 0, or the seconds to wait when none is left. One statement, atomic on both databases."""
    now = microseconds(clock.now())
    bucket = _bucket(limit, whom)
    latest = now + (limit.allowed - 1) * limit.interval
    row = {"bucket": bucket, "used_until": now + limit.interval}
    adding = database.insert(rate_allowance).values(row)
    current = rate_allowance.c.used_until
    most = now + microseconds_of(limit.window)
    impossible = current > most + microseconds_of(clock.SKEW)
    begun = case((impossible, latest), (current > now, current), else_=now)
    used = adding.on_conflict_do_update(
        index_elements=[rate_allowance.c.bucket],
        set_={"used_until": begun + limit.interval},
        where=(current <= latest) | impossible,
    ).returning(current)
    if database.writing().execute(used).first() is not None:
        return 0
    until: int = database.writing().execute(USED_UNTIL, {"of_bucket": bucket}).scalar_one()
    return max(1, -(-min(until - latest, most - now) // 10**6))


def delete_unused(database: Database) -> int:
    """Delete a portion of the rows that limit nothing any more; how many."""
    now, used_until = clock.now(), rate_allowance.c.used_until
    over = (used_until < microseconds(now)) | (used_until > microseconds(now + LONGEST_WINDOW))
    return database.delete_some(rate_allowance, over)


def _bucket(limit: RateLimit, whom: tuple[object, ...]) -> bytes:
    return sha256("\x1f".join([limit.name, *map(str, whom)]).encode("utf-8", "replace")).digest()
