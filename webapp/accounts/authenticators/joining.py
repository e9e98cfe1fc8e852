"""What the authenticator app brings to an application."""

from functools import partial

from flask import Flask

from webapp.accounts.answering_forms import code_input
from webapp.accounts.authenticators.keeping import app_of, drop, forget_drafts, has_app, shows
from webapp.accounts.authenticators.pages import AppPanel
from webapp.accounts.authenticators.routes import KEY
from webapp.accounts.models import Account
from webapp.accounts.panels import SECURITY, Panel
from webapp.accounts.recovery.evidence import EVIDENCE, Evidence
from webapp.accounts.recovery.ways import AUTHENTICATOR
from webapp.accounts.signing_in import Factor
from webapp.db import current_session
from webapp.house import House
from webapp.profiling.words import gettext


def join(app: Flask, house: House) -> None:
    app.extensions[EVIDENCE].register(_evidence())
    app.extensions[EVIDENCE].register_drop(drop)
    app.extensions["factors"].register(Factor(KEY, 20, _label, has_app, "accounts.authenticator"))
    app.extensions[SECURITY].register(Panel(20, "accounts/_authenticator.html", _panel))
    house.jobs.register("forget_authenticator_drafts", partial(forget_drafts, house.database), every_minutes=60)


def _label() -> str:
    return gettext("Use the authenticator app")


def _evidence() -> Evidence:
    return Evidence(
        key=AUTHENTICATOR,
        place=20,
        label=lambda: gettext("Authenticator app"),
        held=has_app,
        check=shows,
        ask=lambda typed, error: code_input(typed, error, gettext("The code of your authenticator app")),
        is_factor=True,
        add_endpoint="accounts.new_authenticator",
    )


def _panel(subject_id: int) -> AppPanel | None:
    """None while the address is not proved, for then it cannot be added; unless it is there."""
    held, account = app_of(subject_id), current_session().get(Account, subject_id)
    if held is None and (account is None or account.verified_at is None):
        return None
    return AppPanel(held.confirmed_at if held else None)
