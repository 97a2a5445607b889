"""The verdict of each call (REGISTER J8-J10, 6.6, 15.1). Pure.

First what the exchange says of the call: internal, an excluded line, voicemail, no conversation.
Where it says that people talked, there must be a recording that covers the talk. Where it cannot
say, the register may know from its promise row; where nobody knows, the call counts as lost: a
balance never hides one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from talteen.oversight.balance.matching import TOLERANCE
from talteen.oversight.balance.running import Matched, Running, call_slot, slot
from talteen.oversight.balance.values import (
    Accounted,
    Balance,
    Compared,
    LostWhy,
    Outcome,
    Promised,
    Recorded,
    Register,
    Sums,
    Verdict,
    VoicemailMark,
)
from talteen.oversight.records.values import CallRecord, Direction, Ending, Stretch, Talk

T = TypeVar("T")
TRANSFER_RING = timedelta(seconds=60)
"""How long the next agent's telephone may ring between two recordings of one call, in exports that
do not show the seam. It is the exchange's own time-out for ringing.
"""
_SAID: dict[Ending, Verdict] = {
    Ending.VOICEMAIL: Verdict.VOICEMAIL,
    Ending.REFUSED: Verdict.REFUSAL,
    Ending.IN_ANNOUNCEMENT: Verdict.HANGUP_IN_ANNOUNCEMENT,
    Ending.NO_CONVERSATION: Verdict.NO_CONVERSATION,
}
_NOTED: dict[Outcome, Verdict] = {
    Outcome.NOT_ANNOUNCED: Verdict.NO_EVIDENCE,
    Outcome.REFUSED_AT_PROMPT: Verdict.REFUSAL,
    Outcome.REFUSED: Verdict.REFUSAL,
    Outcome.PARKED: Verdict.REFUSAL,  # a refusal under threat that nobody confirmed (15.6)
    Outcome.AGENT_UNTOLD: Verdict.AGENT_UNTOLD,
    Outcome.PRIVATE: Verdict.PRIVATE,
    Outcome.EXCLUDED_LINE: Verdict.EXCLUDED_LINE,
    Outcome.VOICEMAIL: Verdict.VOICEMAIL,
    Outcome.NO_CONVERSATION: Verdict.NO_CONVERSATION,
}


def balance(
    calls: Sequence[CallRecord],
    register: Register,
    *,
    tells_refusals: bool,
    longest_wait: timedelta | None = None,
) -> Balance:
    """Every call with its verdict, by beginning.

    ``tells_refusals``: whether the export can tell a refusal, so that their count means something.
    ``longest_wait``: how long a caller waits at most for an agent; only for exports that do not
    say when the agent answered.
    """
    running, sums = Running(), Sums()
    accounted = sorted(
        (
            account(one, register.voicemail_marks, longest_wait)
            for one in _hours(running, calls, register)
        ),
        key=lambda one: (one.began_at, one.key),
    )
    for call in accounted:
        sums.add(call)
    close(sums, running.orphans, register.refusals if tells_refusals else None)
    return Balance(tuple(accounted), sums)


def close(sums: Sums, orphans: Iterable[str], refusals: int | None) -> None:
    """The last of a day: what belongs to no call, and how many refusals the register counted, None
    where the two cannot be compared."""
    sums.orphans = sorted(orphans)
    if refusals is not None:
        sums.refusals = Compared(sums.counts[Verdict.REFUSAL], refusals)


def _hours(running: Running, calls: Iterable[CallRecord], register: Register) -> Iterator[Matched]:
    begun = _by(calls, call_slot)
    kept = _by(register.recorded, lambda one: slot(one.begins_at))
    promised = _by(register.promised, lambda one: slot(one.at))
    for hour in sorted({*begun, *kept, *promised}):
        yield from running.hour(hour, begun[hour], kept[hour], promised[hour])
    yield from running.hour(None, (), (), ())


def _by(found: Iterable[T], hour: Callable[[T], int]) -> defaultdict[int, list[T]]:
    by_hour: defaultdict[int, list[T]] = defaultdict(list)
    for one in found:
        by_hour[hour(one)].append(one)
    return by_hour


def account(
    matched: Matched, marks: Iterable[VoicemailMark], longest_wait: timedelta | None
) -> Accounted:
    """The verdict of one call that is over."""
    call, recorded, promise = matched.call, matched.recorded, matched.promise
    missing = _missing(call, recorded, longest_wait) if recorded else ()
    lawful = _lawful(call, recorded, promise, marks, longest_wait)
    verdict = lawful or _kept(recorded, missing, promise)
    return Accounted(
        key=call.key,
        began_at=call.began_at,
        ended_at=call.ended_at,
        line=call.line,
        verdict=verdict,
        recordings=tuple(each.id for each in recorded),
        missing=missing if verdict is Verdict.PARTIAL else (),
        why=_why(promise) if verdict is Verdict.LOST else None,
        unlawful=bool(recorded) and verdict.lawful,
        begin_told=longest_wait is not None or all(talk.begin_told for talk in call.talks),
    )


def _lawful(
    call: CallRecord,
    recorded: tuple[Recorded, ...],
    promise: Promised | None,
    marks: Iterable[VoicemailMark],
    longest_wait: timedelta | None,
) -> Verdict | None:
    """Why nothing had to be recorded; None where it had to."""
    if call.direction is Direction.INTERNAL:
        return Verdict.INTERNAL
    if call.excluded:
        return Verdict.EXCLUDED_LINE
    if not recorded and any(_marked(mark, call) for mark in marks):
        return Verdict.VOICEMAIL
    if call.ending in _SAID:
        return _SAID[call.ending]
    if recorded:
        return None
    if promise is not None and promise.outcome in _NOTED:
        return _NOTED[promise.outcome]
    if call.ending is Ending.UNTOLD and longest_wait is not None:
        # Nobody waits longer: all of it can be announcement, queue or voicemail.
        return Verdict.NO_CONVERSATION if call.span.seconds <= longest_wait.seconds else None
    return None


def _marked(mark: VoicemailMark, call: CallRecord) -> bool:
    during = call.began_at - TOLERANCE <= mark.at <= call.ended_at + TOLERANCE
    return mark.agent in call.extensions and during


def _kept(
    recorded: tuple[Recorded, ...], missing: tuple[Stretch, ...], promise: Promised | None
) -> Verdict:
    if recorded:
        return Verdict.PARTIAL if missing else Verdict.RECORDED
    # Destroyed since, on request or by its time: the promise row outlives the recording.
    kept = promise is not None and promise.outcome in (Outcome.RECORDED, Outcome.QUARANTINED)
    return Verdict.RECORDED if kept else Verdict.LOST


def _why(promise: Promised | None) -> LostWhy:
    if promise is None:
        return LostWhy.NEVER_ARRIVED
    return LostWhy.LATE if promise.outcome is Outcome.LATE else LostWhy.ARRIVED_UNKEPT


def _missing(
    call: CallRecord, recorded: tuple[Recorded, ...], longest_wait: timedelta | None
) -> tuple[Stretch, ...]:
    """What is missing of the talks: stretches longer than the tolerance, in order."""
    kept = sorted((s for each in recorded for s in each.kept), key=lambda s: s.begins_at)
    if not call.seams_told:
        kept = _over_seams(kept)
    lawful_from = min((e.announced_until for e in recorded if e.announced_until), default=None)
    found: list[Stretch] = []
    for talk in call.talks:
        begins_at = _expected_from(talk, kept, longest_wait)
        begins_at = max(begins_at, lawful_from) if lawful_from else begins_at
        found += _uncovered(Stretch(begins_at, talk.span.ends_at), kept)
    return tuple(found)


def _expected_from(talk: Talk, kept: Sequence[Stretch], longest_wait: timedelta | None) -> datetime:
    """From when sound must be there."""
    if talk.begin_told:
        return talk.span.begins_at
    if longest_wait is not None:
        return min(talk.span.begins_at + longest_wait, talk.span.ends_at)
    inside = (s.begins_at for s in kept if s.ends_at > talk.span.begins_at)
    return max(talk.span.begins_at, min(inside, default=talk.span.ends_at))


def _over_seams(kept: list[Stretch]) -> list[Stretch]:
    """Recordings of one call joined over the time in which the next agent's telephone rang."""
    joined: list[Stretch] = []
    for stretch in kept:
        if joined and stretch.begins_at - joined[-1].ends_at <= TRANSFER_RING:
            last = joined.pop()
            stretch = Stretch(last.begins_at, max(last.ends_at, stretch.ends_at))
        joined.append(stretch)
    return joined


def _uncovered(span: Stretch, kept: Sequence[Stretch]) -> list[Stretch]:
    found, at = [], span.begins_at
    for stretch in kept:
        if stretch.begins_at - at > TOLERANCE and stretch.begins_at < span.ends_at:
            found.append(Stretch(at, stretch.begins_at))
        at = max(at, stretch.ends_at)
    if span.ends_at - at > TOLERANCE:
        found.append(Stretch(at, span.ends_at))
    return found
