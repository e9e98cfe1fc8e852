"""Devices: what a session calls the device it is on, and how one that was here before is known again."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from flask import Response, after_this_request, current_app, has_request_context, request
from flask_babel import gettext
from itsdangerous import BadData, URLSafeSerializer
from ua_parser import parse

from asklater.db import current_database

KEPT_FOR = timedelta(days=365)
MAX_REMEMBERED = 8
UNKNOWN_DEVICES = "strangers"
MAX_NAME_LENGTH = 80


def device_name() -> str:
    """The device of this request in a few words, "Firefox on Linux"; "" outside a request."""
    if not has_request_context():
        return ""
    seen = parse(request.user_agent.string[:400])
    browser, system = (part.family if part else "" for part in (seen.user_agent, seen.os))
    if browser and system:
        name = gettext("%(browser)s on %(system)s", browser=browser, system=system)
    else:
        name = browser or system or gettext("A program that names no device")
    return str(name)[:MAX_NAME_LENGTH]


def remember_proof(email: str) -> None:
    """Note in a signed cookie that this browser has proved the address."""
    number, known = _remembered()
    sealed = _signer().dumps([number or secrets.token_urlsafe(12), [*known, _mark(email)][-MAX_REMEMBERED:]])
    secure = not current_app.extensions["asklater.settings"].demo

    def keep(response: Response) -> Response:
        response.set_cookie(
            _cookie_name(), sealed, max_age=KEPT_FOR, secure=secure, httponly=True, samesite="Lax", path="/"
        )
        return response

    _with_the_answer(keep)


def forget_proofs() -> None:
    """Delete the cookie that names the addresses which this browser has proved."""

    def drop(response: Response) -> Response:
        secure = not current_app.extensions["asklater.settings"].demo
        response.delete_cookie(_cookie_name(), secure=secure, httponly=True, samesite="Lax", path="/")
        return response

    _with_the_answer(drop)


def _with_the_answer(change: Callable[[Response], Response]) -> None:
    """Change the answer of this request once what it tells of is committed."""

    def answer_with_it() -> None:
        after_this_request(change)

    current_database().after_commit(answer_with_it)


def attempt_bucket(email: str) -> str:
    """Whose tries count together: this device's own where it has proved the address before, else all strangers'.

    So whoever guesses at an address uses up the strangers' tries, and never those of its owner.
    """
    number, known = _remembered()
    return number if _mark(email) in known else UNKNOWN_DEVICES


def _remembered() -> tuple[str, list[str]]:
    """This browser's number, and the marks of the addresses that it has proved."""
    try:
        number, known = _signer().loads(request.cookies.get(_cookie_name(), ""))
    except (BadData, ValueError, TypeError):
        return "", []
    return str(number), [str(mark) for mark in known]


def _mark(email: str) -> str:
    key = str(current_app.secret_key)
    return sha256(f"known:{key}:{email}".encode("utf-8", "replace")).hexdigest()[:24]


def _cookie_name() -> str:
    demo: bool = current_app.extensions["asklater.settings"].demo
    return "asklater-device" if demo else "__Host-asklater-device"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="asklater.device")
