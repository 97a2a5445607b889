"""One call while it runs: what the session says of it, what the gate decides, what an ear is told.

The session (``session``) reads messages, the gate (``gate``) knows the law, the ear holds the
sound. Here the three meet: events become evidence, decisions become requests to the ear, and at the
end what is known becomes the two facts that the journal keeps. No socket and no clock.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from talteen.engine.vault.journal_bodies import Why
from talteen.engine.wire.answer import Line
from talteen.ids import RecordingId
from talteen.life.capture import gate as gates
from talteen.life.capture import told as node_told
from talteen.life.capture import voices
from talteen.life.capture.announced import that_count
from talteen.life.capture.call import Call, Event, Kind, SessionFacts
from talteen.life.capture.directory import Directory
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.messages import Request
from talteen.life.capture.effects import Wish, Wished
from talteen.life.capture.facts import (
    Announced,
    Evidence,
    EvidenceSource,
    Happened,
    Happening,
    KnownAnnouncement,
    Overheard,
    Played,
    Refusal,
    Standing,
    Told,
)
from talteen.life.capture.gate import Decision, Gate
from talteen.life.capture.note import About, Fate, Note
from talteen.life.capture.parties import Side as Party
from talteen.life.capture.rules import MarkKind, Nothing
from talteen.life.capture.sidecar import (
    Numbers,
    PlayedEvidence,
    Side,
    Sidecar,
    Source,
    SourceKind,
    TimedEvent,
    ToldEvidence,
)
from talteen.life.capture.told import (
    LONGEST,
    AgreedTold,
    CallTold,
    SessionTold,
    StreamTold,
)

INVALID = "invalid"
"""Evidence that never reached the gate."""
MOST_UNBELIEVED = 8
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHY = {MarkKind.PAUSE: Why.PAUSE, MarkKind.CONSULT: Why.CONSULT}
"""Every other gap is kept from the caller's ear like a hold."""


Asked = Request | Wish
"""What a call asks for: mostly of its ear, now and then of the exchange."""


