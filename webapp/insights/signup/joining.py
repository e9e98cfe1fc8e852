"""What this room brings to an application: its pages, and the record of the sign-up form."""

from flask import Flask

from webapp.house import House
from webapp.insights.signup import audit_routes, price_routes, question_routes, table_routes, what_if_routes
from webapp.insights.signup.blueprint import blueprint
from webapp.insights.signup.recording import note_form
from webapp.insights.tabs import add_tab
from webapp.profiling.words import gettext

ROUTES = (audit_routes, price_routes, question_routes, table_routes, what_if_routes)
"""The files that add their pages to the blueprint."""


def join(app: Flask, house: House) -> None:
    """Each worker records the form when it starts: web processes come and go, and none waits for it."""
    app.register_blueprint(blueprint)
    add_tab(app, 70, "signup.audit", lambda: gettext("Sign-up"))
    add_tab(app, 80, "signup.price", lambda: gettext("Price"))
    add_tab(app, 90, "signup.questions", lambda: gettext("Questions"))
    add_tab(app, 95, "signup.what_if", lambda: gettext("What if"), within=("signup.compare",))

    def note() -> None:
        note_form(house.database, house.engine.manifest.signup)

    house.jobs.register("note_signup_form", note, at_start=True)
