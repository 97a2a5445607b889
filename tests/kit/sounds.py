"""The sound of a demo's call is read and encoded once in a process.

To seal sound is what a house of the tests spends most of a core on, and hundreds of tests take in
the same dozen of calls. The same samples give the same bytes (``tests/life/seal/test_audio``), so
what the engine itself has made of them is kept, and everything around it is done each time: judged,
cut, sealed under a key of its own, written, entered.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from functools import wraps

from talteen.life.capture.sources import Readable, Sides
from talteen.life.seal import audio
from talteen.life.seal.audio import Block, Files, Samples

_READS_ONCE = ContextVar("sound is read once", default=False)
_LONGEST_MS = 60_000
_MOST = 32
"""Calls whose samples are kept: a megabyte each."""
_blocks: dict[tuple[object, ...], tuple[Block, ...]] = {}
_streams: dict[tuple[int, bytes], bytes] = {}
_read, _encode = Files.blocks, audio.encode


@contextlib.contextmanager
def once() -> Iterator[None]:
    """Sound that is taken in here, by this thread, is read and encoded once in this process."""
    before = _READS_ONCE.set(True)
    try:
        yield
    finally:
        _READS_ONCE.reset(before)


@wraps(_read)
def _read_once(self: Files) -> Iterator[Block]:
    sound = self.sound
    is_long = max(self.agent_ms, self.caller_ms) > _LONGEST_MS
    if not _READS_ONCE.get() or is_long or not isinstance(sound, Sides):
        return _read(self)
    key = self.rate, *(_digest(path) for path in (sound.agent, sound.caller))
    if key not in _blocks:
        read = tuple(_read(self))
        if len(_blocks) >= _MOST:
            del _blocks[next(iter(_blocks))]
        _blocks[key] = read
        return iter(read)
    return iter(_blocks[key])


@wraps(_encode)
def _encode_once(samples: Iterable[Samples], rate: int) -> Iterator[bytes]:
    return _encoded(samples, rate) if _READS_ONCE.get() else _encode(samples, rate)


def _encoded(samples: Iterable[Samples], rate: int) -> Iterator[bytes]:
    parts, seen = [], hashlib.sha256()
    for part in samples:
        parts.append(part)
        seen.update(part.tobytes())
    key = rate, seen.digest()
    if key not in _streams:
        _streams[key] = b"".join(_encode(parts, rate))
    yield _streams[key]


def _digest(path: Readable) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


Files.blocks = _read_once  # type: ignore[method-assign]
audio.encode = _encode_once
