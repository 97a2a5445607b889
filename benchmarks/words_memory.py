"""Group ``words``: what hearing again and again leaves behind, in memory and in words."""

import resource
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import Judged, Row, house, words
from benchmarks.words import CALLS, HZ, SOME, Spoken
from talteen.life.transcribe import windows
from talteen.life.transcribe.speech import HEARS_HZ, Transcriber
from talteen.life.transcribe.words import Side

HEARINGS = 200 // SOME
"""Hearings of a few seconds over which memory must not grow. Each costs a window's work."""
row = partial(Row, words.GROUP)


def rows() -> Iterator[Row]:
    """The dearest of the group: more than all the others together."""
    with house.folder() as folder:
        yield from memory(words.spoken(CALLS[0]), words.warm(folder))


def memory(call: Spoken, engine: Transcriber) -> Iterator[Row]:
    """What hearing again and again leaves behind."""
    start_ms, end_ms = call.spans(Side.CALLER)[0]
    sound = windows.for_engine(call.sides[Side.CALLER][start_ms * 8 : end_ms * 8], HZ)
    clips = [(0.0, len(sound) / HEARS_HZ)]

    def heard() -> tuple[str, ...]:
        found = engine.hear(sound, clips=clips, language=call.language)
        return tuple(segment.text for segment in found)

    first = {heard() for _ in range(HEARINGS // 10)}
    before = _resident_mib()
    texts = first | {heard() for _ in range(HEARINGS)}
    name = f"memory of the process after {HEARINGS} more hearings, against before (MiB)"
    yield row(name, _resident_mib(), before, "<=1.05")
    yield row("different words from the same sound", len(texts), None, "<=1", Judged.OURS)


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / (1 << 20)
