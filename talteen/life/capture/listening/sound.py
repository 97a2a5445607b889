"""Packets of one stream, as they come, to one sound at 8 kHz, and from samples back to instants.

Only to look for a prompt: what is lost is silence, what comes too late is left out, and bends of
half a millisecond do not matter. Nothing of it is kept; ``life.seal.packets`` makes the sound that
people hear.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talteen.engine.wire import rtp, srtp
from talteen.engine.wire.media import Agreed, Format, Sort, StreamFacts, ticks
from talteen.engine.wire.rtp import Packets, Slots
from talteen.engine.wire.srtp import Key, Opened
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
        self._places: list[tuple[int, int]] = []
        """Of each packet: which sample it begins with, and when it arrived."""
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
        placed = sorted(self._placed(columns), key=lambda one: (one.place, one.row))
        parts = [part for run in _runs(placed) for part in self._said(run, batch, columns)]
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)

    def at_ns(self, sample: int) -> int:
        """When ``sample`` was spoken, on the node's clock: a packet can be late, never early."""
        near = [one for one in self._places if abs(one[0] - sample) <= _NEAR] or self._places
        return min(at - place * _SAMPLE_NS for place, at in near) + sample * _SAMPLE_NS

    def _placed(self, columns: Packets) -> Iterator["_Placed"]:
        """Where each packet of sound belongs."""
        kinds = self._kinds(columns)
        filled = np.zeros(len(columns), np.int64)
        for kind in set(kinds) - {None}:
            assert kind is not None
            rows = np.flatnonzero([one == kind for one in kinds])
            filled[rows] = ticks(kind, columns.length[rows], columns.head[rows])
        told = zip(
            kinds,
            filled.tolist(),
            columns.ssrc.tolist(),
            columns.timestamp.tolist(),
            columns.arrival_ns.tolist(),
            strict=True,
        )
        for row, (kind, fills, ssrc, timestamp, arrival) in enumerate(told):
            if kind is None or not fills:
                continue
            place = self._place(ssrc, timestamp, arrival, kind.clock_hz)
            if 0 <= place < _LONGEST:
                self._places.append((place, arrival))
                yield _Placed(place, row, kind, fills)

    def _kinds(self, columns: Packets) -> list[Format | None]:
        """The codec of each packet; None for what is no sound, or cannot be decoded here."""
        types = columns.payload_type.tolist()
        if len(self._facts.agreed) == 1:
            (agreed,) = self._facts.agreed
            meaning = {one: _audible(agreed.format(one)) for one in set(types)}
            return [meaning[one] for one in types]
        return [
            _audible(self._facts.at(arrival).format(one))
            for one, arrival in zip(types, columns.arrival_ns.tolist(), strict=True)
        ]

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

    def _said(self, run: "list[_Placed]", batch: Slots, columns: Packets) -> Iterator[Samples]:
        """Silence up to a run, then what it says and nobody said before."""
        place, kind = run[0].place, run[0].kind
        native = codecs.native_hz(kind)
        if kind not in self._decoders:
            self._decoders[kind] = codecs.decoder(kind), _Narrowing(native // RATE)
        decoder, narrowing = self._decoders[kind]
        if place > self._made:
            yield np.zeros(place - self._made, np.int16)
            self._made = place
        payloads = [_payload(batch, columns, one.row) for one in run]
        lengths = [one.fills * native // kind.clock_hz for one in run]
        heard = narrowing.narrowed(decoder.decode(payloads, lengths))[self._made - place :]
        self._made += len(heard)
        yield heard

    def _batches(self) -> Iterator[Slots]:
        while True:
            yield self._batch.popleft()


@dataclass(frozen=True, slots=True)
class _Placed:
    """One packet of sound."""

    place: int
    """Its first sample."""
    row: int
    kind: Format
    fills: int
    """Ticks of its clock."""

    @property
    def end(self) -> int:
        """The sample behind its last one."""
        return self.place + self.fills * RATE // self.kind.clock_hz


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


def _audible(kind: Format | None) -> Format | None:
    """``kind``, if it is sound of a codec that can be decoded here and narrowed to 8 kHz."""
    if kind is None or kind.sort is not Sort.VOICE or not codecs.decodable(kind):
        return None
    return kind if codecs.native_hz(kind) % RATE == 0 else None


def _payload(batch: Slots, columns: Packets, row: int) -> bytes:
    start = int(columns.start[row])
    return bytes(batch.raw[start : start + int(columns.length[row])])


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
        return srtp.keys(crypto)
    except InputError:
        return ()  # then it cannot be heard; the call goes on without
