"""Evidence for an authority: signed bundles of a request or of a period, and their check.

Begin with contents.py, which says what is in one; bundle.py writes, signs and checks it.
"""

from flask import Flask

from asklater.i18n import gettext
from asklater.privacy.evidence import routes
from asklater.privacy.officer import add_officer_page
from asklater.services import Services

__all__ = ["init_app"]

_ROUTES = routes
"""They add themselves to the officer's pages and to the privacy commands."""


def init_app(app: Flask, _services: Services) -> None:
    add_officer_page(
        app,
        50,
        "officer.evidence",
        lambda: gettext("Evidence"),
        lambda: gettext("Signed bundles for an authority, of a request or of a period; and whether one is ours."),
    )
