"""RTCP: what senders say of themselves, and the reports that a receiver owes them (RFC 3550 6).

A recording server answers with receiver reports, for some senders take silence for a dead peer.
Reading is total: whatever of a compound packet can be read is, the rest is left.
"""

import math
import struct
from dataclasses import dataclass

_SR, _RR, _SDES, _BYE = 200, 201, 202, 203
TYPES = frozenset(range(192, 224))
"""What the second byte of RTCP may be, and that of RTP never is where both share a port (RFC 5761
4: payload types 64 to 95 with a marker)."""
_CNAME = 1
_BLOCK_BYTES = 24
_MOST_BLOCKS = 31
_LEAST_S = 5.0
"""RFC 3550 6.2: the least interval between two reports."""
_NTP_UNIX_S = 2_208_988_800
"""From 1900, where NTP begins, to 1970."""


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """What one receiver heard of one sender (RFC 3550 6.4.1)."""

    ssrc: int
    fraction_lost: int
    """Since the last report, of 256."""
    lost: int
    """Since the beginning; negative where duplicates outnumber losses."""
    highest_sequence: int
    """Extended by the wraps."""
    jitter: int
    """In ticks of the sender's clock."""
    last_sr: int
    """Middle 32 bits of the NTP time of the last sender report; 0 where none came."""
    since_last_sr: int
    """In 1/65,536 s."""


