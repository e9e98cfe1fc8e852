"""What this room brings to an application: its pages, and the record of the sign-up form."""

from flask import Flask

from webapp.house import House
from webapp.insights.signup import audit_routes, price_routes, question_routes, what_if_routes
from webapp.insights.signup.blueprint import blueprint
from webapp.insights.signup.recording import note_form

ROUTES = (audit_routes, price_routes, question_routes, what_if_routes)
"""The files that add their pages to the blueprint."""


def join(app: Flask, house: House) -> None:
    """Each worker records the form when it starts: web processes come and go, and none waits for it."""
    app.register_blueprint(blueprint)

    def note() -> None:
        note_form(house.database, house.engine.manifest.signup)

    house.jobs.register("note_signup_form", note, at_start=True)
