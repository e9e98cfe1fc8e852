"""The privacy officer's queue, and the steps of a request. A value is in the answer to `show` or `read` only."""

from collections.abc import Callable

from flask import abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.kinds.base import Invalid, Unable
from asklater.privacy.erasure.deletion import is_on_hold
from asklater.privacy.masked_addresses import officers
from asklater.privacy.officer import officer_blueprint, officer_csv
from asklater.privacy.requests import audit_trail, officer_steps
from asklater.privacy.requests.labels import COMPLETIONS, Kind, Outcome
from asklater.privacy.requests.lifecycle import StepNotAllowed
from asklater.privacy.requests.officer_forms import (
    NOTHING_SUBMITTED,
    SubmittedStep,
    read_assignee,
    read_months,
    read_outcome,
    read_reason,
)
from asklater.privacy.requests.officer_presenters import (
    DisclosedValue,
    ErasureConfirmationPage,
    disclosed_message,
    disclosed_value,
    officer_request_page,
)
from asklater.privacy.requests.queries import Request, find_request
from asklater.privacy.requests.queue_presenters import QUEUE_COLUMNS, queue_cells, queue_page, read_filter
from asklater.privacy.requests.reminders import choose_mails
from asklater.privacy.requests.text_review import is_reviewed

ERASE_PRESS = "erase"
"""What the last press sends."""


@officer_blueprint.get("/requests")
def requests() -> ResponseReturnValue:
    page = queue_page(current_engine(), read_filter(request.args), http.number_argument("before"))
    return http.personal(make_response(render_template("asklater/privacy/requests/queue.html", page=page)))


@officer_blueprint.get("/requests.csv")
def requests_csv() -> ResponseReturnValue:
    """Send what the queue shows, by the same filters."""
    return officer_csv("requests", QUEUE_COLUMNS, queue_cells(read_filter(request.args)))


@officer_blueprint.get("/requests/<public_id>", endpoint="request")
def one(public_id: str) -> ResponseReturnValue:
    return _page(_request_or_404(public_id))


@officer_blueprint.post("/requests/<public_id>/take")
def take_request(public_id: str) -> ResponseReturnValue:
    return _step(public_id, "take", lambda found: officer_steps.take_request(found, _who()))


@officer_blueprint.post("/requests/<public_id>/assign")
def assign_request(public_id: str) -> ResponseReturnValue:
    def assign(found: Request) -> None:
        colleague = read_assignee(found, request.form, officers(current_engine()))
        officer_steps.assign_request(found, colleague, _who())

    return _step(public_id, "assign", assign)


@officer_blueprint.post("/requests/mails")
def choose_request_mails() -> ResponseReturnValue:
    here, wanted = current_engine().people.ensure_subject(), request.form.get("wanted") == "yes"
    choose_mails(here.id, wanted=wanted)
    flash(
        gettext("You are emailed about requests.") if wanted else gettext("You get no emails about requests."),
        "success",
    )
    return http.go_to(url_for("officer.requests", _anchor="mails"))


@officer_blueprint.post("/requests/<public_id>/read")
def read_request(public_id: str) -> ResponseReturnValue:
    return _step(
        public_id, "read", lambda found: disclosed_message(officer_steps.read_message(current_engine(), found, _who()))
    )


@officer_blueprint.post("/requests/<public_id>/show")
def show_request(public_id: str) -> ResponseReturnValue:
    def show(found: Request) -> DisclosedValue:
        engine, field, reason = current_engine(), request.form.get("field", ""), read_reason(request.form)
        try:
            return disclosed_value(engine, field, officer_steps.show_value(engine, found, field, reason, _who()))
        except LookupError as error:
            raise Invalid({"field": gettext("Choose one of these.")}) from error

    return _step(public_id, "show", show)


@officer_blueprint.post("/requests/<public_id>/extend")
def extend_request(public_id: str) -> ResponseReturnValue:
    def extend(found: Request) -> None:
        officer_steps.extend_request(found, read_months(request.form), read_reason(request.form), _who())

    return _step(public_id, "extend", extend)


