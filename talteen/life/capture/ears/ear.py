"""An ear: visits each of its sockets every few hundred milliseconds, in slices of twenty.

Run by the holder: ``python -m talteen.life.capture.ears.ear``. Its words (inheritance) are:
``folder`` of the journals, ``house``, ``node``, ``signer`` (Ed25519 seed, hex), ``intake_key``,
``intake_public`` (hex), and optionally ``period_ms``, ``reserve_bytes``, ``spare_bytes``,
``segment_bytes``. They stand in memory, never in the environment, the arguments or a file.
"""

import select
import shutil
import signal
import sys
import time
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from socket import AF_INET6
from types import FrameType

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen import ids
from talteen.engine.vault import journal
from talteen.engine.vault.journal_bodies import Gap, Why
from talteen.engine.vault.journals import Journals
from talteen.engine.vault.segment import Segment
from talteen.errors import Unavailable
from talteen.ids import HouseId, IntakeKeyId
from talteen.life.capture.ears import flows, memory, reports, restart
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.calls import Call, Phase, Port, Stream
from talteen.life.capture.ears.control import Line
from talteen.life.capture.ears.drain import Drain
from talteen.life.capture.ears.gathered import standing
from talteen.life.capture.ears.inheritance import Inheritance, inherit, socket_of
from talteen.life.capture.ears.intake import Intake
from talteen.life.capture.ears.logbook import Logbook
from talteen.life.capture.ears.moving import Move
from talteen.life.capture.ears.recvmmsg import Hands
from talteen.life.capture.ears.requests import Calls
from talteen.life.capture.ears.rounds import Rounds
from talteen.life.capture.ears.scribe import Node, Scribe
from talteen.life.capture.ears.slate import Slate

SLICE_NS = 20_000_000
"""A word of the signaller begins one at once."""
FLUSH_NS = 180_000_000
"""At the end of a slice: 200 at most."""
STATUS_NS = 1_000_000_000
_GIVEN_BACK_NS = 60 * STATUS_NS
_SEGMENT_BYTES = 2 << 30
"""Where each record of a segment begins stays in memory until the segment is left, eight bytes a
visit: two thousand calls fill this one in a minute."""
_WORTH_GATHERING_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Settings:
    """What an ear may be told about its work."""

    folder: Path
    node: Node
    intake: Intake
    period_ns: int = 300_000_000
    """Each socket is visited once in this time."""
    reserve_bytes: int = 256 << 20
    """Allocated ahead of the writing, for calls that go on when the disk is full."""
    spare_bytes: int = 2 << 30
    """Less free than this on the disk, and new calls are refused."""
    segment_bytes: int = _SEGMENT_BYTES
    """A segment that is larger is left for a new one."""


def settings_of(left: Inheritance) -> Settings:
    """The settings in the words of an inheritance."""
    words = left.words
    return Settings(
        Path(words["folder"]),
        Node(
            HouseId(ids.parse(words["house"])),
            words["node"],
            Ed25519PrivateKey.from_private_bytes(bytes.fromhex(words["signer"])),
        ),
        Intake(IntakeKeyId(ids.parse(words["intake_key"])), bytes.fromhex(words["intake_public"])),
        period_ns=int(words.get("period_ms", "300")) * 1_000_000,
        reserve_bytes=int(words.get("reserve_bytes", str(256 << 20))),
        spare_bytes=int(words.get("spare_bytes", str(2 << 30))),
        segment_bytes=int(words.get("segment_bytes", _SEGMENT_BYTES)),
    )


