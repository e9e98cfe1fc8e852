"""A mail server on this machine, of the few commands that a client says, which keeps what it is sent."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.loopback import answering


class _Counter(socketserver.StreamRequestHandler):
    """One conversation."""

    server: "PostOffice"

    def handle(self) -> None:
        self._say("220 post office")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                self.server.letters.append(self._letter())
                self._say("250 taken")
            elif verb == b"RCPT" and self.server.refuses:
                self._say("451 try again later")
            elif verb == b"QUIT":
                self._say("221 good bye")
                return
            else:
                self._say("250-post office\r\n250 SMTPUTF8" if verb == b"EHLO" else "250 fine")
            self.server.said.append(line.decode().strip())

    def _letter(self) -> str:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.decode())
        return "".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class PostOffice(socketserver.ThreadingTCPServer):
    """`letters` are the mails as they came, `said` the commands; `refuses` turns recipients away for now."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Counter)
        self.letters: list[str] = []
        self.said: list[str] = []
        self.refuses = False

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def post_office() -> Iterator[PostOffice]:
    with answering(PostOffice()) as server:
        yield server