@officer_blueprint.post("/requests/<public_id>/refuse")
def refuse_request(public_id: str) -> ResponseReturnValue:
    return _step(
        public_id, "refuse", lambda found: officer_steps.refuse_request(found, read_reason(request.form), _who())
    )


@officer_blueprint.post("/requests/<public_id>/complete")
def complete_request(public_id: str) -> ResponseReturnValue:
    def complete(found: Request) -> None:
        outcome = read_outcome(found, request.form)
        note = read_reason(request.form, needed=outcome is Outcome.ANSWERED)
        if outcome is Outcome.EXPORTED and not is_reviewed(current_engine(), found):
            words = gettext("Look through the person’s texts first: they may be about other people.")
            raise Invalid({"outcome": words})
        officer_steps.complete_request(current_engine(), found, outcome, note, _who())

    if request.form.get("outcome") == Outcome.ERASED:
        return http.go_to(url_for("officer.confirm_erasure", public_id=_request_or_404(public_id).public_id))
    return _step(public_id, "complete", complete)


@officer_blueprint.get("/requests/<public_id>/erase")
def confirm_erasure(public_id: str) -> ResponseReturnValue:
    return _confirm(_request_or_404(public_id))


@officer_blueprint.post("/requests/<public_id>/erase")
def erase_person(public_id: str) -> ResponseReturnValue:
    found = _request_or_404(public_id)
    if request.form.get(ERASE_PRESS) != "yes" or _refusal(found):
        return _confirm(found, 422)
    return _step(public_id, "erase", lambda wanted: officer_steps.erase_person(current_engine(), wanted, _who()))


def _step(public_id: str, step: str, take: Callable[[Request], DisclosedValue | None]) -> ResponseReturnValue:
    """Take a step; show the page again with what was disclosed, or with what prevented the step."""
    found = _request_or_404(public_id)
    try:
        shown = take(found)
    except Invalid as refused:
        return _page(found, 422, sent=SubmittedStep(step, request.form, refused.errors))
    except Unable as refused:
        return _page(found, 429, error=str(refused))
    except StepNotAllowed as refused:
        words = str(refused) or gettext("This request is closed already: nothing more can be done about it.")
        return _page(_request_or_404(public_id), 409, error=words)
    if shown is not None:
        return _page(found, shown=shown)
    flash(gettext("Noted. The trail says so below."), "success")
    return http.go_to(url_for("officer.request", public_id=public_id))


def _page(
    found: Request,
    status: int = 200,
    *,
    sent: SubmittedStep = NOTHING_SUBMITTED,
    error: str = "",
    shown: DisclosedValue | None = None,
) -> ResponseReturnValue:
    page = officer_request_page(current_engine(), found, sent, error, shown)
    return http.personal(
        make_response(render_template("asklater/privacy/requests/officer_request.html", page=page), status)
    )


def _confirm(found: Request, status: int = 200) -> ResponseReturnValue:
    back = url_for("officer.request", public_id=found.public_id)
    page = ErasureConfirmationPage(url_for("officer.erase_person", public_id=found.public_id), back, _refusal(found))
    return http.personal(make_response(render_template("asklater/privacy/requests/confirm.html", page=page), status))


def _refusal(found: Request) -> str:
    if Outcome.ERASED not in COMPLETIONS[Kind(found.kind)]:
        return gettext("Nobody asked for an erasure here.")
    if found.subject_id is not None and current_identity().has_role(found.subject_id):
        return gettext("The person works here: an administrator has to take the role from the account first.")
    if found.subject_id is not None and is_on_hold(found.subject_id):
        return gettext(
            "A legal hold is set on what is held of them. Lift it first, or answer why it cannot be erased yet."
        )
    return ""


def _who() -> audit_trail.Actor:
    return audit_trail.current_officer_actor()


def _request_or_404(public_id: str) -> Request:
    return find_request(public_id) or abort(404)
