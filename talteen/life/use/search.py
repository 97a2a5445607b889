"""Search over many days: ask each day's index, the newest first, and stop when the page is full.

Pure of rights: the caller has a grant, opens the day pages for the shard keys, and says with
``within`` which recordings this person may know of. A day whose index cannot be read is always
named, because a search that silently skips a day says "nobody said that" where nobody looked.

Shards are opened for one search and closed again, so that no web process keeps the key or the
bytes of a day that is being destroyed (decision 067).
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID

from talteen.life.transcribe.index import Hit, Shard
from talteen.life.transcribe.query import Depth, Query
from talteen.life.transcribe.shard_file import ShardUnreadable


@dataclass(frozen=True, slots=True)
class ShardRef:
    """Where a day's index stands, and its key from the day page (32 bytes)."""

    day: date
    path: Path
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """A recording that fits, with its passages, the nearest first."""

    recording: UUID
    day: date
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of recordings: the newest day first, within a day the nearest first."""

    recordings: tuple[FoundRecording, ...]
    unreadable: tuple[date, ...]
    """Days that were not searched because their index must be built anew, the newest first."""
    cut: bool
    """Whether the page filled up, so that more may fit. ``count`` tells how much."""

    @property
    def hits(self) -> int:
        """Passages on this page."""
        return sum(len(found.hits) for found in self.recordings)


@dataclass(frozen=True, slots=True)
class Count:
    """How much fits in all days that could be read."""

    recordings: int
    hits: int
    unreadable: tuple[date, ...]


def search(
    shards: Iterable[ShardRef],
    query: Query,
    *,
    limit: int,
    side: str | None = None,
    within: Container[UUID] | None = None,
    depth: Depth = Depth.SHOWN,
) -> Found:
    """At most ``limit`` recordings where ``query`` was said, by ``side`` or by either, in words
    that are shown or also in those that are covered.

    The page stops at the passage that fills it, so the last day's recordings may hold more
    passages than are listed; the transcript, once opened, shows them all (``query.highlight``).
    """
    found: list[FoundRecording] = []
    unreadable: list[date] = []
    for shard in _newest_first(shards):
        if len(found) >= limit:
            break
        try:
            found += _in_day(
                shard, query, limit=limit - len(found), side=side, within=within, depth=depth
            )
        except ShardUnreadable:
            unreadable.append(shard.day)
    return Found(tuple(found), tuple(unreadable), cut=len(found) >= limit)


def count(
    shards: Iterable[ShardRef],
    query: Query,
    *,
    side: str | None = None,
    within: Container[UUID] | None = None,
    depth: Depth = Depth.SHOWN,
) -> Count:
    """How many recordings and passages fit in all ``shards``."""
    recordings = hits = 0
    unreadable: list[date] = []
    for ref in _newest_first(shards):
        try:
            with Shard.open(ref.path, ref.key) as shard:
                counts = shard.count(query, side=side, depth=depth)
        except ShardUnreadable:
            unreadable.append(ref.day)
            continue
        visible = [hit for key, hit in counts.items() if within is None or key in within]
        recordings, hits = recordings + len(visible), hits + sum(visible)
    return Count(recordings, hits, tuple(unreadable))


def _newest_first(shards: Iterable[ShardRef]) -> list[ShardRef]:
    return sorted(shards, key=lambda shard: shard.day, reverse=True)


def _in_day(
    ref: ShardRef,
    query: Query,
    *,
    limit: int,
    side: str | None,
    within: Container[UUID] | None,
    depth: Depth,
) -> list[FoundRecording]:
    """The nearest ``limit`` recordings of one day."""
    hits: dict[UUID, list[Hit]] = {}
    with Shard.open(ref.path, ref.key) as shard:
        for hit in shard.hits(query, side=side, depth=depth):
            if within is not None and hit.recording not in within:
                continue
            hits.setdefault(hit.recording, []).append(hit)
            if len(hits) >= limit:
                break
    return [FoundRecording(recording, ref.day, tuple(of)) for recording, of in hits.items()]
