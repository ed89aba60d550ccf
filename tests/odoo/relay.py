"""A relay between a client and a real Odoo that can lose an answer: the request arrives and is done, its answer does not."""

import socket
import threading
from typing import Literal, Self
from urllib.parse import urlsplit


class Relay:
    """Passes bytes both ways. `answers`: "pass" them, "cut" them half way, or "hold" them back for ever."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closed = threading.Event()
        self.answers: Literal["pass", "cut", "hold"] = "pass"
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            threading.Thread(target=self._pump, args=(client, server), daemon=True).start()
            threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while chunk := client.recv(65536):
                server.sendall(chunk)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with server, client:
            try:
                while chunk := server.recv(65536):
                    if self.answers == "hold":
                        self._closed.wait(60)
                        return
                    if self.answers == "cut":
                        client.sendall(chunk[: len(chunk) // 2])
                        client.shutdown(socket.SHUT_RDWR)
                        return
                    client.sendall(chunk)
            except OSError:
                return
