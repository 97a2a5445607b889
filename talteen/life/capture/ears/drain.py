"""A round through the sockets: take what waits, seal it where it lies, write once a slice.

The common visit (packets of one size, from one address, of a call that is kept) touches no packet
in Python: the kernel put them side by side, one call seals them, and one copy of the arrivals goes
along. It is written out in one function, because it is the node's whole load. Everything else is
looked at packet by packet.
"""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address
from socket import AF_INET6, MSG_DONTWAIT
from typing import Protocol

from talteen.engine.vault import journal
from talteen.engine.vault.journal_bodies import Gap, Media, Why, media
from talteen.engine.vault.segment import Segment
from talteen.engine.wire.rtcp import TYPES, is_rtcp
from talteen.errors import DiskFull
from talteen.life.capture.ears import slate as at
from talteen.life.capture.ears import sockets
from talteen.life.capture.ears.calls import Call, Phase, Port, Stream
from talteen.life.capture.ears.recvmmsg import Hands, Shape, dropped_in_all
from talteen.life.capture.ears.reports import Reporter
from talteen.life.capture.ears.slate import SLOT, SLOTS

_EVEN_FROM = 4
"""So many packets of one size make a stream's size known."""
LONGEST_BODY_BYTES = 64 * 1024
_ROOM_BYTES = SLOTS * (at.WIDE_BYTES + at.STAMP_BYTES) + 1024
"""The most that one visit seals at once, where its packets fit their slots."""
_MOST_BYTES = SLOTS * (at.SPILL_BYTES + 256)
"""The same of packets as large as they may be."""
RTP_HEADER_BYTES = 12
_SSRC = slice(SLOT + 8, SLOT + 12)


class Teller(Protocol):
    """Whom a drain tells what it meets."""

    def source(self, stream: Stream, at_ns: int) -> None:
        """Sound of a source that was not heard before in this stream."""
        ...

    def missing(self, call: Call, stream: int, gap: Gap) -> None:
        """Packets are missing."""
        ...

    def entered(self, stream: Stream) -> None:
        """That packets of the stream were dropped is sealed, and the slate will not forget it."""
        ...

    def no_room(self) -> None:
        """What was sealed since the last write is lost."""
        ...


