"""What the sign-up form asks and costs, what each field is for, and what a change of the manifest would do. Adds these
pages, and the job that records the form.

Begin with routes.py; audit.py, price.py, question_protocol.py and what_if.py are a page each, form_history.py is what
the audit tells of the past.
"""

from flask import Flask

from asklater.i18n import gettext
from asklater.insights.navigation import add_tab
from asklater.insights.signup.form_history import record_form
from asklater.insights.signup.routes import blueprint
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, services: Services) -> None:
    """Each worker records the form when it starts: web processes come and go, and none waits for it."""
    app.register_blueprint(blueprint)
    add_tab(app, 70, "signup.audit", lambda: gettext("Sign-up"))
    add_tab(app, 80, "signup.price", lambda: gettext("Price"))
    add_tab(app, 90, "signup.questions", lambda: gettext("Questions"))
    add_tab(app, 95, "signup.what_if", lambda: gettext("What if"), within=("signup.compare",))

    def note() -> None:
        record_form(services.database, services.engine.manifest.signup)

    services.jobs.register("note_signup_form", note, at_start=True)
