"""A provider that the tests control: it signs whatever it is told to, and answers as badly as it is told to."""

import base64
import hashlib
import hmac
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import RSAKey

from asklater import clock
from tests.support.waiting import PATIENCE

CODE = "a-code-of-the-provider"


@dataclass
class Fake:
    """What the provider would say; a test changes what it likes. Issuers are paths of its one address."""

    base: str
    key: RSAKey
    claims: dict[str, Any] = field(default_factory=dict)
    """Over the usual ones; None leaves a claim out."""
    told_elsewhere: dict[str, Any] = field(default_factory=dict)
    """The page about the person."""
    discovery: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    signs_with: RSAKey | None = None
    secret: bytes = b""
    """Signs instead of any key."""
    id_token: str = ""
    publishes: list[dict[str, Any]] = field(default_factory=list)
    status: dict[str, int] = field(default_factory=dict)
    """By the last part of the path: token, jwks, userinfo, openid-configuration."""
    sends: dict[str, bytes] = field(default_factory=dict)
    holds: threading.Event | None = None
    nonce: str = ""
    asked: list[str] = field(default_factory=list)
    form: dict[str, str] = field(default_factory=dict)
    authorization: str = ""

    def document(self, issuer: str) -> dict[str, Any]:
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "userinfo_endpoint": f"{issuer}/userinfo",
            **self.discovery,
        }

    def tokens(self, issuer: str) -> dict[str, Any]:
        return {
            "access_token": "an-access-token",
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.id_token or self.signed(issuer),
        }

    def signed(self, issuer: str) -> str:
        moment = int(clock.now().timestamp())
        usual = {
            "iss": issuer,
            "sub": "person-1",
            "aud": "workshop",
            "nonce": self.nonce,
            "iat": moment,
            "exp": moment + 300,
            "email": "ada@x.example",
            "email_verified": True,
            "name": "Ada L.",
        }
        claims = {name: value for name, value in {**usual, **self.claims}.items() if value is not None}
        return self.sealed(claims)

    def sealed(self, claims: dict[str, Any]) -> str:
        """A token by hand, since no library would make some of these."""
        text = f"{part(self.header)}.{part(claims)}"
        if self.header["alg"] == "none":
            return f"{text}."
        if self.secret:
            return f"{text}.{encoded(hmac.digest(self.secret, text.encode(), 'sha256'))}"
        key = (self.signs_with or self.key).private_key
        assert key is not None
        return f"{text}.{encoded(key.sign(text.encode(), PKCS1v15(), SHA256()))}"

    def keys(self) -> dict[str, Any]:
        own = self.key.as_dict(private=False, kid="one", use="sig")
        return {"keys": self.publishes or [own]}

    def answer(self, path: str) -> dict[str, Any]:
        issuer, _, page = f"{self.base}{path}".rpartition("/")
        match page:
            case "openid-configuration":
                return self.document(issuer.removesuffix("/.well-known"))
            case "token":
                return self.tokens(issuer)
            case "jwks":
                return self.keys()
        return {"sub": self.claims.get("sub", "person-1"), **self.told_elsewhere}


def challenge_of(verifier: str) -> str:
    """What PKCE makes of a verifier, by the book."""
    return encoded(hashlib.sha256(verifier.encode()).digest())


def part(data: dict[str, Any]) -> str:
    return encoded(json.dumps(data).encode())


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class _Handler(BaseHTTPRequestHandler):
    fake: Fake

    def do_GET(self) -> None:
        page = urlsplit(self.path).path.rpartition("/")[2]
        self.fake.asked.append(page)
        self.fake.authorization = self.headers.get("Authorization", self.fake.authorization)
        if self.fake.holds is not None:
            self.fake.holds.wait(PATIENCE)
        status = self.fake.status.get(page, 200)
        body = self.fake.sends.get(page) or json.dumps(self.fake.answer(urlsplit(self.path).path)).encode()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"{self.fake.base}/elsewhere/{page}")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.fake.form = {name: values[0] for name, values in parse_qs(sent).items()}
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing: the tests look at `asked`."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever was kept waiting has left."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(key: RSAKey) -> Iterator[Fake]:
    """A fake provider, reachable until the block ends."""
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    fake = handler.fake = Fake(f"http://localhost:{server.server_address[1]}", key)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield fake
    finally:
        if fake.holds is not None:
            fake.holds.set()
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)