class Drain:
    """The hands of one ear over one segment."""

    late_ns = 0
    """So long after it came, all can be taken that came."""

    def __init__(self, hands: Hands, segment: Segment, tell: Teller) -> None:
        self.hands, self.slate, self.tell = hands, hands.slate, tell
        self.segment = segment
        self.sealed = 0
        """Bytes of records in the slate."""
        self.packets = 0
        self.dropped = 0
        """Packets that found no room, and nobody knows of which stream."""
        self.dirty = False
        """Whether something was written since the last flush began."""
        self.on_port: Mapping[int, Stream] = {}
        """Whose packets come to a port."""
        self._receive = hands.receive
        self.slate.place(segment.id, segment.at)

    def round(self, due: Iterable[Stream], now_ns: int) -> None:
        """Visit the streams whose turn it is. ``now_ns`` is monotonic."""
        for stream in due:
            self.visit(stream)

    def await_the_last(self) -> None:
        """Return when all that has come can be visited."""

    def listen(self, port: Port, *, control: bool) -> None:
        """Let packets in to a port, of media or (``control``) of RTCP."""
        sockets.listen(port.socket)

    def dropped_on(self, port: Port, *, control: bool) -> int:
        """How many packets for a port have found no room since it was bound."""
        return dropped_in_all(port.socket)

    def visit(self, stream: Stream) -> None:
        """Take all that waits on the socket of ``stream``. It is sealed where it lies if nothing
        about it needs a look: all packets have one size, one source and one address, and the kernel
        dropped none."""
        if not stream.settled:
            self.judge(stream)
        slate, memory, port = self.slate, self.slate.map, stream.port
        while True:
            if self.sealed > at.SEALED_BYTES - _ROOM_BYTES:
                self.write()
            sealed, shape = self.sealed, stream.shape
            slate.commit(sealed, port.index, shape.index)
            taken = self._receive(port.file, shape, SLOTS, MSG_DONTWAIT, None)
            if taken <= 0:
                return
            batch = shape.batches[taken] or shape.batch(taken)
            if (
                stream.settled
                and memory[batch.headers] == batch.plain[port.six]
                and memory[batch.names] == stream.name * taken
                and memory[_SSRC] == stream.ssrc
                and not (stream.shared and self._has_control(shape, taken))
            ):
                call = stream.call
                assert call.sealing is not None
                memory[batch.behind] = batch.arrivals.tobytes() + batch.tail
                call.places.append(self.segment.at + sealed)
                self.sealed = sealed = call.sealing.seal_into(
                    slate.sealed, sealed, stream.number, batch.body
                )
                stream.kept += taken
            else:
                self.look(stream, shape, taken)
                sealed = self.sealed
            if stream.reporter is not None and stream.reporter.took(taken):
                self._sample(stream, stream.reporter, shape, taken - 1)
            slate.commit(sealed)
            if stream.dropped > stream.entered:
                self.tell.entered(stream)
            memory[batch.headers] = batch.clean
            self.packets += taken
            if taken < SLOTS:
                return

    def _has_control(self, shape: Shape, taken: int) -> bool:
        width = shape.width
        return not TYPES.isdisjoint(self.slate.map[SLOT + 1 : SLOT + taken * width : width])

    def discard(self, port: Port) -> None:
        """What still waits on ``port`` is nobody's: not of the stream that was visited last."""
        self.commit()
        wide = self.hands.wide
        while (taken := self._receive(port.file, wide, SLOTS, MSG_DONTWAIT, None)) > 0:
            self.hands.clear(wide, taken)

    def _sample(self, stream: Stream, reporter: Reporter, shape: Shape, slot: int) -> None:
        """Show one packet to who reports of the stream, if it is of its source."""
        start = SLOT + slot * shape.width
        head = self.slate.map[start : start + RTP_HEADER_BYTES]
        if head[8:] == stream.ssrc:
            reporter.heard(head, self.slate.arrival_ns(slot), stream.strangers + stream.controls)

    def look(self, stream: Stream, shape: Shape, taken: int) -> None:
        """Take over the packets in the slots one by one."""
        slate = self.slate
        if self.sealed > at.SEALED_BYTES - _MOST_BYTES:
            # They may be of any size. Written within them, a kill would find half of them twice.
            self.write()
        self._count_drops(stream, shape, taken)
        self.meet(
            stream,
            [
                (slate.name(slot), slate.arrival_ns(slot), slate.packet(slot, shape.index))
                for slot in range(taken)
            ],
        )

    def meet(self, stream: Stream, came: Iterable[tuple[bytes, int, bytes]]) -> None:
        """Take over packets one by one: source, arrival and bytes of each."""
        packets, names = [], set()
        for name, arrival, packet in came:
            if not is_from(stream, name):
                stream.strangers += 1
            elif is_rtcp(packet):
                self._control(stream, packet, arrival, name)
            elif arrival >= stream.from_ns:
                names.add(name)
                packets.append((arrival, packet))
        if packets:
            self._learn(stream, names, packets)
            self.take(stream, media(packets))

    def _control(self, stream: Stream, packet: bytes, arrival_ns: int, name: bytes) -> None:
        """RTCP on the port of the stream (RFC 5761): for who reports of it, and never speech."""
        stream.shared = True
        stream.controls += 1
        if stream.reporter is not None:
            stream.reporter.came(packet, arrival_ns, address_of(name), int.from_bytes(name[2:4]))

    def take(self, stream: Stream, came: Media) -> None:
        """Keep, or let wait, what came on ``stream``. In a pause, what came after the last word
        waits for the next visit: the end may have been told meanwhile and not have been heard yet.
        What came before that word is sealed at once: a kill would take it."""
        stream.last_ns = came.arrivals[-1]
        spans = stream.call.spans
        if stream.call.phase is not Phase.SEALING:
            stream.waiting.add(came)
        elif spans.paused:
            late = [arrival >= spans.last_ns for arrival in came.arrivals]
            self.keep(stream, came.only([not one for one in late]))
            if any(late):
                self.slate.pause(stream.port.index, came.arrivals[-1])
                stream.waiting.add(came.only(late))
        else:
            self.keep(stream, came)

    def judge(self, stream: Stream) -> None:
        """Keep or let go what came in a pause before the last words about the call."""
        if stream.waiting and stream.call.phase is Phase.SEALING:
            for came in stream.waiting.take():
                self.keep(stream, came)
            if not stream.call.spans.paused:
                self.commit()
                self.slate.pause(stream.port.index, 0)

    def keep(self, stream: Stream, came: Media) -> None:
        """Seal what is wanted, and let go the rest."""
        if not came:
            return
        call = stream.call
        kept = came.only([call.spans.wanted(arrival) for arrival in came.arrivals])
        stream.unwanted += len(came) - len(kept)
        stream.kept += len(kept)
        if call.spans.paused and len(kept) < len(came):
            before = call.let_go.get(stream.number, 0)
            call.let_go[stream.number] = max(before, came.arrivals[-1])
        # Later batches hold later packets: once past the last change, nothing changes any more.
        stream.settled = call.spans.keeps and came.arrivals[0] >= call.spans.last_ns
        for part in in_parts(kept):
            self.seal(call, stream.number, part.written())

    def seal(self, call: Call, stream: int, body: journal.Bytes) -> None:
        """Seal one body under the call's key, into the slate."""
        assert call.sealing is not None
        if self.sealed + len(body) + journal.OVERHEAD_BYTES > at.SEALED_BYTES:
            self.write()  # of what waited, never within a visit: ``look`` has made room for that
        call.places.append(self.segment.at + self.sealed)
        self.sealed = call.sealing.seal_into(self.slate.sealed, self.sealed, stream, body)

    def commit(self) -> None:
        """What is sealed by now outlives this ear. Not while packets are being received."""
        self.slate.commit(self.sealed)

    def write(self) -> bool:
        """Write what is sealed behind the last record; gives whether there was room for it.

        Where there was none, the records are lost, and their numbers are missing in their call.
        """
        if not self.sealed:
            return True
        try:
            self.segment.append(self.slate.sealed[: self.sealed])
            fits = True
        except DiskFull:
            fits = False
            self.tell.no_room()
        self.sealed = 0
        self.slate.written()
        self.slate.place(self.segment.id, self.segment.at)
        self.dirty = True
        return fits

    def move(self, segment: Segment) -> None:
        """Go on in another segment. What was sealed for the old one has been written."""
        assert not self.sealed
        self.segment = segment
        self.slate.place(segment.id, segment.at)

    def _learn(self, stream: Stream, names: set[bytes], packets: list[tuple[int, bytes]]) -> None:
        """What later visits may take for granted."""
        arrival, first = packets[0]
        if not stream.sources:
            stream.sources, stream.learnt = (address_of(next(iter(names))),), True
        if len(names) == 1:
            (stream.name,) = names
        sizes = {len(packet) for _, packet in packets}
        if len(sizes) > 1:
            stream.shape = self.hands.wide
        elif len(packets) >= _EVEN_FROM:
            stream.shape = self.hands.shape(len(first))
        if len(first) >= RTP_HEADER_BYTES and first[8:12] != stream.ssrc:
            stream.ssrc = first[8:12]
            self.tell.source(stream, arrival)

    def _count_drops(self, stream: Stream, shape: Shape, taken: int) -> None:
        """A gap where the kernel says with a packet that others before it found no room."""
        before = stream.last_ns
        for slot in range(taken):
            arrival = self.slate.arrival_ns(slot)
            drops = self.hands.dropped(shape, slot) - stream.dropped_before - stream.dropped
            if drops > 0:
                stream.dropped += drops
                gap = Gap(Why.DROPPED, before or arrival, arrival, drops)
                self.gap(stream.call, stream.number, gap)
            before = arrival
        # Whoever sent them: the next gap begins behind these, or it would take this one's place.
        stream.last_ns = before

    def gap(self, call: Call, stream: int, gap: Gap) -> None:
        """Tell of a gap, and enter it: now, or once the call has a key."""
        if call.sealing is not None:
            self.seal(call, stream, gap.written())
        else:
            call.owe(stream, gap)
        self.tell.missing(call, stream, gap)


def is_from(stream: Stream, name: bytes) -> bool:
    """Whether a packet of this sockaddr may belong to the stream."""
    if not stream.sources or stream.name == name:
        return True
    return address_of(name) in stream.sources


def address_of(name: bytes) -> str:
    """The address in a sockaddr; an IPv4 one that an IPv6 socket met, as IPv4."""
    if int.from_bytes(name[:2], "little") != AF_INET6:
        return str(IPv4Address(name[4:8]))
    address = IPv6Address(name[8:24])
    return str(address.ipv4_mapped or address)


def in_parts(whole: Media) -> list[Media]:
    """``whole`` in bodies of a bounded size."""
    if not whole:
        return []
    if len(whole.packets) <= LONGEST_BODY_BYTES:
        return [whole]
    parts: list[list[tuple[int, bytes]]] = [[]]
    size = 0
    for arrival, packet in whole.each():
        if size and size + len(packet) > LONGEST_BODY_BYTES:
            parts.append([])
            size = 0
        parts[-1].append((arrival, packet))
        size += len(packet)
    return [media(part) for part in parts]
