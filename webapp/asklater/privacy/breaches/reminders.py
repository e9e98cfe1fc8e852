"""Mails to the privacy officers about a breach whose 72 hours end, or have ended."""

from datetime import timedelta

from sqlalchemy import update

from asklater import clock
from asklater.engine import Engine
from asklater.http import page_url
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.messages.mail import Importance, post_mail
from asklater.privacy.breaches.register import Breach, open_breaches
from asklater.privacy.officer import OFFICER_ROLE
from asklater.privacy.register_tables import breach

WARNED_BEFORE = timedelta(hours=24)
"""So long before the end of the 72 hours officers are mailed, and once more when they have ended."""
EVERY_MINUTES = 10


def remind_officers(engine: Engine) -> int:
    """Mail each officer about each breach whose time ends soon or has ended; returns how many breaches these were."""
    count = 0
    for found in open_breaches():
        if not found.awaits_authority:
            continue
        if found.is_overdue:
            what = gettext("The 72 hours to notify the authority of a breach are over.")
            count += _tell_once(engine, found, "overdue_told_at", what)
        elif found.deadline - clock.now() <= WARNED_BEFORE:
            what = gettext("Less than 24 hours are left to notify the authority of a breach.")
            count += _tell_once(engine, found, "warned_at", what)
    return count


def _tell_once(engine: Engine, found: Breach, column: str, what: str) -> int:
    untold = update(breach).where(breach.c.id == found.id, breach.c[column].is_(None)).values({column: clock.now()})
    if engine.database.writing().execute(untold).rowcount == 0:
        return 0
    for number in current_identity().role_holders(OFFICER_ROLE):
        address = current_identity().address_of(number)
        if address:
            post_mail(
                address,
                what,
                "asklater/messages/breach_reminder.txt",
                subject_id=number,
                importance=Importance.NOTICE,
                what=what,
                noticed=f"{found.noticed_at:%Y-%m-%d %H:%M}",
                until=f"{found.deadline:%Y-%m-%d %H:%M}",
                url=page_url("officer.breach", public_id=found.public_id),
            )
    return 1
