"""The page objects of passkeys, the page with a WebAuthn ceremony, and the panel of the security page."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, render_template

from asklater import http
from asklater.accounts.panels import Panel
from asklater.accounts.passkeys.parsing import PasskeyRefused
from asklater.accounts.passkeys.relying_party import current_relying_party
from asklater.accounts.passkeys.service import passkeys_of
from asklater.accounts.tables import Account
from asklater.database.access import current_session
from asklater.endpoints import url_for
from asklater.kinds.base import Unable

PASSKEY_KEY = "passkey"


@dataclass(frozen=True)
class PasskeyPage:
    """A page on which the browser makes or shows a passkey.

    `ceremony` is create or get, `options` what the browser is asked for, as JSON; `named` says whether the site goes
    by a name here, without which there are no passkeys, and `by_name_url` leads to it, "" where none is known.
    `links` are alternatives as (label, url).
    """

    title: str
    text: str
    ceremony: str
    options: str
    post_url: str
    submit_label: str
    named: bool
    by_name_url: str
    links: tuple[tuple[str, str], ...] = ()
    links_title: str = ""
    back_url: str = ""
    error: str = ""


@dataclass(frozen=True)
class PasskeyLine:
    """One passkey of the list. `used_at` is None while it was never used."""

    name: str
    added_at: datetime
    used_at: datetime | None
    backed_up: bool
    rename_url: str
    remove_url: str


@dataclass(frozen=True)
class PasskeysPanel:
    """The passkeys on the security page."""

    passkeys: tuple[PasskeyLine, ...]


@dataclass(frozen=True)
class PasskeySuggestionPanel:
    """The offer to add a passkey, once it would have helped."""

    add_url: str
    later_url: str


def render_passkey_page(
    title: str,
    text: str,
    submit_label: str,
    *,
    ceremony: str,
    options: str,
    post_url: str,
    back_url: str,
    refused: PasskeyRefused | Unable | None = None,
    links: tuple[tuple[str, str], ...] = (),
    links_title: str = "",
) -> Response:
    """The page; 422 when an answer was refused, 429 when one has to wait first."""
    party = current_relying_party()
    page = PasskeyPage(
        title=title,
        text=text,
        ceremony=ceremony,
        options=options,
        post_url=post_url,
        submit_label=submit_label,
        named=party.has_domain,
        by_name_url=party.url_by_name(http.here()),
        links=links,
        links_title=links_title,
        back_url=back_url,
        error=refused.reason if refused else "",
    )
    wait = refused.retry_after if isinstance(refused, Unable) else 0
    response = make_response(render_template("asklater/accounts/passkeys/passkey.html", page=page))
    response.status_code = 429 if wait else 422 if refused else 200
    if wait:
        response.headers["Retry-After"] = str(wait)
    return http.personal(response)


def _passkeys_panel(subject_id: int) -> PasskeysPanel | None:
    """None while the address is not proved, for then none can be added; unless there are some."""
    known, account = passkeys_of(subject_id), current_session().get(Account, subject_id)
    if not known and (account is None or account.verified_at is None):
        return None
    return PasskeysPanel(
        tuple(
            PasskeyLine(
                name=passkey.name,
                added_at=passkey.added_at,
                used_at=passkey.used_at,
                backed_up=passkey.backed_up,
                rename_url=url_for("accounts.passkey_name", number=passkey.id),
                remove_url=url_for("accounts.ask_to_remove_passkey", number=passkey.id),
            )
            for passkey in known
        )
    )


PASSKEYS_PANEL = Panel("asklater/accounts/passkeys/_passkeys.html", _passkeys_panel)
