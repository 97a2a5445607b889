"""The word index of this node, kept to what lives: by day, from sealed transcripts, at any time.

A shard is derived: it can be built anew on any node that can open transcripts, and after an erasure
it is, into a new file under a new key (keys-review rule 8). The node that rolls copies what stays
before the old key dies (``carry``); all else is read from ciphertext. ``tend`` brings a node to the
present by itself: a new node, one that was away, or one whose file is torn needs nothing else. What
stands in a shard is compared with what the register says, so that no note of "indexed" can be
wrong.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from uuid import UUID

from django.db import connection

from talteen.engine.vault.changes import Changes
from talteen.errors import KeyGone, NoLongerOpens, Unavailable
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import index, masks, revisions, said
from talteen.life.transcribe.index import Passage, Said, Shard
from talteen.life.transcribe.masking.cover import Covering
from talteen.life.transcribe.masking.spans import Kind, Span
from talteen.life.transcribe.models import Transcription
from talteen.life.transcribe.shard_file import KEY_BYTES, ShardUnreadable
from talteen.life.transcribe.words import Segment
from talteen.register.models import Recording
from talteen.register.states import Progress

Versions = dict[UUID, int]
"""Recordings and which writing of their words (microseconds since 1970)."""
CARD = "kortinlukuja"
"""The term of passages in which figures of a payment card are covered. It finds calls, and no
figure: what was said stands in the index as in any other passage."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUMS = """
SELECT recording.day, count(*), sum((extract(epoch FROM made_at) * 1000000)::bigint)
  FROM transcription JOIN recording ON recording.id = transcription.recording_id
 WHERE recording.progress = %s GROUP BY recording.day
