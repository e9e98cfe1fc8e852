"""Offering a passkey: on the account page, after a code has let its person in; once declined, not for a while."""

from datetime import timedelta

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.accounts.blueprint import blueprint
from webapp.accounts.models import Account
from webapp.accounts.panels import Panel
from webapp.accounts.passkeys.keeping import has_passkey
from webapp.accounts.passkeys.pages import OfferPanel
from webapp.accounts.passkeys.party import current_party
from webapp.accounts.visits import current_visits
from webapp.db import current_session

NOT_FOR = timedelta(days=90)
BY_CODE = frozenset({"sign_up", "code"})
"""Ways in on which a passkey would have saved its person a code."""
COOKIE = "asklater-no-passkey"


@blueprint.post("/account/passkeys/later")
def passkey_later() -> ResponseReturnValue:
    response = http.go_to(http.came_from(url_for("accounts.account")))
    secure = not current_app.extensions["settings"].demo
    response.set_cookie(COOKIE, "1", max_age=NOT_FOR, secure=secure, httponly=True, samesite="Lax")
    return response


def _panel(subject_id: int) -> OfferPanel | None:
    """None where it would not help: unproved, no code was needed, not wanted, or there is one."""
    account = current_session().get(Account, subject_id)
    if account is None or account.verified_at is None or COOKIE in request.cookies:
        return None
    if current_visits().way() not in BY_CODE or not current_party().has_a_name or has_passkey(subject_id):
        return None
    return OfferPanel(url_for("accounts.new_passkey"), url_for("accounts.passkey_later"))


PANEL = Panel(10, "accounts/_passkey_offer.html", _panel)
