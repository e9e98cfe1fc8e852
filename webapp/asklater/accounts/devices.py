"""Devices: what a session calls the device it is on, and how one that was here before is known again."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from flask import Response, after_this_request, current_app, has_request_context, request
from flask_babel import gettext
from itsdangerous import BadData, URLSafeSerializer
from ua_parser import parse

from asklater.db import current_database

KEPT_FOR = timedelta(days=365)
MAX_REMEMBERED = 8
UNKNOWN_DEVICES, READERS_DEVICES = "strangers", "readers"
PENDING_MEMORY = "asklater.device"
"""Where the request keeps what its answer will have the browser remember."""
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


@dataclass(frozen=True)
class _Memory:
    """What this browser remembers: a number of its own, and the marks of the addresses that it has proved and of the
    accounts whose second factor it has shown."""

    number: str = ""
    proved: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


def remember_proof(email: str) -> None:
    """Note in a signed cookie that this browser has proved the address."""
    before = _remembered()
    _keep(replace(before, proved=(*before.proved, _mark("known", email))[-MAX_REMEMBERED:]))


def remember_factor(subject_id: int) -> None:
    """Note in the same cookie that this browser has shown the second factor of the account."""
    before = _remembered()
    _keep(replace(before, shown=(*before.shown, _mark("factor", subject_id))[-MAX_REMEMBERED:]))


def _keep(memory: _Memory) -> None:
    """Keep what is known by now, once the request is answered."""
    is_first = PENDING_MEMORY not in request.environ
    request.environ[PENDING_MEMORY] = replace(memory, number=memory.number or secrets.token_urlsafe(12))
    if not is_first:
        return

    def keep(response: Response) -> Response:
        known: _Memory = request.environ[PENDING_MEMORY]
        response.set_cookie(
            _cookie_name(),
            _signer().dumps([known.number, known.proved, known.shown]),
            max_age=KEPT_FOR,
            secure=not current_app.extensions["asklater.settings"].demo,
            httponly=True,
            samesite="Lax",
            path="/",
        )
        return response

    _with_the_answer(keep)


def forget_proofs() -> None:
    """Delete the cookie that names what this browser has proved."""

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
    known = _remembered()
    return known.number if _mark("known", email) in known.proved else UNKNOWN_DEVICES


def factor_bucket(subject_id: int) -> str:
    """The same for tries at a second factor, where whoever reads the owner's mail can prove the address in any number
    of browsers: a device's own only where it has shown the account's second factor before."""
    known = _remembered()
    return known.number if _mark("factor", subject_id) in known.shown else UNKNOWN_DEVICES


def recovery_bucket(subject_id: int, email: str) -> str:
    """The same for tries to recover the account: the devices that have proved its address count together, apart from
    those of everybody who knows it."""
    own = factor_bucket(subject_id)
    return READERS_DEVICES if own == UNKNOWN_DEVICES and attempt_bucket(email) != UNKNOWN_DEVICES else own


def _remembered() -> _Memory:
    """What this browser has shown in earlier requests, and in this one."""
    pending: _Memory | None = request.environ.get(PENDING_MEMORY)
    if pending is not None:
        return pending
    try:
        number, proved, shown = _signer().loads(request.cookies.get(_cookie_name(), ""))
        return _Memory(str(number), tuple(map(str, proved)), tuple(map(str, shown)))
    except (BadData, ValueError, TypeError):
        return _Memory()


def _mark(what: str, whose: object) -> str:
    key = str(current_app.secret_key)
    return sha256(f"{what}:{key}:{whose}".encode("utf-8", "replace")).hexdigest()[:24]


def _cookie_name() -> str:
    demo: bool = current_app.extensions["asklater.settings"].demo
    return "asklater-device" if demo else "__Host-asklater-device"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="asklater.device")
