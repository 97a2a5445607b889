"""A real TCP server that speaks the Asterisk Manager Interface as its documentation describes it.

It lets in one user by challenge, says yes or no to actions, raises the events that a test wants,
and can break a connection at the worst moment.
"""

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

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
    loop: asyncio.AbstractEventLoop | None = None
    """Where it runs, if not in the loop of who speaks to it."""
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def actions(self) -> list[str]:
        return [asked["Action"] for asked in self.asked]

    def raises(self, *fields: tuple[str, str]) -> None:
        """Send an event to everybody who is connected."""
        self.sends("".join(f"{name}: {value}\r\n" for name, value in fields).encode() + b"\r\n")

    def sends(self, data: bytes) -> None:
        self._at_once(self._send, data)

    def drops(self) -> None:
        """Break every connection."""
        self._at_once(self._drop)

    def _at_once(self, act: Callable[..., None], *arguments: bytes) -> None:
        if self.loop is None or self.loop is _running_loop():
            act(*arguments)
        else:
            self.loop.call_soon_threadsafe(act, *arguments)

    def _send(self, data: bytes) -> None:
        for writer in self._writers:
            writer.write(data)

    def _drop(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

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


@contextmanager
def in_a_thread(stand_in: Exchange) -> Iterator[Exchange]:
    """``stand_in``, listening beside the test: for those who call it from another process."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def done(what: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(what, loop).result(20)

    stack = AsyncExitStack()
    try:
        stand_in.loop = loop
        done(stack.enter_async_context(exchange(stand_in)))
        yield stand_in
    finally:
        done(stack.aclose())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


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


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
