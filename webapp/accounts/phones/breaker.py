"""The circuit breaker: where hardly any code is ever typed in, somebody has text messages sent for their price."""

import logging
from datetime import timedelta
from typing import cast

from sqlalchemy import Table, func, select

from webapp import clock
from webapp.accounts.phones.models import HaltedTexting, PhoneCode
from webapp.db import current_database
from webapp.profiling.kinds.base import Unable
from webapp.profiling.words import gettext

COUNTED_OVER = timedelta(hours=1)
YOUNGEST = timedelta(minutes=10)
"""A younger code may still be typed in."""
ENOUGH = 20
"""Fewer say nothing."""
LEAST_SHARE = 0.2
HALTED_FOR = timedelta(hours=1)
HALT = cast("Table", HaltedTexting.__table__)
log = logging.getLogger(__name__)


def pass_breaker(calling_code: int) -> None:
    """Nothing, where text messages may go there. Raises Unable while they may not."""
    wait = _halted_for(calling_code) or (_halt(calling_code) if _is_abused(calling_code) else 0)
    if wait:
        sentence = gettext(
            "We send no text messages to numbers with +%(code)s for an hour, because hardly any of the last ones "
            "was used. Use a passkey or an authenticator app instead; nothing is lost.",
            code=calling_code,
        )
        raise Unable(sentence, retry_after=wait)


def _halted_for(calling_code: int) -> int:
    """Seconds until the halt is over, 0 where there is none."""
    found = select(HALT.c.until).where(HALT.c.calling_code == calling_code)
    until = current_database().reading().execute(found).scalar()
    return max(0, -int((clock.now() - until).total_seconds() // 1)) if until else 0


def _is_abused(calling_code: int) -> bool:
    moment = clock.now()
    counted = select(func.count(), func.count().filter(PhoneCode.verified)).where(
        PhoneCode.calling_code == calling_code,
        PhoneCode.sent_at > moment - COUNTED_OVER,
        PhoneCode.sent_at <= moment - YOUNGEST,
    )
    sent, verified = current_database().reading().execute(counted).one()
    return bool(sent >= ENOUGH and verified < LEAST_SHARE * sent)


def _halt(calling_code: int) -> int:
    """Send nothing there for an hour. Of several who find out at once, one writes the warning."""
    database, moment = current_database(), clock.now()
    row = {"calling_code": calling_code, "until": moment + HALTED_FOR}
    halting = database.insert(HALT).values(row)
    first = halting.on_conflict_do_update(
        index_elements=[HALT.c.calling_code], set_={"until": row["until"]}, where=HALT.c.until <= moment
    ).returning(HALT.c.until)
    if database.writing().execute(first).first() is not None:
        log.warning("no text messages to +%s for an hour: fewer than 20 %% of the last ones were used", calling_code)
    return int(HALTED_FOR.total_seconds())
