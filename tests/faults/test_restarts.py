"""PostgreSQL is restarted while people shop: what was acknowledged is there, once."""

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.faults.customers import shopping
from tests.faults.schedule import SEED, breaking, settle_accounts
from tests.faults.shops import shop_in
from tests.halftone.integration.test_server import free_port
from tests.support.databases import PostgresServer, postgres_binaries, postgres_server

pytestmark = [pytest.mark.faults, pytest.mark.enable_socket]


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
