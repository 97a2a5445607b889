"""The process between the exchange and the node: what one says is said to the other (J12).

Events of the manager interface become evidence and go to the console; what the gate wishes (tell
who joined, sound a tone) becomes a command of the operator's or a signed webhook. Started by the
holder, it knows nothing that must not be lost: killed, it asks both sides anew. Run as ``python -m
talteen.life.capture.sources.exchange``; its words are those of ``capturing.exchange_of`` and
``folder``.
"""

import asyncio
import hashlib
import json
import signal
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from talteen import ids
from talteen.errors import Conflict, InputError, Missing, TalteenError, Unavailable
from talteen.life.capture import console
from talteen.life.capture import node_log as log
from talteen.life.capture.console import Client
from talteen.life.capture.ears.inheritance import inherit
from talteen.life.capture.facts import Evidence
from talteen.life.capture.heard import told_of
from talteen.life.capture.sources import ami, pbx
from talteen.life.capture.sources.ami import Command, Message
from talteen.life.capture.sources.hooks import Hook
from talteen.life.capture.sources.pbx import Pbx
from talteen.life.capture.sources.pbx_legs import Legs
from talteen.register.programs.webhook import Secret

PING_S = 15.0
"""An exchange that says nothing for so long is asked whether it is there."""
AGAIN_S = 0.5
"""How often evidence is offered whose call was not found yet."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 10.0
"""Before the exchange is called again."""


@dataclass(slots=True)
class Worker:
    """Both sides, and what is between them."""

    client: Client
    folder: Path
    where: pbx.Exchange | None
    hook: Hook | None
    legs: Legs = field(default_factory=Legs)
    _pbx: Pbx | None = None
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Until told to stop."""
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        loop.add_signal_handler(signal.SIGUSR1, lambda: None)  # a draining node is still heard
        work = [asyncio.create_task(self._hear_wishes())]
        if self.where is not None:
            work += [
                asyncio.create_task(self._hear_exchange(self.where)),
                asyncio.create_task(self._offer_again()),
            ]
        await asyncio.wait(
            {*work, asyncio.create_task(stopped.wait())}, return_when=asyncio.FIRST_COMPLETED
        )
        for task in work:
            if task.done():
                task.result()  # a fault of ours ends the process; the holder starts another one
            task.cancel()

    # --- from the exchange ------------------------------------------------------------------

    async def _hear_exchange(self, where: pbx.Exchange) -> None:
        wait_s = FIRST_WAIT_S
        while True:
            try:
                async with pbx.connected(where) as self._pbx:
                    self.legs, wait_s = Legs(), FIRST_WAIT_S
                    log.info("exchange.heard")
                    await self._pbx.channels()
                    await self._hear_events(self._pbx)
            except TalteenError as error:
                log.warning("exchange.away", code=error.slug, wait_s=wait_s)
            finally:
                self._pbx = None
            await asyncio.sleep(wait_s)
            wait_s = min(LONGEST_WAIT_S, 2 * wait_s)

    async def _hear_events(self, line: Pbx) -> None:
        while True:
            try:
                event = await asyncio.wait_for(line.event(), PING_S)
            except TimeoutError:
                await line.ping()
            else:
                await self._happened(event)

    async def _happened(self, event: Message) -> None:
        linked = self.legs.follow(event)
        said = ami.reported(event, datetime.now(UTC))
        if said is not None and linked:
            self.legs.said(linked, said.channel, said.evidence)
        if linked and (said is not None or event.get("Event") == "BridgeEnter"):
            await self._offer(linked)

    async def _offer_again(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_S)
            for linked in self.legs.waiting():
                await self._offer(linked)

    async def _offer(self, linked: str) -> None:
        """Say what waits of a call, if it is known which recording that is."""
        async with self._one_by_one:
            try:
                call = self.legs.call_of(linked) or await self._found(linked)
                while call and (evidence := self.legs.take(linked)) is not None:
                    await self._say(call, evidence)
                    self.legs.done(linked)
            except Unavailable:
                return  # offered again; the signaller may just be starting

    async def _found(self, linked: str) -> str:
        known, extensions = self.legs.ids(linked), self.legs.extensions(linked)
        call = await asyncio.to_thread(self.client.whose, ids=known, extensions=extensions)
        return call if call and self.legs.bind(linked, call) else ""

    async def _say(self, call: str, evidence: Evidence) -> None:
        """Under a key of its own: offered again, it is not said twice."""
        told = told_of(evidence)
        key = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
        try:
            await asyncio.to_thread(self.client.say, "evidence", call, told, key=key)
        except (Missing, Conflict, InputError) as error:
            log.warning("exchange.not_heard", code=error.slug, recording=call)

    # --- to the exchange --------------------------------------------------------------------

    async def _hear_wishes(self) -> None:
        while True:
            with suppress(OSError, ValueError):
                line = console.connected(self.folder, console.ANSWER_S)
                line.settimeout(None)
                reader, writer = await asyncio.open_unix_connection(
                    sock=line, limit=console.MOST_ASKED_BYTES
                )
                try:
                    writer.write(console.LISTEN + b"\n")
                    while wish := await reader.readline():
                        self._wished(json.loads(wish))
                finally:
                    writer.close()
            await asyncio.sleep(FIRST_WAIT_S)

    def _wished(self, wish: Mapping[str, Any]) -> None:
        for act in (self._commanded(wish), self._told(wish)):
            task = asyncio.create_task(act)
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _commanded(self, wish: Mapping[str, Any]) -> None:
        if self._pbx is None or self.where is None or wish["wish"] not in self.where.commands:
            return
        for linked in self.legs.unbound():
            await self._offer(linked)
        announces = wish["wish"] == "announce"
        joined, all_of_them = self.legs.joined(wish["call"]), self.legs.channels(wish["call"])
        channels = [joined] if announces and joined else [] if announces else all_of_them
        if not channels:
            log.warning("exchange.no_channel", action=wish["wish"], recording=wish["call"])
        for channel in channels:
            await self._command(wish, channel)

    async def _command(self, wish: Mapping[str, Any], channel: str) -> None:
        places = {"channel": channel, "language": wish["language"],
                  "announcement": wish["announcement"]}  # fmt: skip
        try:
            if self._pbx is not None:
                await self._pbx.command(wish["wish"], **places)
                log.info("exchange.asked", action=wish["wish"], recording=wish["call"])
        except TalteenError as error:
            log.warning(
                "exchange.not_done", code=error.slug, action=wish["wish"], recording=wish["call"]
            )

    async def _told(self, wish: Mapping[str, Any]) -> None:
        if self.hook is None:
            return
        call, now = UUID(wish["call"]), datetime.now(UTC)
        message = self.hook.message(f"call.{wish['wish']}", call, ids.new(), now)
        try:
            await asyncio.to_thread(self.hook.send, message)
            log.info("webhook.sent", action=wish["wish"], recording=call)
        except TalteenError as error:
            log.warning("webhook.not_sent", code=error.slug, action=wish["wish"], recording=call)


def worker_of(words: Mapping[str, str]) -> Worker:
    """The worker that these words describe. ConfigError where it may not ask what it is told to."""
    folder = Path(words["folder"])
    hook = None
    if words.get("webhook_url"):
        hook = Hook(words["webhook_url"], Secret.read(words["webhook_secret"]))
    return Worker(Client(folder), folder, _exchange(words), hook)


def _exchange(words: Mapping[str, str]) -> pbx.Exchange | None:
    if not words.get("host"):
        return None
    commands = json.loads(words.get("commands") or "{}")
    return pbx.Exchange(
        words["host"],
        int(words["port"]),
        words["user"],
        words["secret"],
        {name: Command.of(written) for name, written in commands.items()},
        ssl.create_default_context() if words.get("tls") else None,
    )


def main() -> None:
    """The exchange's process of the holder that started this one."""
    asyncio.run(worker_of(inherit().words).run())


if __name__ == "__main__":
    main()
