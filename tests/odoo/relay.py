"""A relay between a client and a real Odoo that loses what it is told to: the request before Odoo sees it, or the answer after
Odoo has done it and committed."""

import socket
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

from tests.connectors.loopback import Listener, message

Fate = Literal["pass", "cut", "hold", "lose answer", "lose request"]


class Relay(Listener):
    """Passes whole requests and answers. `answers` is the fate of each, or a function from the request to its fate.

    pass: both arrive. cut: half the answer arrives. hold: it comes too late, that is never. lose answer: the connection ends
    once Odoo has answered. lose request: it ends before Odoo sees anything.
    """

    def __init__(self, url: str, answers: Fate | Callable[[bytes], Fate] = "pass") -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.answers: Fate | Callable[[bytes], Fate] = answers
        super().__init__()

    def talk(self, stream: socket.socket) -> None:
        """Requests of one connection, each on a connection of its own to Odoo, until one is lost or the client leaves."""
        while self._passed(stream):
            pass

    def _passed(self, client: socket.socket) -> bool:
        request = message(client)
        fate = self.answers(request) if callable(self.answers) else self.answers
        if fate == "lose request":
            return False
        with socket.create_connection(self._target) as server:
            server.sendall(request)
            answer = message(server)
        if fate == "hold":
            self._closed.wait(60)
        elif fate == "cut":
            client.sendall(answer[: len(answer) // 2])
        elif fate == "pass":
            client.sendall(answer)
            return b"connection: close" not in answer.partition(b"\r\n\r\n")[0].lower()
        return False
