"""Group ``words``: what hearing again and again leaves behind, in memory and in words.

What an engine keeps, it keeps by the hearing and not by the second, and a hearing costs a window of
30 s however little is said in it. So each is of a short answer, of a few words, which leaves out
the writing of a long one. They differ in length and language, as what comes to a worker does.
"""

import resource
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from benchmarks import Judged, Row, house, words
from benchmarks.words import CALLS, HZ, SOME, Spoken
from talteen.life.transcribe import windows
from talteen.life.transcribe.speech import HEARS_HZ, Sound, Transcriber
from talteen.life.transcribe.words import Side

HEARINGS = 200 // SOME
"""Hearings over which memory must not grow."""
row = partial(Row, words.GROUP)


def rows() -> Iterator[Row]:
    """On an engine of its own, so that nothing but hearing fills the memory."""
    with house.folder() as folder:
        yield from memory([words.spoken(name) for name in CALLS], words.warm(folder))


def memory(calls: Sequence[Spoken], engine: Transcriber) -> Iterator[Row]:
    """What hearing again and again leaves behind."""
    answers = [(call, short_answer(call)) for call in calls]
    texts: dict[str, set[str]] = {call.name: set() for call in calls}

    def hear(times: int) -> None:
        for call, sound in islice(cycle(answers), times):
            clip = (0.0, len(sound) / HEARS_HZ)
            found = engine.hear(sound, clips=[clip], language=call.language)
            texts[call.name].add(" ".join(segment.text for segment in found))

    hear(max(HEARINGS // 10, len(calls)))
    before = _resident_mib()
    hear(HEARINGS)
    name = f"memory of the process after {HEARINGS} more hearings, against before (MiB)"
    yield row(name, _resident_mib(), before, "<=1.05")
    most = max(map(len, texts.values()))
    yield row("different words from the same sound", most, None, "<=1", Judged.OURS)


def short_answer(call: Spoken) -> Sound:
    """The shortest thing that the caller says."""
    start_ms, end_ms = min(call.spans(Side.CALLER), key=lambda span: span[1] - span[0])
    sound = call.sides[Side.CALLER][start_ms * HZ // 1000 : end_ms * HZ // 1000]
    return windows.for_engine(sound, HZ)


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / (1 << 20)
