"""Group ``search``: how long a person waits for words, and how fast a day's words are taken in.

A quarter's index at DESIGN's size: a million segments of sixteen words in 92 encrypted days. The
words are real Finnish forms, so that base forms and compounds cost what they cost; how often each
is said follows Zipf. In every third segment two words are covered, as one in three of the demo's
has a cover. Every search opens its shards anew, as the product does. It is one thread's work with
the files in the page cache; its bar is on CPU time, which on an idle machine is what a person
waits, so that a busy one does not decide.
"""

import itertools
import os
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY
from sqlcipher3 import dbapi2 as sqlcipher  # type: ignore[import-untyped]

from benchmarks import Judged, Row, house, p95
from talteen.life.transcribe import index, lemma
from talteen.life.transcribe.index import Passage
from talteen.life.transcribe.query import Depth, parse
from talteen.life.use.search import ShardRef, count, search

GROUP = "search"
DAYS, SEGMENTS = 92, 1_000_000
PEER_EVERY = 8
"""Of the days the bare peer takes in one in so many: a ratio of medians needs no more."""
WORDS_A_SEGMENT, SEGMENTS_A_CALL, VOCABULARY = 16, 60, 60_000
COVERED_EVERY, COVERED = 3, slice(6, 8)
"""Of the passages one in so many has a cover, and over which of its words."""
PAGE, SEARCHES = 50, 240
NEWEST = date(2026, 11, 24)
row = partial(Row, GROUP)
Call = tuple[UUID, list[Passage]]


def rows() -> Iterator[Row]:
    """All on one quarter of calls, built once."""
    chance = random.Random(1)
    words = vocabulary(chance)
    first_met = len(words) / seconds_to_read(words)
    yield row("words taken in, each met for the first time (1/s)", first_met, None)
    with house.folder() as folder:
        refs, ours, peer = quarter(folder, words, chance)
        name = "segments indexed, words known, against bare FTS5 in the clear (1/s)"
        yield row(name, ours, peer, ">=30000", Judged.OURS)
        yield from searched(refs, words, chance)


def vocabulary(chance: random.Random) -> list[str]:
    """Finnish forms, the most said first."""
    listed = LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary("fi")
    plain = (word for word in listed if word.isalpha() and word == lemma.folded(word))
    return chance.sample(sorted(set(plain)), VOCABULARY)


def seconds_to_read(words: Iterable[str]) -> float:
    """CPU time to find the base forms and parts of words not met before."""
    began = time.process_time()
    for word in words:
        lemma.forms(word, "fi")
    return time.process_time() - began


def quarter(
    folder: Path, words: list[str], chance: random.Random
) -> tuple[list[ShardRef], float, float]:
    """The shards, and segments a second of CPU: ours, and the same rows in bare FTS5.

    Medians of the days; the peer's stand among ours.
    """
    refs, ours, peer = [], [], []
    for day in range(DAYS):
        calls = list(day_of_calls(words, chance))
        segments = sum(len(passages) for _, passages in calls)
        ref = ShardRef(NEWEST - timedelta(day), folder / f"{day}.words", os.urandom(32))
        refs.append(ref)
        began = time.process_time()
        index.rebuild(ref.path, ref.key, calls)
        between = time.process_time()
        ours.append(segments / (between - began))
        if day % PEER_EVERY == 0:
            bare(folder / "bare", calls)
            peer.append(segments / (time.process_time() - between))
    return refs, statistics.median(ours), statistics.median(peer)


