"""A mail server on this machine, of the few commands that a client says, which keeps what it is sent."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.support.loopback import answering


class _Counter(socketserver.StreamRequestHandler):
    """One conversation."""

    server: "PostOffice"

    def handle(self) -> None:
        self.server.conversations += 1
        self._say("220 post office")
        for line in self.rfile:
            verb = line[:4].upper()
            if refusal := self.server.refusals.get(verb.decode()):
                self._say(refusal)
            elif verb == b"DATA":
                self._say("354 go on")
                self.server.letters.append(self._letter())
                self._say("250 taken")
            elif verb == b"RCPT" and self.server.drips:
                self._drip()
                return
            elif verb == b"QUIT":
                self._say("221 good bye")
                return
            else:
                self._say(
                    f"250-post office\r\n{self.server.extensions}250 SMTPUTF8" if verb == b"EHLO" else "250 fine"
                )
            self.server.said.append(line.decode().strip())

    def _letter(self) -> str:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.decode())
        return "".join(lines)

    def _drip(self) -> None:
        """Answer a letter at a time, without end: never silent, and never done."""
        with suppress(OSError):
            while not self.server.closing.wait(0.01):
                self.wfile.write(b"2")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class PostOffice(socketserver.ThreadingTCPServer):
    """`letters` are the mails as they came, `said` the commands; `refusals` are answers to commands, by their verb."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Counter)
        self.letters: list[str] = []
        self.said: list[str] = []
        self.refusals: dict[str, str] = {}
        self.extensions = ""
        self.drips = False
        self.closing = threading.Event()
        self.conversations = 0

    def shutdown(self) -> None:
        self.closing.set()
        super().shutdown()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def post_office() -> Iterator[PostOffice]:
    with answering(PostOffice()) as server:
        yield server
