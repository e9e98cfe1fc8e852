"""The site as a WebAuthn relying party, known by its name; and its challenges, each good for one answer."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import current_app, session
from flask_wtf.csrf import generate_csrf

from asklater import clock
from asklater.accounts.tables import AnsweredChallenge
from asklater.database.access import Database, current_database, table_of
from asklater.http import site_origin

CHALLENGE_VALID_FOR = timedelta(minutes=5)
MOMENT_BYTES, RANDOM_BYTES = 8, 24
ANSWERED_TABLE = table_of(AnsweredChallenge)


@dataclass(frozen=True)
class RelyingParty:
    """`id` is the host that passkeys are bound to, `origin` what their answers name. `brand` is for people."""

    id: str
    origin: str
    brand: str

    @property
    def has_domain(self) -> bool:
        """Whether the host is known, and a name, not the number of a machine."""
        return self.id != "" and _ip_of(self.id) is None

    def url_by_name(self, path: str) -> str:
        """The same page under a name, where this machine is looked at by its own number; "" elsewhere."""
        number = _ip_of(self.id)
        if number is None or not number.is_loopback:
            return ""
        parts = urlsplit(self.origin)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://localhost{port}{path}"


def current_relying_party() -> RelyingParty:
    """This site."""
    here = site_origin()
    return RelyingParty(urlsplit(here).hostname or "", here, current_app.extensions["asklater.settings"].brand)


def _ip_of(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


# Challenges


def prepare_session() -> None:
    """Let this session have challenges, with the page that is drawn: a script that asks for one meanwhile changes no
    session, which might be another's by the time that its answer comes. Where a form was drawn before, nothing
    changes, so that the browser's Back still finds the answer to what was sent."""
    generate_csrf()


def is_prepared() -> bool:
    """Whether a challenge changes nothing of the session."""
    return bool(_bound_to())


def _bound_to() -> str:
    """What the challenges of a session are bound to: that which its forms' tokens are made from."""
    drawn: str = session.get(current_app.config["WTF_CSRF_FIELD_NAME"], "")
    return drawn


def new_challenge(purpose: str) -> bytes:
    """A new challenge for this session and purpose."""
    prepare_session()
    head = int(clock.now().timestamp()).to_bytes(MOMENT_BYTES) + secrets.token_bytes(RANDOM_BYTES)
    return head + _seal(head, purpose)


def use_challenge(answered: bytes, purpose: str) -> bool:
    """Whether this is the first answer to a challenge of this session and purpose, and in time. Uses it up."""
    head, seal = answered[: MOMENT_BYTES + RANDOM_BYTES], answered[MOMENT_BYTES + RANDOM_BYTES :]
    if not is_prepared() or not hmac.compare_digest(seal, _seal(head, purpose)):
        return False
    age = clock.now().timestamp() - int.from_bytes(head[:MOMENT_BYTES])
    if not -1 <= age <= CHALLENGE_VALID_FOR.total_seconds():
        return False
    row = {"challenge_hash": sha256(answered).digest(), "answered_at": clock.now()}
    database = current_database()
    used = (
        database.insert(ANSWERED_TABLE).values(row).on_conflict_do_nothing().returning(ANSWERED_TABLE.c.challenge_hash)
    )
    return database.writing().execute(used).first() is not None


def delete_old_challenges(database: Database) -> int:
    """Delete a portion of those that are too old to be answered anyway; how many."""
    return database.delete_some(ANSWERED_TABLE, ANSWERED_TABLE.c.answered_at < clock.now() - 2 * CHALLENGE_VALID_FOR)


def _seal(head: bytes, purpose: str) -> bytes:
    bound = f"passkey:{_bound_to()}:{purpose}:".encode()
    return hmac.new(str(current_app.secret_key).encode(), bound + head, sha256).digest()
