"""Roles of the staff: who has one, how it is given and taken away, and the check that a page makes."""

from collections.abc import Callable

from flask import Response, current_app, make_response, render_template
from flask_login import current_user
from sqlalchemy import select

from asklater import http
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.email_addresses import owner_of_address
from asklater.accounts.login import current_second_factors
from asklater.accounts.reauthentication import current_account
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.tables import HAS_ROLE, Account
from asklater.database.access import current_database, current_session
from asklater.endpoints import url_for
from asklater.errors import ErrorPage
from asklater.i18n import gettext

ROLES = ("pm", "privacy_officer", "admin")
"""What an account can be given. A role works while its person has lately shown a second factor."""
READERS: dict[str, Callable[[], str]] = {
    "the sign-in": lambda: gettext("the program that lets you into your account, and nobody else"),
    "pm": lambda: gettext("our product managers"),
    "privacy_officer": lambda: gettext("our privacy officer, within a request of yours"),
    "admin": lambda: gettext("our administrators"),
}
"""Whom fields may name among their readers, and who that is."""


def require_role(roles: tuple[str, ...], text: str, hint: str = "") -> Response | None:
    """None for whoever has one of `roles`; for everybody else the page that says for whom this is.

    `hint` says, in the demo, as whom to look around. Staff whose second factor is due are led to it.
    """
    if current_user.role in roles:
        return None
    title = gettext("You do not have access to this page")
    links = [(gettext("Go to the home page"), http.front_page())]
    account = current_account()
    if account is not None and account.role in roles:
        text, link = _second_factor_link(account.subject_id)
        links.insert(0, link)
    elif hint and current_app.url_map.bind("").test("/demo/", "GET"):
        text += " " + hint
        links.insert(0, (gettext("Look around the demo"), http.below("/demo/")))
    if account is not None:
        with current_database().unit_of_work():  # a refusal comes before the view, and so before the request's own
            record_event(account.subject_id, "refused")
    if http.wants_json():
        return http.problem(403, title, text)
    page = ErrorPage(403, title, text, tuple(links), "")
    return http.personal(make_response(render_template("asklater/error.html", error=page), 403))


def _second_factor_link(subject_id: int) -> tuple[str, tuple[str, str]]:
    here = http.here()
    if current_second_factors().held_by(subject_id):
        text = gettext("Your role works once you have shown your second factor; it holds for twelve hours.")
        return text, (gettext("Show my second factor"), url_for("accounts.factor", next=here))
    text = gettext("Your role needs a second factor. Add a passkey or an authenticator app, then come back.")
    return text, (gettext("Add a second factor"), url_for("accounts.security"))


class NoSuchAccount(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """No account has proved that address."""


def set_role(email: str, role: str) -> bool:
    """Give the account of that address one of `ROLES`, or take its role away with ""; whether that changed anything.

    Its owner is told. Raises NoSuchAccount, and ValueError for another role.
    """
    if role and role not in ROLES:
        raise ValueError(f"no role {role!r}")
    number = owner_of_address(email)
    if number is None:
        raise NoSuchAccount(email)
    account = current_session().get_one(Account, number)
    if account.role == role:
        return False
    account.role = role
    current_session().flush()
    event = "role_given" if role else "role_taken"
    record_event(number, event, role)
    more = gettext("It works for twelve hours each time that you show a second factor.") if role else ""
    notify_owner(number, event, more=more)
    return True


def staff_members() -> list[tuple[str, str]]:
    """(address, role) of everybody who has one."""
    found = current_session().scalars(select(Account).where(HAS_ROLE)).all()
    return sorted(((address_of(account), account.role) for account in found), key=lambda pair: pair[::-1])
