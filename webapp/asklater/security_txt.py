"""Where somebody who found a hole reports it: `/.well-known/security.txt` (RFC 9116), and a page for people.

A feature of its own, for any application: `Profiling(app, ..., features=[..., security_txt])`. Without the setting
SECURITY_CONTACT there is neither.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Flask, Response, abort, current_app, make_response, render_template
from flask.typing import ResponseReturnValue

from asklater import clock, http
from asklater.endpoints import register_blueprint, url_for
from asklater.i18n import gettext
from asklater.layout import Link, add_footer_links
from asklater.services import Services
from asklater.settings import Settings

VALID_FOR = timedelta(days=180)
"""From the day on which it is read. The standard recommends less than a year."""
blueprint = Blueprint("security_txt", __name__)


@dataclass(frozen=True)
class ReportPage:
    """The page that says how to report a hole."""

    contact: str
    contact_label: str
    document_url: str


def init_app(app: Flask, services: Services) -> None:
    """Join the application: the document, the page, and a link at the foot of every page."""
    register_blueprint(app, blueprint)
    if services.settings.security_contact:
        add_footer_links(app, 80, lambda: [Link(gettext("Report a security problem"), url_for("security_txt.report"))])


@blueprint.get("/.well-known/security.txt")
def document() -> ResponseReturnValue:
    """The document that programs look for."""
    lines = [f"Contact: {_contact_or_404()}", f"Expires: {_expires(clock.now())}", "Preferred-Languages: en"]
    if http.site_origin():
        lines += [f"Canonical: {http.absolute_url(url_for('security_txt.document'))}"]
        lines += [f"Policy: {http.absolute_url(url_for('security_txt.report'))}"]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


@blueprint.get("/security/report")
def report() -> ResponseReturnValue:
    """The page for people."""
    contact = _contact_or_404()
    label = contact.removeprefix("mailto:").removeprefix("tel:")
    page = ReportPage(contact, label, url_for("security_txt.document"))
    return make_response(render_template("asklater/report.html", page=page))


def _expires(now: datetime) -> str:
    """The end of the day, so that the document is the same all day."""
    end = (now + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    return end.strftime("%Y-%m-%dT%H:%M:%SZ")


def _contact_or_404() -> str:
    settings: Settings = current_app.extensions["asklater.settings"]
    return settings.security_contact or abort(404)
