"""The sound of one stream, decoded (``life.capture.codecs``) and laid on its own clock."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from talteen.engine.wire.media import Format
from talteen.life.capture.codecs import Decoder, at_rate, decoder, native_hz
from talteen.life.seal.audio import Samples

CONCEAL_MS = 60
"""How long a loss is papered over in the listening copy; then it is silence."""
_REPEAT_MS = 20
_AT_ONCE = 50
_LEAST_LINE = 2
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Packets of one codec whose timestamps follow on each other without a hole."""

    kind: Format
    slots: Ints
    """The datagrams, by their number in the stream."""
    lengths: Ints
    """Samples of each payload at the codec's own rate."""
    start: int
    """First sample at the call's rate, counted from the beginning of the segment."""
    lost: bool
    """What is missing before it was lost, and not left out by the sender or on purpose."""


class Payloads(Protocol):
    """Where payloads come from."""

    def take(self, slots: Ints) -> list[bytes]:
        """The payloads of these datagrams; each may be taken once."""


def tape(stretches: Iterable[Stretch], payloads: Payloads, rate: int) -> Iterator[Samples]:
    """The sound of one segment, from its first packet on, by the clock of the sender.

    The beginning of a loss is papered over; every other hole is exact silence.
    """
    decoders: dict[Format, Decoder] = {}
    tail = np.zeros(rate * _REPEAT_MS // 1000, np.int16)
    at = 0
    for stretch in stretches:
        if stretch.kind not in decoders:
            decoders[stretch.kind] = decoder(stretch.kind)
        hole = _hole(stretch.start - at, tail if stretch.lost else tail[:0], rate)
        heard = _heard(stretch, decoders[stretch.kind], payloads, rate)
        for piece in chain(hole, after(heard, at - stretch.start)):
            at += len(piece)
            tail = np.concatenate([tail, piece])[-len(tail) :]
            yield piece


def _hole(length: int, tail: Samples, rate: int) -> Iterator[Samples]:
    """Silence of ``length``; where there is a ``tail`` of sound, that first, fading out."""
    if length > 0 and len(tail):
        whole = rate * CONCEAL_MS // 1000
        fading = np.resize(tail, whole) * np.linspace(1, 0, whole, endpoint=False)
        yield fading[:length].astype(np.int16)
        length -= whole
    yield from nothing(length, rate)


def nothing(length: int, rate: int) -> Iterator[Samples]:
    """Exact silence, in pieces of a second at most."""
    while length > 0:
        yield np.zeros(min(length, rate), np.int16)
        length -= rate


def after(pieces: Iterable[Samples], skipped: int) -> Iterator[Samples]:
    """Without the first ``skipped`` samples: their time is taken already."""
    for piece in pieces:
        if skipped < len(piece):
            yield piece[max(skipped, 0) :]
        skipped -= len(piece)


def _heard(stretch: Stretch, decoder: Decoder, payloads: Payloads, rate: int) -> Iterator[Samples]:
    """One stretch at the call's rate, exactly as long as its timestamps say."""
    native = native_hz(stretch.kind)
    decoded = (
        decoder.decode(payloads.take(stretch.slots[some]), stretch.lengths[some].tolist())
        for some in _fifties(len(stretch.slots))
    )
    left = int(stretch.lengths.sum()) * rate // native
    for piece in chain(at_rate(decoded, native, rate), nothing(left, rate)):
        if left > 0:
            yield piece[:left]
        left -= len(piece)


def _fifties(size: int) -> Iterator[slice]:
    return (slice(at, at + _AT_ONCE) for at in range(0, size, _AT_ONCE))


def stretched(pieces: Iterable[Samples], stretch: float) -> Iterator[Samples]:
    """Sound whose seconds take ``stretch`` seconds, by straight lines between the samples.

    Only the listening copy is stretched: the evidence copy keeps what was sent.
    """
    if stretch == 1.0:
        yield from pieces
        return
    held = np.zeros(0, np.int16)
    base = made = 0
    for piece in pieces:
        held = np.concatenate([held, piece])
        if len(held) < _LEAST_LINE:
            continue
        due = int((base + len(held) - 1) * stretch) + 1
        places = np.arange(made, due) / stretch - base
        yield np.rint(np.interp(places, np.arange(len(held)), held)).astype(np.int16)
        base, made, held = base + len(held) - 1, due, held[-1:]
