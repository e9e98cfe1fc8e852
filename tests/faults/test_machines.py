"""Two web machines, two workers, PostgreSQL, Redis and a proxy with TLS: each is killed in turn while people shop."""

import os
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
import requests

from tests.faults.customers import lost_or_doubled, shopping
from tests.faults.machines import SITE, Site, site_in, what_is_lacking
from tests.faults.shops import until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.enable_socket,
    pytest.mark.skipif(bool(what_is_lacking()), reason=what_is_lacking() or "all is there"),
]
SEED = int(os.environ.get("FAULT_SEED", "0")) or Random().randrange(10**9)
SECONDS = float(os.environ.get("FAULT_SECONDS", "120"))
FROM_THE_PROXY = frozenset({502, 503, 504})
"""What a proxy answers for a machine that is gone: as good as a line that was cut."""
WAITING = "SELECT count(*) FROM asklater_outgoing_mail WHERE sent_at IS NULL AND next_try_at IS NOT NULL"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's, which the next run closes to PostgreSQL's user."""
    with tempfile.TemporaryDirectory(prefix="asklater-site-") as name:
        yield Path(name)


@pytest.fixture
def site(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The site with its mail server. People's browsers trust its certificate and say where they come from."""
    plain = requests.Session

    class Session(plain):
        def request(self, *words: Any, **more: Any) -> requests.Response:
            self.headers["Referer"] = f"https://{SITE}/"
            more["verify"] = str(folder / "proxy" / "certificate.pem")
            answer = super().request(*words, **more)
            if answer.status_code in FROM_THE_PROXY and "nginx" in answer.text:
                raise requests.exceptions.ConnectionError(f"the proxy says {answer.status_code}")
            return answer

    monkeypatch.setattr(requests, "Session", Session)
    with site_in(folder) as (site, office):
        yield site, office


def is_ready(site: Site) -> bool:
    try:
        return requests.Session().request("GET", f"{site.base}/readyz", timeout=20).status_code == 200
    except requests.exceptions.RequestException:
        return False


def all_mail_is_sent(site: Site) -> bool:
    return all(number == 0 for number, *_ in asked(site, WAITING))


def asked(site: Site, statement: str) -> list[Any]:
    with psycopg.connect(site.database_url) as connection:
        return connection.execute(statement).fetchall()


def header_of(letter: str, name: str) -> str:
    found = re.search(rf"^{name}: (.*)$", letter, re.MULTILINE)
    return found.group(1).strip() if found else ""


def test_each_machine_is_killed_in_turn(site: Any) -> None:
    machines, office = site
    chance = Random(f"{SEED} machines")
    print(f"FAULT_SEED={SEED} FAULT_SECONDS={SECONDS:g}")
    until(lambda: is_ready(machines), "the site is ready", machines.logs)
    names = list(machines.machines)
    chance.shuffle(names)
    with shopping(machines.base, SEED, 3) as notes:
        for name in names:
            time.sleep(chance.uniform(0.4, 0.6) * SECONDS / len(names))
            machine = machines.machines[name]
            machine.kill()
            time.sleep(chance.uniform(0.0, 0.3) * SECONDS / len(names))
            machine.start()
        until(lambda: is_ready(machines), "the site is ready again", machines.logs)
        orders = sum(bool(journey.order) for journey in notes.journeys)
        until(lambda: sum(bool(journey.order) for journey in notes.journeys) > orders, "people order as before")
    try:
        until(lambda: all_mail_is_sent(machines), "all mail is sent")
    except AssertionError:
        for table in ("asklater_job_claim", "asklater_heartbeat"):
            print(table, asked(machines, f"SELECT * FROM {table}"))
        print(asked(machines, "SELECT id, tries, written_at, next_try_at, sent_at FROM asklater_outgoing_mail"))
        raise
    print(f"killed {', '.join(names)}; {len(notes.journeys)} journeys, {orders} orders, {dict(notes.statuses)}")
    print(f"{len(office.letters)} letters; slowest answer {notes.slowest:.1f} s")
    assert notes.wrong == [], machines.logs()
    assert lost_or_doubled(machines.base, notes) == []
    of_orders = defaultdict(set)
    for letter in office.letters:
        if "order" in header_of(letter, "Subject").lower():
            of_orders[header_of(letter, "Subject"), header_of(letter, "To")].add(header_of(letter, "Message-ID"))
    assert of_orders
    assert {told: numbers for told, numbers in of_orders.items() if len(numbers) > 1} == {}
    assert machines.traces() == 0, machines.logs()
