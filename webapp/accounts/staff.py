"""Pages for the staff: who may see them, and what somebody who may not is told."""

from flask import Response, current_app, make_response, render_template, request, url_for
from flask_login import current_user

from webapp import http
from webapp.accounts.auditing import record
from webapp.accounts.confirming import own_account
from webapp.accounts.signing_in import current_factors
from webapp.db import current_database
from webapp.errors import ErrorPage
from webapp.profiling.words import gettext

ROLES = ("pm", "privacy_officer", "admin")
"""What an account can be given. A role works while its person has lately shown a second factor."""


def only(roles: tuple[str, ...], text: str, hint: str = "") -> Response | None:
    """None for whoever has one of `roles`; for everybody else the page that says for whom this is.

    `hint` says, in the demo, as whom to look around. Staff whose second factor is due are led to it.
    """
    if current_user.role in roles:
        return None
    title = gettext("This page is not open to you")
    links = [(gettext("To the front page"), "/")]
    account = own_account()
    if account is not None and account.role in roles:
        text, link = _factor_due(account.subject_id)
        links.insert(0, link)
    elif hint and current_app.url_map.bind("").test("/demo/", "GET"):
        text += " " + hint
        links.insert(0, (gettext("Look around the demo"), "/demo/"))
    if account is not None:
        with current_database().unit_of_work():  # a refusal comes before the view, and so before the request's own
            record(account.subject_id, "refused")
    if http.wants_json():
        return http.problem(403, title, text)
    page = ErrorPage(403, title, text, tuple(links), "")
    return http.personal(make_response(render_template("errors/error.html", error=page), 403))


def _factor_due(subject_id: int) -> tuple[str, tuple[str, str]]:
    here = request.full_path.removesuffix("?")
    if current_factors().held_by(subject_id):
        text = gettext("Your role works once you have shown your second factor; it holds for twelve hours.")
        return text, (gettext("Show my second factor"), url_for("accounts.factor", next=here))
    text = gettext("Your role needs a second factor. Add a passkey or an authenticator app, then come back.")
    return text, (gettext("Add a second factor"), url_for("accounts.security"))
