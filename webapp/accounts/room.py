"""What the accounts room brings to an application."""

from datetime import timedelta

from flask import Flask, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import delete

from webapp import clock
from webapp.accounts.addresses import EmailKind
from webapp.accounts.models import STAFF, Code, Visit
from webapp.accounts.proving import VerifiedEmailKind
from webapp.accounts.routes import blueprint
from webapp.accounts.visits import Visits
from webapp.db import current_session
from webapp.house import House
from webapp.layout import Link, add_links

STALE = timedelta(days=120)


def join(app: Flask, house: House) -> None:
    """Recognise people by visits, bring the kinds `email` and `verified_email`, keep staff out of the figures."""
    engine = house.engine
    visits = Visits(house.database)
    visits.manager().init_app(app)
    app.extensions["visits"] = visits
    engine.people = visits
    engine.register_kind(EmailKind(visits))
    engine.register_kind(VerifiedEmailKind(engine, visits))
    engine.register_uncounted(STAFF)
    app.register_blueprint(blueprint)
    add_links(app, 90, _links)
    house.jobs.register("prune_visits", prune, every_minutes=60)


def _links() -> list[Link]:
    if current_user.is_authenticated:
        return [Link(gettext("Account"), url_for("accounts.account"))]
    return [Link(gettext("Sign in"), url_for("accounts.sign_in"))]


def prune() -> int:
    """Delete the codes of last week and the visits that ended or went stale; how many visits."""
    session, moment = current_session(), clock.now()
    session.execute(delete(Code).where(Code.sent_at < moment - timedelta(days=7)))
    gone = delete(Visit).where((Visit.ended_at < moment - timedelta(days=1)) | (Visit.began_at < moment - STALE))
    count = session.execute(gone).rowcount  # type: ignore[attr-defined]
    return int(count)
