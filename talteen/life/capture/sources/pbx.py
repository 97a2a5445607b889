"""The exchange, commanded and heard over its manager interface (J12).

One connection to Asterisk (AMI over TCP or TLS): it hears events as long as it lasts and asks for
what the operator configured: play the announcement, sound a tone, send the call elsewhere. It never
originates a call. Who holds the connection makes it anew when it is lost.
"""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

from talteen.errors import ConfigError, InputError, Unavailable
from talteen.life.capture.sources import ami
from talteen.life.capture.sources.ami import Command, Message

ANSWER_S = 5.0
"""How long the exchange may take to answer."""
WAITING = 1_000
"""Events that wait for their reader; an exchange that is faster is cut off, and said so."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Where the exchange is and what it may be asked."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)
    commands: Mapping[str, Command] = field(default_factory=dict)
    """By name: ``announce``, ``tone``, ``redirect``."""
    tls: ssl.SSLContext | None = None


class Pbx:
    """A connection that is logged in. Made by ``connected``."""

    def __init__(
        self, exchange: Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._exchange, self._reader, self._writer = exchange, reader, writer
        self._ids = count(1)
        self._answers: dict[str, asyncio.Future[Message]] = {}
        self._events: asyncio.Queue[Message | None] = asyncio.Queue(WAITING)
        self._lost = False

    async def events(self) -> AsyncIterator[Message]:
        """What happens at the exchange, in order. Raises Unavailable when the connection ends."""
        while True:
            yield await self.event()

    async def event(self) -> Message:
        """The next thing that happens. Raises Unavailable when the connection ends."""
        event = await self._events.get()
        if event is None:
            raise _lost()
        return event

    async def command(self, name: str, **places: str) -> None:
        """Let the exchange do what is configured as ``name``.

        ConfigError where nothing is, InputError where the exchange will not, Unavailable where it
        is gone.
        """
        configured = self._exchange.commands.get(name)
        if configured is None:
            raise ConfigError(f"exchange.commands.{name}: is missing", remedy="write what to send")
        answer = await self._asked(configured.filled(**places))
        if answer.get("Response") != "Success":
            raise InputError(
                f"the exchange did not do '{name}'",
                remedy="check that the call still runs and that the manager user may do it",
            )

    async def channels(self) -> None:
        """Let the exchange tell, as events, which channels there are."""
        await self._asked((("Action", "CoreShowChannels"),))

    async def ping(self) -> None:
        """Raises Unavailable where the exchange does not answer."""
        await self._asked((("Action", "Ping"),))

    async def _login(self) -> None:
        """By challenge, so that the secret itself is not sent. (MD5 is all that AMI has: let the
        connection be TLS or a cable.)"""
        challenge = await self._asked((("Action", "Challenge"), ("AuthType", "MD5")))
        joined = (challenge.get("Challenge") + self._exchange.secret).encode()
        key = hashlib.md5(joined, usedforsecurity=False).hexdigest()
        answer = await self._asked(
            (
                ("Action", "Login"),
                ("AuthType", "MD5"),
                ("Username", self._exchange.user),
                ("Key", key),
                ("Events", "call,user"),
            )
        )
        if answer.get("Response") != "Success":
            raise ConfigError(
                "exchange.user: was not let in", remedy="compare it with manager.conf"
            )

    async def _asked(self, fields: Iterable[tuple[str, str]]) -> Message:
        if self._lost:
            raise _lost()
        action = f"talteen-{next(self._ids)}"
        answer = self._answers[action] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(ami.printed((*fields, ("ActionID", action))))
            await self._writer.drain()
            return await asyncio.wait_for(answer, ANSWER_S)
        except (OSError, TimeoutError):
            raise _lost() from None
        finally:
            self._answers.pop(action, None)

    async def _listen(self) -> None:
        """Sorts what comes into answers and events, until nothing comes any more."""
        try:
            while True:
                message = ami.parse(await self._reader.readuntil(ami.END))
                answer = self._answers.get(message.get("ActionID"))
                if message.is_event:
                    self._events.put_nowait(message)
                elif answer is not None and not answer.done():
                    answer.set_result(message)
        except (
            OSError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            asyncio.QueueFull,
        ):
            self._end()

    def _end(self) -> None:
        self._lost = True
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(_lost())
        with suppress(asyncio.QueueEmpty):
            if self._events.full():
                self._events.get_nowait()
        self._events.put_nowait(None)


@asynccontextmanager
async def connected(exchange: Exchange) -> AsyncIterator[Pbx]:
    """A connection that is logged in.

    Raises Unavailable where the exchange cannot be reached, ConfigError where it does not know us.
    """
    try:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(
                exchange.host, exchange.port, ssl=exchange.tls, limit=ami.MOST_BYTES
            ),
            ANSWER_S,
        )
    except (OSError, TimeoutError):
        raise Unavailable(
            "the exchange does not answer", remedy="check exchange.host and its manager port"
        ) from None
    try:
        async with _listening(exchange, reader, writer) as pbx:
            yield pbx
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def _listening(
    exchange: Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> AsyncIterator[Pbx]:
    pbx = Pbx(exchange, reader, writer)
    await _greeted(reader)
    listening = asyncio.create_task(pbx._listen())
    try:
        await pbx._login()
        yield pbx
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def _greeted(reader: asyncio.StreamReader) -> None:
    """Its first line says what it is."""
    try:
        greeting = await asyncio.wait_for(reader.readline(), ANSWER_S)
    except (OSError, TimeoutError, ValueError):
        greeting = b""
    if not greeting.startswith(b"Asterisk Call Manager"):
        raise Unavailable(
            "what answers is no exchange", remedy="check exchange.host and exchange.port"
        )


def _lost() -> Unavailable:
    return Unavailable("the exchange was lost", remedy="it is asked again; check the network")
