"""Breaches of security (Art. 33 and 34 GDPR): the officer's register, from the notice to the letters and the closing.

Begin with register.py, a breach and its verbs; scope.py works out whom it concerns, letters.py writes to them,
reminders.py watches the 72 hours.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from flask import Flask

from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.personal_tables import WITH_ITS_OWNER, ColumnText, PersonalTable
from asklater.privacy.breaches import letters, register, reminders, routes
from asklater.privacy.breaches.presenters import clock_text
from asklater.privacy.due import DueItem, add_due
from asklater.privacy.officer import add_officer_page
from asklater.privacy.register_tables import breach_letter
from asklater.records.personal_tables import ACCOUNTABILITY
from asklater.services import Services

__all__ = ["init_app"]

_ROUTES = routes
"""They add themselves to the officer's pages."""


def init_app(app: Flask, services: Services) -> None:
    """Join the application. The worker writes the letters, and reminds officers of a clock that runs out."""
    engine = services.engine
    engine.registry.register_personal_tables(
        PersonalTable(breach_letter, ACCOUNTABILITY, _letters, retention=WITH_ITS_OWNER)
    )
    engine.registry.register_merge(partial(letters.move_letters, services.database))
    services.jobs.register(
        letters.LETTERS_JOB, partial(letters.send_portion, engine), every_minutes=1, portion=letters.LETTERS_PORTION
    )
    services.jobs.register(
        "remind_of_breaches", partial(reminders.remind_officers, engine), every_minutes=reminders.EVERY_MINUTES
    )
    add_due(app, 5, _due)
    add_officer_page(
        app,
        6,
        "officer.breaches",
        _label,
        lambda: gettext("What got out, the 72 hours, whom it concerns, the notice to the authority, and the letters."),
    )


def _label() -> str:
    waiting = sum(found.awaits_authority for found in register.open_breaches())
    return gettext("Breaches (%(number)s)", number=waiting) if waiting else gettext("Breaches")


def _due(until: datetime) -> Iterator[DueItem]:
    for found in register.open_breaches():
        url, name = url_for("officer.breach", public_id=found.public_id), gettext("Breach")
        if found.awaits_authority and found.deadline < until:
            what = gettext("%(title)s: %(clock)s", title=found.title, clock=clock_text(found))
            yield DueItem(name, what, url, found.deadline)
        elif not found.awaits_authority:
            yield DueItem(name, gettext("%(title)s: not closed yet", title=found.title), url, None)


def _letters() -> ColumnText:
    return ColumnText(
        gettext("Letters to you about a breach of security"),
        gettext("the privacy officer"),
        gettext("as long as the breach is on record, or your account is held"),
        {"breach_id": gettext("breach"), "posted_at": gettext("written")},
    )
