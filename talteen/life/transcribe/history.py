"""How the words of a call came to be what they are: who changed what, when, and who read it again.

A correction of inaccurate data keeps its history (REGISTER 8.5, 14.9). A version holds all its
words, so what it changed is read from it and the one before; nothing else is kept. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from talteen.life.transcribe.revision import Revision
from talteen.life.transcribe.words import Segment, Side, Transcript


@dataclass(frozen=True, slots=True)
class Change:
    """One passage that a version changed."""

    side: Side
    language: str
    start_ms: int
    before: str
    """Empty for a passage that the version added: words that came with completed sound."""
    after: str
    """Empty for a passage that it took away: nobody had said anything there."""


@dataclass(frozen=True, slots=True)
class Version:
    """The words as one person left them, and what that person changed."""

    by: str
    at: datetime
    checked_by: str | None
    checked_at: datetime | None
    changes: tuple[Change, ...]
    """By time; none where somebody read the words and found nothing to correct."""


def versions(machine: Transcript, written: Sequence[Revision]) -> list[Version]:
    """The versions, oldest first. ``machine`` is what the machine wrote, ``written`` all that
    people kept in order; that somebody read a version again is kept as the same words once more.
    """
    kept = [one for one, after in pairwise([*written, None]) if one and not _same(one, after)]
    before = [machine, *(one.transcript for one in kept)]
    return [
        Version(one.by, one.at, one.checked_by, one.checked_at, changes(former, one.transcript))
        for former, one in zip(before, kept, strict=False)
    ]


def changes(before: Transcript, after: Transcript) -> tuple[Change, ...]:
    """The passages that differ, by time. A passage stands where it stood: only its words change."""
    old = {_place(one): one for one in before.segments}
    new = {_place(one): one for one in after.segments}
    return tuple(
        _change(old.get(place), new.get(place))
        for place in sorted(old.keys() | new.keys())
        if _text(old.get(place)) != _text(new.get(place))
    )


def _same(one: Revision, after: Revision | None) -> bool:
    if after is None:
        return False
    return (after.by, after.at, after.transcript) == (one.by, one.at, one.transcript)


def _place(segment: Segment) -> tuple[int, int, str]:
    return segment.start_ms, segment.end_ms, segment.side.value


def _change(before: Segment | None, after: Segment | None) -> Change:
    passage = after or before
    assert passage is not None
    return Change(passage.side, passage.language, passage.start_ms, _text(before), _text(after))


def _text(segment: Segment | None) -> str:
    return segment.text if segment else ""
