"""Takedowns: what officers take off the public pages, with reasons, and put back where that was a mistake.

Begin with takedowns.py; routes.py has the officer's pages.
"""

from functools import partial

from flask import Flask

from asklater.i18n import gettext
from asklater.keys.keyring import record
from asklater.personal_tables import ColumnText, PersonalTable, Retention, Row
from asklater.privacy.ledger.replay import ledger_of
from asklater.privacy.officer import add_officer_page
from asklater.privacy.register_tables import takedown, takedown_label
from asklater.privacy.takedowns import routes, takedowns
from asklater.records.personal_tables import ACCOUNTABILITY
from asklater.registry import PUT_BACK_ACT
from asklater.services import Services

__all__ = ["init_app"]

_ROUTES = routes
"""They add themselves to the officer's pages."""


def init_app(app: Flask, services: Services) -> None:
    """Join the application. The worker deletes what can be put back no more."""
    engine = services.engine
    engine.registry.register_personal_tables(_TAKEDOWN_TABLE)
    engine.registry.register_merge(partial(takedowns.move_takedowns, engine))
    ledger_of(app).replayers[PUT_BACK_ACT] = takedowns.put_back_again
    services.jobs.register("forget_taken_down", partial(takedowns.forget_contents, engine), every_minutes=60)
    add_officer_page(
        app,
        8,
        "officer.takedowns",
        lambda: gettext("Taken down"),
        lambda: gettext("What was taken off the public pages, why, and what can still be put back."),
    )


def _sealed(column: str, row: Row) -> str:
    return record(takedown_label(row, column))


def _words() -> ColumnText:
    return ColumnText(
        gettext("What the privacy officer took down of what you published"),
        gettext("the privacy officer"),
        gettext("%(span)s; what it said, for 30 days"),
        {
            "id": gettext("number"),
            "publication": gettext("sort"),
            "item": gettext("name"),
            "published_at": gettext("published"),
            "at": gettext("taken down"),
            "cause": gettext("why, in a word"),
            "reason": gettext("reason"),
            "contents": gettext("what it said"),
            "put_back_at": gettext("put back"),
            "put_back_reason": gettext("why it was put back"),
        },
    )


_TAKEDOWN_TABLE = PersonalTable(
    takedown,
    ACCOUNTABILITY,
    _words,
    frozenset({"public_id", "by", "put_back_by"}),
    retention=Retention("at", "P36M"),
    sealed={name: partial(_sealed, name) for name in takedowns.SEALED},
)
