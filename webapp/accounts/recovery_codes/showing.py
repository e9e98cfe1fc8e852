"""Showing codes, once: right after they were made, with the request that made them."""

from urllib.parse import quote

from flask import Response, flash, url_for

from webapp import http
from webapp.accounts.auditing import record
from webapp.accounts.notifying import tell_owner
from webapp.accounts.panels import Panel
from webapp.accounts.recovery_codes.keeping import count, make_first
from webapp.accounts.recovery_codes.pages import CodesPage, CodesPanel
from webapp.accounts.signing_in import current_factors
from webapp.accounts.visits import current_visits
from webapp.profiling.words import gettext
from webapp.site import origin


def answer_with_codes(codes: tuple[str, ...], title: str, text: str, onward: str) -> Response:
    page = CodesPage(
        title=title,
        text=text,
        codes=codes,
        file_url=f"data:text/plain;charset=utf-8,{quote(_file(codes))}",
        file_name="recovery-codes.txt",
        onward_url=onward,
    )
    return http.fragment_or_page("accounts/_codes.html", "accounts/codes.html", page=page)


def answer_to_new_factor(subject_id: int, event: str, way: str, sentence: str) -> Response:
    """A factor was added, and shown in doing so: note it, tell the owner, show the codes that come with the first."""
    codes = make_first(subject_id)
    current_visits().note_proof(factor=True)
    record(subject_id, event, way)
    tell_owner(subject_id, event, more=gettext("Recovery codes were made along with it.") if codes else "")
    onward = url_for("accounts.security")
    if not codes:
        flash(sentence, "success")
        return http.go_to(onward)
    text = gettext(
        "These are your recovery codes. Each lets you in once when you have lost your other factors. "
        "Keep them where you would look: they are shown only now."
    )
    return answer_with_codes(codes, sentence, text, onward)


def _panel(subject_id: int) -> CodesPanel | None:
    """None without a factor: there would be nothing to recover."""
    return CodesPanel(*count(subject_id)) if current_factors().held_by(subject_id) else None


PANEL = Panel(90, "accounts/_recovery_codes.html", _panel)


def _file(codes: tuple[str, ...]) -> str:
    head = gettext("Recovery codes for %(site)s. Each is good once.", site=origin())
    return "\n".join([head, "", *codes, ""])
