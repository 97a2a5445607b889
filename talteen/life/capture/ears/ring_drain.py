"""A round through a ring: all packets that the kernel has laid there, stream by stream.

What lies in the ring is safe from an ear's death as in a socket, so no slate holds packets: a word
of it says up to which block, and in the round that goes on up to which port, all is sealed. The
streams of a round come by their ports, and a round that was killed is done again from the next one.
"""

import time
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from talteen.engine.vault import journal
from talteen.engine.vault.journal_bodies import EVEN_TAIL, STAMP_BYTES, Gap, Kind, Why
from talteen.engine.vault.segment import Segment
from talteen.engine.wire.rtcp import TYPES
from talteen.life.capture.ears.calls import Port, Stream
from talteen.life.capture.ears.drain import LONGEST_BODY_BYTES, RTP_HEADER_BYTES, Drain, Teller
from talteen.life.capture.ears.frames import Frames, Group
from talteen.life.capture.ears.recvmmsg import Hands
from talteen.life.capture.ears.ring import LATEST_NS, Block, Ring
from talteen.life.capture.ears.slate import ALL_PORTS, SEALED_BYTES

_EVEN = Kind.EVEN.value
_PORTS = 1 << 16


class RingDrain(Drain):
    """The hands of one ear over one segment, in front of a ring."""

    late_ns = LATEST_NS

    def __init__(
        self, hands: Hands, segment: Segment, tell: Teller, ring: Ring, period_ns: int
    ) -> None:
        super().__init__(hands, segment, tell)
        self.ring, self.period_ns = ring, period_ns
        self._next_ns = self._last_ns = 0
        self._owed = False
        """What was lost before the next packet is not told yet."""
        self._body = memoryview(bytearray(LONGEST_BODY_BYTES + EVEN_TAIL.size))

    # ---- what an ear asks of its hands ----

    def round(self, due: Iterable[Stream], now_ns: int) -> None:
        """Look at the streams that have their own sockets, and once in a period into the ring.

        Not while a call waits for its new key after a restart: its packets stay where a second
        death cannot reach them, and with them all others.
        """
        super().round((stream for stream in due if stream.control), now_ns)
        if now_ns >= self._next_ns and not any(
            stream.call.resuming for stream in self.on_port.values()
        ):
            self._next_ns = now_ns + self.period_ns
            self.gather()

    def visit(self, stream: Stream) -> None:
        """Take all that waits for ``stream``, and with it what waits for all others."""
        if stream.control:
            super().visit(stream)
        else:
            self.gather()

    def await_the_last(self) -> None:
        """The block that is being filled is given to us a little later."""
        time.sleep(self.late_ns / 1e9)

    def listen(self, port: Port, *, control: bool) -> None:
        """Media come through the ring, and their sockets stay deaf."""
        if control:
            super().listen(port, control=control)

    def dropped_on(self, port: Port, *, control: bool) -> int:
        """What a deaf socket did not take is nothing that was lost."""
        return super().dropped_on(port, control=control) if control else 0

    # ---- the round ----

    def gather(self) -> None:
        """Seal what the ring holds."""
        for blocks in self._rounds():
            self._gather(blocks)

    def _rounds(self) -> Iterator[list[Block]]:
        """The blocks of the round in which an ear was killed, then all others."""
        killed, others = [], []
        for block in self.ring.filled():
            if block.number > self.slate.round_to:
                others.append(block)
            elif self.slate.reached == ALL_PORTS:
                self.ring.release(block)
            else:
                killed.append(block)
        yield from (blocks for blocks in (killed, others) if blocks)

    def _gather(self, blocks: list[Block]) -> None:
        slate, last = self.slate, blocks[-1].number
        frames = Frames(self.ring, blocks, self._ports())
        self._count_losses(frames)
        if last != slate.round_to:
            slate.begin_round(last, self.sealed)
        groups = [one for one in frames.groups() if one.port > slate.reached]
        even = [self._may_lie_even(one) for one in groups]
        for group, packets in zip(groups, frames.rows(groups, even), strict=True):
            self._take(self.on_port[group.port], group, frames, packets)
            slate.reach(group.port, self.sealed)
        self.packets += frames.came
        slate.reach(ALL_PORTS, self.sealed)
        for block in blocks:
            self.ring.release(block)

    def _ports(self) -> NDArray[np.bool_]:
        ports = np.zeros(_PORTS, np.bool_)
        ports[[port for port, stream in self.on_port.items() if not stream.control]] = True
        return ports

    def _may_lie_even(self, group: Group) -> bool:
        """Whether nothing about these packets needs a look, as far as their heads tell it."""
        stream = self.on_port[group.port]
        return (
            group.even
            and stream.settled
            and stream.name.startswith(group.name)
            and group.size >= RTP_HEADER_BYTES
            and group.packets * (group.size + STAMP_BYTES) <= LONGEST_BODY_BYTES
        )

    def _take(
        self, stream: Stream, group: Group, frames: Frames, packets: memoryview | None
    ) -> None:
        if not stream.settled:
            self.judge(stream)
        if self.sealed + group.packets * (group.size + 2 * STAMP_BYTES) > SEALED_BYTES // 2:
            self.write()
        if packets is None or not self._seal_even(stream, group, frames, packets):
            self.meet(stream, frames.each(group))
        if stream.reporter is not None and stream.reporter.took(group.packets):
            head, arrival_ns = frames.last_of(group)
            if head[8:] == stream.ssrc:
                unheard = stream.strangers + stream.controls
                stream.reporter.heard(head, arrival_ns, unheard)

    def _seal_even(self, stream: Stream, group: Group, frames: Frames, packets: memoryview) -> bool:
        """Seal packets of one size, one source and one address, unless RTCP is among them."""
        size, call = group.size, stream.call
        if packets[8:12] != stream.ssrc:
            return False
        if stream.shared and not TYPES.isdisjoint(packets[1::size]):
            return False
        body, stamps = self._body, len(packets)
        tail = stamps + group.packets * STAMP_BYTES
        body[:stamps] = packets
        body[stamps:tail] = frames.stamps_of(group)
        EVEN_TAIL.pack_into(body, tail, group.packets, size, _EVEN)
        self.seal(call, stream.number, body[: tail + EVEN_TAIL.size])
        stream.kept += group.packets
        return True

    # ---- losses ----

    def _count_losses(self, frames: Frames) -> None:
        """The kernel counts for the whole ring: every call may lack some, and says so.

        Packets that come behind a loss say so, until the count is asked for.
        """
        dropped, lost = self.ring.dropped(), frames.lost()
        self.dropped += dropped
        if self._owed:
            lost = lost or (0, frames.first_ns)
        if lost is not None and (dropped or self._owed):
            before, after = lost
            gap = Gap(Why.DROPPED, before or self._last_ns or after, after, 0)
            for call in {stream.call for stream in self.on_port.values()}:
                self.gap(call, journal.CALL_STREAM, gap)
        # The ring was full and nothing has come since: the gap ends with what comes next.
        self._owed = bool(dropped) and lost is None
        self._last_ns = frames.last_ns
