"""The officer's register of breaches: the list, one breach and its steps, the notice to the authority, and the list of
those who are to be written to."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, abort, flash, make_response, render_template
from flask.typing import ResponseReturnValue
from wtforms.form import BaseForm

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.forms import Form, inputs_of
from asklater.i18n import gettext
from asklater.privacy.breaches import letters, register
from asklater.privacy.breaches.forms import STEP_FORMS, ListForm, NewBreachForm, step_form
from asklater.privacy.breaches.labels import step_label
from asklater.privacy.breaches.presenters import (
    authority_notice_page,
    breach_line,
    breach_page,
    scope_choices,
)
from asklater.privacy.breaches.register import Breach, BreachClosed
from asklater.privacy.breaches.scope import Scope
from asklater.privacy.officer import current_officer, officer_blueprint, officer_csv
from asklater.privacy.officer_forms import OfficerForm, officer_form_page

ADDRESS_COLUMNS = ("account", "address", "proved")


@officer_blueprint.get("/breaches")
def breaches() -> ResponseReturnValue:
    lines = [breach_line(found) for found in register.all_breaches()]
    return http.personal(make_response(render_template("asklater/privacy/breaches/list.html", lines=lines)))


@officer_blueprint.get("/breaches.csv")
def breaches_csv() -> ResponseReturnValue:
    columns = (
        "title",
        "noticed",
        "deadline",
        "people",
        "records",
        "risk",
        "authority",
        "notified",
        "persons",
        "closed",
    )
    return officer_csv("breaches", columns, map(_cells, register.all_breaches()))


@officer_blueprint.get("/breaches/new")
def new_breach() -> ResponseReturnValue:
    return _new_page(NewBreachForm(formdata=None))


@officer_blueprint.post("/breaches/new")
def enter_breach() -> ResponseReturnValue:
    form = NewBreachForm()
    if not form.validate():
        return _new_page(form, 422)
    words = {"title": form.title.data, "happened": form.happened.data}
    found = register.enter_breach(form.noticed_at.data, words, current_officer())
    flash(gettext("Entered. The 72 hours run from the moment that you gave."), "success")
    return http.go_to(url_for("officer.breach", public_id=found.public_id))


@officer_blueprint.get("/breaches/<public_id>")
def breach(public_id: str) -> ResponseReturnValue:
    return _page(_breach_or_404(public_id))


@officer_blueprint.get("/breaches/<public_id>/notice")
def breach_notice(public_id: str) -> ResponseReturnValue:
    page = authority_notice_page(current_engine(), _breach_or_404(public_id))
    return http.personal(make_response(render_template("asklater/privacy/breaches/notice.html", page=page)))


@officer_blueprint.post("/breaches/<public_id>/<step>")
def breach_step(public_id: str, step: str) -> ResponseReturnValue:
    """Take one step, of those that change something."""
    found = _breach_or_404(public_id) if step in STEP_FORMS else abort(404)
    form = step_form(step, found, scope_choices(current_engine()))
    if not form.validate():
        return _page(found, 422, sent=(step, form))
    try:
        refusal = _take(step, found, form)
    except BreachClosed:
        refusal = gettext("This breach is closed: nothing of it is changed any more.")
    if refusal:
        return _page(_breach_or_404(public_id), 422, error=refusal)
    flash(gettext("Noted. The log says so below."), "success")
    return http.go_to(url_for("officer.breach", public_id=public_id))


@officer_blueprint.post("/breaches/<public_id>/addresses.csv")
def breach_list(public_id: str) -> ResponseReturnValue:
    """Send the addresses of those who are concerned, which is noted with its reason."""
    found, form, engine = _breach_or_404(public_id), ListForm(), current_engine()
    if not form.validate():
        return _page(found, 422, sent=("list", form))
    register.add_event(found, "listed", current_officer(), form.reason.data)
    rows = ((one.subject_id, one.address, one.is_proved) for one in letters.addressees(engine, found))
    return officer_csv("people-concerned", ADDRESS_COLUMNS, rows)


def _take(step: str, found: Breach, form: BaseForm) -> str:
    """Take the step, and return why it cannot be taken, "" where it was."""
    officer, given = current_officer(), {name: value for name, value in form.data.items() if value is not None}
    special: Mapping[str, Callable[[], str]] = {
        "scope": lambda: _set_scope(found, form, officer),
        "send": lambda: _send(found, officer),
        "stop": lambda: _done(letters.stop_letters(found, officer)),
        "close": lambda: _close(found, given, officer),
    }
    return special[step]() if step in special else _done(_write_down(step, found, given, officer))


def _write_down(step: str, found: Breach, given: Mapping[str, Any], officer: str) -> Breach:
    """Note what was decided, and the words for it; the log bears the reason."""
    columns = {name: given[name] for name in ("risk", "authority", "persons", "notified_at") if name in given}
    words = {name: text for name, text in given.items() if name not in columns and name != "note"}
    reasons = (
        given.get(name, "") for name in ("note", "risk_reason", "authority_reason", "persons_reason", "delay_reason")
    )
    note = next(filter(None, reasons), "")
    return register.change_breach(found, step, officer, note=note, words=words, **columns)


def _set_scope(found: Breach, form: BaseForm, officer: str) -> str:
    scope = Scope(
        extent=form["extent"].data,
        fields=tuple(form["fields"].data or ()),
        tables=tuple(form["tables"].data or ()),
        recorded_from=form["recorded_from"].data,
        recorded_until=form["recorded_until"].data,
    )
    return _done(register.set_scope(found, scope, officer))


def _send(found: Breach, officer: str) -> str:
    if found.persons != register.WRITE or not found.words.get("letter"):
        return gettext("Decide first that the people are written to, and write the letter.")
    try:
        return _done(letters.begin_letters(found, officer))
    except letters.NobodyToWriteTo:
        return gettext("Nobody is concerned by what is chosen. Say what got out, and count.")


def _close(found: Breach, given: Mapping[str, Any], officer: str) -> str:
    missing = register.missing_for_closing(found)
    if missing:
        steps = "; ".join(step_label(step) for step in missing)
        return gettext("Before it is closed, this is to be done: %(steps)s.", steps=steps)
    return _done(register.close_breach(found, given["closing"], officer))


def _done(_changed: Breach) -> str:
    return ""


def _cells(found: Breach) -> tuple[object, ...]:
    counts = (found.counts.people, found.counts.records) if found.counted_at else (None, None)
    decided = (found.risk, found.authority, found.notified_at, found.persons, found.closed_at)
    return found.title, found.noticed_at, found.deadline, *counts, *decided


def _new_page(form: Form, status: int = 200) -> Response:
    page = OfficerForm(
        key="new",
        title=gettext("Enter a breach"),
        text=gettext("Enter it as soon as it is noticed: what is not known yet is added later."),
        post_url=url_for("officer.enter_breach"),
        label=gettext("Enter it"),
        inputs=inputs_of(form, "new"),
        look="primary",
    )
    return officer_form_page(page, url_for("officer.breaches"), status)


def _page(found: Breach, status: int = 200, *, sent: tuple[str, BaseForm] | None = None, error: str = "") -> Response:
    page = breach_page(current_engine(), found, sent=sent, error=error)
    return http.personal(make_response(render_template("asklater/privacy/breaches/breach.html", page=page), status))


def _breach_or_404(public_id: str) -> Breach:
    return register.find_breach(public_id) or abort(404)
