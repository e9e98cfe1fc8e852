"""Things break while people shop: what was acknowledged is there, once, and no answer is an error of ours.

Each scenario runs for FAULT_SECONDS, by a schedule that FAULT_SEED repeats.
"""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from werkzeug.serving import make_server

from asklater import clock
from tests.asklater.integration.messages.smtp_server import PostOffice, post_office
from tests.faults.customers import Notes, lost_or_doubled, shopping
from tests.faults.scanned import shop_to_scan
from tests.faults.shops import Shop, shop_in
from tests.halftone.integration.test_server import free_port
from tests.support.databases import PostgresServer, postgres_binaries, postgres_server

pytestmark = [pytest.mark.faults, pytest.mark.enable_socket]
SECONDS = float(os.environ.get("FAULT_SECONDS", "120"))
SEED = int(os.environ.get("FAULT_SEED", "0")) or Random().randrange(10**9)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> Random:
    print(f"\n{request.node.name}: FAULT_SEED={SEED} FAULT_SECONDS={SECONDS:g}")
    return Random(f"{SEED} {request.node.name}")


def breaking(chance: Random, pause: tuple[float, float], strike: Callable[[], str]) -> list[str]:
    """Strike again and again, after random pauses, until the time is over; what was struck."""
    struck, until = [], time.monotonic() + SECONDS
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, chance.uniform(*pause)))
        if time.monotonic() < until:
            struck.append(strike())
    return struck


def settle_accounts(shop: Shop, notes: Notes, struck: list[str]) -> None:
    """Everything works again, and nothing is lost, doubled or unforeseen."""
    shop.wait_until_ready()
    shop.wait_until_caught_up()
    report(notes, struck)
    assert notes.wrong == []
    assert lost_or_doubled(shop.base, notes) == []
    assert any(journey.order for journey in notes.journeys)
    assert shop.traces() == 0, shop.log()


def report(notes: Notes, struck: list[str]) -> None:
    orders = sum(bool(journey.order) for journey in notes.journeys)
    print(f"struck {len(struck)}: {', '.join(sorted(set(struck)))}")
    print(f"{len(notes.journeys)} journeys, {orders} orders, statuses {dict(sorted(notes.statuses.items()))}")
    print(f"slowest answer {notes.slowest:.1f} s")


def test_each_process_is_killed(tmp_path: Path, chance: Random) -> None:
    with shop_in(tmp_path / "shop", free_port()) as shop:

        def kill_one() -> str:
            processes = shop.processes()
            role = chance.choice(["web", "web", "worker", "supervisor"])
            number = chance.choice(
                [number for number, name in processes.items() if name == role] or [shop.process.pid]
            )
            shop.kill(number)
            if number == shop.process.pid:
                shop.start_again()
            return processes[number]

        with shopping(shop.base, SEED) as notes:
            struck = breaking(chance, (2.0, 12.0), kill_one)
            shop.wait_until_ready()
        settle_accounts(shop, notes, struck)


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres_server(binaries) as running:
        yield running


def test_the_database_is_restarted(tmp_path: Path, chance: Random, server: PostgresServer) -> None:
    url = server.url.replace("+psycopg", "")
    with shop_in(tmp_path / "shop", free_port(), DATABASE_URL=url) as shop:

        def restart() -> str:
            server.stop()
            away = chance.choice((0.0, 0.5, 4.0))
            time.sleep(away)
            server.start()
            return f"away for {away:g} s"

        with shopping(shop.base, SEED) as notes:
            struck = breaking(chance, (1.0, 8.0), restart)
        settle_accounts(shop, notes, struck)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes, where this system lets us have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can have a disk of its own")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_the_disk_is_full(tmp_path: Path, small_disk: Path, chance: Random) -> None:
    instance = small_disk / "shop"
    instance.mkdir()
    with shop_in(instance, free_port()) as shop:

        def fill() -> str:
            filler = small_disk / "filler"
            with filler.open("wb") as file:
                try:
                    while True:
                        file.write(bytes(4096))
                        file.flush()
                except OSError:
                    pass
            full = chance.choice((0.5, 2.0, 5.0))
            time.sleep(full)
            filler.unlink()
            return f"full for {full:g} s"

        with shopping(shop.base, SEED) as notes:
            struck = breaking(chance, (1.0, 6.0), fill)
        settle_accounts(shop, notes, struck)


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
