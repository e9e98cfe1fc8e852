"""What retention brings to an application: its page. The purge is the engine's own."""

from flask import Flask

from webapp.house import House
from webapp.privacy.officer import add_page
from webapp.privacy.retention import routes
from webapp.profiling.words import gettext

ROUTES = routes
"""The file that adds its page to the officer's blueprint."""


def join(app: Flask, _house: House) -> None:
    add_page(
        app,
        40,
        "officer.retention",
        lambda: gettext("Retention"),
        lambda: gettext("What is held until when, what goes soon, and what went lately."),
    )
