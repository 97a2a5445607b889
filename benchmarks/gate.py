"""Group ``web``: how long whoever saves a text waits in a large house (decision 224).

A quarter's day indexes with the marks of what was said: 92 days of 180 calls of a thousand words,
Finnish forms by Zipf. A text of two hundred words is held against them, as saving guidance does.
The peer opens nothing either: it compares so many transcripts that lie in memory already, the least
that reading them all can cost. Its figure is taken from a hundred calls and multiplied. CPU time,
one thread, files in the page cache.
"""

import itertools
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from benchmarks import Judged, Row, house, median, search
from talteen.life.transcribe import index, said, shard_file
from talteen.life.transcribe.index import Said, Shard
from talteen.life.use.gate import runs
from talteen.life.use.gate.runs import Runs

GROUP = "web"
DAYS, CALLS, WORDS, TEXT, SAMPLE = 92, 180, 1_000, 200, 100
row = partial(Row, GROUP)
Day = tuple[Path, bytes]


def rows() -> Iterator[Row]:
    """What a call takes in the index, and what a look costs."""
    chance = random.Random(2)
    words = search.vocabulary(chance)
    with house.folder() as folder:
        days, cost_s = quarter(folder, words, chance)
        size = sum(path.stat().st_size for path, _ in days) / (DAYS * CALLS)
        yield row("a call of a thousand words in the index, its marks alone (kB)", size / 1000)
        yield row("its marks made and stored (ms)", cost_s / (DAYS * CALLS) * 1000)
        text = unsaid(days, words, chance)
        ours = median(partial(looked, days, text))
        peer = read_all(text, [spoken(words, chance, WORDS) for _ in range(SAMPLE)])
        name = "a text of 200 words against 16,560 calls, none of which says it (s)"
        yield row(name, ours, peer, "<=1", Judged.OURS)


def quarter(folder: Path, words: list[str], chance: random.Random) -> tuple[list[Day], float]:
    """The indexes, and the seconds of CPU that they took."""
    days, spent = [], 0.0
    for number in range(DAYS):
        path = folder / f"{search.NEWEST - timedelta(days=number)}.shard"
        key = chance.randbytes(shard_file.KEY_BYTES)
        calls = [(UUID(int=n + 1), spoken(words, chance, WORDS)) for n in range(CALLS)]
        begun = time.process_time()
        index.rebuild(path, key, [Said(one, (), marks_of(said_)) for one, said_ in calls])
        spent += time.process_time() - begun
        days.append((path, key))
    return days, spent


def spoken(words: list[str], chance: random.Random, length: int) -> list[str]:
    """So many words, the most said most often."""
    weights = [1 / (rank + 1) for rank in range(len(words))]
    return chance.choices(words, cum_weights=list(itertools.accumulate(weights)), k=length)


def marks_of(words: list[str]) -> set[str]:
    """The marks of both sides as they follow one another, and of each alone."""
    turns = [words[at : at + 16] for at in range(0, len(words), 16)]
    sides = [[word for turn in turns[side::2] for word in turn] for side in (0, 1)]
    return {said.mark(run) for order in (words, *sides) for run in said.runs(order)}


def unsaid(days: list[Day], words: list[str], chance: random.Random) -> str:
    """A text of which no call says a run: by chance, one of so many calls may."""
    while is_said(days, text := " ".join(spoken(words, chance, TEXT))):
        pass
    return text


def is_said(days: list[Day], text: str) -> bool:
    """Whether a call says a run of ``text``. Every day is looked at, as the gate does."""
    marks = Runs(runs.read(text), bytes(runs.KEY_BYTES)).marks
    found = False
    for path, key in days:
        with Shard.open(path, key) as shard:
            shard.versions()
            found |= bool(shard.holding(marks))
    return found


def looked(days: list[Day], text: str) -> float:
    """Seconds of CPU until it is known that no call says ``text``."""
    begun = time.process_time()
    assert not is_said(days, text)
    return time.process_time() - begun


def read_all(text: str, calls: list[list[str]]) -> float:
    """Seconds of CPU to compare every call of the quarter, word by word."""
    own = Runs(runs.read(text), bytes(runs.KEY_BYTES))
    begun = time.process_time()
    for one in calls:
        own.met_by(one)
    return (time.process_time() - begun) / len(calls) * DAYS * CALLS
