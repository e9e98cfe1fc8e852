"""The clock jumps while people shop: nothing is lost, and nobody has to wait for days."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from werkzeug.serving import make_server

from asklater import clock
from tests.faults.customers import lost_or_doubled, shopping
from tests.faults.scanned import shop_to_scan
from tests.faults.schedule import SEED, breaking, report
from tests.halftone.integration.test_server import free_port

pytestmark = [pytest.mark.faults, pytest.mark.enable_socket]


class Jumping:
    """A clock that goes on by itself, and is put ahead and back."""

    def __init__(self) -> None:
        self.away = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.away


JUMPS = (timedelta(), timedelta(seconds=-90), timedelta(minutes=10), timedelta(hours=-1), timedelta(days=5))


def test_the_clock_jumps(tmp_path: Path, chance: Random) -> None:
    """In this process, whose clock can be set: served over the wire, with a worker's thread beside."""
    port, jumping = free_port(), Jumping()
    app = shop_to_scan(tmp_path, port)
    serve = app.wsgi_app
    failed: list[str] = []

    def by_that_clock(environ: dict[str, Any], start_response: Any) -> Any:
        environ["REMOTE_ADDR"] = environ.get("HTTP_X_FORWARDED_FOR", "127.0.0.1")
        clock._clock.set(jumping.now)
        return serve(environ, start_response)

    over = threading.Event()

    def work() -> None:
        clock._clock.set(jumping.now)
        while not over.wait(0.5):
            for name, run in app.extensions["asklater.jobs"].runs.items():
                try:
                    run()
                except Exception as error:
                    failed.append(f"{name}: {type(error).__name__}: {error}")

    with _served(port, by_that_clock), shopping(base := f"http://127.0.0.1:{port}", SEED, 3) as notes:
        worker = threading.Thread(target=work)
        worker.start()

        def jump() -> str:
            jumping.away = chance.choice(JUMPS)
            return str(jumping.away)

        struck = breaking(chance, (0.5, 5.0), jump)
        jumping.away = timedelta()
        over.set()
        worker.join()
    with _served(port, by_that_clock):
        report(notes, struck)
        with shopping(base, SEED + 1, 1) as after:  # nobody has to wait for five days
            time.sleep(3)
        assert notes.wrong + after.wrong + failed == []
        assert lost_or_doubled(base, notes) == []
        assert any(journey.order for journey in after.journeys)


@contextmanager
def _served(port: int, application: Any) -> Iterator[None]:
    server = make_server("127.0.0.1", port, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
