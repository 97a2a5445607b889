"""Group ``whole``: from the moment at which a call is over until its words are found.

A house with its worker, as they run on one machine: the call is handed in as a telephone system
hands it in, is sealed, written, indexed, and asked for until the search has it. The peer is the
bare engine, in the same environment, on the windows of speech of both sides, cut beforehand: no
sealing, no guards, no index. It runs as the worker does: in a session of its own, standing back. So
a busy machine takes as much from the one as from the other, and the ratio holds. Engine and worker
are warm: the first call of all is not counted. ``TALTEEN_BENCH_WHOLE=1`` takes one call, which is
no median.
"""

import multiprocessing
import os
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from benchmarks import Row, filled, knobs, words
from benchmarks import house as houses
from talteen.clock import helsinki_date
from talteen.desk.commands.run import BACKGROUND, SWEEP_EVERY_S
from talteen.desk.ground import place, supervise
from talteen.life.transcribe.words import Side

if TYPE_CHECKING:
    from talteen.life.transcribe.speech import Transcriber
    from talteen.wiring import House

GROUP = "whole"
CALLS = ("001-huonevaraus", "002-varauksen-muutos", "019-rumsbokning", "025-tourist-room",
         "041-lost-camera")  # fmt: skip
WARMING = "008-kaksoisveloitus"
WAIT_S = 600.0
ASKED_EVERY_S = 0.05
"""Asking costs a core too: every few milliseconds it took as much as the worker got."""
row = partial(Row, GROUP)


def rows() -> Iterator[Row]:
    """Each call through the house, then through the bare engine: in turns."""
    apart = multiprocessing.get_context("spawn")
    with (
        filled.founded() as house,
        houses.process(*supervise.talteen("work")),
        ProcessPoolExecutor(1, mp_context=apart, initializer=stand_back) as peer,
    ):

        def alone(name: str) -> float:
            return peer.submit(bare_s, name, house.config.home).result()

        searchable_s(house, WARMING), alone(WARMING)
        calls = CALLS[: knobs.whole("WHOLE", len(CALLS))]
        pairs = [(searchable_s(house, name), alone(name)) for name in calls]
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    name = (
        f"hang-up to found by a search, median of {len(calls)} calls, against the bare engine (s)"
    )
    yield row(name, ours, bare, "<=1.5")
    spoken = statistics.median(length_s(name) for name in calls)
    yield row("the same, against how long the call was (s)", ours, spoken)


def searchable_s(house: "House", name: str) -> float:
    """Seconds from the end of the call until its words stand in the index of this machine."""
    from talteen import course
    from talteen.demo import material
    from talteen.life.transcribe.models import Transcription

    now = house.now()
    call = next(one for one in material.calls(helsinki_date(now)) if one.name == name)
    # It ends now: an index gets its key by the first roll of its day, as the one not counted waits.
    call = replace(call, started_at=now - timedelta(milliseconds=call.length_ms))
    dropped = material.drop(call, house.config.home / "drop")
    began = time.perf_counter()
    outcome = course.take_in(house, dropped, max(now, call.ends_at))
    if outcome.recording is None:
        raise AssertionError(f"{name} was not kept: {outcome.kind}")
    recording: UUID = outcome.recording
    words_of = Transcription.objects.filter(recording=recording).exclude(indexed_at=None)
    try:
        houses.until(words_of.exists, within_s=WAIT_S, every_s=ASKED_EVERY_S)
    except TimeoutError:
        late = f"no words of {name} within {WAIT_S:.0f} s: {standing(recording)}"
        raise TimeoutError(late) from None
    found(house, recording)
    return time.perf_counter() - began


def standing(recording: UUID) -> str:
    """What the house says of the work on a call's words, and how many jobs wait."""
    from talteen.life.transcribe.models import Drafting
    from talteen.operations import parts

    row = Drafting.objects.filter(recording=recording).first()
    told = f"{row.state} {row.trouble}, try {row.tries}" if row else "not begun"
    return f"{told}; {parts.ready_jobs()} jobs could be done now"


def found(house: "House", recording: UUID) -> None:
    """The index of its day holds the call. AssertionError where it does not."""
    from talteen.life.transcribe import indexing
    from talteen.life.transcribe.index import Shard
    from talteen.register.models import Recording

    kept = Recording.objects.only("day").get(pk=recording)
    path = indexing.shard_path(house.shards, kept.day)
    with Shard.open(path, house.vault.shard_key(kept.day)) as shard:
        if recording not in shard.recordings():
            raise AssertionError("the index was told to hold it, and does not")


def stand_back() -> None:
    """Of the peer's process: as the worker does, and no more than it."""
    os.setsid()
    standing = place.stand_back(BACKGROUND)

    def keep_looking() -> None:
        while True:
            time.sleep(SWEEP_EVERY_S)
            standing.look()

    threading.Thread(target=keep_looking, daemon=True).start()


def bare_s(name: str, home: Path) -> float:
    """Seconds of the engine alone, on both sides of the call."""
    engine = _engine(home)
    call = words.spoken(name)
    for side in Side:
        words.cut(call, side)
    began = time.perf_counter()
    for side in Side:
        words.bare(call, side, engine)
    return time.perf_counter() - began


@cache
def _engine(home: Path) -> "Transcriber":
    from talteen.life.transcribe import whisper

    return whisper.load(words.model(home), whisper.How())


def length_s(name: str) -> float:
    """How long the sound of a call is."""
    return max(len(sound) for sound in words.spoken(name).sides.values()) / words.HZ
