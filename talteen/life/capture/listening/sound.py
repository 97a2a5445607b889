"""Packets of one stream, as they come, to one sound at 8 kHz, and from samples back to instants.

Only to look for a prompt: what is lost is silence, what comes too late is left out, and bends of
half a millisecond do not matter. Nothing of it is kept; ``life.seal.packets`` makes the sound that
people hear.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from talteen.engine.wire import rtp, sdes, timeline
from talteen.engine.wire.media import Agreed, Format, Sort, StreamFacts, ticks
from talteen.engine.wire.rtp import Packets, Slots
from talteen.engine.wire.sdes import Key
from talteen.engine.wire.srtp import Opened
from talteen.errors import InputError
from talteen.life.capture import codecs
from talteen.life.capture.codecs import Decoder, Samples
from talteen.life.capture.hearing import LISTENED_S, RATE
from talteen.life.capture.told import AgreedTold, StreamTold

_SAMPLE_NS = 1_000_000_000 // RATE
_LEAP = 2 * RATE
"""A timestamp that is so much off its arrival counts from a new beginning."""
_NEAR = 2 * RATE
"""The clock of a sender is read off the packets so near: none of them drifts by a millisecond."""
_LONGEST = LISTENED_S * RATE


class StreamSound:
    """One stream from its first packet on."""

    def __init__(self, told: StreamTold) -> None:
        self._facts = StreamFacts(told.label, tuple(map(_agreed, told.agreed)))
        self._batch: deque[Slots] = deque()
        keys = self._facts.keys
        self._clear = iter(Opened(self._batches(), keys)) if keys else None
        self._decoders: dict[Format, tuple[Decoder, _Narrowing]] = {}
        self._places: list[tuple[int, int, int]] = []
        """Of each packet: the sample that it begins with, its arrival, and the first sample of
        its sender."""
        self._made = 0
        """Samples given out."""
        self._began_ns = 0
        self._ssrc = -1
        self._tick, self._timestamp, self._base = 0, 0, 0
        """Since the SSRC began: ticks, the timestamp that they belong to, and its first sample."""

    def add(self, packets: list[tuple[int, bytes]]) -> Samples:
        """The sound that ``packets`` (with their arrivals, in that order) add to what there is."""
        batch = rtp.slots([data for _, data in packets], [at for at, _ in packets])
        if self._clear is not None:
            self._batch.append(batch)
            batch = next(self._clear)
        columns = rtp.columns(batch)
        kinds: list[Format] = []
        placed = sorted(self._placed(columns, kinds))
        parts = [
            part
            for run in _runs(placed)
            for part in self._said(run, kinds[run[0].kind], batch, columns)
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)

    def at_ns(self, sample: int) -> int:
        """When ``sample`` was spoken, on the node's clock: a packet can be late, never early."""
        before = [one for one in self._places if one[0] <= sample] or self._places[:1]
        base = max(before)[2]
        same = [one for one in self._places if one[2] == base]
        near = [one for one in same if abs(one[0] - sample) <= _NEAR] or same
        return min(at - place * _SAMPLE_NS for place, at, _ in near) + sample * _SAMPLE_NS

    def _placed(self, columns: Packets, kinds: list[Format]) -> Iterator["_Placed"]:
        """Where each packet of sound belongs. ``kinds`` gets the codecs that are met."""
        which, filled = (np.zeros(len(columns), np.int64) for _ in range(2))
        for rows, kind in timeline.formats(columns, self._facts):
            if _audible(kind):
                which[rows] = len(kinds)
                filled[rows] = ticks(kind, columns.length[rows], columns.head[rows])
                kinds.append(kind)
        rows = np.flatnonzero(filled)
        told = (rows, which, filled, columns.ssrc, columns.timestamp, columns.arrival_ns)
        lists = (one.tolist() if one is rows else one[rows].tolist() for one in told)
        for row, number, fills, ssrc, timestamp, arrival in zip(*lists, strict=True):
            clock_hz = kinds[number].clock_hz
            place = self._place(ssrc, timestamp, arrival, clock_hz)
            if 0 <= place < _LONGEST:
                self._places.append((place, arrival, self._base))
                yield _Placed(place, row, place + fills * RATE // clock_hz, number, fills)

    def _place(self, ssrc: int, timestamp: int, arrival: int, clock_hz: int) -> int:
        if not self._places:
            self._began_ns = arrival
        by_arrival = (arrival - self._began_ns) // _SAMPLE_NS
        tick = self._tick + _signed(timestamp - self._timestamp)
        place = self._base + tick * RATE // clock_hz
        if ssrc != self._ssrc or abs(place - by_arrival) > _LEAP:
            self._ssrc, self._base, tick, place = ssrc, by_arrival, 0, by_arrival
        self._tick, self._timestamp = tick, timestamp
        return place

    def _said(
        self, run: "list[_Placed]", kind: Format, batch: Slots, columns: Packets
    ) -> Iterator[Samples]:
        """Silence up to a run, then what it says and nobody said before."""
        place = run[0].place
        native = codecs.native_hz(kind)
        if kind not in self._decoders:
            self._decoders[kind] = codecs.decoder(kind), _Narrowing(native // RATE)
        decoder, narrowing = self._decoders[kind]
        if place > self._made:
            yield np.zeros(place - self._made, np.int16)
            self._made = place
        rows = [one.row for one in run]
        payloads = [
            batch.raw[start : start + size]
            for start, size in zip(
                columns.start[rows].tolist(), columns.length[rows].tolist(), strict=True
            )
        ]
        lengths = [one.fills * native // kind.clock_hz for one in run]
        heard = narrowing.narrowed(decoder.decode([bytes(one) for one in payloads], lengths))[
            self._made - place :
        ]
        self._made += len(heard)
        yield heard

    def _batches(self) -> Iterator[Slots]:
        while True:
            yield self._batch.popleft()


class _Placed(NamedTuple):
    """One packet of sound. A tuple: there are fifty of them a second, and they are sorted."""

    place: int
    """Its first sample."""
    row: int
    end: int
    """The sample behind its last one."""
    kind: int
    fills: int
    """Ticks of its clock."""


def _runs(placed: list[_Placed]) -> Iterator[list[_Placed]]:
    """Packets of one codec that follow on each other without a hole."""
    run: list[_Placed] = []
    for one in placed:
        if run and (one.place != run[-1].end or one.kind != run[-1].kind):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


class _Narrowing:
    """Every so many samples one, behind a low pass: from the rates of wide-band codecs to 8 kHz."""

    def __init__(self, factor: int) -> None:
        self._factor = factor
        taps = 16 * factor + 1
        about = np.arange(taps) - taps // 2
        self._taps = np.sinc(about / factor) / factor * np.hamming(taps)
        self._before = np.zeros(taps - 1, np.float64)

    def narrowed(self, sound: Samples) -> Samples:
        if self._factor == 1:
            return sound
        whole = np.concatenate([self._before, sound])
        self._before = whole[len(whole) - len(self._before) :]
        low: NDArray[np.float64] = np.convolve(whole, self._taps, "valid")[:: self._factor]
        return np.clip(np.rint(low), -32_768, 32_767).astype(np.int16)


def _audible(kind: Format) -> bool:
    """Whether it is sound of a codec that can be decoded here and narrowed to 8 kHz."""
    return kind.sort is Sort.VOICE and codecs.decodable(kind) and codecs.native_hz(kind) % RATE == 0


def _signed(step: int) -> int:
    """The shorter way from one 32-bit timestamp to another."""
    return (step + (1 << 31)) % (1 << 32) - (1 << 31)


def _agreed(told: AgreedTold) -> Agreed:
    return Agreed(
        told.since_ns,
        {
            one.payload_type: Format(one.name, one.clock_hz, one.channels, one.fmtp)
            for one in told.formats
        },
        tuple(key for crypto in told.crypto for key in _keys(crypto)),
    )


def _keys(crypto: str) -> tuple[Key, ...]:
    try:
        return sdes.keys(crypto)
    except InputError:
        return ()  # then it cannot be heard; the call goes on without
