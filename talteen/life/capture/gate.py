"""May this call be kept, and from which instant? The announcement gate while a call runs (6.3).

A gate is a value. It is told what happened (``facts``) and answers with decisions for those who
hold the sound (decision 080): ``Wait``, ``Keep``, ``Gap``, ``Resume``, ``Close``, ``Drop``,
``Park``, and for the exchange ``Announce``. It has no law of its own: at every event it asks
``rules`` anew, with all that is known by then, and tells the difference from what it told before.
So a call that was recorded live and the same call imported later are kept alike (decision 085).

Until evidence stands, sound is in RAM only (J9), so a decision may lie a little in the past:
``Keep(since)`` is the end of an announcement that was recognised seconds later. What was once told
to be silent stays so: nobody has it any more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from talteen.life.capture import rules
from talteen.life.capture.announced import counted
from talteen.life.capture.believing import announced
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    CallFacts,
    Direction,
    Event,
    Evidence,
    Happened,
    Happening,
    KnownAnnouncement,
    PauseEvidence,
    Refusal,
    ResumeEvidence,
    Standing,
    Way,
)
from talteen.life.capture.rules import (
    OPEN_MS,
    Capture,
    MarkKind,
    Nothing,
    Parked,
    Quarantine,
    Reason,
    Refused,
    SoFar,
    Verdict,
)

WINDOW = timedelta(seconds=60)
"""J9: how much sound waits in RAM for its evidence."""
PAUSE_ENDS_AFTER = timedelta(seconds=120)
"""8.1: a pause ends by itself, with a tone. The default of the setting."""
MOST_EVENTS = 300
"""An exchange that reports more of one call is broken: nothing later is kept."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may be kept yet: hold the last ``window`` in RAM, and nothing else."""

    window: timedelta


@dataclass(frozen=True, slots=True)
class Keep:
    """Capture begins: what was said from ``since`` on may leave RAM, sealed."""

    since: datetime
    announcement: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What was said from ``start`` on is not captured; to ``until`` or, if None, to a Resume."""

    start: datetime
    until: datetime | None
    why: MarkKind


@dataclass(frozen=True, slots=True)
class Resume:
    """Capture goes on at ``at``. ``tone``: the clock ended the pause, and both hear it (8.1)."""

    at: datetime
    tone: bool


@dataclass(frozen=True, slots=True)
class Close:
    """Nothing from ``at`` on is captured, whatever still arrives."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """Burn all that was captured and all that waits. ``tone``: both hear it (15.3)."""

    why: Nothing | Refused
    tone: bool


@dataclass(frozen=True, slots=True)
class Park:
    """A threat was marked before the refusal (15.6): seal it, unplayable, until ``until``."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Announce:
    """Somebody joined who has not been told (6.5): let the exchange play ``announcement``."""

    announcement: str


@dataclass(frozen=True, slots=True)
class Unbelieved:
    """Evidence of an announcement does not count: worth a warning, never a recording."""

    evidence: AnnouncementEvidence


Decision = Wait | Keep | Gap | Resume | Close | Drop | Park | Announce | Unbelieved
Decided = tuple["Gate", tuple[Decision, ...]]
"""The gate after what it was told, and what follows from it."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is known of a call when it begins."""

    started_at: datetime
    """The start of its first leg (13.1), aware."""
    direction: Direction
    line: Standing
    known: Mapping[str, KnownAnnouncement]
    """Announcements in force at the start, by key. None: no call of this instant is kept (4.3)."""
    language: str | None = None
    """What the caller chose, if the exchange says it."""
    do_not_record: bool = False
    agent_untold: bool = False
    pause_ends_after: timedelta | None = PAUSE_ENDS_AFTER


@dataclass(frozen=True, slots=True)
class _Silence:
    """A stretch of source time that is not captured."""

    start_ms: int
    end_ms: int
    why: MarkKind


