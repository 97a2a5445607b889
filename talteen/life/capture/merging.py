"""One session, told by two nodes: one account of it, and one verdict (REGISTER 6.3-6.9, 8.1). Pure.

Each node heard of the call what its client, its exchange and its agents told it, and not always the
same. Whatever forbids counts, whoever was told: a refusal, a stop, a pause, a hold, an announcement
that ended later. What only says that one node heard no more (its dialog was lost) forbids nothing.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from talteen.life.capture import rules
from talteen.life.capture.facts import Happening
from talteen.life.capture.rules import (
    LEAST_CONVERSATION_MS,
    Capture,
    Mark,
    Nothing,
    Parked,
    Quarantine,
    Reason,
    Refused,
    SoFar,
    Span,
    Verdict,
)
from talteen.life.capture.sidecar import Sidecar, TimedEvent

NEAR_MS = 2_000
"""Two nodes that tell of the same kind of thing within this time tell of the same thing."""
_WILLED = frozenset(
    {
        Happening.REFUSAL,
        Happening.CAPTURE_STOP,
        Happening.PRIVATE,
        Happening.VOICEMAIL,
        Happening.THREAT,
        Happening.COMPLAINT,
        Happening.OBJECTION,
    }
)


def both(first: Sidecar, other: Sidecar, shift_ms: int) -> Sidecar:
    """The account of ``first``, with what only ``other`` was told. ``shift_ms`` is the other's
    source time 0 in the first one's."""
    theirs = [replace(one, at_ms=max(0, one.at_ms + shift_ms)) for one in other.events]
    mine = [one for one in first.events if one.type is not Happening.HANGUP]
    ended_ms = _hangup(first.events)
    theirs_ended_ms = _hangup(theirs)
    added = [
        one
        for one in theirs
        if one.type is not Happening.HANGUP
        and (_news(one, mine) or (ended_ms is not None and one.at_ms > ended_ms))
    ]
    events = sorted([*mine, *added], key=lambda one: one.at_ms)
    if ended_ms is not None and theirs_ended_ms is not None:
        # Events that came after the hang-up of the one belong to the call of the other.
        last_ms = max(ended_ms, theirs_ended_ms)
        events = [one for one in events if one.at_ms <= last_ms]
        events.append(TimedEvent(Happening.HANGUP, last_ms))
    return replace(
        first,
        events=tuple(events),
        numbers=replace(first.numbers, caller=first.numbers.caller or other.numbers.caller),
        special_category=first.special_category or other.special_category,
        third_parties=first.third_parties or other.third_parties,
    )


def refused_elsewhere(told: Sidecar, at_ms: int) -> Sidecar:
    """``told``, and that the caller refused: only another node, which kept nothing, was told."""
    if any(one.type is Happening.REFUSAL for one in told.events):
        return told
    ended_ms = _hangup(told.events)
    at_ms = max(0, at_ms if ended_ms is None else min(at_ms, ended_ms))
    before = [
        one
        for one in told.events
        if one.at_ms < at_ms or (one.at_ms == at_ms and one.type is not Happening.HANGUP)
    ]
    after = told.events[len(before) :]
    return replace(told, events=(*before, TimedEvent(Happening.REFUSAL, at_ms), *after))


def _hangup(events: Collection[TimedEvent]) -> int | None:
    return next((one.at_ms for one in events if one.type is Happening.HANGUP), None)


def _news(one: TimedEvent, mine: Collection[TimedEvent]) -> bool:
    return one.type in _WILLED and not any(
        known.type is one.type and abs(known.at_ms - one.at_ms) <= NEAR_MS for known in mine
    )


def narrowed(
    verdict: Verdict, other: SoFar | Reason | None, shift_ms: int, silences: Collection[Mark]
) -> Verdict:
    """``verdict``, less what the other node was not to keep.

    ``other`` is the law's word on the other's own account, ``silences`` are the stretches that its
    ear was told, in source time of the first. A node without evidence of its own forbids nothing:
    it only was not told that the caller is informed.
    """
    if isinstance(other, Reason):
        return Nothing(other)
    match verdict:
        case Nothing() | Refused():
            return verdict
        case Capture():
            return _less(verdict, other, shift_ms, silences) or Nothing(Reason.NO_CONVERSATION)
        case Parked() | Quarantine():
            kept = _less(verdict.capture, other, shift_ms, silences)
            if kept is None:
                return Nothing(Reason.NO_CONVERSATION)
            return replace(verdict, capture=kept)


def _less(
    kept: Capture, other: SoFar | None, shift_ms: int, silences: Collection[Mark]
) -> Capture | None:
    """The later announcement opens the recording; every silence of either stays one."""
    opened_ms = other.opened_ms + shift_ms if other else 0
    start_ms = max(kept.kept.start_ms, opened_ms)
    end_ms = kept.kept.end_ms
    if start_ms >= end_ms:
        return None
    cut_ms = start_ms - kept.kept.start_ms
    span = Span(start_ms, end_ms)
    own = [_shifted(one, -cut_ms) for one in kept.gaps]
    theirs = [_shifted(one, -start_ms) for one in silences]
    gaps = _clipped([*own, *theirs], span.length_ms)
    less = replace(
        kept,
        kept=span,
        announced_until=kept.announced_until + timedelta(milliseconds=cut_ms),
        announcement=other.announcement if other and cut_ms else kept.announcement,
        gaps=gaps,
        marks=_clipped([_shifted(one, -cut_ms) for one in kept.marks], span.length_ms),
    )
    return less if rules.conversation_ms(less) >= LEAST_CONVERSATION_MS else None


def _shifted(one: Mark, by_ms: int) -> Mark:
    return Mark(one.kind, one.start_ms + by_ms, one.end_ms + by_ms)


def _clipped(marks: Collection[Mark], length_ms: int) -> tuple[Mark, ...]:
    inside = []
    for mark in marks:
        start_ms, end_ms = max(mark.start_ms, 0), min(mark.end_ms, length_ms)
        moment = mark.start_ms == mark.end_ms
        if start_ms < end_ms or (moment and start_ms == end_ms):
            inside.append(Mark(mark.kind, start_ms, end_ms))
    return tuple(sorted(set(inside), key=lambda one: (one.start_ms, one.end_ms, one.kind.value)))