"""


class NoKeyYet(Unavailable):
    """No roll has taken in a call of this day yet, so its index has no key."""

    slug = "day-not-rolled"

    def __init__(self) -> None:
        super().__init__("the index of a day has no key yet", remedy="the next roll brings it")


@dataclass(frozen=True, slots=True)
class Holding:
    """What the index of a day vouches for."""

    versions: Versions
    """Whose words it holds, and which writing of them."""
    holding: set[UUID]
    """In which of them one of the marks stands that were asked for."""


def index_one(vault: Vault, shards: Path, recording: RecordingId, now: datetime) -> None:
    """Put the words of one recording into the shard of its day; build the shard anew if it is
    unreadable, or holds other words of it. Raises NoKeyYet before the first roll of the day."""
    row = Recording.objects.only("day").get(pk=recording)
    try:
        vault.shard_key(row.day)
    except KeyGone:
        raise NoKeyYet from None
    with _alone(row.day):
        _bring_up(vault, shards, row.day, now, only=recording)
    Transcription.objects.filter(recording=recording).update(indexed_at=now)


def tend(vault: Vault, shards: Path, now: datetime) -> list[date]:
    """Bring every shard of this node to what lives; gives the days that were not so."""
    return [day for day in behind(vault, shards) if bring_up(vault, shards, day, now)]


def behind(vault: Vault, shards: Path) -> list[date]:
    """The days whose shard here is not what the register says, the newest first."""
    wanted = sums()
    days = {*wanted, *(day for path in shards.glob("*.shard") if (day := day_of(path)))}
    return sorted(
        (day for day in days if _sum_of(_stands(vault, shards, day)) != wanted.get(day, (0, 0))),
        reverse=True,
    )


def bring_up(vault: Vault, shards: Path, day: date, now: datetime) -> bool:
    """Bring the shard of ``day`` to what lives; False where its words do not open now."""
    with _alone(day):
        try:
            _bring_up(vault, shards, day, now)
        except KeyGone:
            index.remove(shard_path(shards, day))
        except Unavailable:
            return False  # the key holder is away: the next look comes soon
    return True


def rebuild_day(vault: Vault, shards: Path, day: date, now: datetime) -> None:
    """After a roll that gave ``day`` a new key: its shard from what still lives, in a new file
    under that key, or none at all."""
    path = shard_path(shards, day)
    if not path.exists():
        return  # nothing of this day was ever indexed on this node
    with _alone(day):
        try:
            _bring_up(vault, shards, day, now)
        except KeyGone:
            index.remove(path)


def carry(vault: Vault, shards: Path, changes: Changes) -> dict[date, bytes]:
    """Before the roll of ``changes``: beside each shard here that will lose its key, a copy without
    the calls that ``changes`` takes or alters. Gives the keys of the copies, for the roll to take.

    Nothing here may stop a roll: a day that cannot be copied is read from ciphertext after it.
    """
    touched = {*changes.drop, *changes.reseal}
    if not touched:
        return {}
    found = Recording.objects.filter(pk__in=touched).order_by().values_list("day", flat=True)
    days = sorted(set(found.distinct()) - changes.expire_days)
    keys = {day: os.urandom(KEY_BYTES) for day in days if shard_path(shards, day).exists()}
    return {day: key for day, key in keys.items() if _carried(vault, shards, day, key, touched)}


def _carried(vault: Vault, shards: Path, day: date, key: bytes, touched: set[RecordingId]) -> bool:
    path = shard_path(shards, day)
    try:
        if vault.reserve is not None:
            vault.reserve.admit()  # on a full disk what is left is the roll's
        with _alone(day):
            own = vault.shard_key(day)
            index.adopt(path, own)  # of a roll whose shard nobody has asked for yet
            wanted = living(day)
            with Shard.open(path, own) as shard:
                stands = shard.versions()
            index.prepare(path, own, key, without=touched | _stale(stands, wanted))
    except (Unavailable, KeyGone, OSError):
        return False
    return True


def holding(vault: Vault, shards: Path, day: date, marks: Collection[str]) -> Holding | None:
    """What the shard of ``day`` knows of these marks; None where it cannot be read here."""
    path = shard_path(shards, day)
    try:
        if not path.exists():
            return None
        with Shard.open(path, vault.shard_key(day)) as shard:
            return Holding(shard.versions(), shard.holding(marks))
    except (ShardUnreadable, KeyGone):
        return None


def living(day: date) -> Versions:
    """What the shard of ``day`` is to hold: sealed recordings that have words."""
    found = Transcription.objects.filter(
        recording__progress=Progress.SEALED.value, recording__day=day
    )
    return {pk: version_of(made_at) for pk, made_at in found.values_list("recording", "made_at")}


def days_with_words(days: Iterable[date]) -> set[date]:
    """Those of ``days`` on which a sealed recording has words."""
    found = Transcription.objects.filter(
        recording__progress=Progress.SEALED.value, recording__day__in=list(days)
    )
    return set(found.order_by().values_list("recording__day", flat=True).distinct())


def versions(recordings: Collection[UUID]) -> Versions:
    """Which writing of the words of these stands now."""
    found = Transcription.objects.filter(recording__in=recordings)
    return {pk: version_of(made_at) for pk, made_at in found.values_list("recording", "made_at")}


def version_of(made_at: datetime) -> int:
    """Which writing of a recording's words: when it was made, in microseconds."""
    return (made_at - _EPOCH) // timedelta(microseconds=1)


def shard_path(shards: Path, day: date) -> Path:
    """Where the shard of ``day`` lies on this node. A day is no personal data."""
    return shards / f"{day.isoformat()}.shard"


def day_of(path: Path) -> date | None:
    """The day whose shard would lie at ``path``; None for a file that is none of ours."""
    try:
        return date.fromisoformat(path.stem)
    except ValueError:
        return None


