"""Searches of the privacy officer for a person, and what is held of whoever is found.

Begin with searches.py; presenters.py says what is shown.
"""

from functools import partial

from flask import Flask

from asklater.database.access import PORTION
from asklater.i18n import gettext
from asklater.personal_tables import ColumnText, PersonalTable, Retention
from asklater.privacy.officer import add_officer_page
from asklater.privacy.person_searches import routes, searches
from asklater.privacy.register_tables import person_search_match
from asklater.records.personal_tables import ACCOUNTABILITY
from asklater.services import Services

__all__ = ["init_app"]

_ROUTES = routes
"""They add themselves to the officer's pages."""


def init_app(app: Flask, services: Services) -> None:
    """Join the application. The worker deletes the log of searches once its time is over."""
    engine = services.engine
    engine.registry.register_personal_tables(_MATCH_TABLE)
    engine.registry.register_merge(partial(searches.move_matches, engine))
    forget = partial(searches.forget_searches, engine)
    services.jobs.register("forget_person_searches", forget, every_minutes=60, portion=PORTION)
    add_officer_page(
        app,
        4,
        "officer.people",
        lambda: gettext("Search"),
        lambda: gettext("What is held of a person, how far their address is verified, and what they have published."),
    )


def _words() -> ColumnText:
    return ColumnText(
        gettext("Searches of the privacy officer that found you"),
        gettext("the privacy officer"),
        gettext("%(span)s, or as long as your account is held"),
        {"search_id": gettext("number of the search"), "at": gettext("when")},
    )


_MATCH_TABLE = PersonalTable(
    person_search_match, ACCOUNTABILITY, _words, retention=Retention("at", f"P{searches.KEPT_FOR.days}D")
)