def day_of_calls(words: list[str], chance: random.Random) -> Iterator[Call]:
    """A day's share of the segments, a call at a time."""
    return spoken(words, chance, calls=SEGMENTS // DAYS // SEGMENTS_A_CALL + 1)


def spoken(
    words: list[str], chance: random.Random, *, calls: int, passages: int = SEGMENTS_A_CALL
) -> Iterator[Call]:
    """So many calls of so many passages."""
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
    for _ in range(calls):
        call = UUID(int=chance.getrandbits(128))
        said = chance.choices(words, cum_weights=weights, k=WORDS_A_SEGMENT * passages)
        yield call, [passage(call, at, said) for at in range(passages)]


def passage(call: UUID, at: int, said: list[str]) -> Passage:
    """The segment that stands at place ``at`` of what was said."""
    said = said[at * WORDS_A_SEGMENT : (at + 1) * WORDS_A_SEGMENT]
    start_ms, text = at * 5_000, " ".join(said)
    hides = stretches(said) if at % COVERED_EVERY == 0 else ()
    side = index.SIDES[at % 2]
    return Passage(call, side, start_ms, start_ms + 4_500, text, "fi", stretches=hides)


def stretches(said: list[str]) -> tuple[tuple[str, bool], ...]:
    """What is said before a cover, below it and behind it."""
    parts = said[: COVERED.start], said[COVERED], said[COVERED.stop :]
    return tuple((" ".join(part), part is parts[1]) for part in parts)


def bare(path: Path, calls: Iterable[Call]) -> None:
    """The same rows the least way: surface words only, not encrypted, journal and fsync off."""
    path.unlink(missing_ok=True)
    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    connection.execute("CREATE VIRTUAL TABLE word USING fts5(text, content='')")
    connection.execute("BEGIN")
    texts = ((each.text,) for _, passages in calls for each in passages)
    connection.executemany("INSERT INTO word (text) VALUES (?)", texts)
    connection.execute("COMMIT")
    connection.close()


def searched(refs: list[ShardRef], words: list[str], chance: random.Random) -> Iterator[Row]:
    """Searches as people make them, and the worst kind: a word that nobody said."""
    search(refs[:1], parse("varaus bokning booking"), limit=1)
    mixed = [timed(partial(search, refs, parse(text), limit=PAGE)) for text in asked(words, chance)]
    cpu, wall = ([each[at] for each in mixed] for at in (0, 1))
    name = f"top {PAGE} of {SEGMENTS:,} segments in {DAYS} days, mixed searches"
    yield row(f"{name}, p95 (ms of CPU)", p95(cpu), None, "<=50", Judged.OURS)
    yield row(f"{name}, p95 (ms of wall time)", p95(wall), None)
    yield row(f"{name}, median (ms of wall time)", statistics.median(wall), None)
    deep = [
        timed(partial(search, refs, parse(text), limit=PAGE, depth=Depth.COVERED))[0]
        for text in asked(words, chance)
    ]
    yield row("the same searches, in covered words too, p95 (ms of CPU)", p95(deep), None)
    absent = (parse(f"kissankello{letter}{letter}") for letter in "abcdefghijklmnopqrst")
    nowhere = [timed(partial(search, refs, query, limit=PAGE))[0] for query in absent]
    yield row("a word that nobody said, every day opened, p95 (ms of CPU)", p95(nowhere), None)
    counted = [timed(partial(count, refs, parse(word)))[0] for word in words[:20]]
    yield row("all passages of a very common word counted, p95 (ms of CPU)", p95(counted), None)


def asked(words: list[str], chance: random.Random) -> Iterator[str]:
    """Each kind in turn: common, middling and rare words, pairs, beginnings, phrases, NOT."""
    common, middling, rare = words[:200], words[200:5_000], words[5_000:]
    for _ in range(SEARCHES // 8):
        yield chance.choice(common)
        yield chance.choice(middling)
        yield chance.choice(rare)
        yield f"{chance.choice(common)} {chance.choice(middling)}"
        yield f"{chance.choice(middling)} TAI {chance.choice(middling)}"
        yield f"{chance.choice(middling)[:5]}*"
        yield f'"{chance.choice(common)} {chance.choice(common)}"'
        yield f"{chance.choice(middling)} EI {chance.choice(common)}"


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of (CPU, wall time)."""
    cpu, wall = time.process_time(), time.perf_counter()
    act()
    return (time.process_time() - cpu) * 1_000, (time.perf_counter() - wall) * 1_000
