"""Processes are killed, and the disk is full, while people shop: what was acknowledged is there, once."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from tests.faults.customers import shopping
from tests.faults.schedule import SEED, breaking, settle_accounts
from tests.faults.shops import shop_in
from tests.halftone.integration.test_server import free_port

pytestmark = [pytest.mark.faults, pytest.mark.enable_socket]


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
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk, where this system lets us have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can have a disk of its own")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_the_disk_is_full(small_disk: Path, chance: Random) -> None:
    with shop_in(small_disk, free_port()) as shop:

        def fill() -> str:
            filler = small_disk / "filler"
            with filler.open("wb", buffering=0) as file:
                for size in (1 << 20, 4096, 1):
                    with suppress(OSError):  # there is no room for so much
                        while file.write(bytes(size)) == size:
                            pass
            full = chance.choice((0.5, 2.0, 5.0))
            time.sleep(full)
            filler.unlink()
            return f"full for {full:g} s"

        with shopping(shop.base, SEED) as notes:
            struck = breaking(chance, (1.0, 6.0), fill)
        settle_accounts(shop, notes, struck)
