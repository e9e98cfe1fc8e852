"""Devices: what a session calls the device it is on, and how one that was here before is known again."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from flask import Response, after_this_request, current_app, has_request_context, request
from flask_babel import gettext
from itsdangerous import BadData, URLSafeSerializer
from ua_parser import parse

from asklater import clock
from asklater.database.access import current_database
from asklater.email_addresses import normalise_address
from asklater.networks import client_network
from asklater.registry import Cookie

KEPT_FOR = timedelta(days=365)
NUMBER_KEPT_FOR = timedelta(days=90)
"""As long as the session of an account may last whose address is not proved."""
MAX_REMEMBERED = 8
UNKNOWN_DEVICES, READERS_DEVICES = "strangers", "readers"
PENDING_MEMORY = "asklater.device"
"""Where the request keeps what its answer will have the browser remember."""
TOKEN_VALID_FOR = timedelta(days=1)
MAX_NAME_LENGTH = 80


def device_cookie() -> Cookie:
    """What the notice says of the cookie by which a browser is recognised."""
    return Cookie(
        _cookie_name,
        lambda: gettext(
            "Lets us recognise this browser: as one that has verified your address or shown your "
            "second factor, and as the one in which an account began."
        ),
        lambda: gettext(
            "%(days)s days; %(number)s days where nothing was proved", days=KEPT_FOR.days, number=NUMBER_KEPT_FOR.days
        ),
    )


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
    _remember(proved=_proof_mark(email))


def remember_factor(subject_id: int) -> None:
    """Note in the same cookie that this browser has shown the second factor of the account."""
    _remember(shown=_mark("factor", subject_id))


def remember_browser() -> str:
    """Have the browser remember a number of its own; the mark by which an account notes where it began."""
    _remember()
    return browser_mark()


def browser_mark() -> str:
    """A keyed hash of this browser's number; "" for one without, and outside a request."""
    number = _remembered().number if has_request_context() else ""
    return _mark("browser", number) if number else ""


def own_codes_token(email: str) -> str:
    """What, mailed to the address, lets the browser in which it is opened count as one that has proved it, for a day.

    Whoever has it reads the address's mail, as whoever types a code does. It opens no account.
    """
    return str(_signer("own-codes").dumps([_proof_mark(email), int(clock.now().timestamp())]))


def is_own_codes_token(token: str) -> bool:
    """Whether it is one that is still good."""
    return bool(_mark_of_token(token))


def remember_token(token: str) -> bool:
    """Note in the cookie what the token stands for; False for one that is not good, or no longer."""
    mark = _mark_of_token(token)
    if mark:
        _remember(proved=mark)
    return bool(mark)


def _mark_of_token(token: str) -> str:
    try:
        mark, at = _signer("own-codes").loads(token)
        age = clock.now().timestamp() - at
    except (BadData, ValueError, TypeError):
        return ""
    return str(mark) if 0 <= age < TOKEN_VALID_FOR.total_seconds() else ""


def _remember(*, proved: str = "", shown: str = "") -> None:
    """Have the browser remember one more mark, once the request is answered."""
    before, is_first = _remembered(), PENDING_MEMORY not in request.environ
    request.environ[PENDING_MEMORY] = _Memory(
        before.number or secrets.token_urlsafe(12), _with_mark(before.proved, proved), _with_mark(before.shown, shown)
    )
    if not is_first:
        return

    def keep(response: Response) -> Response:
        known: _Memory = request.environ[PENDING_MEMORY]
        response.set_cookie(
            _cookie_name(),
            _signer().dumps([known.number, known.proved, known.shown]),
            max_age=KEPT_FOR if known.proved or known.shown else NUMBER_KEPT_FOR,
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
    return known_device(email) or UNKNOWN_DEVICES


def known_device(email: str) -> str:
    """The number of this device where it has proved the address before, else ""."""
    known = _remembered()
    return known.number if _proof_mark(email) in known.proved else ""


def device_or_network(email: str) -> str:
    """Who asks, as tries at one address count: a device that has proved it before, else the network.

    No network uses up what another one is allowed. Whatever is bounded by this alone needs a ceiling besides.
    """
    return known_device(email) or client_network()


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


def _proof_mark(email: str) -> str:
    return _mark("known", normalise_address(email))


def _with_mark(marks: tuple[str, ...], mark: str) -> tuple[str, ...]:
    """The newest last, each once."""
    return (*(other for other in marks if other != mark), mark)[-MAX_REMEMBERED:] if mark else marks


def _cookie_name() -> str:
    demo: bool = current_app.extensions["asklater.settings"].demo
    return "asklater-device" if demo else "__Host-asklater-device"


def _signer(of: str = "device") -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"asklater.{of}")
