"""Putting the pages of passkeys together."""

from flask import Response, make_response, render_template, request, url_for

from webapp import http
from webapp.accounts.models import Account
from webapp.accounts.panels import Panel
from webapp.accounts.passkeys.keeping import passkeys_of
from webapp.accounts.passkeys.pages import PasskeyLine, PasskeyPage, PasskeysPanel
from webapp.accounts.passkeys.party import current_party
from webapp.accounts.passkeys.reading import Refused
from webapp.db import current_session
from webapp.profiling.kinds.base import Unable

KEY = "passkey"


def answer_with_passkey_page(
    title: str,
    text: str,
    submit_label: str,
    *,
    ceremony: str,
    options: str,
    post_url: str,
    back_url: str,
    refused: Refused | Unable | None = None,
    links: tuple[tuple[str, str], ...] = (),
    links_title: str = "",
) -> Response:
    """The page; 422 when an answer was refused, 429 when one has to wait first."""
    party = current_party()
    page = PasskeyPage(
        title=title,
        text=text,
        ceremony=ceremony,
        options=options,
        post_url=post_url,
        submit_label=submit_label,
        named=party.has_a_name,
        by_name_url=party.by_name(request.full_path.removesuffix("?")),
        links=links,
        links_title=links_title,
        back_url=back_url,
        trouble=refused.reason if refused else "",
    )
    wait = refused.retry_after if isinstance(refused, Unable) else 0
    response = make_response(render_template("accounts/passkey.html", page=page))
    response.status_code = 429 if wait else 422 if refused else 200
    if wait:
        response.headers["Retry-After"] = str(wait)
    return http.personal(response)


def _panel(subject_id: int) -> PasskeysPanel | None:
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


PANEL = Panel(10, "accounts/_passkeys.html", _panel)
