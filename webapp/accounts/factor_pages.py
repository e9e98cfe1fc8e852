"""What the pages that ask for a second factor have in common: whose it is, and the other ones that would do."""

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.accounts.models import Account
from webapp.accounts.signing_in import current_factors, entrance, whose_factor
from webapp.db import current_session
from webapp.profiling.words import gettext


def asked_account(key: str) -> Account | None:
    """The account whose factor `key` is asked of this session; None when it owes none, or took too long."""
    number = whose_factor()
    held = current_factors().held_by(number) if number else []
    return current_session().get(Account, number) if key in {factor.key for factor in held} else None


def onward() -> str:
    """Where it goes on once the factor was shown."""
    return http.on_this_site(request.args.get("next", ""), url_for("accounts.account"))


def begin_again() -> ResponseReturnValue:
    """There is nobody to ask any more: back to where the factor was wanted, which leads here again."""
    flash(gettext("That took too long, or is done already. Please begin again."), "error")
    return http.go_to(onward())


def other_factors(subject_id: int, key: str) -> tuple[tuple[str, str], ...]:
    """(label, url) of the account's other factors."""
    others = [factor for factor in current_factors().held_by(subject_id) if factor.key != key]
    return tuple((factor.label(), url_for(factor.endpoint, next=onward())) for factor in others)


def back_url() -> str:
    """Where Back leads: to the choice of factors at the entrance, which also helps those who have none; else home."""
    return url_for("accounts.factor", next=onward()) if entrance() else url_for("accounts.account")


def loss(account: Account, key: str, *, last: bool = True) -> str:
    """What removing the factor `key` means, as sentences. `last` says that it is the last one of its sort."""
    strong = [factor.key for factor in current_factors().held_by(account.subject_id) if not factor.weak]
    if not last or strong != [key]:
        return gettext("Your other factors stay as they are.")
    said = gettext("It is your last second factor: the recovery codes go with it, and a code by mail is enough then.")
    if account.role:
        said += " " + gettext("Your role needs a second factor: without one it does not work.")
    return said