class Ear:
    """One ear at work. ``run`` ends when ``stopping`` was set and all is durable."""

    def __init__(self, settings: Settings, left: Inheritance) -> None:
        """The ear of an inheritance, with the calls of the one before it."""
        assert left.slate is not None
        assert left.control is not None
        self.settings, self.stopping, self.room = settings, False, True
        self.locked = memory.lock()
        self.logbook, self.line = Logbook(left.logbook), Line(socket_of(left.control))
        journals, slate = Journals(settings.folder), Slate(left.slate)
        restart.write_what_was_sealed(slate, journals)
        restart.keep_what_was_taken(slate, self.logbook, list(left.ports))
        self.drain = self._drain(left, Hands(slate), journals.new_segment())
        scribe = Scribe(journals, settings.node, settings.intake)
        self.calls = Calls(self.drain, scribe, _ports(left), self)
        self.drain.on_port = self.calls.on_port
        self.move, self.rounds = Move(self.calls), Rounds(settings.period_ns)
        self._flush: Future[None] | None = None
        self._flushed_ns = self._told_ns = 0
        self._reserving = False
        self._given_back_ns = time.monotonic_ns()
        self._reseal: say.Reseal | None = None
        self._reseal_entry = b""
        self._gather_from_bytes = _WORTH_GATHERING_BYTES
        self._know_again()
        self.report(say.Ready(left.restarted, len(self.calls.open)))

    def run(self) -> None:
        """Slice after slice."""
        poll = select.poll()
        poll.register(self.line.end, select.POLLIN)
        while not self.stopping:
            began = time.monotonic_ns()
            self.slice(began)
            left = SLICE_NS - (time.monotonic_ns() - began)
            poll.poll(max(0, left // 1_000_000))
        self.finish()

    def slice(self, now: int) -> None:
        """Hear what is asked, visit the sockets whose turn it is, write once."""
        self.hear()
        self.calls.look_after()
        self.drain.round(self.rounds.due(now, self.calls), now)
        self.drain.write()
        self.calls.reports.send(now)
        self._see_to_the_disk(now)
        self.line.push()

    def hear(self) -> None:
        """Do what the signaller asks."""
        for request in self.line.heard(self._enter):
            match request:
                case say.Reseal():
                    self._reseal = request
                case say.Ask():
                    self._tell_status()
                case _ if isinstance(request, say.Request):
                    self.calls.act(request)
                    self.drain.commit()
        if self._reseal is not None and self.move.begin(
            Intake(self._reseal.intake_key, self._reseal.public)
        ):
            self._reseal = None

    def finish(self) -> None:
        """Take what waits, write, flush, and leave the calls to whoever is started next."""
        self.calls.finish()
        self.drain.await_the_last()
        for stream in self.rounds.all(self.calls):
            self.drain.visit(stream)
        self.drain.write()
        self.drain.segment.flush()
        self.calls.scribe.end()
        self.line.push()

    # ---- what drain and calls ask of their ear ----

    def now_ns(self) -> int:
        """The clock that also stamps the packets."""
        return time.time_ns()

    def report(self, report: say.Report) -> None:
        """Tell the signaller."""
        self.line.say(report)

    def report_soon(self, report: say.Report) -> None:
        """Tell it at the end of this slice."""
        self.line.add(report)

    def source(self, stream: Stream, at_ns: int) -> None:
        ssrc = int.from_bytes(stream.ssrc)
        self.report(say.Source(stream.call.id, stream.number, ssrc, at_ns))

    def missing(self, call: Call, stream: int, gap: Gap) -> None:
        self.report(say.Missing(call.id, stream, gap.why, gap.packets, gap.from_ns))

    def entered(self, stream: Stream) -> None:
        self.calls.note_drops(stream)

    def no_room(self) -> None:
        """Every call that seals has a gap from now until there is room again."""
        since = self.now_ns() - max(self.settings.period_ns, self.rounds.alone_ns())
        self.room = False
        for call in self.calls.open.values():
            lost = bool(call.places) and call.places[-1] >= self.drain.segment.at
            while call.places and call.places[-1] >= self.drain.segment.at:
                call.places.pop()
            if lost and call.no_room_since is None:
                self._lack_room(call, since)

    def _lack_room(self, call: Call, since: int | None) -> None:
        """Since when a call has no room, or that it has; the next ear must know it, too."""
        call.no_room_since = since
        told = say.Missing(call.id, journal.CALL_STREAM, Why.NO_ROOM, 0, since or 0)
        self.enter(say.write(told))

    def enter(self, entry: bytes) -> None:
        """Put a line of the ear's own into the logbook."""
        self.logbook.append(entry)

    def dismiss(self, last: say.Report) -> None:
        """Tell the last word about a call."""
        self.report(last)
        self.logbook.append(say.write(last))
        self._gather()

    def _gather(self) -> None:
        """Leave in the logbook what still counts, if half of it does not."""
        if self.logbook.size_bytes < self._gather_from_bytes and self.calls.open:
            return
        living = self.living()
        if 2 * sum(map(len, living)) < self.logbook.size_bytes:
            first = [self._reseal_entry] if self._reseal_entry else []
            self.logbook.replace([*first, *living])
        # To read all of it at each end would cost more than the rest of an end.
        size = self.logbook.size_bytes
        self._gather_from_bytes = size + max(_WORTH_GATHERING_BYTES, size // 4)

    def living(self) -> list[bytes]:
        """The entries of calls that are open, as far as they count. What was taken from the kernel
        when an ear died does so until all of them have their new keys."""
        calls = self.calls.open.values()
        alive, resuming = {call.id.bytes for call in calls}, any(call.resuming for call in calls)
        return standing(self.logbook.entries(), alive, resuming=resuming)

    def _drain(self, left: Inheritance, hands: Hands, segment: Segment) -> Drain:
        if left.ring is None:
            return Drain(hands, segment, self)
        # Numpy, and what follows from it, only where there is a ring.
        from talteen.life.capture.ears import ring, ring_drain

        # A round of a thousand calls makes tables of megabytes, and every round the same.
        memory.retained()
        here = ring.Ring(left.ring, left.ring_bytes)
        return ring_drain.RingDrain(hands, segment, self, here, self.settings.period_ns)

    def _enter(self, entry: bytes) -> None:
        """Put a request into the logbook before it is taken off the socket."""
        if entry[0] not in say.FORGOTTEN:
            self.logbook.append(entry)
        if entry[0] == say.RESEAL:
            self._reseal_entry = entry

    def _know_again(self) -> None:
        entries = self.logbook.entries()
        for entry in entries:
            if entry[0] == say.RESEAL:
                self._reseal_entry, asked = entry, say.read(entry)
                assert isinstance(asked, say.Reseal)
                self.calls.scribe.intake = Intake(asked.intake_key, asked.public)
        calls = (entry for entry in entries if entry[0] != say.RESEAL)
        restart.know_again(self.calls, calls, self.now_ns())

    def _see_to_the_disk(self, now: int) -> None:
        if self._flush is not None and self._flush.done():
            self._flush.result()
            self._flush = None
        if self.drain.dirty and self._flush is None and now - self._flushed_ns >= FLUSH_NS:
            self.drain.dirty, self._flushed_ns = False, now
            self._flush = self.calls.scribe.flush(self.drain.segment)
        if now - self._told_ns >= STATUS_NS:
            self._told_ns = now
            self._every_second()
        if now - self._given_back_ns >= _GIVEN_BACK_NS:
            self._given_back_ns = now
            self.calls.scribe.do(memory.give_back)

    def _every_second(self) -> None:
        now_ns = self.now_ns()
        for call in self.calls.open.values():
            for stream in () if call.resuming else call.streams.values():
                if not stream.settled:  # of one that is, nothing waits
                    stream.waiting.forget(now_ns)
        if self.drain.segment.at > self.settings.segment_bytes and not self.move.going_on:
            self.move.begin()
        if self.calls.open:
            self._gather()
        self._make_room()
        self._tell_status()

    def _make_room(self) -> None:
        """Have room ahead for the calls that run, and look whether there is any for others. One
        reservation at a time: on a full disk it stands behind what waits for room."""
        self.room = self.room and self._has_spare_room()
        segment = self.drain.segment

        def reserve() -> bool:
            try:
                segment.reserve(self.settings.reserve_bytes)
            except Unavailable:
                return False
            return self._has_spare_room()

        if not self._reserving:
            self._reserving = True
            self.calls.coming.after(self.calls.scribe.do(reserve), self._reserved)

    def _has_spare_room(self) -> bool:
        return shutil.disk_usage(self.settings.folder).free >= self.settings.spare_bytes

    def _reserved(self, room: bool) -> None:
        self._reserving, self.room = False, room
        for call in self.calls.open.values():
            if self.room and call.no_room_since is not None and call.phase is Phase.SEALING:
                gap = Gap(Why.NO_ROOM, call.no_room_since, self.now_ns(), 0)
                self.drain.gap(call, journal.CALL_STREAM, gap)
                self.drain.commit()
                self._lack_room(call, None)

    def _tell_status(self) -> None:
        streams = [s for call in self.calls.open.values() for s in call.streams.values()]
        self.line.say(
            say.Status(
                len(self.calls.open),
                len(streams),
                self.room,
                self.locked,
                self.drain.packets,
                self.drain.dropped + sum(stream.dropped for stream in streams),
                self.rounds.behind_ns,
            )
        )
        media = (stream for stream in streams if not stream.control)
        counted = ((one.flow, one.seen, reports.jitter_us(one.reporter)) for one in media)
        *parts, last = flows.write(counted)
        for part in parts:
            self.line.say(say.Flows(part, more=True))
        self.line.say(say.Flows(last, more=False))


def _ports(left: Inheritance) -> dict[int, Port]:
    ports = {}
    for index, (number, file) in enumerate(left.ports.items()):
        here = socket_of(file)
        ports[number] = Port(index, number, here, file, int(here.family == AF_INET6))
    return ports


def main() -> int:
    """The process."""
    left = inherit()
    memory.no_core()
    memory.seldom_swept()
    settings = settings_of(left)
    Journals(settings.folder).finish_burns()
    ear = Ear(settings, left)

    def stop(number: int, frame: FrameType | None) -> None:
        ear.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ear.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
