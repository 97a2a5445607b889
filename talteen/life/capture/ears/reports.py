"""What an ear tells the senders of sound: RTCP from the port beside theirs (RFC 3550 6), or from
the same one where both agreed on it (RFC 5761).

Some clients take a recorder that never speaks for a dead one. A report needs the last packet heard
now and then, and the count of all: the visits of a drain give both at almost no cost. What comes
back, sender reports, is read for the two fields by which the sender measures its way to us; nothing
of it is kept, for it names a person's device.
"""

import heapq
import random
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from itertools import count
from socket import SOL_SOCKET, socket
from time import monotonic_ns, time_ns
from typing import TYPE_CHECKING

from talteen.engine.wire import rtcp
from talteen.engine.wire.rtcp import Reception, ReportBlock, SenderReport
from talteen.errors import InputError
from talteen.life.capture.ears import flows, sockets
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.sockets import SO_TIMESTAMPNS

if TYPE_CHECKING:
    from talteen.engine.wire.srtcp import Lock

AT_ONCE = 16
"""Reports sent in one slice: what waits goes with the next ones."""
_LOOK_EVERY = 4
"""Of so many visits one is looked at: about once a second."""
_READ_AT_ONCE = 16
_LONGEST_BYTES = 2048
_NS = 1_000_000_000
_HEADER = struct.Struct("!xxHII")
_STAMP = struct.Struct("=qq")


@dataclass(slots=True, eq=False)
class Reporter:
    """Who reports of one stream."""

    asked: say.SendReports
    beside: socket = field(repr=False)
    """The RTCP socket of the pair; that of RTP where they share one."""
    lock: "Lock | None" = field(default=None, repr=False)
    """Of SRTCP."""
    ssrc: int = field(default_factory=lambda: secrets.randbits(32))
    """Ours: another one each time, so that no SRTCP keystream is used twice."""
    cname: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    """RFC 7022: says nothing of this machine."""
    heard_of: Reception | None = None
    over: bool = False
    _taken: int = 0
    _told: int = 0
    _visits: int = 0
    _sent: int = 0
    _port: int = 0
    _last_sr: int = 0
    _last_sr_ns: int = 0

    @property
    def to(self) -> tuple[str, int]:
        """Where the sender hears RTCP: whence its own comes (RFC 4961), else where it said."""
        return self.asked.host, self._port or self.asked.port

    # --- what the drain says ------------------------------------------------------------

    def took(self, packets: int) -> bool:
        """So many came with one visit; gives whether to show the last of them (``heard``)."""
        self._taken += packets
        self._visits += 1
        return self._visits % _LOOK_EVERY == 1

    def heard(self, header: bytes, arrival_ns: int, strangers: int) -> None:
        """The RTP header of the last packet that came from the source of the stream."""
        sequence, timestamp, ssrc = _HEADER.unpack(header)
        packets = self._taken - strangers - self._told
        self._told += packets
        if self.heard_of is None or self.heard_of.ssrc != ssrc:
            # What came before of another source is not counted: its reports are over.
            packets = packets if self.heard_of is None else 1
            self.heard_of = Reception(ssrc, self.asked.clock_hz)
        if packets > 0:
            self.heard_of.hear(sequence, timestamp, arrival_ns, packets)

    # --- what goes out ------------------------------------------------------------------

    def send(self, now_ns: int, *, last: bool = False) -> None:
        """One report, with what the sender's own told until now; the last one says good-bye."""
        self._read()
        blocks: tuple[ReportBlock, ...] = ()
        if self.heard_of is not None and self.heard_of.received:
            since = (now_ns - self._last_sr_ns << 16) // _NS if self._last_sr else 0
            blocks = (self.heard_of.report(last_sr=self._last_sr, since_last_sr=since),)
        compound = rtcp.receiver_report(self.ssrc, self.cname, blocks)
        if last:
            compound += rtcp.bye(self.ssrc)
        try:
            self.beside.sendto(self.lock.protect(compound) if self.lock else compound, self.to)
        except OSError:
            return  # nobody hears it there, or the network is full: the next one says it all
        self._sent += 1

    @property
    def spoke(self) -> bool:
        """Whether anything was sent: who never did says no good-bye (RFC 3550 6.3.7)."""
        return self._sent > 0

    def _read(self) -> None:
        """The sender's reports that came since; on a shared port the drain meets them."""
        if self.asked.mux:
            return
        for _ in range(_READ_AT_ONCE):
            try:
                packet, told, _, source = self.beside.recvmsg(_LONGEST_BYTES, 64)
            except OSError:
                return
            self.came(packet, _arrival_ns(told), _plain(source[0]), source[1])

    def came(self, packet: bytes, arrival_ns: int, host: str, port: int) -> None:
        """RTCP of somebody; only the sender's own counts."""
        if host != self.to[0]:
            return
        clear = self.lock.open(packet) if self.lock else packet
        for one in rtcp.parse(clear or b""):
            self._port = port
            if isinstance(one, SenderReport):
                self._last_sr = one.ntp >> 16 & 0xFFFFFFFF
                self._last_sr_ns = arrival_ns


