"""What an ear knows of its calls: streams, what is wanted of them, and the key that seals them."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from socket import socket
from typing import Protocol

from talteen.engine.vault.journal import Sealing
from talteen.engine.vault.journal_bodies import NS, Gap
from talteen.ids import RecordingId
from talteen.life.capture.ears import flows
from talteen.life.capture.ears.keys import Keys
from talteen.life.capture.ears.messages import Listen, Report
from talteen.life.capture.ears.recvmmsg import Shape
from talteen.life.capture.ears.reports import Reporter
from talteen.life.capture.ears.spans import NEVER, Spans
from talteen.life.capture.ears.waiting import Waiting

_MOST_OWED = 256
"""Gaps of one call: more than visits in the minute that waits for evidence."""


@dataclass(slots=True)
class Port:
    """A media socket of this ear."""

    index: int
    number: int
    socket: socket
    file: int
    six: int
    """1 for an IPv6 socket, 0 for an IPv4 one."""


class Phase(Enum):
    """Where a call stands between its first packet and its end."""

    WAITING = "waiting"
    """For evidence. Media in memory."""
    ENCLOSING = "enclosing"
    """The envelope is being made durable. Media in memory, or in the kernel after a restart."""
    SEALING = "sealing"
    ENDING = "ending"
    """All is written; the flush is awaited."""


@dataclass(slots=True, eq=False)
class Stream:
    """One direction of one party's sound, or its RTCP."""

    number: int
    port: Port
    call: "Call"
    sources: tuple[str, ...]
    """Addresses that it may come from; empty: the first one that sends is learnt."""
    from_ns: int
    shape: Shape
    control: bool
    dropped_before: int
    """What the kernel had dropped on this port when the stream began."""
    flow: flows.Address
    """What it is called where its packets are told of."""
    # What every visit asks for stands together: ten thousand streams fit into no cache.
    settled: bool = False
    """Whether whole batches may be sealed where they lie, without a look at each packet. Nothing
    waits then."""
    name: bytes = b""
    """The sockaddr from which all came so far."""
    ssrc: bytes = b""
    shared: bool = False
    """RTCP comes to this port, too (RFC 5761)."""
    reporter: Reporter | None = None
    """Who tells the sender what came, where it was asked for."""
    kept: int = 0
    dropped: int = 0
    entered: int = 0
    """How many of the dropped the next ear need not tell any more."""
    waiting: Waiting = field(default_factory=Waiting)
    leaving: bool = False
    """It ended while its packets had to stay in the kernel."""
    learnt: bool = False
    """Nobody named the address from which it comes."""
    last_ns: int = 0
    unwanted: int = 0
    strangers: int = 0
    controls: int = 0

    @classmethod
    def asked(cls, one: Listen, port: Port, call: "Call", shape: Shape, dropped: int) -> "Stream":
        """As the signaller asks for it, on a port that has dropped so many packets before."""
        return cls(
            one.stream,
            port,
            call,
            tuple(one.source.split()),
            one.at_ns,
            shape,
            one.control,
            dropped,
            flows.address(call.id, one.stream),
        )

    @property
    def seen(self) -> int:
        """How many packets came on it, kept or not."""
        taken = self.kept + self.unwanted + self.waiting.overran
        return taken if self.settled else taken + sum(map(len, self.waiting.seen()))

    def may_come_from(self, sources: Sequence[str]) -> None:
        """The client names these addresses: beside those that it named before, instead of one that
        was only learnt."""
        if sources and (self.learnt or not set(sources) <= set(self.sources)):
            named = () if self.learnt else self.sources
            self.sources = tuple(dict.fromkeys((*named, *sources)))
            self.learnt, self.name, self.settled = False, b"", False


@dataclass(slots=True, eq=False)
class Call:
    """A call of this ear."""

    id: RecordingId
    start: datetime
    phase: Phase = Phase.WAITING
    spans: Spans = field(default_factory=Spans)
    streams: dict[int, Stream] = field(default_factory=dict)
    facts: list[bytes] = field(default_factory=list)
    """Those that wait for the key."""
    sealing: Sealing | None = None
    generation: int = 0
    """Of the key in use, or of the next one."""
    keys: Keys = field(default_factory=Keys)
    places: "array[int]" = field(default_factory=lambda: array("Q"))
    """Where the records of this generation begin in the segment."""
    resuming: bool = False
    """An ear before this one kept it: its packets stay in the kernel until the new key is there."""
    owed: list[tuple[int, Gap]] = field(default_factory=list)
    """Stream and gap: what was dropped while there was no key to say it under."""
    moved: list[Stream] = field(default_factory=list)
    """Streams that went on at another port: what came to this one waits there for the new key."""
    let_go: dict[int, int] = field(default_factory=dict)
    """Of each stream: when the last packet came that was let go in a pause of which nobody knew the
    end yet."""
    lost_before: int | None = None
    """Since when what waited is lost, because an ear died that held it."""
    close_ns: int | None = None
    no_room_since: int | None = None
    """Since when its records found no room on the disk."""
    kept: int = 0
    """Counts of streams that have left."""
    unwanted: int = 0
    strangers: int = 0
    dropped: int = 0
    controls: int = 0

    def unsettle(self) -> None:
        """What is wanted has changed: look at each packet again."""
        for stream in self.streams.values():
            stream.settled = False

    def count(self, stream: Stream, *, waiting: bool = True) -> None:
        """Take over the counts of a stream that leaves; what waits may go on in another one."""
        self.kept += stream.kept
        self.unwanted += stream.unwanted
        if waiting:
            self.unwanted += sum(len(media) for media in stream.waiting.seen())
        self.strangers += stream.strangers
        self.dropped += stream.dropped
        self.controls += stream.controls

    def owe(self, stream: int, gap: Gap) -> None:
        """Say the gap of a stream once there is a key to say it under."""
        self.owed.append((stream, gap))
        del self.owed[:-_MOST_OWED]

    def pay(self) -> list[tuple[int, Gap]]:
        """What is owed of the time from which the call is kept; nothing is owed any more."""
        begun = self.spans.begun_ns
        paid = [one for one in self.owed if (until := one[1].until_ns) is None or until > begun]
        self.owed.clear()
        return paid

    def over(self) -> None:
        """Nothing is sealed any more, and nobody here knows its keys."""
        self.sealing, self.phase = None, Phase.ENDING
        self.keys.forget()

    @property
    def told_to_keep(self) -> bool:
        """Whether its evidence was complete."""
        return self.spans.begun_ns != NEVER

    @property
    def start_ns(self) -> int:
        """Its beginning."""
        return int(self.start.timestamp() * NS)


class Owner(Protocol):
    """The ear, as its calls know it."""

    def report(self, report: Report) -> None:
        """Tell the signaller."""
        ...

    def report_soon(self, report: Report) -> None:
        """Tell it together with others: whoever is started next says it again by its logbook."""
        ...

    def now_ns(self) -> int:
        """Nanoseconds since 1970, by the clock that stamps packets."""
        ...

    def enter(self, entry: bytes) -> None:
        """Put a line about a call into the logbook."""
        ...

    def dismiss(self, last: Report) -> None:
        """Tell the ``last`` word about a call, and take it out of the logbook."""
        ...
