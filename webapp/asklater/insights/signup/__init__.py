"""What the sign-up form asks and costs, what each field is for, and what a change of the manifest would do. Adds these
pages, and the job that records the form.

Begin with routes.py; audit.py, price.py, review_page.py, question_protocol.py and what_if.py are a page each;
form_history.py is what the audit tells of the past, form_review.py when the form is due and what was recorded.
"""

from flask import Flask

from asklater.endpoints import register_blueprint
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.insights.alerts import add_alerts
from asklater.insights.navigation import add_tab
from asklater.insights.presenters import Alert
from asklater.insights.query import Query
from asklater.insights.signup.form_history import record_form
from asklater.insights.signup.form_review import read_review_dates
from asklater.insights.signup.review_page import form_review_alerts
from asklater.insights.signup.routes import blueprint
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, services: Services) -> None:
    """Each worker records the form when it starts: web processes come and go, and none waits for it."""
    register_blueprint(app, blueprint)
    add_tab(
        app,
        70,
        "signup.audit",
        lambda: gettext("Form"),
        group="signup",
        within=("signup.review", "signup.record_review"),
    )
    add_tab(app, 80, "signup.price", lambda: gettext("Price"), group="signup")
    add_tab(app, 90, "signup.questions", lambda: gettext("Questions"), group="signup")
    add_tab(app, 95, "signup.what_if", lambda: gettext("What if"), group="experiments", within=("signup.compare",))

    add_alerts(app, 10, _form_review_alerts)

    def note() -> None:
        record_form(services.database, services.engine.manifest.signup)

    services.jobs.register("note_signup_form", note, at_start=True)


def _form_review_alerts(query: Query) -> tuple[Alert, ...]:
    engine = current_engine()
    dates = read_review_dates(engine.database, engine.manifest.signup, query.zone)
    return form_review_alerts(dates, query.today)
