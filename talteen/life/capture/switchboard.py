"""The signaller's desk: SIP dialogs on one side, ears on the other, notes to the register.

Sans I/O: requests, reports and the time come in; what is to be sent comes out as values. A dialog
is answered when every port that its answer names is heard: media may come before our 200 leaves
(capture checklist 8, 9). Nothing here can be lost by a crash that the register should know: a note
goes out before the answer does.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from talteen.engine.wire.alarms import Alarms
from talteen.engine.wire.answer import KEY_AT_MOST
from talteen.ids import RecordingId
from talteen.life.capture import beginning, evidence, reporting, statement
from talteen.life.capture import live as lives
from talteen.life.capture.call import Call, Outcome
from talteen.life.capture.dialogs import SessionDialog, unavailable
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.messages import Report
from talteen.life.capture.effects import Answer, Ask, Effect, Tell, Trouble, Wish
from talteen.life.capture.facts import Evidence
from talteen.life.capture.given import Given
from talteen.life.capture.lines import name as line_name
from talteen.life.capture.live import LiveCall
from talteen.life.capture.note import About, Fate, Note
from talteen.life.capture.pool import Pool
from talteen.life.capture.reply import SNAPSHOT_REQUEST, Received, Reply
from talteen.life.capture.session import RecordingSession

SDP_TYPE, SNAPSHOT_TYPE = "application/sdp", "application/rs-metadata-request"


class Switchboard:
    """All dialogs of one node."""

    def __init__(self, given: Given, pool: Pool) -> None:
        self.given, self.pool = given, pool
        self.troubles: set[Trouble] = set()
        """Set by the shell: while there is any, new calls are answered 503."""
        self._without_room: set[int] = set()
        """Ears that have none on their disk for new calls."""
        self.dialogs: dict[str, SessionDialog] = {}
        self._live: dict[RecordingId, LiveCall] = {}
        self._dialog_of: dict[RecordingId, str] = {}
        """A report of an ear names its call alone, and comes a thousand times a second."""
        self._clock: Alarms[RecordingId] = Alarms()
        """When the time alone brings something for a call: pauses end, of few calls of many."""

    @property
    def calls(self) -> tuple[LiveCall, ...]:
        """The calls that run, and those whose ear has not said yet that all is done."""
        return tuple(self._live.values())

    def dialog_of(self, call: RecordingId) -> str:
        """The dialog to which a call belongs; empty where it is forgotten."""
        return self._dialog_of.get(call, "")

    def is_kept(self, call: RecordingId) -> bool:
        """Whether an ear has said already that what comes of a call is kept."""
        live = self._live.get(call)
        return live is not None and live.sealed

    def described(self, dialog: str) -> bytes:
        """The SDP that we last answered or offered in a dialog; empty where there is none."""
        of = self.dialogs.get(dialog)
        return of.described if of else b""

    # --- SIP ----------------------------------------------------------------------------

    def begins(
        self,
        dialog: str,
        request: Received,
        *,
        secure: bool,
        called: str,
        now: datetime,
        peer: str = "",
        ear: int | None = None,
    ) -> list[Effect]:
        """An INVITE outside any dialog, from the address ``peer``. ``ear``: who was given it
        before, where it is folded anew."""
        if ear is None and not self.troubles:
            ear = self.pool.best(now)
        if ear is None:
            refused = Note(About.REFUSED_CALL, now, None, reason="503")
            return [refused, unavailable(dialog)]
        session = RecordingSession(self.given.rules, secure=secure)
        number = int.from_bytes(self.given.random(4))
        made = SessionDialog(dialog, session, ear, called, peer, number=number)
        self.dialogs[dialog] = made
        return self.asked(dialog, request, now)

    def asked(self, dialog: str, request: Received, now: datetime) -> list[Effect]:
        """A request within a dialog: re-INVITE, UPDATE, INFO, ACK, BYE."""
        of = self.dialogs[dialog]
        if statement.is_bare_ack(request):
            of.session.acknowledged()
            return self._wished(of, request)
        reply = of.session.received(request, now)
        if reply.status >= 300:
            return self._not_taken(of, reply, now)
        effects = list(self._followed(of, now))
        if request.method != "ACK":
            effects += self._answered(of, reply, now)
        elif of.ports:
            # The client's answer may have come with it: whence it sends, and where it hears us.
            effects += [*self._listening(of, now), *self._reporting(of)]
        effects += self._wished(of, request)
        if of.session.over:
            self._close(of, now)
        return effects

    def _wished(self, of: SessionDialog, request: Received) -> list[Effect]:
        """A request of ours for complete metadata, where some are missing. Not while an INVITE
        waits for its ACK: until then none belongs here."""
        may_ask = request.method in ("ACK", "UPDATE", "INFO")
        asks = may_ask and of.session.wants_snapshot and not of.snapshot_asked
        of.snapshot_asked = (of.snapshot_asked or asks) and of.session.wants_snapshot
        return [Ask(of.id, "UPDATE", SNAPSHOT_TYPE, SNAPSHOT_REQUEST)] if asks else []

    def again(self, dialog: str) -> list[Effect]:
        """The INVITE that began the dialog was heard a second time: the first answer, if any."""
        answered = self.dialogs[dialog].answered
        return [] if answered is None else [answered]

    def lost(self, dialog: str, now: datetime) -> list[Effect]:
        """The dialog ended without a BYE."""
        of = self.dialogs.get(dialog)
        if of is None:
            return []
        of.session.lost(now)
        effects = list(self._followed(of, now))
        self._close(of, now)
        return effects

    def _not_taken(self, of: SessionDialog, reply: Reply, now: datetime) -> list[Effect]:
        answer = Answer(of.id, reply.status, reply.headers)
        if of.ports or of.calls:
            return [answer]  # it goes on as before
        self._drop(of)
        return [Note(About.REFUSED_CALL, now, None, reason=str(reply.status)), answer]

    def _answered(self, of: SessionDialog, reply: Reply, now: datetime) -> list[Effect]:
        for slot in sorted({slot for slot in reply.slots if slot is not None}):
            if slot not in of.ports:
                port = self.pool.take(of.ear, now)
                if port is None:
                    return [unavailable(of.id)]
                of.ports[slot] = port
        of.waiting = reply
        return [*self._listening(of, now), *self._answer_if_heard(of)]

    def _answer_if_heard(self, of: SessionDialog) -> list[Effect]:
        reply = of.waiting
        if reply is None or of.waits_for:
            return []
        of.waiting = None
        headers = reply.headers
        body = b""
        if reply.lines:
            for slot in of.ports:
                if slot not in of.keys:
                    of.keys[slot] = self.given.random(KEY_AT_MOST)
            body = of.describe(reply, self.given.address)
            headers = (*headers, ("Content-Type", SDP_TYPE))
        of.answered = Answer(of.id, reply.status, headers, body)
        return [*self._reporting(of), of.answered]

    # --- calls --------------------------------------------------------------------------

    def _followed(self, of: SessionDialog, now: datetime) -> Iterator[Effect]:
        """Calls that began, what happened in those that run, calls that ended."""
        for call in of.session.calls:
            live = known = of.calls.get(id(call))
            if live is None and call.ended_at is None:
                yield from self._opened(of, call, now)
                live = of.calls[id(call)]
            if live is None and not of.refused and call.outcome is Outcome.REFUSED:
                # Refused before anything could begin: a count, and nothing else (15.1).
                of.refused = True
                line = self.given.directory.fallback_line
                names = self.given.names(of.session.unwanted)
                yield Note(About.ENDED, now, None, line, fate=Fate.REFUSED.value, names=names)
            if live is None or live.fate is not None:
                continue
            if known and self._listed(call):
                # Some clients tell who calls in a later message.
                yield from self._told(live, live.listed(now))
            yield from self._told(live, live.news(now, of.session.refusal))
            if call.ended_at is not None and live.fate is None:
                self._agree(of, live, now)
                yield from self._told(live, live.ended(now))
            yield from live.unbelieved(now, invalid=evidence.INVALID in of.session.notes.found)
            yield from self._fate(live, now)

    def _opened(self, of: SessionDialog, call: Call, now: datetime) -> Iterator[Effect]:
        given = self.given
        live, requests = lives.opened(
            given.new_id(),
            call,
            called=of.called,
            ear=of.ear,
            directory=given.directory,
            known=given.known(call.started_at),
            do_not_record=self._listed(call),
        )
        live.threatened = of.session.threat_marked
        of.calls[id(call)] = live
        self._live[live.recording] = live
        self._dialog_of[live.recording] = of.id
        yield Note(
            About.PROMISED,
            now,
            live.recording,
            line=live.line,
            direction=live.gate.facts.direction.value,
            agent=given.directory.agents_of(call)[0],
            names=given.names(live.session),
        )
        yield from self._told(live, requests)
        yield from self._fate(live, now)

    def _listed(self, call: Call) -> bool:
        """Whether anybody in ``call`` is not to be recorded (6.9)."""
        return any(map(self.given.do_not_record, self.given.directory.numbers_of(call)))

    def _listening(self, of: SessionDialog, now: datetime) -> Iterator[Effect]:
        """Tell the ear which ports belong to which call, and take away those that are gone."""
        slots = of.session.lines.slots_by_name()
        anywhere = self.given.media_from_anywhere
        sources = reporting.sources(of.session.lines, of.peer, anywhere=anywhere)
        wanted = {
            (live.recording, track.mline + 1): (of.ports[slots[name]], sources.get(track.mline, ""))
            for live in of.calls.values()
            if live.fate is None
            for name, track in live.call.tracks.items()
            if name in slots and slots[name] in of.ports
        }
        for live in of.calls.values():
            self._agree(of, live, now)
            yield from self._facts(live)
        for key, (port, source) in wanted.items():
            before, known = of.heard.get(key, (0, ""))
            if port == before and source in ("", known):
                continue
            of.heard[key] = (port, source)
            if port != before:
                of.reports.pop(key, None)
            of.waits_for.add(key)
            yield Tell(of.ear, say.Listen(*key, port, source, lives.ns(now), control=False))
        for key in [key for key in of.heard if key not in wanted]:
            of.waits_for.discard(key)
            del of.heard[key]
            if key[0] in self._live and self._live[key[0]].fate is None:
                yield Tell(of.ear, say.Leave(*key))

    def _reporting(self, of: SessionDialog) -> Iterator[Effect]:
        """Tell the ear where the client hears RTCP, as far as it has said so."""
        for one in reporting.wanted(of.session.lines, of.calls.values(), of.keys):
            key = (one.call, one.stream)
            if key in of.heard and of.reports.get(key) != one:
                of.reports[key] = one
                yield Tell(of.ear, one)

    def _agree(self, of: SessionDialog, live: LiveCall, now: datetime) -> None:
        lines = of.session.lines
        for number, line in enumerate(lines.ours):
            name = line_name(number, line)
            track = live.call.tracks.get(name)
            if track is None or not line.needs_port:
                continue
            live.streams[name] = track.mline + 1
            # The client sends under the key that we took of its offers (RFC 4568 5.1.2).
            crypto = (line.crypto.text,) if line.crypto else ()
            live.agree(name, line, crypto, now)

    def _told(self, live: LiveCall, asked: Iterable[lives.Asked]) -> list[Effect]:
        """What ``live`` asks, which has just heard something."""
        at = live.gate.deadline() if live.fate is None else None
        self._clock.set(live.recording, at.timestamp() if at else None)
        return [one if isinstance(one, Wish) else Tell(live.ear, one) for one in asked]

    def _facts(self, live: LiveCall) -> Iterator[Effect]:
        """What the journal of a call that goes on lacks: once, when all that came is heard."""
        if live.fate is None:
            yield from (Tell(live.ear, fact) for fact in live.facts())

    def _fate(self, live: LiveCall, now: datetime) -> Iterator[Effect]:
        """A call that leaves nothing is told at once; one that ended when its journal is whole."""
        if live.fate in (None, Fate.ENDED):
            return
        names = self.given.names(live.session)
        fate, reason = live.fate.value, live.reason
        yield Note(
            About.ENDED, now, live.recording, live.line, fate=fate, reason=reason, names=names
        )

    def _close(self, of: SessionDialog, now: datetime) -> None:
        for port in of.ports.values():
            self.pool.give_back(of.ear, port, now)
        of.ports.clear()
        # An ear may still say that it listens: nobody waits for that answer any more.
        of.waiting = None
        of.waits_for.clear()
        if not self._lives(of):
            self._drop(of)

    # --- from elsewhere -----------------------------------------------------------------

    def heard(self, call: RecordingId, one: Evidence, now: datetime) -> list[Effect]:
        """Evidence that came by API, by AMI, or by hearing the prompt."""
        live = self._live.get(call)
        if live is None or live.fate is not None:
            return []
        told = [*self._told(live, live.heard(one, now)), *self._facts(live)]
        return [*told, *live.unbelieved(now), *self._fate(live, now)]

    def reported(self, ear: int, report: Report, now: datetime) -> list[Effect]:
        """What an ear says."""
        match report:
            case say.Listening():
                return self._heard_at(report)
            case say.Kept(call):
                # Only now is a kill unable to take anything (J9), and only now do we say so.
                live = self._live.get(call)
                if live is None or live.sealed:
                    return []
                live.sealed = True
                return [beginning.note(live, self.given.names(live.session), now)]
            case say.Closed(call, kept, _, strangers, dropped):
                live = self._live.pop(call, None)
                if live is None:
                    return []
                ended = Note(
                    About.ENDED,
                    now,
                    call,
                    live.line,
                    fate=Fate.ENDED.value,
                    packets=kept,
                    dropped=dropped,
                    strangers=strangers,
                    names=self.given.names(live.session),
                )
                self._forget(call)
                return [ended]
            case say.Burnt(call):
                self._live.pop(call, None)
                self._forget(call)
                return []
            case say.Status(room=room):
                (self._without_room.discard if room else self._without_room.add)(ear)
                self._mark(Trouble.NO_ROOM, bool(self._without_room))
        return []

    def tick(self, now: datetime) -> list[Effect]:
        """What follows from the time alone, for the calls to which it has come."""
        effects: list[Effect] = []
        for call in list(self._clock.due(now.timestamp())):
            live = self._live.get(call)
            if live is not None and live.fate is None:
                effects += self._told(live, live.tick(now))
                effects += [*self._facts(live), *self._fate(live, now)]
        return effects

    def _heard_at(self, one: say.Listening) -> list[Effect]:
        """An ear that was started anew says once more where it listened: another port, perhaps."""
        key, of = (one.call, one.stream), self.dialogs.get(self.dialog_of(one.call))
        if of is None or key not in of.waits_for or of.heard[key][0] != one.port:
            return []
        of.waits_for.discard(key)
        if not one.ok and of.waiting is not None:
            of.waiting = None
            return [unavailable(of.id)]
        return self._answer_if_heard(of)

    def _forget(self, call: RecordingId) -> None:
        """A dialog whose every call is done, and which is over, is forgotten."""
        of = self.dialogs.get(self.dialog_of(call))
        if of is not None and of.session.over and not self._lives(of):
            self._drop(of)

    def _lives(self, of: SessionDialog) -> bool:
        return any(live.recording in self._live for live in of.calls.values())

    def _drop(self, of: SessionDialog) -> None:
        self.dialogs.pop(of.id, None)
        for live in of.calls.values():
            self._dialog_of.pop(live.recording, None)

    def _mark(self, trouble: Trouble, there: bool) -> None:
        (self.troubles.add if there else self.troubles.discard)(trouble)
