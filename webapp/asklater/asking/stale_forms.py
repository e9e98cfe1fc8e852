"""A form whose token against cross-site requests does not hold: it is older than its session, or no cookie came along.

Nothing is done with what it says. It comes back filled in, with a fresh token, to be sent again with one press; a
browser that sends no cookie is told so. A form of which the browser does not say that it is of this site does not come
back. A program is told where it gets a token, and the log which form of the application sends none.
"""

import logging
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf

from asklater import errors, http
from asklater.asking.gate import ask_anew
from asklater.asking.secret_inputs import is_secret
from asklater.asking.submission import TOKEN, by_todays_names
from asklater.endpoints import own_endpoint, url_for
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.view_checks import action_of

UNPROTECTED = "urn:asklater:problem:cross-site-token"
TOLD = "asklater.without_token"
"""Of which endpoints the log has told that their form sends no token, among the application's `extensions`."""
LACKS_ITS_INPUT = (
    "%s %s was sent without a token against cross-site requests, so it was refused. Where the form is yours, put "
    '<input type="hidden" name="%s" value="{{ csrf_token() }}"> into it.'
)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SendAgainPage:
    """A refused form, to be sent again. `left_out` says that it held what has to be given anew on its own page."""

    title: str
    text: str
    post_url: str
    hidden: tuple[tuple[str, str], ...]
    left_out: bool
    back_url: str


def init_app(app: Flask) -> None:
    """Answer what Flask-WTF refuses, whoever asks it to check."""
    app.extensions[TOLD] = set[str | None]()
    app.register_error_handler(CSRFError, answer_stale_form)


def answer_stale_form(_error: CSRFError) -> ResponseReturnValue:
    """The prompt anew, a page to send the form again from, or for htmx a token for the form that stands there yet."""
    if http.wants_json():
        return http.problem(400, *_unprotected(), UNPROTECTED, request_id=g.get("request_id", ""))
    _tell_of_form_without_token()
    is_form = request.method == "POST" and request.endpoint is not None
    if not (is_form and http.comes_from_this_site()):
        return errors.answer(400, *_grown_old())
    has_cookie = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    prompt = _prompt() if has_cookie else None
    if prompt is not None:
        return prompt
    title, text = _refused() if has_cookie else _no_cookie()
    if http.wants_fragment():
        return errors.answer(400, title, text, token=generate_csrf())
    return _send_again(title, text)


def _tell_of_form_without_token() -> None:
    """Once for each endpoint: it may be a form of the application that lacks its input, or nobody's form."""
    name, told = current_app.config["WTF_CSRF_FIELD_NAME"], current_app.extensions[TOLD]
    if name not in request.form and request.endpoint not in told:
        told.add(request.endpoint)
        log.warning(LACKS_ITS_INPUT, request.method, request.url_rule, name)


def _unprotected() -> tuple[str, str]:
    return gettext("This request came without its token"), gettext(
        "Its token against cross-site requests is missing, or of another session. Get one at %(url)s, and send it as "
        "the header X-CSRFToken, with the session's cookie.",
        url=url_for("profiling.csrf_token"),
    )


def _grown_old() -> tuple[str, str]:
    return gettext("This page has expired"), gettext(
        "The form was opened before you signed in or out, so nothing was sent. Open its page anew, then try again."
    )


def _refused() -> tuple[str, str]:
    return gettext("This page has expired"), gettext(
        "The form was opened before you signed in or out, so nothing was done. What you typed is kept: send it again."
    )


def _no_cookie() -> tuple[str, str]:
    return gettext("Cookies are blocked"), gettext(
        "Your browser blocks cookies, or they were deleted. So we cannot tell that this form is yours, and nothing "
        "was done. Allow cookies for %(site)s in your browser's settings, then send the form again.",
        site=request.host,
    )


def _prompt() -> ResponseReturnValue | None:
    """The prompt that the form was, None where it was none, or nothing is missing any more.

    With htmx, one that is still good stays where it stands: it wants a token only, and keeps files and card numbers.
    """
    action = _action()
    if action is None or TOKEN not in by_todays_names(request.form):
        return None
    engine = current_engine()
    if http.wants_fragment() and _is_good(engine, action):
        return None
    with engine.database.unit_of_work():
        return ask_anew(engine, action)


def _is_good(engine: Engine, action: str) -> bool:
    token, subject = engine.tokens.read(by_todays_names(request.form)[TOKEN], action), engine.people.subject()
    return token is not None and subject is not None and token.subject_id == subject.id


def _action() -> str | None:
    view = current_app.view_functions.get(request.endpoint or "")
    action = (request.view_args or {}).get("action") if own_endpoint() == "profiling.answer" else None
    found = action_of(view, request.method) or action
    return found if found in current_engine().manifest.actions else None


def _send_again(title: str, text: str) -> Response:
    sent = [(name, value) for name, values in request.form.lists() for value in values if name != "csrf_token"]
    engine = current_engine()
    hidden = tuple((name, value) for name, value in sent if not is_secret(engine, name))
    files = any(file.filename for files in request.files.listvalues() for file in files)
    page = SendAgainPage(
        title=title,
        text=text,
        post_url=http.here(),
        hidden=hidden,
        left_out=files or any(value for name, value in sent if (name, value) not in hidden),
        back_url=http.came_from(""),
    )
    return http.personal(make_response(render_template("asklater/asking/send_again.html", page=page), 400))
