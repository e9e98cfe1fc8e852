"""A throw-away Redis or Valkey on a Unix socket, which can be taken down and brought up again."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.support.waiting import PATIENCE

PROGRAMS = ("valkey-server", "redis-server")
NO_REDIS = "neither Valkey nor Redis is installed (apt-get install redis-server)"


def redis_program() -> str | None:
    """The installed server, None where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class RunningRedis:
    """Without durability: what it holds goes when it stops."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"]
        self._running = subprocess.Popen([self._program, *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        if self._running.poll() is None:
            self._running.send_signal(signal.SIGKILL)
        self._running.wait(PATIENCE)

    def _answers(self) -> bool:
        try:
            with Redis(unix_socket_path=str(self.socket)) as client:
                return bool(client.ping())
        except RedisError:
            return False


@contextmanager
def running_redis(program: str) -> Iterator[RunningRedis]:
    """One that runs inside the block."""
    with tempfile.TemporaryDirectory(prefix="asklater-redis-") as folder:
        server = RunningRedis(program, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