@dataclass(slots=True)
class LiveCall:
    """A call that runs. Written by the switchboard only."""

    recording: RecordingId
    call: Call
    gate: Gate
    ear: int
    line: str
    directory: Directory
    threatened: bool = False
    session: SessionFacts | None = None
    """As it was last named: a caller who refuses is forgotten by ``call``, but another node that
    records the same session must hear of it."""
    streams: dict[str, int] = field(default_factory=dict)
    """Track -> stream of the journal, from 1."""
    agreed: dict[str, tuple[AgreedTold, ...]] = field(default_factory=dict)
    fate: Fate | None = None
    reason: str = ""
    keeping: bool = False
    """The ear was told to keep it."""
    sealed: bool = False
    """The ear has said that what comes is sealed under a key whose envelope is durable."""
    _said: tuple[bytes, ...] = ()
    _written_of: tuple[object, ...] = ()
    """What stood in the facts when they were written last."""
    _events: int = 0
    _evidence: int = 0
    _unbelieved: list[str] = field(default_factory=list)
    """Where evidence came from that does not count, in order."""
    _noted: int = 0
    """How many of them were noted."""

    # --- what happens -------------------------------------------------------------------

    def news(self, now: datetime, refusal: Refusal | None) -> list[Asked]:
        """What follows for the ear from all that the session has learnt since the last time."""
        asked: list[Asked] = []
        self.session = self.call.session or self.session
        if not self.gate.facts.agent_untold and self.directory.has_untold(self.call):
            self.gate, decisions = self.gate.untold(now)  # who answers is often told later
            asked += self._asked(decisions)
        for one in self._new_evidence(refusal):
            self.gate, decisions = self.gate.told(one, now)
            asked += self._asked(decisions)
        return asked

    def heard(self, evidence: Evidence, now: datetime) -> list[Asked]:
        """What follows from evidence that came another way: by API, by AMI, by hearing."""
        if isinstance(evidence, Happened) and evidence.kind is Happening.THREAT:
            self.threatened = True
        self.gate, decisions = self.gate.told(evidence, now)
        return self._asked(decisions)

    def listed(self, now: datetime) -> list[Asked]:
        """What follows from learning who is in the call: somebody who is not to be recorded."""
        self.gate, decisions = self.gate.listed(now)
        return self._asked(decisions)

    def unbelieved(self, now: datetime, *, invalid: bool = False) -> Iterator[Note]:
        """Evidence that does not count, as notes: an operator must see that it comes. Of a peer
        that sends it with every message the first few. ``invalid``: the session could not even
        read some, or nobody has ever published what it names."""
        if invalid and INVALID not in self._unbelieved:
            self._unbelieved.append(INVALID)
        for reason in self._unbelieved[self._noted : MOST_UNBELIEVED]:
            self._noted += 1
            yield Note(About.UNBELIEVED, now, self.recording, self.line, reason=reason)

    def tick(self, now: datetime) -> list[Asked]:
        """What follows from the time alone."""
        self.gate, decisions = self.gate.tick(now)
        return self._asked(decisions)

    def ended(self, now: datetime) -> list[Asked]:
        """The call is over: its facts, and its end."""
        hung_up = Happened(EvidenceSource.SESSION, Happening.HANGUP, now)
        self.gate, decisions = self.gate.told(hung_up, now)
        asked = self._asked(one for one in decisions if not _is_end(one, now))
        if self.fate is not None:
            return asked
        if not self.keeping:
            return [*asked, *self._dropped(Fate.NOT_ANNOUNCED, "not_announced")]
        self.fate = Fate.ENDED
        return [*asked, *self.facts(), say.Close(self.recording, ns(now))]

    def facts(self) -> Iterator[say.Fact]:
        """What the journal lacks yet: whoever loses its power says no more (decision 208)."""
        if not self.keeping:
            return
        before, self._written_of = self._written_of, self._known()
        if self._written_of == before:
            return
        before, self._said = self._said, node_told.facts(self.told())
        yield from (say.Fact(self.recording, one) for one in self._said if one not in before)

    def _known(self) -> tuple[object, ...]:
        """All that the facts are written of. Writing them costs more than looking whether any of
        it has changed, and most messages change nothing."""
        call = self.call
        of_lines = (tuple(call.tracks.values()), tuple(self.streams), tuple(self.agreed.values()))
        return (self.gate.facts, self.session, tuple(call.people.values()), *of_lines)

    def _new_evidence(self, refusal: Refusal | None) -> Iterator[Evidence]:
        evidence, events = self.call.evidence, self.call.events
        yield from evidence[self._evidence :]
        for event in events[self._events :]:
            yield from self._happened(event)
        self._evidence, self._events = len(evidence), len(events)
        if refusal is not None:
            yield refusal

    def _happened(self, event: Event) -> Iterator[Happened]:
        at, source = event.stated_at or event.at, EvidenceSource.SESSION
        match event.kind:
            case Kind.RESUME:
                # The session says that sound runs again, not what had stopped it.
                yield Happened(source, Happening.RESUME, at)
                yield Happened(source, Happening.RETRIEVE, at)
            case Kind.JOINED if self._is_ours(event.who or event.joins):
                return  # a colleague: nobody new who has not been told (6.5)
            case kind if kind in _KINDS:
                yield Happened(source, _KINDS[kind], at)

    def _is_ours(self, aor: str | None) -> bool:
        return self.directory.own.side(aor) is Party.OURS

    def _asked(self, decisions: Iterable[Decision]) -> list[Asked]:
        return [request for decision in decisions for request in self._of(decision)]

    def _of(self, decision: Decision) -> Iterable[Asked]:
        match decision:
            case gates.Keep(since, _):
                self.keeping = True
                self.call.believed(since)
                return [say.Keep(self.recording, ns(since))]
            case gates.Gap(start, until, why):
                paused = say.Pause(self.recording, ns(start), _WHY.get(why, Why.HOLD))
                if until is None:
                    return [paused]
                return [paused, say.Resume(self.recording, ns(until), paused.why)]
            case gates.Resume(at, tone):
                # Which of them stood is the ear's to know: what does not stand does not end.
                resumed = [say.Resume(self.recording, ns(at), why) for why in _RESUMABLE]
                return [*resumed, *self._tone(tone)]
            case gates.Close(at):
                return [say.Pause(self.recording, ns(at), Why.HOLD)]
            case gates.Drop(Nothing(kind), tone):
                return [*self._dropped(Fate.OTHER, kind.value), *self._tone(tone)]
            case gates.Drop(_, tone):
                return [*self._dropped(Fate.REFUSED, "refused"), *self._tone(tone)]
            case gates.Announce(key):
                return [self.announce(key)]
            case gates.Unbelieved(evidence):
                self._unbelieved.append(evidence.source.value)
                return []
            case gates.Wait() | gates.Park():
                return []

    def announce(self, key: str) -> Wish:
        """The wish that whoever joined be told by the announcement ``key``."""
        known = self.gate.facts.known.get(key)
        language = known.language if known else ""
        return Wish(self.recording, Wished.ANNOUNCE, key, language)

    def _tone(self, wanted: bool) -> list[Wish]:
        return [Wish(self.recording, Wished.TONE)] if wanted else []

    def _dropped(self, fate: Fate, reason: str) -> list[Asked]:
        if reason == Fate.NOT_ANNOUNCED.value:
            fate = Fate.NOT_ANNOUNCED
        self.fate, self.reason = fate, reason
        return [say.Burn(self.recording)]

    # --- what is known ------------------------------------------------------------------

    def agree(self, name: str, line: Line, crypto: tuple[str, ...], now: datetime) -> None:
        """What holds for a track from now on. The same again changes nothing."""
        formats = node_told.formats(line.codecs)
        before = self.agreed.get(name, ())
        if before and (before[-1].formats, before[-1].crypto) == (formats, crypto):
            return
        # What came before the first agreement can only have been meant so.
        since_ns = ns(now) if before else 0
        self.agreed[name] = (*before, AgreedTold(since_ns, formats, crypto))

    def told(self) -> CallTold:
        """All that the journal shall say of the call."""
        return CallTold(self._sidecar(), tuple(self._streams()), self._session())

    def _session(self) -> SessionTold | None:
        one = self.session
        if one is None:
            return None
        rest = (one.sip_session_id, one.group, one.start)
        # What a client writes may be of any length, and costs no recording.
        return SessionTold(1, one.id[:LONGEST], *(text and text[:LONGEST] for text in rest))

    def heard_by_caller(self) -> tuple[StreamTold, ...]:
        """The streams that the caller hears, or may hear: all that are not known as its voice."""
        return tuple(one for one in self._streams() if one.side is not Side.CALLER)

    def _streams(self) -> Iterator[StreamTold]:
        for name, stream in sorted(self.streams.items(), key=lambda one: one[1]):
            agreed = self.agreed.get(name)
            if agreed:
                yield StreamTold(stream, name, voices.side(self.call, self.streams, name), agreed)

    def _sidecar(self) -> Sidecar:
        facts, directory, shift_ms = self.gate.facts, self.directory, self._before_ms()
        announcements = tuple(sorted(self._announcements(shift_ms), key=_end_ms))
        inbound = facts.direction.value == "inbound"
        return Sidecar(
            format=1,
            started_at=self.started_at(),
            direction=facts.direction,
            line=self.line,
            agents=directory.agents_of(self.call),
            language=self.language(),
            source=Source(SourceKind.DIRECT if inbound else SourceKind.BUSINESS_REGISTER),
            numbers=Numbers(directory.number_of(self.call)),
            announcements=announcements,
            events=tuple(self._timed(shift_ms)),
        )

    def started_at(self) -> datetime:
        """When source time begins."""
        return self.gate.started_at - timedelta(milliseconds=self._before_ms())

    def _before_ms(self) -> int:
        """A prompt may be over before the client forks anything: source time begins with it."""
        return -min(0, *map(_start_ms, self.gate.facts.announcements), 0)

    def language(self) -> str:
        """In which language the caller was told is the choice that the caller made (decision
        085)."""
        facts = self.gate.facts
        if facts.language is None and (counted := that_count(facts)):
            return facts.known[counted[0].version].language
        return facts.language or self.directory.languages.get(self.line, "fi")

    def _announcements(self, shift_ms: int) -> Iterator[PlayedEvidence | ToldEvidence]:
        for one in self.gate.facts.announcements:
            match one:
                case Played(version, language, start_ms, end_ms) | Overheard(
                    version, language, start_ms, end_ms, True
                ):
                    span = (start_ms + shift_ms, end_ms + shift_ms)
                    yield PlayedEvidence("system", version, language, *span)
                case Told(version, language, at_ms):
                    agent = self.directory.agents_of(self.call)[0]
                    yield ToldEvidence("agent", version, language, at_ms + shift_ms, agent)
                case Overheard():
                    continue

    def _timed(self, shift_ms: int) -> Iterator[TimedEvent]:
        """The events in order of time; what came after the hang-up belongs to no call."""
        events = sorted(self.gate.facts.events, key=lambda one: one.at_ms)
        for event in events:
            yield TimedEvent(event.kind, event.at_ms + shift_ms)
            if event.kind is Happening.HANGUP:
                return


