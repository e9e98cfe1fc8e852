"""Processors (Art. 28 GDPR): the register of recipients, and the contract with each.

Begin with contracts.py, which says what is declared in the manifest and what officers note, and why.
"""

from collections.abc import Iterator
from datetime import datetime

from flask import Flask

from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.privacy.due import DueItem, add_due, end_of
from asklater.privacy.officer import add_officer_page
from asklater.privacy.processors import routes
from asklater.privacy.processors.contracts import registered_recipients, unknown_recipients
from asklater.services import Services

__all__ = ["init_app"]

_ROUTES = routes
"""They add themselves to the officer's pages."""


def init_app(app: Flask, _services: Services) -> None:
    add_due(app, 30, _due)
    add_officer_page(
        app,
        12,
        "officer.processors",
        lambda: gettext("Processors"),
        lambda: gettext("Who outside receives data, where, under which contract, and when that is reviewed."),
    )


def _due(until: datetime) -> Iterator[DueItem]:
    manifest, name = current_engine().manifest, gettext("Processors")
    for one in registered_recipients(manifest):
        url, review = url_for("officer.processors"), one.contract.review_on
        if one.lacks_contract:
            url = url_for("officer.contract", recipient=one.declared.key)
            yield DueItem(name, gettext("%(name)s: no contract is on record", name=one.declared.name), url, None)
        elif review is not None and end_of(review) <= until:
            url = url_for("officer.contract", recipient=one.declared.key)
            yield DueItem(name, gettext("%(name)s: review the contract", name=one.declared.name), url, end_of(review))
    for words in unknown_recipients(manifest):
        what = gettext("“%(recipient)s” names nobody: declare who it is", recipient=gettext(words))
        yield DueItem(name, what, url_for("officer.processors"), None)
