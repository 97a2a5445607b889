"""A wire to PostgreSQL that can lose the answer to a COMMIT, or the COMMIT itself.

A real server behind a real socket: the proxy passes bytes on, and when it is told to, it cuts the
connection at the worst moment. The client cannot tell the two losses apart; that is the point.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from django.db import connection


class Lose(Enum):
    """What is lost, once."""

    NOTHING = "nothing"
    COMMIT = "the commit"
    ANSWER = "the answer"


class Wire:
    """Passes everything on, until it is told what to lose."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.lose = Lose.NOTHING
        self._server = str(server)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / server.name))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                for pump in (self._up, self._down):
                    threading.Thread(target=pump, args=[client, server], daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 16):
                if b"COMMIT" in data and self.lose is Lose.COMMIT:
                    self.lose = Lose.NOTHING
                    break
                server.sendall(data)
        _shut(client, server)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 16):
                # The server has committed when it says so; the client never hears it.
                if b"COMMIT" in data and self.lose is Lose.ANSWER:
                    self.lose = Lose.NOTHING
                    break
                client.sendall(data)
        _shut(client, server)


def _shut(*sockets: socket.socket) -> None:
    for one in sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@contextlib.contextmanager
def wire(folder: Path) -> Iterator[Wire]:
    """Django talks to its database through a wire for a while."""
    connection.close()
    host, port = connection.settings_dict["HOST"], connection.settings_dict["PORT"] or "5432"
    between = Wire(folder, Path(host) / f".s.PGSQL.{port}")
    connection.settings_dict["HOST"] = str(folder)
    try:
        yield between
    finally:
        connection.close()
        connection.settings_dict["HOST"] = host
        between.close()
