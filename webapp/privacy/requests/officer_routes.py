"""The privacy officer's queue, and the steps of a request. A value is in the answer to `show` or `read` only."""

from collections.abc import Callable

from flask import abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import http
from webapp.privacy.erasing.erasing import works_here
from webapp.privacy.officer import blueprint
from webapp.privacy.requests import finding, handling, trail
from webapp.privacy.requests.filing import NotNow
from webapp.privacy.requests.officer_showing import officer_request_page, queue_page, shown_value, shown_words
from webapp.privacy.requests.pages import ConfirmPage, Shown
from webapp.privacy.requests.step_forms import NOTHING, Sent, months_in, outcome_in, reason_in
from webapp.privacy.requests.vocabulary import COMPLETIONS, Kind, Outcome
from webapp.profiling.engine import current_engine
from webapp.profiling.kinds.base import Invalid
from webapp.profiling.words import gettext

ERASE = "erase"
"""What the last press sends."""


@blueprint.get("/requests")
def requests() -> ResponseReturnValue:
    asked = request.args
    page = queue_page(asked.get("state", "running"), asked.get("kind", ""), asked.get("before", type=int))
    return http.personal(make_response(render_template("privacy/requests/queue.html", page=page)))


@blueprint.get("/requests/<public_id>", endpoint="request")
def one(public_id: str) -> ResponseReturnValue:
    return _page(_named(public_id))


@blueprint.post("/requests/<public_id>/take")
def take_request(public_id: str) -> ResponseReturnValue:
    return _step(public_id, "take", lambda found: handling.take(found, _who()))


@blueprint.post("/requests/<public_id>/read")
def read_request(public_id: str) -> ResponseReturnValue:
    return _step(public_id, "read", lambda found: shown_words(handling.read_words(current_engine(), found, _who())))


@blueprint.post("/requests/<public_id>/show")
def show_request(public_id: str) -> ResponseReturnValue:
    def show(found: finding.Request) -> Shown:
        engine, field, reason = current_engine(), request.form.get("field", ""), reason_in(request.form)
        try:
            return shown_value(engine, field, handling.show_value(engine, found, field, reason, _who()))
        except KeyError as error:
            raise Invalid({"field": gettext("Choose one of these.")}) from error

    return _step(public_id, "show", show)


@blueprint.post("/requests/<public_id>/extend")
def extend_request(public_id: str) -> ResponseReturnValue:
    def extend(found: finding.Request) -> None:
        handling.extend(found, months_in(request.form), reason_in(request.form), _who())

    return _step(public_id, "extend", extend)


@blueprint.post("/requests/<public_id>/refuse")
def refuse_request(public_id: str) -> ResponseReturnValue:
    return _step(public_id, "refuse", lambda found: handling.refuse(found, reason_in(request.form), _who()))


@blueprint.post("/requests/<public_id>/complete")
def complete_request(public_id: str) -> ResponseReturnValue:
    def complete(found: finding.Request) -> None:
        outcome = outcome_in(found, request.form)
        note = reason_in(request.form, needed=outcome is Outcome.ANSWERED)
        handling.complete(current_engine(), found, outcome, note, _who())

    if request.form.get("outcome") == Outcome.ERASED:
        return http.go_to(url_for("officer.confirm_erasure", public_id=_named(public_id).public_id))
    return _step(public_id, "complete", complete)


@blueprint.get("/requests/<public_id>/erase")
def confirm_erasure(public_id: str) -> ResponseReturnValue:
    return _confirm(_named(public_id))


@blueprint.post("/requests/<public_id>/erase")
def erase_person(public_id: str) -> ResponseReturnValue:
    found = _named(public_id)
    if request.form.get(ERASE) != "yes" or _obstacle(found):
        return _confirm(found, 422)
    return _step(public_id, "erase", lambda wanted: handling.erase(current_engine(), wanted, _who()))


def _step(public_id: str, step: str, take: Callable[[finding.Request], Shown | None]) -> ResponseReturnValue:
    """Take a step; the page again with what was shown, or with what stands in the way."""
    found = _named(public_id)
    try:
        shown = take(found)
    except Invalid as refused:
        return _page(found, 422, sent=Sent(step, request.form, refused.errors))
    except NotNow as refused:
        words = str(refused) or gettext("This request is closed already: nothing more can be done about it.")
        return _page(_named(public_id), 409, trouble=words)
    if shown is not None:
        return _page(found, shown=shown)
    flash(gettext("Noted. The trail says so below."), "success")
    return http.go_to(url_for("officer.request", public_id=public_id))


def _page(
    found: finding.Request, status: int = 200, *, sent: Sent = NOTHING, trouble: str = "", shown: Shown | None = None
) -> ResponseReturnValue:
    page = officer_request_page(current_engine(), found, sent, trouble, shown)
    return http.personal(make_response(render_template("privacy/requests/officer_request.html", page=page), status))


def _confirm(found: finding.Request, status: int = 200) -> ResponseReturnValue:
    back = url_for("officer.request", public_id=found.public_id)
    page = ConfirmPage(url_for("officer.erase_person", public_id=found.public_id), back, _obstacle(found))
    return http.personal(make_response(render_template("privacy/requests/confirm.html", page=page), status))


def _obstacle(found: finding.Request) -> str:
    if Outcome.ERASED not in COMPLETIONS[Kind(found.kind)]:
        return gettext("Nobody asked for an erasure here.")
    if found.subject_id is not None and works_here(current_engine().database.reading(), found.subject_id):
        return gettext("The person works here: an administrator has to take the role from the account first.")
    return ""


def _who() -> trail.Who:
    return trail.officer(current_user.subject.id)


def _named(public_id: str) -> finding.Request:
    return finding.by_name(public_id) or abort(404)
