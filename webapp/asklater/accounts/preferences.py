"""Preferences: each consent given or withdrawn in one press, and what was not to be asked again."""

from dataclasses import dataclass

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.accounts.blueprint import blueprint
from asklater.accounts.panels import Panel
from asklater.accounts.presenters import PreferencesPanel
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.tables import Account
from asklater.database.access import current_session
from asklater.endpoints import url_for
from asklater.engine import Engine, current_engine
from asklater.messages.bounces import bounced_at
from asklater.subjects.held_fields import change_url, consent_line
from asklater.subjects.rights import consents


@blueprint.post("/account/consents/<field>/give")
def give_consent(field: str) -> ResponseReturnValue:
    return _decide(field, given=True)


@blueprint.post("/account/consents/<field>/withdraw")
def withdraw_consent(field: str) -> ResponseReturnValue:
    return _decide(field, given=False)


@blueprint.post("/account/asking/<field>")
def ask_again(field: str) -> ResponseReturnValue:
    """Take "do not ask again" back."""
    engine, subject = current_engine(), current_engine().people.subject()
    if field not in engine.manifest.fields or subject is None:
        abort(404)
    engine.background.lift(subject.id, field)
    flash(gettext("%(label)s: we may ask again.", label=gettext(engine.field(field).label)), "success")
    return http.go_to(url_for("accounts.account"))


def _decide(field: str, *, given: bool) -> ResponseReturnValue:
    """Store the answer, whatever it was before; a consent that is withdrawn is held as a no."""
    engine, subject = current_engine(), current_engine().people.subject()
    if subject is None or field not in consents(engine):
        abort(404)
    back = http.came_from(url_for("accounts.account"))
    label = gettext(engine.field(field).label)
    if given and request.form.get("terms") != engine.consents.terms[field]:
        words = gettext("%(label)s: this has changed meanwhile, so nothing was stored. Read it again.", label=label)
        flash(words, "error")
        return http.go_to(back)
    first = next((key for key in engine.field(field).after if key not in subject.held), "") if given else ""
    if first:
        flash(gettext("First answer this: %(label)s.", label=gettext(engine.field(first).label)), "info")
        return http.go_to(change_url(engine, first, back) or back)
    engine.change(subject.id, field, {"given": given})
    flash(_decided(engine, subject.id, field, label), "success")
    return http.go_to(back)


def _decided(engine: Engine, subject_id: int, field: str, label: str) -> str:
    state = engine.consents.states(subject_id)[field]
    if state == "given":
        words = gettext("%(label)s: yes.", label=label)
    elif state == "pending":
        words = gettext("%(label)s: saved, not in force yet.", label=label)
    else:
        words = gettext("%(label)s: stopped.", label=label)
        gone = ", ".join(gettext(engine.field(key).label) for key in engine.resting_on(field))
        if gone:
            words += " " + gettext("Deleted with it: %(fields)s.", fields=gone)
    return str(words)


def _preferences_panel(subject_id: int) -> PreferencesPanel | None:
    """Every consent that there is to give, and every field that is not to be asked for; None for neither."""
    engine = current_engine()
    known = consents(engine)
    refused = engine.background.history(subject_id).refused if engine.manifest.prompts else frozenset()
    states = engine.consents.states(subject_id)
    page = PreferencesPanel(
        consents=tuple(consent_line(engine, key, states.get(key), url_for("accounts.account")) for key in known),
        declined=tuple(
            (gettext(engine.field(key).label), url_for("accounts.ask_again", field=key))
            for key in engine.manifest.fields
            if key in refused and states.get(key) in {None, "outdated"}
        ),
    )
    return page if page.consents or page.declined else None


@dataclass(frozen=True)
class RefusedMailPanel:
    """That mail to the account's address is refused. `url` leads to where the address is changed."""

    sentence: str
    url: str


def _refused_mail_panel(subject_id: int) -> RefusedMailPanel | None:
    account = current_session().get(Account, subject_id)
    address = address_of(account) if account else ""
    if not address or bounced_at(address) is None:
        return None
    sentence = gettext("Email to %(email)s was refused. Check the address.", email=address)
    return RefusedMailPanel(sentence, url_for("accounts.email"))


REFUSED_MAIL_PANEL = Panel("asklater/accounts/_refused_mail.html", _refused_mail_panel)
PREFERENCES_PANEL = Panel("asklater/accounts/_preferences.html", _preferences_panel)