class Reports:
    """All reporters of one ear, by when they speak next."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._due: list[tuple[int, int, Reporter]] = []
        self._numbers = count()

    def begin(
        self, asked: say.SendReports, beside: socket, before: Reporter | None = None
    ) -> Reporter | None:
        """A reporter of one stream, instead of the one before; None where its keys fit no suite.

        The same asked again leaves the one before as it is.
        """
        if before is not None and before.asked == asked:
            return before
        self.end(before, last=False)
        lock = None
        if asked.suite:
            from talteen.engine.wire import srtcp  # only where SRTP is spoken

            try:
                lock = srtcp.Lock(asked.suite, asked.own, asked.crypto)
            except InputError:
                return None
        if not asked.mux:
            sockets.listen(beside)
        made = Reporter(asked, beside, lock)
        self._wait(made, monotonic_ns(), first=True)
        return made

    def send(self, now_ns: int) -> None:
        """Send what is due. ``now_ns`` is monotonic."""
        sent = 0
        while self._due and self._due[0][0] <= now_ns and sent < AT_ONCE:
            _, _, reporter = heapq.heappop(self._due)
            if not reporter.over:
                reporter.send(time_ns())
                self._wait(reporter, now_ns, first=False)
                sent += 1

    def end(self, reporter: Reporter | None, *, last: bool = True) -> None:
        """The stream is over, or is reported of by another one from now on."""
        if reporter is None or reporter.over:
            return
        reporter.over = True
        if last:
            if reporter.spoke:
                reporter.send(time_ns(), last=True)
            if not reporter.asked.mux:  # a shared port is the stream's
                sockets.deafen(reporter.beside)
                _discard(reporter.beside)

    def _wait(self, reporter: Reporter, now_ns: int, *, first: bool) -> None:
        due = now_ns + int(rtcp.interval_s(self._chance(), first=first) * _NS)
        heapq.heappush(self._due, (due, next(self._numbers), reporter))


def jitter_us(reporter: Reporter | None) -> int:
    """The interarrival jitter of a stream, as its next report tells it, in microseconds."""
    heard_of = reporter.heard_of if reporter is not None else None
    if heard_of is None or not heard_of.received:
        return flows.UNTOLD
    us = heard_of.jitter / heard_of.clock_hz * 1_000_000
    return min(int(us), flows.UNTOLD - 1)


def _discard(beside: socket) -> None:
    """What still waits is of nobody."""
    try:
        while True:
            beside.recv(1)
    except OSError:
        return


def _arrival_ns(told: list[tuple[int, int, bytes]]) -> int:
    for level, kind, data in told:
        if (level, kind) == (SOL_SOCKET, SO_TIMESTAMPNS) and len(data) >= _STAMP.size:
            seconds, ns = _STAMP.unpack_from(data)
            return int(seconds) * _NS + int(ns)
    return time_ns()


def _plain(host: str) -> str:
    """An address as text; an IPv4 one that an IPv6 socket met, as IPv4."""
    address = ip_address(host.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