@dataclass(frozen=True, slots=True)
class SenderReport:
    """A sender's clock and counts."""

    ssrc: int
    ntp: int
    """64 bits: seconds since 1900 and their fraction."""
    timestamp: int
    packets: int
    payload_bytes: int
    blocks: tuple[ReportBlock, ...]

    @property
    def wall_ns(self) -> int:
        """The sender's wall clock as nanoseconds since 1970."""
        return (self.ntp - (_NTP_UNIX_S << 32)) * 1_000_000_000 >> 32


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    """What somebody who sends nothing heard."""

    ssrc: int
    blocks: tuple[ReportBlock, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A CNAME: it names a person's device, so it belongs sealed with the call and in no log."""

    ssrc: int
    cname: str


@dataclass(frozen=True, slots=True)
class Bye:
    """These SSRCs send no more."""

    ssrcs: tuple[int, ...]


Report = SenderReport | ReceiverReport | Named | Bye


def is_rtcp(packet: bytes) -> bool:
    """Whether a packet on a port that RTP and RTCP share is RTCP (RFC 5761 4): by the byte in which
    RTP has its marker and payload type, and by a length that can be that of its first report. In
    SRTCP both stand in clear."""
    if len(packet) < 8 or packet[0] >> 6 != 2 or packet[1] not in TYPES:
        return False
    return 4 * (int.from_bytes(packet[2:4]) + 1) <= len(packet)


def parse(compound: bytes) -> list[Report]:
    """The reports of one compound packet, as far as it can be read. Other types are passed over."""
    found: list[Report] = []
    at = 0
    while at + 4 <= len(compound):
        first, kind, words = struct.unpack_from("!BBH", compound, at)
        end = at + 4 * (words + 1)
        if first >> 6 != 2 or end > len(compound):
            break
        found += _read(kind, first & 31, compound[at + 4 : end])
        at = end
    return found


def _read(kind: int, count: int, body: bytes) -> list[Report]:
    if kind == _SR and len(body) >= 24:
        ssrc, ntp, timestamp, packets, size = struct.unpack_from("!IQIII", body)
        blocks = _blocks(body[24:], count)
        return [SenderReport(ssrc, ntp, timestamp, packets, size, blocks)]
    if kind == _RR and len(body) >= 4:
        return [ReceiverReport(int.from_bytes(body[:4], "big"), _blocks(body[4:], count))]
    if kind == _SDES:
        return list(_names(body, count))
    if kind == _BYE and len(body) >= 4 * count:
        return [Bye(struct.unpack_from(f"!{count}I", body))]
    return []


def _blocks(body: bytes, count: int) -> tuple[ReportBlock, ...]:
    whole = min(count, len(body) // _BLOCK_BYTES)
    return tuple(_block(body[at * _BLOCK_BYTES :]) for at in range(whole))


def _block(body: bytes) -> ReportBlock:
    ssrc, loss, highest, jitter, last_sr, since = struct.unpack_from("!IIIIII", body)
    lost = (loss & 0xFFFFFF) - (0x1000000 if loss & 0x800000 else 0)
    return ReportBlock(ssrc, loss >> 24, lost, highest, jitter, last_sr, since)


def _names(body: bytes, count: int) -> list[Named]:
    """RFC 3550 6.5: chunks of items, each chunk padded with zeros to four bytes."""
    found: list[Named] = []
    at = 0
    for _ in range(count):
        if at + 4 > len(body):
            break
        ssrc = int.from_bytes(body[at : at + 4], "big")
        at += 4
        while at + 2 <= len(body) and body[at]:
            kind, length = body[at], body[at + 1]
            if kind == _CNAME:
                found.append(Named(ssrc, body[at + 2 : at + 2 + length].decode(errors="replace")))
            at += 2 + length
        at += 4 - at % 4
    return found


def receiver_report(ssrc: int, cname: str, blocks: tuple[ReportBlock, ...] = ()) -> bytes:
    """A compound packet: receiver report and the CNAME that every compound must carry (6.1).

    ``ssrc`` is our own; at most 31 blocks go into one.
    """
    told = b"".join(map(_written, blocks[:_MOST_BLOCKS]))
    report = _packet(_RR, len(told) // _BLOCK_BYTES, struct.pack("!I", ssrc) + told)
    name = cname.encode()[:255]
    item = struct.pack("!IBB", ssrc, _CNAME, len(name)) + name
    return report + _packet(_SDES, 1, item + bytes(4 - len(item) % 4))


def bye(ssrc: int) -> bytes:
    """That we listen no more."""
    return _packet(_BYE, 1, struct.pack("!I", ssrc))


def _written(block: ReportBlock) -> bytes:
    lost = max(-0x800000, min(block.lost, 0x7FFFFF)) & 0xFFFFFF
    return struct.pack(
        "!IIIIII",
        block.ssrc,
        block.fraction_lost << 24 | lost,
        block.highest_sequence & 0xFFFFFFFF,
        block.jitter & 0xFFFFFFFF,
        block.last_sr,
        block.since_last_sr,
    )


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 2 << 6 | count, kind, len(body) // 4) + body


def interval_s(chance: float, *, first: bool) -> float:
    """How long to wait before the next report (RFC 3550 6.3.1): for two members the least interval
    rules, and half of it before the first report.

    ``chance`` is drawn from 0 to 1. The last factor makes up for the reconsideration of timers.
    """
    least_s = _LEAST_S / 2 if first else _LEAST_S
    return least_s * (0.5 + chance) / (math.e - 1.5)


@dataclass(slots=True)
class Reception:
    """What was heard of one sender so far (RFC 3550 A.1, A.3, A.8).

    Who hears each packet has the jitter of A.8. Who looks at the last one of many at a time has an
    estimate from fewer of them, and the same counts.
    """

    ssrc: int
    clock_hz: int
    first: int = -1
    """Extended sequence numbers; -1 before anything was heard."""
    highest: int = -1
    received: int = 0
    jitter: float = 0.0
    """In ticks."""
    transit: int | None = None
    """Arrival less timestamp of the last packet heard, in ticks modulo 2^32."""
    told_expected: int = 0
    told_received: int = 0

    def hear(self, sequence: int, timestamp: int, arrival_ns: int, packets: int = 1) -> None:
        """So many packets came, the last one with these numbers. The first ones count as whole."""
        if self.highest < 0:
            self.first, self.highest = sequence - packets + 1, sequence
        else:
            moved = (sequence - self.highest + 0x8000 & 0xFFFF) - 0x8000
            self.highest = max(self.highest, self.highest + moved)
        self.received += packets
        transit = (arrival_ns * self.clock_hz // 1_000_000_000 - timestamp) & 0xFFFFFFFF
        if self.transit is not None:
            moved = (transit - self.transit + 0x80000000 & 0xFFFFFFFF) - 0x80000000
            self.jitter += (abs(moved) - self.jitter) / 16
        self.transit = transit

    def report(self, *, last_sr: int = 0, since_last_sr: int = 0) -> ReportBlock:
        """The block for the next report. The one after it counts from here."""
        expected = self.highest - self.first + 1 if self.received else 0
        interval = expected - self.told_expected
        lost = interval - (self.received - self.told_received)
        self.told_expected, self.told_received = expected, self.received
        return ReportBlock(
            ssrc=self.ssrc,
            fraction_lost=min((lost << 8) // interval, 255) if interval > 0 and lost > 0 else 0,
            lost=expected - self.received,
            highest_sequence=max(self.highest, 0),
            jitter=int(self.jitter),
            last_sr=last_sr,
            since_last_sr=since_last_sr,
        )
