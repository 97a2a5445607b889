"""Whether a call may be kept, and which part of it (REGISTER 6.3-6.9, 8.1, 13.2, 15.1-15.6, J8).

``wanted`` decides from timed facts alone. Nobody listens to the sound to decide, and what is in
doubt about the announcement is not kept. ``so_far`` answers the same question of a call that still
runs, with the same rules: ``gate`` asks it.

Source time counts milliseconds from the first sample. Recording time counts from the end of the
announcement, where a recording begins; gaps and marks of a verdict stand in recording time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from talteen.life.capture.announced import Counted, that_count
from talteen.life.capture.facts import (
    CallFacts,
    Doubt,
    Event,
    Happening,
    Overheard,
    Played,
    Standing,
)

PROMPT_ANSWER_MS = 10_000
"""Conversation before a refusal that is still an answer to the prompt (decision 050)."""
LEAST_CONVERSATION_MS = 2_000
"""A caller who hangs up sooner after the prompt has said nothing that could be kept (15.1)."""
LOST_TOLERANCE_MS = 2_000
"""How much sound may be missing before the hang-up, or on one side, without calling it lost."""
CLOCK_TOLERANCE = timedelta(minutes=5)
"""13.2: a start further in the future than this is doubted."""
PARKING_TIME = timedelta(hours=24)
"""15.6: how long a marked threat waits for two persons and a named claim."""


class MarkKind(Enum):
    """What a stretch or a moment of a recording is. Kinds only: never content."""

    PAUSE = "pause"
    HOLD = "hold"
    CONSULT = "consult"
    RINGING = "ringing"
    UNANNOUNCED = "unannounced"
    """Somebody joined who has not been told yet (6.5)."""
    LOST = "lost"
    """The source has no sound although the call went on."""
    REDACTED = "redacted"
    """A card's security code stood here; it was cut out after sealing (8.2)."""
    TRANSFER = "transfer"
    COMPLAINT = "complaint"
    OBJECTION = "objection"
    THREAT = "threat"


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start_ms`` up to, not including, ``end_ms``."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Mark:
    """A named stretch of a recording (``end_ms > start_ms``) or a moment of it (equal)."""

    kind: MarkKind
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Capture:
    """Keep this part. Nothing before ``announced_until``, nothing inside ``gaps`` (I9)."""

    started_at: datetime
    """Start of the call's first leg (13.1): what due is counted from."""
    announced_until: datetime
    announcement: str
    """Version whose end opened the recording."""
    kept: Span
    """In source time. Recording time 0 is ``kept.start_ms``."""
    gaps: tuple[Mark, ...]
    """In recording time, by start: not captured, true silence of exact length (6.6, 8.1)."""
    marks: tuple[Mark, ...]
    """In recording time, by start: moments that were marked."""
    incomplete: bool
    """Sound was lost, at the end or on one side."""

    @property
    def length_ms(self) -> int:
        return self.kept.length_ms


class Reason(Enum):
    """Why a call leaves nothing but a count."""

    NOT_ANNOUNCED = "not_announced"
    REFUSED_AT_PROMPT = "refused_at_prompt"
    PRIVATE = "private"
    EXCLUDED_LINE = "excluded_line"
    DO_NOT_RECORD = "do_not_record"
    """The number stands in the list of those who objected (6.9)."""
    VOICEMAIL = "voicemail"
    NO_CONVERSATION = "no_conversation"
    AGENT_UNTOLD = "agent_untold"
    """An agent in it has not acknowledged the employees' notice, or does not permit it (E.0)."""
    LATE = "late"
    """It arrived when its cutoff had passed (13.2)."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No recording is born. One is added to the day's count of ``kind``."""

    kind: Reason