@dataclass(frozen=True, slots=True)
class _Told:
    """What those who hold the sound know already."""

    keep: bool = False
    silences: tuple[_Silence, ...] = ()
    closed: bool = False
    """Closed, dropped or parked."""
    burnt: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """One call as far as it is known. Never changes: each event gives another one."""

    facts: CallFacts
    started_at: datetime
    now: datetime
    """When it was last told anything."""
    over: bool = False
    """The call has ended: later evidence belongs to no capture (15.5)."""
    _told: _Told = field(default_factory=_Told)
    _at_last: datetime | None = None
    """When what it was told last happened: facts count whole milliseconds, and packets do not."""

    @classmethod
    def of(cls, call: Call) -> Decided:
        """The gate of a call that begins."""
        limit = call.pause_ends_after
        facts = CallFacts(
            started_at=call.started_at,
            agent_ms=0,
            caller_ms=0,
            direction=call.direction,
            language=call.language,
            line=call.line,
            known=call.known,
            do_not_record=call.do_not_record,
            agent_untold=call.agent_untold,
            pause_ends_after_ms=None if limit is None else limit // _MS,
        )
        gate = cls(facts, call.started_at, call.started_at)
        after, decisions = gate._decided(by_clock=False)
        return after, decisions or (Wait(WINDOW),)

    def told(self, evidence: Evidence, now: datetime) -> Decided:
        """What follows from ``evidence`` that arrived at ``now`` (aware)."""
        if self.over:
            return self, ()
        gate, by_then = self.tick(now)
        after, decisions = gate._told_of(evidence)
        return after, (*by_then, *decisions)

    def tick(self, now: datetime) -> Decided:
        """What follows from the time alone."""
        gate = replace(self, now=now) if now > self.now else self
        if not gate.facts.events:
            return gate, ()  # nothing that time could end; asked before every word about a call
        return gate._with_pauses_ended()._decided(by_clock=True)

    def listed(self, now: datetime) -> Decided:
        """What follows from learning at ``now`` that the other party has objected (6.9)."""
        facts = replace(self.facts, do_not_record=True)
        return replace(self, facts=facts, now=max(now, self.now))._decided(by_clock=False)

    def untold(self, now: datetime) -> Decided:
        """What follows from learning at ``now`` that one of ours may not be recorded (E.0)."""
        facts = replace(self.facts, agent_untold=True)
        return replace(self, facts=facts, now=max(now, self.now))._decided(by_clock=False)

    def deadline(self) -> datetime | None:
        """When ``tick`` has something to say, if nothing else happens before."""
        if not self.facts.events:
            return None  # asked at every word about every call
        state = rules.so_far(self.facts)
        if self._told.closed or not isinstance(state, SoFar):
            return None
        ends = [g.end_ms for g in state.gaps if self._ms(self.now) < g.end_ms < OPEN_MS]
        return self._at(min(ends)) if ends else None

    def verdict(self, *, cutoff_of: Callable[[datetime], datetime] | None = None) -> Verdict:
        """What may become of the call, were it over now: the same as of an import of its facts."""
        sound_ms = self._ms(self.now)
        facts = replace(self.facts, agent_ms=sound_ms, caller_ms=sound_ms)
        return rules.wanted(facts, self.now, cutoff_of=cutoff_of or _no_cutoff)

    def _told_of(self, evidence: Evidence) -> Decided:
        match evidence:
            case AnnouncementEvidence():
                return self._announced(evidence)
            case Refusal(at=at, way=way):
                by_key = self.facts.refused_by_key or way in (Way.KEY, Way.IVR)
                facts = replace(self.facts, refused_by_key=by_key)
                return replace(self, facts=facts)._happened(Happening.REFUSAL, at)
            case PauseEvidence(start=start):
                return self._happened(Happening.PAUSE, start)
            case ResumeEvidence(at=at):
                return self._happened(Happening.RESUME, at)
            case Happened(kind=kind, at=at):
                return self._happened(kind, at)

    def _with_pauses_ended(self) -> "Gate":
        """A pause that the clock ended has a resume from now on, as if the agent had pressed it:
        who reads the facts later need not know how long a pause may last here."""
        if self.over or not self.facts.events:
            return self
        events = rules.with_ended_pauses(self.facts)
        past = tuple(event for event in events if event.at_ms <= self._ms(self.now))
        return replace(self, facts=replace(self.facts, events=past))

    def _announced(self, evidence: AnnouncementEvidence) -> Decided:
        fact = announced(evidence, self.facts, self.started_at, self.now)
        if fact is None or len(self.facts.announcements) >= MOST_EVENTS:
            return self, (Unbelieved(evidence),)
        facts = replace(self.facts, announcements=(*self.facts.announcements, fact))
        after, decisions = replace(self, facts=facts)._decided(by_clock=False)
        believed = counted(fact, facts) is not None
        return after, decisions if believed else (*decisions, Unbelieved(evidence))

    def _happened(self, kind: Happening, at: datetime) -> Decided:
        """Exchanges' clocks differ from ours: nothing happens before the call or in the future."""
        at = min(max(self.started_at, at), self.now)
        at_ms = self._ms(at)
        if len(self.facts.events) >= MOST_EVENTS and kind not in _ENDS:
            kind = Happening.CAPTURE_STOP
        facts = replace(self.facts, events=(*self.facts.events, Event(kind, at_ms)))
        over = kind is Happening.HANGUP
        return replace(self, facts=facts, over=over, _at_last=at)._decided(by_clock=False)

    def _decided(self, *, by_clock: bool) -> Decided:
        """What is new since the last time."""
        if self._told.burnt:
            return self, ()
        state = rules.so_far(self.facts)
        final = self._final(state)
        if final is not None:
            return final
        if not isinstance(state, SoFar):
            return self, ()
        return self._difference(state, by_clock=by_clock)

    def _final(self, state: SoFar | Reason | None) -> Decided | None:
        """Where the call leaves nothing, or is parked: at once, and not when it is over."""
        if isinstance(state, Reason):
            return self._dropped(Nothing(state), tone=self._told.keep)
        refused = any(event.kind is Happening.REFUSAL for event in self.facts.events)
        if not (refused or self.over):
            return None
        match self.verdict():
            case Nothing() | Refused() as why:
                return self._dropped(why, tone=refused and self._told.keep)
            case Parked(_, until) if isinstance(state, SoFar):
                told = replace(self._told, closed=True, burnt=True)
                after, decisions = self._difference(state, by_clock=False)
                return replace(after, _told=told), (*decisions, Park(until))
            case Parked() | Capture() | Quarantine():
                return None

    def _dropped(self, why: Nothing | Refused, *, tone: bool) -> Decided:
        told = replace(self._told, closed=True, burnt=True)
        return replace(self, _told=told), (Drop(why, tone),)

    def _difference(self, state: SoFar, *, by_clock: bool) -> Decided:
        if self._told.closed:
            return self, ()
        planned = _merged(state, self._ms(self.now))
        decisions: list[Decision] = []
        if not self._told.keep:
            decisions.append(Keep(self._at(state.opened_ms), state.announcement))
        silences = list(self._told.silences)
        if silences and silences[-1].end_ms == OPEN_MS:
            since_ms = silences[-1].start_ms
            # None is left of it where the call stopped before it: reports come late.
            ended_ms = next((s.end_ms for s in planned if s.end_ms > since_ms), since_ms)
            if ended_ms < OPEN_MS:
                silences[-1] = replace(silences[-1], end_ms=ended_ms)
                if state.stopped_ms is None:
                    decisions.append(Resume(self._at(ended_ms), by_clock))
        for gap in _without(planned, silences):
            until = None if gap.end_ms == OPEN_MS else self._at(gap.end_ms)
            decisions.append(Gap(self._at(gap.start_ms), until, gap.why))
            if gap.why is MarkKind.UNANNOUNCED and until is None:
                decisions.append(Announce(state.announcement))
            silences.append(gap)
        if state.stopped_ms is not None:
            decisions.append(Close(self._at(state.stopped_ms)))
        silences.sort(key=lambda s: s.start_ms)
        told = _Told(True, tuple(silences), closed=state.stopped_ms is not None)
        return replace(self, _told=told), tuple(decisions)

    def _ms(self, at: datetime) -> int:
        return (at - self.started_at) // _MS

    def _at(self, ms: int) -> datetime:
        """The instant of ``ms``; that of what was told last to its microsecond, if it lies there:
        the last packet before a hold may have come in the millisecond in which the hold began."""
        last = self._at_last
        return last if last and self._ms(last) == ms else self.started_at + ms * _MS


