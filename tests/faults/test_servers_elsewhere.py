"""Mail server, provider and webhook are slow or broken while people shop: nobody else notices."""

import json
import socketserver
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from tests.asklater.integration.messages.smtp_server import PostOffice, post_office
from tests.faults.customers import shopping
from tests.faults.schedule import SECONDS, SEED, breaking, settle_accounts
from tests.faults.shops import Shop, shop_in
from tests.halftone.integration.test_server import free_port
from tests.support.loopback import answering

pytestmark = [pytest.mark.faults, pytest.mark.enable_socket]


def test_the_mail_server_is_slow_or_broken(tmp_path: Path, chance: Random) -> None:
    """Pages are answered as ever; what it took is not sent again, and what it did not take is sent in the end."""
    with post_office() as office, shop_in(tmp_path / "shop", free_port(), SMTP_URL=office.url) as shop:

        def worsen() -> str:
            return _worsen(office, chance)

        with shopping(shop.base, SEED) as notes:
            struck = breaking(chance, (1.0, 8.0), worsen)
        office.drips, office.refusals = False, {}
        shop.wait_until_ready()
        _send_what_waits(shop)
        settle_accounts(shop, notes, struck)
        numbers = [line for letter in office.letters for line in letter.splitlines() if line.startswith("Subject:")]
        assert sorted({number for number in numbers if numbers.count(number) > 1 and "order" in number}) == []


def _worsen(office: PostOffice, chance: Random) -> str:
    office.drips, office.refusals = False, {}
    match how := chance.choice(("well", "drips", "busy", "closed", "refuses its start")):
        case "drips":
            office.drips = True
        case "busy":
            office.refusals = {"RCPT": "451 later"}
        case "closed":
            office.refusals = {"MAIL": "421 closing"}
        case "refuses its start":
            office.refusals = {"EHLO": "554 no service", "HELO": "554 no service"}
    return how


def _send_what_waits(shop: Shop) -> None:
    """As if the pauses before the next try were over: a fresh process knows nothing of the server's bad days."""
    shop.make_mail_due()
    shop.run("asklater", "job", "deliver_mail")


class Moody(socketserver.StreamRequestHandler):
    """One call to a server elsewhere, which is in a mood."""

    server: "Elsewhere"

    def handle(self) -> None:
        self.server.calls[self.server.mood] += 1
        document = json.dumps(self.server.document()).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(document)}\r\n\r\n".encode()
        with suppress(OSError):
            match self.server.mood:
                case "well":
                    self.rfile.readline()
                    self.wfile.write(head + document)
                case "broken":
                    self.wfile.write(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
                case "talks nonsense":
                    self.wfile.write(b"\xff\x00" * 2000)
                case "drips":
                    self.wfile.write(head)
                    while not self.server.over.wait(0.05):
                        self.wfile.write(b" ")
                case "hangs":
                    self.server.over.wait(SECONDS)


class Elsewhere(socketserver.ThreadingTCPServer):
    """An identity provider, and whoever is told of erasures."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Moody)
        self.mood = "well"
        self.calls = Counter[str]()
        self.over = threading.Event()
        self.base = f"http://localhost:{self.server_address[1]}"

    def document(self) -> dict[str, str]:
        pages = {f"{name}_endpoint": f"{self.base}/{name}" for name in ("authorization", "token", "userinfo")}
        return {"issuer": self.base, "jwks_uri": f"{self.base}/jwks", **pages}

    def shutdown(self) -> None:
        self.over.set()
        super().shutdown()


PROVIDER = """[providers.acme]
label = "Acme"
issuer = "{base}"
client_id = "shop"
client_secret = "hush"
"""


def test_a_provider_and_a_webhook_are_slow_or_broken(tmp_path: Path, chance: Random) -> None:
    """Whoever presses its button is told so, and goes on with what was asked; everybody else notices nothing."""
    with answering(Elsewhere()) as elsewhere:
        declared = tmp_path / "providers.toml"
        declared.write_text(PROVIDER.format(base=elsewhere.base), "utf-8")
        more = {"PROVIDERS": str(declared), "ERASURE_WEBHOOKS": f"payment={elsewhere.base}/erased"}
        with shop_in(tmp_path / "shop", free_port(), **more) as shop:

            def change_mood() -> str:
                elsewhere.mood = chance.choice(("well", "broken", "talks nonsense", "drips", "hangs"))
                return elsewhere.mood

            with shopping(shop.base, SEED) as notes:
                struck = breaking(chance, (1.0, 8.0), change_mood)
            elsewhere.mood = "well"
            settle_accounts(shop, notes, struck)
        print(f"called {dict(elsewhere.calls)}")
        assert elsewhere.calls.total() > 0
