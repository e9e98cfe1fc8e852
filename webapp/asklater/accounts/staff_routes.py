"""The audit trail of all accounts, for administrators and privacy officers. No values, no addresses."""

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.accounts import audit_log
from asklater.accounts.presenters import EventLine, StaffEventsPage
from asklater.accounts.roles import require_role
from asklater.database.access import current_database
from asklater.endpoints import url_for

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
AUDITOR_ROLES = ("admin", "privacy_officer")


@blueprint.before_request
def restrict_to_auditors() -> Response | None:
    text = gettext("The audit trail is for administrators and privacy officers.")
    return require_role(AUDITOR_ROLES, text, gettext("In the demo, look around as the administrator."))


@blueprint.get("/events")
def events() -> ResponseReturnValue:
    chosen = request.args.get("event", "")
    event = chosen if chosen in audit_log.EVENTS else ""
    entries = audit_log.newest_events(current_database(), event, http.number_argument("before"))
    more = len(entries) == audit_log.PAGE_SIZE
    older = url_for("staff.events", event=event or None, before=entries[-1].id) if more else ""
    choices = (("", gettext("Everything")), *((key, audit_log.describe_event(key)) for key in audit_log.EVENTS))
    page = StaffEventsPage(tuple(_line(entry) for entry in entries), choices, event, older)
    return http.personal(make_response(render_template("asklater/accounts/staff_events.html", page=page)))


def _line(entry: audit_log.AuditEntry) -> EventLine:
    account = gettext("account %(number)s", number=entry.subject_id)
    return EventLine(entry.at, audit_log.describe_event(entry.event), entry.method, entry.device, account)
