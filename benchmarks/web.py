"""Group ``web``: what listening costs (DESIGN 12). Medians of five, peer and ours in one run.

The peer is the least that anybody must do to hear the same: decode both sides from their beginning,
resample, interleave. Times are this process's own CPU, so that a busy machine does not decide.
"""

import io
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import av
import numpy as np

from benchmarks import Judged, Row, median, side_by_side
from talteen.life.capture.sidecar import Side
from talteen.life.capture.sources import Sides
from talteen.life.seal import audio
from talteen.life.use.view import BLOCK_BYTES, VirtualWav

CALLS = Path(__file__).parent.parent / "demo" / "calls"
GROUP = "web"
MINUTES = 10


def rows() -> Iterator[Row]:
    """Rendering against the bare loop, and the first block after a seek."""
    agent, caller = (_sealed(side) for side in (Side.AGENT, Side.CALLER))
    yield _rendering(agent, caller)
    yield _seeking(agent, caller)


def _rendering(agent: bytes, caller: bytes) -> Row:
    sizes = {_whole(agent, caller), _bare(agent, caller) + 44}
    assert len(sizes) == 1, "both loops must give the same sound"
    megabytes = sizes.pop() / 1e6
    ours, peer = side_by_side(
        lambda: megabytes / _cpu_s(partial(_whole, agent, caller)),
        lambda: megabytes / _cpu_s(partial(_bare, agent, caller)),
    )
    name = "view rendered, against the bare decode and render loop (MB of PCM a second of CPU)"
    return Row(GROUP, name, ours, peer, ">=0.6")


def _seeking(agent: bytes, caller: bytes) -> Row:
    """Opening a view and rendering the first 32 KiB somewhere in it, worst of 40 places."""
    places = np.linspace(44, MINUTES * 60 * 32_000 - BLOCK_BYTES, 40).astype(int).tolist()
    worst = median(lambda: max(_cpu_s(partial(_first, agent, caller, at)) for at in places))
    name = "first 32 KiB of the view after a seek, slowest of 40 places (ms of CPU)"
    return Row(GROUP, name, worst * 1000, None, "<=100", Judged.OURS)


def _view(agent: bytes, caller: bytes) -> VirtualWav:
    return VirtualWav(io.BytesIO(agent), io.BytesIO(caller), length_ms=MINUTES * 60_000)


def _whole(agent: bytes, caller: bytes) -> int:
    view = _view(agent, caller)
    return sum(len(block) for block in view.read(0, view.size))


def _first(agent: bytes, caller: bytes, at: int) -> int:
    return len(next(_view(agent, caller).read(at, at + BLOCK_BYTES)))


def _bare(agent: bytes, caller: bytes) -> int:
    lanes = []
    for stream in (caller, agent):
        with av.open(io.BytesIO(stream), "r") as container:
            resampler = av.AudioResampler("s16", "mono", 8_000)
            frames = [*container.decode(audio=0), None]
            even = [piece for frame in frames for piece in resampler.resample(frame)]
        lanes.append(np.concatenate([piece.to_ndarray()[0] for piece in even]))
    length = MINUTES * 60 * 8_000
    both = np.zeros((length, 2), "<i2")
    for channel, lane in enumerate(lanes):
        both[: len(lane), channel] = lane[:length]
    return len(both.tobytes())


def _cpu_s(run: Callable[[], int]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


def _sealed(side: Side) -> bytes:
    """Ten minutes of one side: the demo's calls one after the other, as sealing writes them."""
    return b"".join(audio.encode(_speech(side), 8_000))


def _speech(side: Side) -> Iterator[audio.Samples]:
    missing = MINUTES * 60 * 8_000
    for path in sorted(CALLS.glob(f"*.{side.value}.opus")):
        for block, _ in audio.measure(Sides(path, path)).blocks():
            yield block[:missing]
            missing -= len(block[:missing])
            if not missing:
                return
