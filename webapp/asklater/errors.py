"""Error pages that help: in the application's frame, or as a problem document."""

import logging
from dataclasses import dataclass

from flask import Flask, Response, g, make_response, render_template, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException, InternalServerError

from asklater import http
from asklater.database.errors import is_out_of_reach, note_loss, was_lost
from asklater.i18n import gettext
from asklater.settings import Settings

EXPLAINED = frozenset({403, 413})
"""The statuses that may be raised with words for the person."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ErrorPage:
    """What went wrong, in words, and where to go from here."""

    status: int
    title: str
    text: str
    links: tuple[tuple[str, str], ...]
    request_id: str
    token: str = ""


def init_app(app: Flask, _settings: Settings) -> None:
    """Answer every HTTP error, and every unexpected one, in the form that the client reads."""
    for unusable in http.UNUSABLE_HOST:
        app.register_error_handler(unusable, _foreign_host)
    app.register_error_handler(HTTPException, known)
    app.register_error_handler(Exception, unexpected)


def _foreign_host(_error: HTTPException) -> Response:
    """In bare words: a page of ours has links, and those need a host."""
    text = gettext("This site does not go by that name. Check the address; an administrator sets TRUSTED_HOSTS.")
    return http.personal(Response(f"{text}\n", 400, mimetype="text/plain"))


def known(error: HTTPException) -> Response:
    """Its page: in the words that it was raised with, where it is one of which people are told more."""
    status = error.code or 500
    title, text = _words(status)
    if status in EXPLAINED and error.description and error.description != type(error).description:
        text = gettext(error.description)
    return _answer(error, status, title, text)


def unexpected(error: Exception) -> Response:
    """What nobody foresaw: it is logged, and its page says that nothing was done by halves."""
    log.exception("request %s failed", g.get("request_id", ""))
    title, text = _words(500)
    return _answer(InternalServerError(original_exception=error), 500, title, text)


def _answer(error: HTTPException, status: int, title: str, text: str) -> Response:
    response = answer(status, title, text)
    for header, value in error.get_headers(request.environ):
        if header.lower() in {"allow", "retry-after", "location"}:
            response.headers[header] = value
    return response


def answer(
    status: int, title: str, text: str, *, token: str = "", links: tuple[tuple[str, str], ...] = ()
) -> Response:
    """An error page with these words, or a problem document, with ways on, `links` first, and the number of the
    request.

    A `token` against cross-site requests goes into the forms of the page that htmx sent this from.
    """
    number = g.get("request_id", "")
    if http.wants_json():
        return http.problem(status, title, text, request_id=number)
    page = ErrorPage(status, title, text, (*links, *_ways_on()), number, token)
    return http.personal(make_response(_drawn(page), status))


def _ways_on() -> tuple[tuple[str, str], ...]:
    """Back to the page that sent the request, where it is another one, and to the front page."""
    before, front = http.came_from(), http.front_page()
    elsewhere = request.method != "GET" or before.partition("?")[0] != request.script_root + request.path
    back = ((gettext("Back to the page before"), before),) if elsewhere and before != front else ()
    return (*back, (gettext("Go to the home page"), front))


def _drawn(page: ErrorPage) -> str:
    """The page; bare words where the frame itself is what broke."""
    try:
        return render_template("asklater/error.html", error=page)
    except Exception as error:
        if not is_out_of_reach(error):
            log.exception("the error page of request %s failed too", page.request_id)
        elif not was_lost():
            note_loss(error)
            return _drawn(page)
        return f"<!doctype html><title>{escape(page.title)}</title><h1>{escape(page.title)}</h1><p>{escape(page.text)}"


def _words(status: int) -> tuple[str, str]:
    known = {
        400: (
            gettext("We could not understand that request"),
            gettext("Go back, reload the page and try again."),
        ),
        403: (
            gettext("You do not have access to this page"),
            gettext("It belongs to somebody else, or to the staff. If it is yours, sign in with your address."),
        ),
        404: (
            gettext("There is nothing here"),
            gettext("The page has moved, or it never was. What you were looking for may be on the front page."),
        ),
        405: (
            gettext("This address does not support that"),
            gettext("Go back and use the links or buttons on the page."),
        ),
        413: (
            gettext("That is too big"),
            gettext("Send at most 8 MB: a smaller picture, or a shorter text. Nothing was stored."),
        ),
        414: (
            gettext("This address is too long"),
            gettext("The link carries more than can be read. Go back, and choose less at once."),
        ),
        429: (
            gettext("Too many requests"),
            gettext("There were many requests from your connection. Wait a minute, then try again."),
        ),
        500: (
            gettext("Something went wrong on our side"),
            gettext("Nothing was lost. Try again in a moment."),
        ),
        503: (
            gettext("Temporarily unavailable"),
            gettext("Part of this site is not responding. Nothing was lost. Wait a minute, then try again."),
        ),
    }
    return known.get(status, known[400 if status < 500 else 500])
