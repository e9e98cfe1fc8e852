"""The audit trail of all accounts, for administrators and privacy officers. No values, no addresses."""

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import http
from webapp.accounts import auditing
from webapp.accounts.pages import EventLine, StaffEventsPage
from webapp.accounts.staff import only
from webapp.db import current_database

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
ROLES = ("admin", "privacy_officer")


@blueprint.before_request
def only_those_who_watch() -> Response | None:
    text = gettext("The audit trail is for administrators and privacy officers.")
    return only(ROLES, text, gettext("In the demo, look around as the administrator."))


@blueprint.get("/events")
def events() -> ResponseReturnValue:
    chosen = request.args.get("event", "")
    event = chosen if chosen in auditing.EVENTS else ""
    entries = auditing.newest_events(current_database(), event, request.args.get("before", type=int))
    more = len(entries) == auditing.PAGE
    older = url_for("staff.events", event=event or None, before=entries[-1].id) if more else ""
    choices = (("", gettext("Everything")), *((key, auditing.sentence(key)) for key in auditing.EVENTS))
    page = StaffEventsPage(tuple(_line(entry) for entry in entries), choices, event, older)
    return http.personal(make_response(render_template("accounts/staff_events.html", page=page)))


def _line(entry: auditing.Entry) -> EventLine:
    whose = gettext("account %(number)s", number=entry.subject_id)
    return EventLine(entry.at, auditing.sentence(entry.event), entry.way, entry.device, whose)