def sums() -> dict[date, tuple[int, int]]:
    """How many recordings with words live on each day, and the sum of their versions: enough to
    see that a day differs, without a row for each of a quarter's calls."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [Progress.SEALED.value])
        # Five thousand instants in microseconds are more than 64 bits: the sum comes as a decimal.
        return {day: (count, int(total)) for day, count, total in cursor.fetchall()}


def _sum_of(stands: Versions | None) -> tuple[int, int] | None:
    return None if stands is None else (len(stands), sum(stands.values()))


def _stands(vault: Vault, shards: Path, day: date) -> Versions | None:
    """What the shard of ``day`` holds; nothing where there is none, None where it is unreadable."""
    path = shard_path(shards, day)
    if not path.exists():
        return {}
    try:
        with Shard.open(path, vault.shard_key(day)) as shard:
            return shard.versions()
    except (ShardUnreadable, KeyGone):
        return None


def _bring_up(
    vault: Vault, shards: Path, day: date, now: datetime, *, only: RecordingId | None = None
) -> None:
    path, key = shard_path(shards, day), vault.shard_key(day)
    index.adopt(path, key)
    wanted = living(day)
    stands = _renewed(path, key, _stands(vault, shards, day), wanted)
    if stands is None:
        _rebuild(vault, path, key, day, now)
        return
    missing = [RecordingId(each) for each in wanted if each not in stands]
    if only is not None:
        missing = [each for each in missing if each == only]
    if not missing:
        return
    with _shard(path, key) as shard:
        for one in _all_said(vault, missing, now):
            shard.add(*one, version=wanted[one.recording])


def _renewed(path: Path, key: bytes, stands: Versions | None, wanted: Versions) -> Versions | None:
    """What stands in the shard once words that died, or were written anew, are out of it; None
    where it has to be built from ciphertext."""
    stale = _stale(stands or {}, wanted)
    if stands is None or not stale:
        return stands
    try:
        index.renew(path, key, without=stale)
    except ShardUnreadable:
        return None
    return {known: made for known, made in stands.items() if known not in stale}


def _stale(stands: Versions, wanted: Versions) -> set[UUID]:
    return {known for known, made in stands.items() if wanted.get(known) != made}


def _shard(path: Path, key: bytes) -> Shard:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Shard.open_to_add(path, key) if path.exists() else Shard.create(path, key)


def _rebuild(vault: Vault, path: Path, key: bytes, day: date, now: datetime) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = living(day)
    every = _all_said(vault, [RecordingId(pk) for pk in wanted], now)
    index.rebuild(path, key, every, versions=wanted)


def _all_said(vault: Vault, recordings: Iterable[RecordingId], now: datetime) -> Iterator[Said]:
    for recording in recordings:
        try:
            yield _said(vault, recording, now)
        except NoLongerOpens:
            continue  # it began to die while the others were read


def _said(vault: Vault, recording: RecordingId, now: datetime) -> Said:
    """The passages of the words in force, and the marks of every writing of them: what the machine
    wrote was said in the call too, whatever people have made of it."""
    opened = door.open_for_step(vault, recording, Step.INDEX, now)
    writings = revisions.writings(opened)
    covers = masks.layer_of(opened)
    spans = covers.in_force() if covers else []
    passages = _passages(recording, writings[-1].segments, spans)
    return Said(recording, passages, said.marks(writings))


def _passages(
    recording: RecordingId, segments: Iterable[Segment], spans: Sequence[Span]
) -> list[Passage]:
    covering = Covering(spans)
    cards = [span for span in spans if span.kind is Kind.CARD]
    return [
        Passage(
            recording=recording,
            side=segment.side.value,
            start_ms=segment.start_ms,
            end_ms=segment.end_ms,
            text=segment.text,
            language=segment.language,
            terms=CARD if _holds_any(segment, cards) else "",
            stretches=_stretches(segment, covering),
        )
        for segment in segments
    ]


def _stretches(segment: Segment, covering: Covering) -> tuple[tuple[str, bool], ...]:
    """The words of a segment in stretches that are covered or not; none where no word is."""
    stretches = tuple(
        (" ".join(word.text for word in some), covered)
        for covered, some in groupby(
            segment.words, lambda word: covering.of(word, segment.side) is not None
        )
    )
    return stretches if any(covered for _, covered in stretches) else ()


def _holds_any(segment: Segment, spans: Iterable[Span]) -> bool:
    return any(
        span.side is segment.side
        and span.start_ms < segment.end_ms
        and segment.start_ms < span.end_ms
        for span in spans
    )


@contextmanager
def _alone(day: date) -> Iterator[None]:
    """One writer at a time for the shard of a day, over all processes on this database."""
    lock = (0x7368, day.toordinal())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", lock)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock)
