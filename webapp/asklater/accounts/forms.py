"""Pages with one form: the response that draws one, and the inputs that they have in common."""

from flask import Response

from asklater import http
from asklater.accounts.presenters import FormPage
from asklater.i18n import gettext
from asklater.kinds.base import Input, Invalid, Unable


def render_form_page(page: FormPage, *, retry_after: int = 0) -> Response:
    """The page; 422 when it shows errors, 429 when one has to wait first."""
    status = 429 if retry_after else 422 if page.errors or page.trouble else 200
    response = http.fragment_or_page("asklater/accounts/_form.html", "asklater/accounts/form.html", status, page=page)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def seconds_to_wait(refused: Invalid | Unable) -> int:
    """The seconds that a refusal wants one to wait; 0 for none."""
    return refused.retry_after if isinstance(refused, Unable) else 0


def error_text(refused: Invalid | Unable) -> str:
    """A refusal as one sentence for the person."""
    return refused.reason if isinstance(refused, Unable) else " ".join(refused.errors.values())


def code_input(typed: str = "", error: str = "", label: str = "") -> Input:
    """The input of a code of six digits."""
    return Input(
        name="code",
        id="code",
        label=label or gettext("The six digits of the code"),
        type="code",
        values=(typed[:40],) if typed else (),
        errors=(error,) if error else (),
        autocomplete="one-time-code",
        inputmode="numeric",
        maxlength=40,
        width="short",
    )


def email_input(name: str, label: str, typed: str = "", error: str = "") -> Input:
    """The input of an address."""
    return Input(
        name=name,
        id=name,
        label=label,
        type="email",
        values=(typed[:2000],) if typed else (),
        errors=(error,) if error else (),
        autocomplete="email",
        inputmode="email",
        maxlength=254,
    )