_RESUMABLE = (Why.PAUSE, Why.HOLD, Why.CONSULT)


def opened(
    recording: RecordingId,
    call: Call,
    *,
    called: str,
    ear: int,
    directory: Directory,
    known: Mapping[str, KnownAnnouncement],
    do_not_record: bool,
) -> tuple[LiveCall, list[Asked]]:
    """A call that begins, and what its ear is told first."""
    line = directory.line_of(call, called)
    standing = Standing.EXCLUDED if line in directory.excluded else Standing.RECORDED
    gate, decisions = Gate.of(
        gates.Call(
            started_at=call.started_at,
            direction=directory.direction_of(call),
            line=standing,
            known=known,
            do_not_record=do_not_record,
            agent_untold=directory.has_untold(call),
        )
    )
    live = LiveCall(recording, call, gate, ear, line, directory, session=call.session)
    return live, [say.Open(recording, call.started_at), *live._asked(decisions)]


def _is_end(one: Decision, now: datetime) -> bool:
    """Whether the gate says what ``say.Close`` says, too."""
    return isinstance(one, gates.Close) and one.at == now


def ns(at: datetime) -> int:
    """Nanoseconds since 1970 of the aware instant ``at``."""
    return (at - EPOCH) // timedelta(microseconds=1) * 1_000


def _start_ms(announced: Announced) -> int:
    return announced.at_ms if isinstance(announced, Told) else announced.start_ms


def _end_ms(evidence: PlayedEvidence | ToldEvidence) -> int:
    return evidence.end_ms if isinstance(evidence, PlayedEvidence) else evidence.at_ms


_KINDS = {
    Kind.PAUSE: Happening.PAUSE,
    Kind.HOLD: Happening.HOLD,
    Kind.TRANSFER: Happening.TRANSFER,
    Kind.JOINED: Happening.JOIN,
}
