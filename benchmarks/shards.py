"""Rebuilding the word index of a day after an erasure (group ``vault``): all that a machine does.

3,500 calls of a day have sealed words; one of them is erased. What stays is copied before the roll,
under the key that the day gets in it, and takes its place after it. Beside that stands what a node
does that has no file to copy: it opens each call by its key and reads its words. How long both take
hangs on how much was said: once as much as a million passages among 322,000 calls are (group
``search``), once as much as a call of five minutes holds.
"""

import itertools
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import psycopg

from benchmarks import Judged, Row
from benchmarks.destruction import NOW, Register, doom
from benchmarks.search import WORDS_A_SEGMENT, vocabulary
from talteen import ids
from talteen.clock import helsinki_date
from talteen.config import Config
from talteen.desk.ground import database
from talteen.engine.postgres.cluster import DATABASE, OWNER
from talteen.engine.vault import cobblestone
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.entries import BlobRef, Entry, Kind
from talteen.ids import BlobId, RecordingId
from talteen.life.capture.sidecar import Side
from talteen.life.seal import rolling, slips, stored
from talteen.life.transcribe import indexing, words
from talteen.life.transcribe.index import Shard
from talteen.life.transcribe.masking.layer import Layer
from talteen.life.transcribe.models import SealedNote
from talteen.life.transcribe.words import Segment, Word

SPOKEN = {0: 3, 1: 60}
"""Days back whose calls have words, and how many passages each of them."""
VARIANTS = 40
"""So many calls differ; the others say the same again."""
row = partial(Row, "vault")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Words:
    """Calls that can be sealed: what was said in them."""

    texts: list[bytes]

    def entry(self, folder: Path, recording: RecordingId, plain: Entry, number: int) -> Entry:
        """``plain`` with sealed words in the place of its transcript, which are written."""
        blob, kind = BlobId(uuid4()), Kind.TRANSCRIPT
        key = cobblestone.key_of_kind(plain.dek, kind.code)
        bound = stored.context(recording, kind, blob)
        text = self.texts[number % len(self.texts)]
        sealed = b"".join(cobblestone.encrypt(key, bound, [text]))
        path = folder / stored.blob_key(helsinki_date(plain.start), blob)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sealed)
        others = tuple(one for one in plain.blobs if one.kind is not kind)
        ref = BlobRef(blob, kind, os.urandom(32), len(sealed))
        return Entry(plain.dek, plain.start, plain.due, plain.mac, plain.number, (*others, ref))


def spoken(passages: int, seed: int) -> Words:
    """VARIANTS calls of so many passages each, of real Finnish forms as often as they are said."""
    chance = random.Random(seed)
    known = vocabulary(chance)
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(known) + 1)))

    def call() -> bytes:
        said = chance.choices(known, cum_weights=weights, k=WORDS_A_SEGMENT * passages)
        parts = (said[at : at + WORDS_A_SEGMENT] for at in range(0, len(said), WORDS_A_SEGMENT))
        heard = [segment(number, part) for number, part in enumerate(parts)]
        made = words.draft(heard, language="fi", engine="bench", settings="", marks=())
        return made.to_bytes()

    return Words([call() for _ in range(VARIANTS)])


def segment(number: int, said: list[str]) -> Segment:
    """A passage of ``said``, the sides in turn."""
    side, start = list(Side)[number % 2], number * 5_000
    each = (
        Word(word, start + at * 280, start + at * 280 + 250, 0.9) for at, word in enumerate(said)
    )
    return Segment(side, "fi", start, start + 4_500, tuple(each), frozenset())