@dataclass(frozen=True, slots=True)
class Refused:
    """The caller refused in mid-call (15.3): what was captured is destroyed before it is sealed."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A threat was marked before the refusal (15.6): sealed, unplayable, destroyed at ``until``."""

    capture: Capture
    until: datetime


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Sealed and unplayable (13.2); due counts from ``capture.started_at``, the earlier start."""

    capture: Capture
    doubt: Doubt


Verdict = Capture | Nothing | Refused | Parked | Quarantine


def wanted(
    facts: CallFacts, now: datetime, *, cutoff_of: Callable[[datetime], datetime]
) -> Verdict:
    """What this house may do with the call, at ``now`` (aware).

    ``cutoff_of`` gives the cutoff of a start under the policy of the call's notice version.
    """
    never = _never_captured(facts)
    if never is not None:
        return Nothing(never)
    heard = that_count(facts)
    refused_ms = _first(facts, Happening.REFUSAL)
    if not heard:
        return Nothing(_unopened(facts, refused_ms))
    started_at, doubt = _start(facts, now)
    capture = _captured(facts, heard, started_at)
    if refused_ms is not None:
        return _refusal(facts, capture, now)
    if capture is None or conversation_ms(capture) < LEAST_CONVERSATION_MS:
        return Nothing(Reason.NO_CONVERSATION)
    if cutoff_of(started_at) <= now:
        return Nothing(Reason.LATE)
    return Quarantine(capture, doubt) if doubt is not None else capture


OPEN_MS = 1 << 40
"""An end that has not come: later than any call lasts."""


@dataclass(frozen=True, slots=True)
class SoFar:
    """What the law says of a call that still runs. Source time."""

    opened_ms: int
    """From here on it is kept."""
    announcement: str
    gaps: tuple[Mark, ...]
    """Not captured, whether before or after ``opened_ms``; to ``OPEN_MS`` where it still lasts."""
    stopped_ms: int | None
    """Nothing from here on is kept."""


def so_far(facts: CallFacts) -> SoFar | Reason | None:
    """What may be kept of a call as far as it is known; None while nothing may be yet.

    A Reason means: never. The lengths of the sound in ``facts`` are not looked at.
    """
    never = _never_captured(facts)
    if never is not None:
        return never
    heard = that_count(facts)
    if not heard:
        return None
    opened_ms = max(0, heard[0].end_ms)
    gaps = tuple(_gaps(facts, heard, OPEN_MS))
    return SoFar(opened_ms, heard[0].version, gaps, _stop(facts))


def _never_captured(facts: CallFacts) -> Reason | None:
    if _first(facts, Happening.PRIVATE) is not None:
        return Reason.PRIVATE
    if facts.line is Standing.EXCLUDED:
        return Reason.EXCLUDED_LINE
    if facts.do_not_record:
        return Reason.DO_NOT_RECORD
    if facts.agent_untold:
        return Reason.AGENT_UNTOLD
    if _first(facts, Happening.VOICEMAIL) is not None:
        return Reason.VOICEMAIL
    return None


def _unopened(facts: CallFacts, refused_ms: int | None) -> Reason:
    """Key nine cuts the prompt short: that is an answer, not a fault of the house."""
    if refused_ms is not None:
        if facts.refused_by_key:
            return Reason.REFUSED_AT_PROMPT
        for announced in facts.announcements:
            if (
                isinstance(announced, Played | Overheard)
                and announced.start_ms <= refused_ms <= announced.end_ms + PROMPT_ANSWER_MS
            ):
                return Reason.REFUSED_AT_PROMPT
    return Reason.NOT_ANNOUNCED


def _first(facts: CallFacts, kind: Happening) -> int | None:
    return min((e.at_ms for e in facts.events if e.kind is kind), default=None)


def _start(facts: CallFacts, now: datetime) -> tuple[datetime, Doubt | None]:
    """The start that due counts from, and what is doubtful about it (13.2): the earlier wins."""
    arrival = now if facts.earliest_at is None else min(now, facts.earliest_at)
    if facts.started_at is None:
        return arrival, Doubt.TIME
    ended_at = facts.started_at + timedelta(milliseconds=max(facts.agent_ms, facts.caller_ms))
    if ended_at > now + CLOCK_TOLERANCE:
        return min(arrival, facts.started_at), Doubt.TIME
    started_at = min(facts.started_at, now)
    if facts.doubts:
        earlier = min(arrival, started_at)
        return earlier, Doubt.TIME if Doubt.TIME in facts.doubts else Doubt.IDENTITY
    return started_at, None


def _captured(facts: CallFacts, heard: list[Counted], started_at: datetime) -> Capture | None:
    opened = heard[0]
    sound_ms = max(facts.agent_ms, facts.caller_ms)
    end_ms = _end(facts, sound_ms)
    # A prompt may have ended before the first sample: then all the sound comes after it.
    opened_ms = max(opened.end_ms, 0)
    if end_ms <= opened_ms:
        return None
    kept = Span(opened_ms, end_ms)
    lost = [Mark(MarkKind.LOST, sound_ms, end_ms)] if end_ms > sound_ms else []
    one_sided = abs(facts.agent_ms - facts.caller_ms) > LOST_TOLERANCE_MS
    return Capture(
        started_at=started_at,
        announced_until=started_at + timedelta(milliseconds=opened_ms),
        announcement=opened.version,
        kept=kept,
        gaps=_within(kept, [*_gaps(facts, heard, end_ms), *lost]),
        marks=_within(kept, _moments(facts)),
        incomplete=bool(lost) or one_sided,
    )


def _end(facts: CallFacts, sound_ms: int) -> int:
    """Where capture ends: at the first event that stops it, else with the sound (6.6)."""
    stopped_ms = _stop(facts)
    end_ms = sound_ms if stopped_ms is None else stopped_ms
    return end_ms if end_ms - sound_ms > LOST_TOLERANCE_MS else min(end_ms, sound_ms)


def _stop(facts: CallFacts) -> int | None:
    stops = (Happening.HANGUP, Happening.CAPTURE_STOP, Happening.REFUSAL)
    return min((e.at_ms for e in facts.events if e.kind in stops), default=None)


_H, _K = Happening, MarkKind
_OPENS = {
    _H.PAUSE: _K.PAUSE,
    _H.HOLD: _K.HOLD,
    _H.CONSULT: _K.CONSULT,
    _H.TRANSFER: _K.RINGING,
}
_CLOSES = {
    _H.RESUME: {_K.PAUSE},
    _H.CONSULT_OVER: {_K.CONSULT},
    _H.RETRIEVE: {_K.HOLD, _K.CONSULT},
    # Somebody talks with the caller again: an attended transfer reports neither retrieve nor end.
    _H.ANSWER: {_K.HOLD, _K.CONSULT, _K.RINGING},
}
_MOMENTS = {
    _H.TRANSFER: _K.TRANSFER,
    _H.COMPLAINT: _K.COMPLAINT,
    _H.OBJECTION: _K.OBJECTION,
    _H.THREAT: _K.THREAT,
}


def _gaps(facts: CallFacts, heard: list[Counted], end_ms: int) -> list[Mark]:
    """Stretches of source time not to be captured. One that nobody closes lasts to the end."""
    since: dict[MarkKind, int] = {}
    gaps: list[Mark] = []
    for event in with_ended_pauses(facts):
        for closed in sorted(_CLOSES.get(event.kind, set()) & since.keys(), key=lambda k: k.value):
            gaps.append(Mark(closed, since.pop(closed), event.at_ms))
        if event.kind in _OPENS:
            since.setdefault(_OPENS[event.kind], event.at_ms)
        elif event.kind is Happening.JOIN:
            told_ms = min((h.end_ms for h in heard if h.start_ms >= event.at_ms), default=end_ms)
            gaps.append(Mark(MarkKind.UNANNOUNCED, event.at_ms, told_ms))
    gaps += [Mark(kind, start_ms, end_ms) for kind, start_ms in since.items()]
    return [gap for gap in gaps if gap.start_ms < gap.end_ms]


def with_ended_pauses(facts: CallFacts) -> list[Event]:
    """The events in order, and the end of each pause that nobody ended in time (8.1).

    Pressing *Tauko* again begins the time anew.
    """
    events = sorted(facts.events, key=lambda event: event.at_ms)
    if facts.pause_ends_after_ms is None:
        return events
    ended: list[Event] = []
    ends_ms: int | None = None
    for event in [*events, None]:
        if ends_ms is not None and (event is None or event.at_ms >= ends_ms):
            ended.append(Event(Happening.RESUME, ends_ms))
            ends_ms = None
        if event is None:
            break
        ended.append(event)
        if event.kind is Happening.PAUSE:
            ends_ms = event.at_ms + facts.pause_ends_after_ms
        elif event.kind is Happening.RESUME:
            ends_ms = None
    return ended


def _moments(facts: CallFacts) -> list[Mark]:
    return [Mark(_MOMENTS[e.kind], e.at_ms, e.at_ms) for e in facts.events if e.kind in _MOMENTS]


def _within(kept: Span, marks: list[Mark]) -> tuple[Mark, ...]:
    """The parts of ``marks`` that fall inside ``kept``, in recording time."""
    inside = []
    for mark in marks:
        start_ms = max(mark.start_ms, kept.start_ms) - kept.start_ms
        end_ms = min(mark.end_ms, kept.end_ms) - kept.start_ms
        moment = mark.start_ms == mark.end_ms
        if start_ms < end_ms or (moment and start_ms == end_ms):
            inside.append(Mark(mark.kind, start_ms, end_ms))
    return tuple(sorted(inside, key=lambda m: (m.start_ms, m.end_ms, m.kind.value)))


def conversation_ms(capture: Capture) -> int:
    """Captured sound outside all gaps."""
    spoken_ms, at_ms = 0, 0
    for gap in capture.gaps:
        spoken_ms += max(0, gap.start_ms - at_ms)
        at_ms = max(at_ms, gap.end_ms)
    return spoken_ms + max(0, capture.length_ms - at_ms)


def _refusal(facts: CallFacts, capture: Capture | None, now: datetime) -> Verdict:
    """What a refusal leaves: at the prompt a count, later nothing, after a threat 24 hours."""
    if capture is None:
        return Nothing(Reason.REFUSED_AT_PROMPT)
    ended_at = capture.started_at + timedelta(milliseconds=capture.kept.end_ms)
    until = min(ended_at, now) + PARKING_TIME
    if _threatened(facts, capture.kept) and now < until:
        return Parked(capture, until)
    at_prompt = conversation_ms(capture) <= PROMPT_ANSWER_MS
    return Nothing(Reason.REFUSED_AT_PROMPT) if at_prompt else Refused()


def _threatened(facts: CallFacts, captured: Span) -> bool:
    """A threat was marked in the captured part, which ends with the refusal (15.6)."""
    return any(
        event.kind is Happening.THREAT and captured.start_ms <= event.at_ms <= captured.end_ms
        for event in facts.events
    )
