"""The account: what is held, change and remove it, bring back earlier things."""

from flask import Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.accounts.blueprint import blueprint
from asklater.accounts.presenters import account_page, change_page, remove_page
from asklater.accounts.reauthentication import lead_to_sign_in
from asklater.asking.gate import gate
from asklater.asking.submission import read_submission
from asklater.endpoints import url_for
from asklater.engine import Engine, current_engine
from asklater.kinds.base import Asking, Given, Invalid, Unable
from asklater.records.people import Subject
from asklater.subjects.held_fields import can_be_added


@blueprint.get("/account")
def account() -> ResponseReturnValue:
    engine = current_engine()
    page = account_page(engine, engine.people.subject())
    return http.personal(make_response(render_template("asklater/accounts/account.html", page=page)))


@blueprint.get("/account/bring-back")
@gate("bring_back", where_declared=True)
def bring_back() -> ResponseReturnValue:
    flash(gettext("Your address is verified. Everything that belongs to it is here."), "success")
    return http.go_to(url_for("accounts.account"))


@blueprint.get("/account/fields/<field>")
def change(field: str) -> ResponseReturnValue:
    engine, subject = _editable(field)
    engine.guard(field)
    held = engine.answers.read(subject.id, [field])
    given = engine.kind_of(field).given(engine.field(field), held[field]) if field in held else Given()
    return _form(engine, field, given, {})


@blueprint.post("/account/fields/<field>")
def save_change(field: str) -> ResponseReturnValue:
    engine, subject = _editable(field)
    submission = read_submission(request.form, request.files)
    given = submission.given.get(field, Given())
    if submission.redraw:
        return _form(engine, field, given, {})
    declared = engine.field(field)
    engine.guard(field)
    try:
        value = engine.prove(field, Asking(subject.id, "settings"), engine.kind_of(field).parse(declared, given))
    except Invalid as rejected:
        return _form(engine, field, given, rejected.errors, 422)
    except Unable as explained:
        return _form(engine, field, given, {"": explained.reason}, 422)
    engine.change(subject.id, field, value)
    flash(gettext("%(label)s: saved.", label=gettext(declared.label)), "success")
    return http.go_to(_back())


@blueprint.get("/account/fields/<field>/remove")
def confirm_remove(field: str) -> ResponseReturnValue:
    engine, _subject = _held(field)
    engine.guard(field)
    page = remove_page(engine, field, _back())
    return http.personal(make_response(render_template("asklater/accounts/remove.html", page=page)))


@blueprint.post("/account/fields/<field>/remove")
def remove(field: str) -> ResponseReturnValue:
    engine, subject = _held(field)
    engine.guard(field)
    engine.remove(subject.id, field)
    flash(gettext("%(label)s: removed.", label=gettext(engine.field(field).label)), "success")
    return http.go_to(_back())


@blueprint.get("/account/fields/<field>/picture")
def picture(field: str) -> ResponseReturnValue:
    if current_engine().people.subject() is None:  # it stands within a page, and leads nowhere
        abort(404)
    engine, subject = _held(field)
    value = engine.answers.read(subject.id, [field])[field]
    if not isinstance(value, bytes):
        abort(404)
    return http.picture(value)


def _back() -> str:
    """The page on which the person pressed, where it is one of this site; else the account."""
    return http.on_this_site(request.args.get("back", ""), url_for("accounts.account"))


def _held(field: str) -> tuple[Engine, Subject]:
    """The person who looks, holding this declared field; 404 otherwise. A visitor is led to sign in."""
    engine = current_engine()
    subject = engine.people.subject()
    if field in engine.manifest.fields and subject is None:
        lead_to_sign_in()
    if subject is None or field not in subject.held or field not in engine.manifest.fields:
        abort(404)
    return engine, subject


def _editable(field: str) -> tuple[Engine, Subject]:
    """The person who looks, holding this field or free to add it; 404 otherwise."""
    engine = current_engine()
    subject = engine.people.subject()
    if subject is not None and field in engine.manifest.fields and can_be_added(engine, subject, field):
        return engine, subject
    engine, subject = _held(field)
    if not engine.kind_of(field).editable:
        abort(404)
    return engine, subject


def _form(engine: Engine, field: str, given: Given, errors: dict[str, str], status: int = 200) -> Response:
    subject = engine.people.subject()
    held = subject is not None and field in subject.held
    page = change_page(engine, field, given, errors, _back(), held=held)
    return http.fragment_or_page("asklater/accounts/_change.html", "asklater/accounts/change.html", status, page=page)