_MS = timedelta(milliseconds=1)
_ENDS = frozenset({Happening.REFUSAL, Happening.HANGUP, Happening.PRIVATE, Happening.VOICEMAIL})


def _no_cutoff(start: datetime) -> datetime:
    """A call that runs is not past its cutoff."""
    return datetime.max.replace(tzinfo=UTC)


def _merged(state: SoFar, now_ms: int) -> list[_Silence]:
    """The silences after the opening, apart from each other; one that lasts longer than now has
    an open end."""
    last_ms = OPEN_MS if state.stopped_ms is None else state.stopped_ms
    merged: list[_Silence] = []
    for gap in sorted(state.gaps, key=lambda gap: (gap.start_ms, gap.end_ms)):
        start_ms = max(gap.start_ms, state.opened_ms)
        end_ms = min(OPEN_MS if gap.end_ms > now_ms else gap.end_ms, last_ms)
        if end_ms <= start_ms:
            continue
        if merged and start_ms <= merged[-1].end_ms:
            merged[-1] = replace(merged[-1], end_ms=max(end_ms, merged[-1].end_ms))
        else:
            merged.append(_Silence(start_ms, end_ms, gap.kind))
    return merged


def _without(planned: list[_Silence], told: list[_Silence]) -> list[_Silence]:
    """The parts of ``planned`` that nobody was told yet."""
    news = planned
    for known in told:
        news = [
            part
            for silence in news
            for part in (
                replace(silence, end_ms=min(silence.end_ms, known.start_ms)),
                replace(silence, start_ms=max(silence.start_ms, known.end_ms)),
            )
            if part.start_ms < part.end_ms
        ]
    return news
