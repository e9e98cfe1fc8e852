"""What the minimisation linter brings to an application: its warnings about every manifest, and its page."""

from flask import Flask

from webapp.house import House
from webapp.privacy.minimisation import routes
from webapp.privacy.minimisation.linting import lint
from webapp.privacy.officer import add_page
from webapp.profiling.words import gettext

ROUTES = routes
"""The file that adds its page to the officer's blueprint."""


def join(app: Flask, house: House) -> None:
    """`webapp manifest check` tells the warnings, and so does the log at every start."""
    house.engine.register_check(lint)
    add_page(
        app,
        30,
        "officer.minimisation",
        lambda: gettext("Minimisation"),
        lambda: gettext("What is asked or kept and need not be, by the declarations and by what is used."),
    )
