"""Packets back in the order of their sending, and every hole in it counted.

A jitter buffer throws away what comes too late to be played. A recorder plays nothing: it sorts by
the extended sequence number, however late a packet came, drops duplicates and counts them. A hole
in sound is then explained: packets that never came (RFC 3550 A.1), a sender that kept silent (DTX,
RFC 3389), keys instead of sound (RFC 4733), or a stretch that nobody was to record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from talteen.engine.wire.rtp import Bools, Ints, Packets, unwrap

MAX_DROPOUT = 3_000
"""RFC 3550 A.1: a sequence number that leaps further has begun anew, unless time explains it."""
_PROOF = 5
"""Packets that must go on from a leap before it is believed."""
_STALE_NS = 10_000_000_000
"""After a silence this long no packet from before it is on its way any more."""
_LEAST_PACKET_NS = 5_000_000
"""No telephone system sends packets shorter than this: bounds how far a silence may count on."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Packets of one SSRC as they were sent, without another start of its numbers."""

    rows: Ints
    sequence: Ints
    """Extended: rises by one a packet, through every wrap."""


@dataclass(frozen=True, slots=True)
class Order:
    """One turn of an SSRC, put in order."""

    runs: tuple[Ordered, ...]
    """One, or more where the sender began its numbers anew."""
    duplicates: int
    late: int
    """Packets that came after one that was sent later."""
    strays: int
    """Packets whose number fits nowhere."""


def ordered(packets: Packets, rows: Ints) -> Order:
    """The packets ``rows`` (by arrival) of one SSRC by extended sequence. No time limit."""
    runs: list[Ordered] = []
    duplicates = late = 0
    counted, strays = numbered(packets, rows)
    for run in counted:
        order = np.argsort(run.sequence, kind="stable")
        first = np.concatenate([[True], np.diff(run.sequence[order]) > 0])
        runs.append(Ordered(run.rows[order][first], run.sequence[order][first]))
        duplicates += int((~first).sum())
        late += int((run.sequence < np.maximum.accumulate(run.sequence)).sum())
    return Order(tuple(runs), duplicates, late, strays)


def numbered(packets: Packets, rows: Ints) -> tuple[list[Ordered], int]:
    """The packets ``rows`` (by arrival) of one SSRC with their extended numbers, still by arrival
    and duplicates among them; and how many fit nowhere."""
    numbers = packets.sequence[rows]
    starts, strays = _starts(numbers, packets.arrival_ns[rows])
    kept = np.flatnonzero(~strays)
    parts = [part for part in np.split(kept, np.searchsorted(kept, starts)) if len(part)]
    runs = [
        Ordered(rows[part], _extended(numbers[part], packets.arrival_ns[rows[part]]))
        for part in parts
    ]
    return runs, int(strays.sum())


def _extended(numbers: NDArray[np.uint16], arrival_ns: Ints) -> Ints:
    """Unwrapped by arrival; a step after a long silence can only go forward."""
    sequence = unwrap(numbers)
    backward = (np.diff(sequence) < 0) & (np.diff(arrival_ns) > _STALE_NS)
    turns = np.concatenate([[0], np.cumsum(backward)])
    return np.asarray(sequence + (turns << 16), np.int64)


def _starts(numbers: NDArray[np.uint16], arrival_ns: Ints) -> tuple[list[int], Bools]:
    """Where numbers begin anew, and packets that belong to no count."""
    strays = np.zeros(len(numbers), np.bool_)
    starts: list[int] = []
    steps = _steps(numbers)
    allowed = MAX_DROPOUT + np.diff(arrival_ns) // _LEAST_PACKET_NS
    last = 0
    for at in np.flatnonzero(np.abs(steps) > MAX_DROPOUT).tolist():
        leap = int(numbers[at + 1]) - int(numbers[last]) if strays[at] else int(steps[at])
        leap = (leap + 0x8000) % 0x10000 - 0x8000
        forward = leap % 0x10000 if arrival_ns[at + 1] - arrival_ns[at] > _STALE_NS else leap
        if -MAX_DROPOUT <= leap <= MAX_DROPOUT or MAX_DROPOUT < forward <= allowed[at]:
            pass
        elif bool(np.all(np.abs(steps[at + 1 : at + _PROOF]) <= MAX_DROPOUT)):
            starts.append(at + 1)
        else:
            strays[at + 1] = True
            continue
        last = at + 1
    return starts, strays


def _steps(numbers: NDArray[np.uint16]) -> Ints:
    return np.diff(numbers).view(np.int16).astype(np.int64)


class GapKind(Enum):
    """Why there is no sound."""

    LOSS = "loss"
    """Packets were sent that never came."""
    DTX = "dtx"
    """The sender sent nothing, or comfort noise: nobody spoke."""
    TONES = "tones"
    """Keys were told instead of sound."""
    HOLD = "hold"
    PAUSE = "pause"
    BREAK = "break"
    """The sender began anew (another SSRC, clock or count): packets cannot be counted over it."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch that was not to be recorded, told by signalling: HOLD or PAUSE."""

    kind: GapKind
    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole in the sound of one stream, on the node's clock."""

    kind: GapKind
    start_ns: int
    end_ns: int
    packets: int
    """How many packets were sent and never came: exact; 0 over a BREAK."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One stretch of packets in order, as ``gaps`` needs it. Equally long columns."""

    sequence: Ints
    start_ns: Ints
    """When each packet's first sample was spoken, on the node's clock."""
    end_ns: Ints
    """And its last one ended; the same instant for what is no sound."""
    voice: Bools
    event: Bools


def gaps(sent: Sent, *, least_ns: int, silences: Sequence[Silence] = ()) -> list[Gap]:
    """Every hole of ``least_ns`` or more, and every one in which a packet is missing."""
    anchor = sent.voice.copy()
    anchor[:1] = anchor[-1:] = True  # what is missing before the first word counts too
    at = np.flatnonzero(anchor)
    before, after = at[:-1], at[1:]
    missing = np.diff(sent.sequence[at]) - np.diff(at)
    start, end = sent.end_ns[before], np.maximum(sent.start_ns[after], sent.end_ns[before])
    events = np.concatenate([[0], np.cumsum(sent.event)])
    toned = events[after + 1] - events[before] > 0
    found: list[Gap] = []
    for row in np.flatnonzero((missing > 0) | (end - start >= least_ns)).tolist():
        count, first, last = int(missing[row]), int(start[row]), int(end[row])
        kind = GapKind.LOSS if count else GapKind.TONES if toned[row] else GapKind.DTX
        found.append(Gap(told(silences, first, last) or kind, first, last, count))
    return found


def told(silences: Sequence[Silence], start_ns: int, end_ns: int) -> GapKind | None:
    """The kind of a silence that covers at least half of a hole, if signalling told of one."""
    for one in silences:
        covered = min(end_ns, one.end_ns) - max(start_ns, one.start_ns)
        if covered >= 0 and 2 * covered >= end_ns - start_ns:
            return one.kind
    return None
