"""The pages of second factors: what they have in common, the authenticator app, new recovery codes shown once."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from flask import Response, flash, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from asklater import http
from asklater.accounts import devices
from asklater.accounts.factor_attempts import guessed_at, what_to_do
from asklater.accounts.login import current_second_factors, pending_login, second_factor_owner
from asklater.accounts.panels import Panel
from asklater.accounts.second_factors.recovery_codes import count_codes, note_new_factor
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account
from asklater.database.access import current_session
from asklater.endpoints import url_for
from asklater.http import site_origin
from asklater.i18n import gettext
from asklater.kinds.base import Input, InputError
from asklater.layout import Link

# Pages that ask for a second factor


def account_to_verify(key: str) -> Account | None:
    """The account whose factor `key` is asked of this session; None when it owes none, or took too long."""
    number = second_factor_owner()
    held = current_second_factors().held_by(number) if number else []
    return current_session().get(Account, number) if key in {factor.key for factor in held} else None


def next_url() -> str:
    """Where it goes on once the factor was shown."""
    return http.on_this_site(request.args.get("next", ""), url_for("accounts.account"))


def restart_login() -> ResponseReturnValue:
    """There is nobody to ask any more: back to where the factor was wanted, which leads here again."""
    flash(gettext("That took too long, or is done already. Please begin again."), "error")
    return http.go_to(next_url())


def other_factors(subject_id: int, key: str) -> tuple[tuple[str, str], ...]:
    """(label, url) of the account's other factors."""
    others = [factor for factor in current_second_factors().held_by(subject_id) if factor.key != key]
    return tuple((factor.label(), url_for(factor.endpoint, next=next_url())) for factor in others)


def back_url() -> str:
    """Where Back leads: to a pending login's choice of factors, which also helps those who have none; else home."""
    return url_for("accounts.factor", next=next_url()) if pending_login() else url_for("accounts.account")


def consequences_of_removal(account: Account, key: str, *, last: bool = True) -> str:
    """What removing the factor `key` means, as sentences. `last` says that it is the last one of its sort."""
    strong = [factor.key for factor in current_second_factors().held_by(account.subject_id) if not factor.weak]
    if not last or strong != [key]:
        return gettext("Your other factors stay as they are.")
    text = gettext("It is your last second factor: the recovery codes go with it, and a code by email is enough then.")
    if account.role:
        text += " " + gettext("Your role needs a second factor: without one it does not work.")
    return text


# Authenticator app


@dataclass(frozen=True)
class AuthenticatorPage:
    """Adding the app: the QR code as a drawing, the same secret for typing, and the input for its first code."""

    qr: Markup
    secret: str
    account: str
    code: Input
    post_url: str
    back_url: str

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(self.code.id, error) for error in self.code.errors)


@dataclass(frozen=True)
class AuthenticatorPanel:
    """The app on the security page; `added_at` is None where there is none."""

    added_at: datetime | None


# Guessing


@dataclass(frozen=True)
class GuessingPanel:
    """That somebody guessed at the account's second factor, when it was noticed, and what its owner does."""

    noticed_at: datetime
    what_to_do: str


def _guessing_panel(subject_id: int) -> GuessingPanel | None:
    """None where nobody has guessed lately."""
    noticed_at = guessed_at(subject_id)
    return GuessingPanel(noticed_at, what_to_do()) if noticed_at else None


GUESSING_PANEL = Panel("asklater/accounts/second_factors/_guessing.html", _guessing_panel, urgent=True)


def guessing_link() -> list[Link]:
    """The account page's link to that panel."""
    subject = current_sessions().subject()
    if subject is None or guessed_at(subject.id) is None:
        return []
    return [Link(gettext("Somebody guessed at your second factor: look at it"), url_for("accounts.security"))]


# Recovery codes


@dataclass(frozen=True)
class RecoveryCodesPage:
    """Codes that are shown this once; `file_url` is the same as a text file, which comes with the page."""

    title: str
    text: str
    codes: tuple[str, ...]
    file_url: str
    file_name: str
    onward_url: str


@dataclass(frozen=True)
class RecoveryCodesPanel:
    """How many codes are good, and since when the newest of them."""

    count: int
    made_at: datetime | None


def render_new_codes(codes: tuple[str, ...], title: str, text: str, onward: str) -> Response:
    page = RecoveryCodesPage(
        title=title,
        text=text,
        codes=codes,
        file_url=f"data:text/plain;charset=utf-8,{quote(_codes_file(codes))}",
        file_name="recovery-codes.txt",
        onward_url=onward,
    )
    return http.fragment_or_page(
        "asklater/accounts/second_factors/_codes.html", "asklater/accounts/second_factors/codes.html", page=page
    )


def render_new_factor(subject_id: int, event: str, way: str, sentence: str) -> Response:
    """A factor was added, and shown in doing so: note it, tell the owner, show the codes that come with the first."""
    codes = note_new_factor(subject_id, event, way)
    current_sessions().note_proof(factor=True)
    devices.remember_factor(subject_id)
    onward = url_for("accounts.security")
    if not codes:
        flash(sentence, "success")
        return http.go_to(onward)
    text = gettext(
        "These are your recovery codes. Each lets you in once when you have lost your other factors. "
        "Keep them where you would look: they are shown only now."
    )
    return render_new_codes(codes, sentence, text, onward)


def _recovery_codes_panel(subject_id: int) -> RecoveryCodesPanel | None:
    """None without a factor: there would be nothing to recover."""
    return RecoveryCodesPanel(*count_codes(subject_id)) if current_second_factors().held_by(subject_id) else None


RECOVERY_CODES_PANEL = Panel("asklater/accounts/second_factors/_recovery_codes.html", _recovery_codes_panel)


def _codes_file(codes: tuple[str, ...]) -> str:
    head = gettext("Recovery codes for %(site)s. Each is good once.", site=site_origin())
    return "\n".join([head, "", *codes, ""])
