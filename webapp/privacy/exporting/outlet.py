"""A file that is written to and taken from piece by piece: what an archive streams into."""

from io import BytesIO, RawIOBase
from typing import Any


class Outlet(RawIOBase):
    """It cannot be gone back in, so whoever writes says in advance nothing that is known only later."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = BytesIO()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        return self._waiting.write(content)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = self._waiting.getvalue()
        self._waiting = BytesIO()
        return taken
