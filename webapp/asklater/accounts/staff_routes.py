"""The audit trail of all accounts, for administrators and privacy officers. No values, no addresses."""

from datetime import timedelta

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_number, gettext

from asklater import clock, http
from asklater.accounts import audit_log
from asklater.accounts.presenters import EventLine, StaffEventsPage
from asklater.accounts.roles import require_role
from asklater.database.access import current_database
from asklater.endpoints import url_for

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
RECENT = timedelta(hours=24)
AUDITOR_ROLES = ("admin", "privacy_officer")


@blueprint.before_request
def restrict_to_auditors() -> Response | None:
    text = gettext("The audit trail is for administrators and privacy officers.")
    return require_role(AUDITOR_ROLES, text, gettext("In the demo, look around as the administrator."))


@blueprint.get("/events")
def events() -> ResponseReturnValue:
    chosen = request.args.get("event", "")
    event = chosen if chosen in audit_log.EVENTS else ""
    simulated = "simulated" in request.args
    before = http.number_argument("before")
    entries = audit_log.newest_events(current_database(), event, before, simulated=simulated)
    more = len(entries) == audit_log.PAGE_SIZE
    kept = {"event": event or None, "simulated": "1" if simulated else None}
    older = url_for("staff.events", **kept, before=entries[-1].id) if more else ""
    choices = (("", gettext("Everything")), *((key, audit_log.describe_event(key)) for key in audit_log.EVENTS))
    recent = audit_log.count_recent(current_database(), clock.now() - RECENT, simulated=simulated)
    lines = tuple(_line(entry) for entry in entries)
    page = StaffEventsPage(_figures(recent), lines, choices, event, simulated, older)
    return http.personal(make_response(render_template("asklater/accounts/staff_events.html", page=page)))


def _figures(recent: audit_log.RecentEvents) -> tuple[tuple[str, str], ...]:
    counts = (recent.events, recent.accounts, recent.refused)
    labels = (gettext("Events in 24 hours"), gettext("Accounts in 24 hours"), gettext("Refused in 24 hours"))
    return tuple(zip(map(format_number, counts), labels, strict=True))


def _line(entry: audit_log.AuditEntry) -> EventLine:
    account = gettext("account %(number)s", number=entry.subject_id)
    return EventLine(entry.at, audit_log.describe_event(entry.event), entry.method, entry.device, account)
