"""A real TCP server that speaks the Asterisk Manager Interface as its documentation describes it.

It lets in one user by challenge, says yes or no to actions, raises the events that a test wants,
and can break a connection at the worst moment.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

GREETING = b"Asterisk Call Manager/9.0.0\r\n"
CHALLENGE = "840415273"
USER, SECRET = "talteen", "a secret of the tests"


@dataclass(slots=True)
class Exchange:
    """The server, and what it was asked."""

    asked: list[dict[str, str]] = field(default_factory=list)
    refuses: frozenset[str] = frozenset()
    silent_on: frozenset[str] = frozenset()
    hangs_up_on: frozenset[str] = frozenset()
    greeting: bytes = GREETING
    port: int = 0
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def actions(self) -> list[str]:
        return [asked["Action"] for asked in self.asked]

    def raises(self, *fields: tuple[str, str]) -> None:
        """Send an event to everybody who is connected."""
        self.sends("".join(f"{name}: {value}\r\n" for name, value in fields).encode() + b"\r\n")

    def sends(self, data: bytes) -> None:
        for writer in self._writers:
            writer.write(data)

    def drops(self) -> None:
        """Break every connection."""
        for writer in self._writers:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        writer.write(self.greeting)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                block = (await reader.readuntil(b"\r\n\r\n")).decode()
                fields = dict(line.split(": ", 1) for line in block.split("\r\n") if ": " in line)
                self.asked.append(fields)
                if fields["Action"] in self.hangs_up_on:
                    writer.transport.abort()
                elif fields["Action"] not in self.silent_on:
                    writer.write(self._answer(fields))
        writer.close()

    def _answer(self, fields: dict[str, str]) -> bytes:
        lines = [f"ActionID: {fields['ActionID']}"]
        match fields["Action"]:
            case "Challenge":
                lines = ["Response: Success", *lines, f"Challenge: {CHALLENGE}"]
            case "Login":
                right = hashlib.md5((CHALLENGE + SECRET).encode()).hexdigest()
                known = (fields["Username"], fields["Key"]) == (USER, right)
                lines = [f"Response: {'Success' if known else 'Error'}", *lines]
            case "Ping":
                lines = ["Response: Success", *lines, "Ping: Pong"]
            case action:
                lines = [f"Response: {'Error' if action in self.refuses else 'Success'}", *lines]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@asynccontextmanager
async def exchange(running: Exchange) -> AsyncIterator[Exchange]:
    """``running``, listening on a free port of loopback."""
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        running.drops()
        server.close()