def rows(register: Register, config: Config) -> Iterator[Row]:
    """CPU and clock of one machine that builds a day anew; the words were met before, as in any
    house that runs."""
    for back, passages in SPOKEN.items():
        day = sorted(register.calls)[-1 - back]
        told(register, config, day)
        said = f"3,500 calls of {passages} passages"
        cpu, wall = built(register, config, day)
        yield row(f"a day's index shard from ciphertext, {said} (s)", wall, None)
        yield row(f"a day's index shard from ciphertext, {said} (s of our CPU)", cpu, None)
        name = f"rebuild of a day's index shard after an erasure, {said}"
        cpu, wall = rebuilt(register, config, day)
        yield row(f"{name} (s)", wall, None, "<=2", Judged.OURS)
        yield row(f"{name} (s of our CPU)", cpu, None)


def built(register: Register, config: Config, day: date) -> tuple[float, float]:
    """Seconds of (CPU, clock) to build ``day`` from its transcripts, the words having been met."""
    shard = indexing.shard_path(config.paths.index, day)
    shard.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(2):
        shard.write_bytes(b"torn")
        watch = Watch()
        watch.during(partial(indexing.rebuild_day, register.vault, config.paths.index, day, NOW))
    return watch.cpu, watch.wall


def rebuilt(register: Register, config: Config, day: date) -> tuple[float, float]:
    """Seconds of (CPU, clock) that the shard of ``day`` costs once one of its calls is erased."""
    gone, watch = register.calls[day].pop(), Watch()
    doom([gone])
    carry = partial(indexing.carry, register.vault, config.paths.index)
    vault = replace(
        register.vault, before_roll=lambda changes: watch.during(partial(carry, changes))
    )
    rolling.roll(vault, Changes(drop={gone: "request"}), NOW)
    register.vault.forget()
    watch.during(partial(indexing.rebuild_day, register.vault, config.paths.index, day, NOW))
    shard = indexing.shard_path(config.paths.index, day)
    with Shard.open(shard, register.vault.shard_key(day)) as opened:
        assert len(opened.recordings()) == len(register.calls[day])
    return watch.cpu, watch.wall


@dataclass(slots=True)
class Watch:
    """What was spent within ``during``, in seconds."""

    cpu: float = 0
    wall: float = 0

    def during(self, act: Callable[[], T]) -> T:
        """What ``act`` gives, its time counted."""
        cpu, wall = time.process_time(), time.perf_counter()
        try:
            return act()
        finally:
            self.cpu += time.process_time() - cpu
            self.wall += time.perf_counter() - wall


def told(register: Register, config: Config, day: date) -> None:
    """The rows that say that the calls of ``day`` have words, of which nothing is covered."""
    cluster = database.cluster(config)
    with psycopg.connect(cluster.dsn(OWNER, database=DATABASE)) as owner:
        owner.execute(
            "INSERT INTO transcription (recording_id, state, language, engine, made_at, indexed_at)"
            " SELECT id, 'machine_draft', 'fi', 'bench', started_at, started_at"
            " FROM recording WHERE day = %s",
            [day],
        )
        owner.execute("ANALYZE transcription")
    book, nothing = register.vault.book(), Layer().to_bytes()
    found = ((one, book.on_day(one, day)) for one in register.calls[day])
    SealedNote.objects.bulk_create(
        SealedNote(
            recording_id=one,
            kind=Kind.MASKING.value,
            version=1,
            sealed=note(one, stands[1], nothing),
            at=NOW,
        )
        for one, stands in found
        if stands
    )


def note(recording: RecordingId, opens: Entry, text: bytes) -> bytes:
    """A sealed note of what is covered, as ``seal.notes`` writes it."""
    slip = BlobId(ids.new())
    return slip.bytes + slips.seal(recording, Kind.MASKING, slip, text, opens)


def speak(
    folder: Path, calls: dict[date, list[RecordingId]], entries: dict[RecordingId, Entry]
) -> None:
    """Give the calls of the days of SPOKEN words, in ``entries`` and below ``folder``."""
    for back, passages in SPOKEN.items():
        said = spoken(passages, back)
        for number, recording in enumerate(calls[sorted(calls)[-1 - back]]):
            entries[recording] = said.entry(folder, recording, entries[recording], number)
