"""The second address: adding it, which asks for it and its code, and giving another one."""

from flask import abort, flash, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.accounts.blueprint import blueprint
from asklater.accounts.recovery.second_address import recovery_address_field, second_address_of
from asklater.asking.gate import gate
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.forms import FormPage, email_input, error_text, render_form_page
from asklater.i18n import gettext
from asklater.identity import reauthenticated
from asklater.kinds.base import Asking, Given, Invalid
from asklater.manifest.declarations import Field
from asklater.records.answers import Provenance
from asklater.records.people import Subject


@blueprint.get("/account/recovery-address")
@reauthenticated
@gate("add_recovery_address", where_declared=True)
def recovery_address() -> ResponseReturnValue:
    """Nothing is left to ask: it is there."""
    subject, _field = _holder()
    if not second_address_of(subject.id):  # it has become the account's own
        return http.go_to(url_for("accounts.change_recovery_address"))
    flash(gettext("Your second address is verified. It helps you back in when you lose the first."), "success")
    return http.go_to(url_for("accounts.security"))


@blueprint.get("/account/recovery-address/change")
@reauthenticated
def change_recovery_address() -> ResponseReturnValue:
    _holder()
    return _ask()


@blueprint.post("/account/recovery-address/change")
@reauthenticated
def save_recovery_address() -> ResponseReturnValue:
    """The old one goes, with its proof, and is told so; the new one is asked for its code."""
    engine, (subject, field) = current_engine(), _holder()
    kind, given = engine.kind_of(field.key), Given({"": (request.form.get("address", ""),)})
    try:
        address = engine.prove(field.key, Asking(subject.id, "settings"), kind.parse(field, given))
    except Invalid as refused:
        return _ask(error_text(refused))
    engine.remove(subject.id, field.key)
    engine.save(subject.id, field.key, address, Provenance("settings", "settings"), prompted=False)
    return http.go_to(url_for("accounts.recovery_address"))


def _holder() -> tuple[Subject, Field]:
    """Who looks, holding a second address; 404 otherwise."""
    subject, field = current_engine().people.subject(), recovery_address_field()
    if subject is None or field is None or field.key not in subject.held:
        abort(404)
    return subject, field


def _ask(error: str = "") -> ResponseReturnValue:
    typed = email_input("address", gettext("Another second address"), request.form.get("address", ""), error)
    page = FormPage(
        title=gettext("Change your second address"),
        text=gettext("The one that you gave before is removed at once. The new one helps once its code is typed."),
        post_url=url_for("accounts.save_recovery_address"),
        submit_label=gettext("Go on"),
        inputs=(typed,),
        back_url=url_for("accounts.security"),
    )
    return render_form_page(page)
