"""One recording session: SIPREC messages in, replies and calls out (RFC 7866, REGISTER 6.3-6.9).

``RecordingSession`` is fed the messages of one dialog in their order, whatever they carry, and says
for each what is to be answered. Between them its calls can be read at any time. It knows no socket:
the shell gives it ports for the slots that a reply names, and asks ``kept_slots`` after every
message which of them may be kept *now*.

Metadata never cost a recording. A session is refused only where the offer has nothing to record, or
the body is of a kind that is none of ours.
"""

from dataclasses import replace
from datetime import datetime

from talteen.engine.wire import answer, body, sdp, siprec, siprec_merge
from talteen.engine.wire.answer import Line, Taking
from talteen.engine.wire.body import Body
from talteen.engine.wire.siprec import Metadata, Mode
from talteen.engine.wire.siprec_xml import NotRead
from talteen.life.capture import (
    comings,
    evidence,
    oddities,
    offers,
    parties,
    silence,
    statement,
    tracks,
)
from talteen.life.capture import lines as line_rules
from talteen.life.capture.call import Call, Event, Kind, SessionFacts
from talteen.life.capture.facts import AnnouncementEvidence, Evidence, Refusal
from talteen.life.capture.holding import Holding
from talteen.life.capture.lines import Lines, Step
from talteen.life.capture.parties import HeaderFields
from talteen.life.capture.reply import OK, Received, Reply, Rules


class RecordingSession:
    """The fold over one dialog. Every field is a plain value, so that a restarted signaller can
    read it back."""

    def __init__(self, rules: Rules, *, secure: bool) -> None:
        """``secure``: the dialog came over TLS."""
        self.rules = rules
        self.secure = secure
        self.lines = Lines()
        self.holding = Holding()
        self.metadata: Metadata | None = None
        self.wants_snapshot = False
        """The shell should send SNAPSHOT_REQUEST; the next complete metadata clear it."""
        self.refusal: Refusal | None = None
        self.threat_marked = False
        """Set by the shell when an agent marked a threat before: a refusal then parks (15.3)."""
        self.over = False
        self.notes = oddities.Oddities()
        self._open: dict[str | None, Call] = {}
        self._ended: list[Call] = []
        self._unwanted: set[str] = set()
        """Ids of the sessions that were refused, as long as the dialog stands."""
        self.confirmed = self._began = False  # by an ACK; by an INVITE

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls that ended, then those that go on."""
        return (*self._ended, *self._open.values())

    @property
    def unwanted(self) -> frozenset[str]:
        """Ids of the sessions whose caller refused, as long as the dialog stands."""
        return frozenset(self._unwanted)

    def warnings(self) -> tuple[str, ...]:
        """What was odd in this session, by the codes of docs/formats/siprec-evidence.md. What
        stands after a colon may be personal data."""
        if self.refusal and not self.threat_marked:
            return ()  # they would tell of a caller who is not to be told of
        tracks = {name: track for call in self.calls for name, track in call.tracks.items()}
        return self.notes.all(self.metadata, self.lines, tracks, over=self.over)

    def kept_slots(self, now: datetime) -> frozenset[int]:
        """The slots whose media may be kept at ``now``: the caller is informed, nobody refused, and
        neither hold nor pause stands (6.3, 6.6, 8.1)."""
        slots = self.lines.slots_by_name()
        return frozenset(
            slots[name]
            for call in self._open.values()
            if self._keeps(call, now)
            for name in call.tracks
            if name in slots
        )

    def acknowledged(self) -> None:
        """An ACK came that says nothing else (``statement.is_bare_ack``)."""
        self.confirmed = True

    def received(self, message: Received, now: datetime) -> Reply:
        """Take in one message that arrived at ``now``, and say what to answer. ACK has no answer;
        what is returned for it is not sent."""
        content = body.read(
            message.headers.get("Content-Type") or "",
            message.body,
            disposition=message.headers.get("Content-Disposition") or "",
        )
        update = self._update(content)
        said = self._evidence(message.headers, update, now)
        offer, lines, bad = offers.read(message, content, self._taking())
        refusal = next((one for one in said if isinstance(one, Refusal)), None)
        if refusal:
            reply = self._refused(refusal, message, offer, update, now)
            return bad or reply
        if bad:
            # The message changes nothing, but a pause in it protects.
            self._pause(message.headers, said, Step(), now)
            return bad
        if message.method == "INVITE" and not self._began:
            self._began = True
            self.notes.source(message.headers)
        self.notes.body(content, message.warnings)
        return self._took(message, offer, lines, update, said, now)

    def lost(self, now: datetime) -> None:
        """The dialog ended without a BYE: timers, a limit, a lost connection."""
        self._end_all(now)
        self._unwanted.clear()
        self.over = True

    # What the message carries

    def _taking(self) -> Taking:
        return Taking.NOTHING if self.refusal else Taking.KEEP

    def _update(self, content: Body) -> Metadata | None:
        """The metadata of the message; None where there are none that can be read."""
        part = oddities.metadata_part(content)
        if part is None:
            return None
        self.notes.metadata_seen(part)
        try:
            update = siprec.read(part.content)
        except NotRead as unread:
            self.notes.add(unread.code)
            return None
        self.notes.metadata_read(update)
        if "metadata-not-wellformed" in update.warnings:
            # What stood behind the break is not known to be gone.
            update = replace(update, mode=Mode.PARTIAL)
        return update if self._may_hear(update) else None

    def _may_hear(self, update: Metadata) -> bool:
        """Whether the session listens to ``update``. A caller who refused is not looked at again;
        the next call of the same recording session is another caller's."""
        if self.refusal is None:
            return True
        if any(not one.stop and one.id not in self._unwanted for one in update.sessions):
            self.refusal, self.threat_marked = None, False
            return True
        return self.threat_marked

    def _evidence(
        self, headers: HeaderFields, update: Metadata | None, now: datetime
    ) -> tuple[Evidence, ...]:
        if not self.rules.trusted:
            return ()
        said = evidence.read(headers, update.extensions if update else (), now)
        if said.invalid:
            self.notes.add(evidence.INVALID)
        return said.evidence

    # What it changes

    def _took(
        self,
        message: Received,
        offer: sdp.Description | None,
        lines: tuple[Line, ...],
        update: Metadata | None,
        said: tuple[Evidence, ...],
        now: datetime,
    ) -> Reply:
        step, reply = self._describe(message, offer, lines, update)
        missing = self._merge(update, now)
        if message.method == "ACK":
            self.confirmed = True
        last = message.method == "BYE"
        if last:
            self._finish(update, now)
            return OK
        began = self._turn_calls(message, update, now)
        self._pause(message.headers, said, step, now)
        silence.holds(self.holding, self._open.values(), self.metadata, update, step, now)
        self._state(message, update, began, now)
        tracks.note_media(self._open, self.lines, step, began, now)
        self._announce(said, began, now)
        if missing and not self.wants_snapshot:
            self.wants_snapshot = True
            self._note(Event(Kind.METADATA_REQUESTED, now))
        return reply

    def _describe(
        self,
        message: Received,
        offer: sdp.Description | None,
        lines: tuple[Line, ...],
        update: Metadata | None,
    ) -> tuple[Step, Reply]:
        if offer and message.method == "ACK":
            return self.lines.answered(offer), OK
        if offer:
            for code in line_rules.warnings(lines, offer, secure=self.secure):
                self.notes.add(code)
            step = self.lines.offered(offer, lines)
            return step, Reply(200, (), self.lines.ours, self.lines.slots)
        if message.method == "INVITE":
            # RFC 3261 14.2: a re-INVITE without an offer asks for ours. A bare 200 kills transfers.
            self.lines.offer(self._own_offer(update))
            return Step(), Reply(200, (), self.lines.ours, self.lines.slots, is_offer=True)
        return Step(), OK

    def _own_offer(self, update: Metadata | None) -> tuple[Line, ...]:
        if self.lines.ours:
            return answer.offered_again(self.lines.ours, self._taking())
        labels = [one.label for one in update.streams if one.label] if update else []
        return answer.own_offer(list(dict.fromkeys(labels)))

    def _merge(self, update: Metadata | None, now: datetime) -> bool:
        """Take in metadata; returns whether they take ids for known that nobody told."""
        if update is None:
            return False
        self.notes.times(update, now)
        known = self.metadata or Metadata()
        missing = siprec_merge.unknown_ids(known, update)
        for one in missing:
            self.notes.add(f"partial-unknown-id:{one}")
        self.metadata = siprec_merge.merge(known, update)
        if update.mode is Mode.COMPLETE:
            self.wants_snapshot = False
        return bool(missing)

    def _turn_calls(
        self, message: Received, update: Metadata | None, now: datetime
    ) -> frozenset[str | None]:
        """End the calls that are over and begin those that are new; returns the new ones."""
        stated = {one.id: one for one in self.metadata.sessions} if self.metadata else {}
        for key, call in list(self._open.items()):
            one = stated.get(key or "")
            replaced = bool(stated) and one is None and key is not None
            if update and ((one and one.stop) or (replaced and update.mode is Mode.COMPLETE)):
                self._last_words(call, update, now)
                self._ended.append(self._open.pop(key))
                self.holding.call_ended(call.tracks)
                call.end(now)
        if not self._open:
            self.holding.idle(silence.BY_ADDRESS)
        if None in self._open and len(self._open) == 1 and len(stated) == 1:
            (key,) = stated
            self._open[key] = self._open.pop(None)  # metadata came late: now it has a name
        began = [key for key, one in stated.items() if self._begins(key, one, message)]
        if not (self._open or began or self.refusal) and self._is_call(message):
            began = [None]  # type: ignore[list-item]
        for key in began:
            self._begin(key, now)
        return frozenset(began)

    def _begins(self, key: str, one: siprec.Session, message: Received) -> bool:
        if key in self._open:
            return False
        # A call that is told as over in the message that would begin it is believed only if nothing
        # comes: metadata never cost a recording.
        return not one.stop or (message.method == "INVITE" and not self.calls)

    def _is_call(self, message: Received) -> bool:
        """Whether something runs that metadata do not name. A recording session that a client keeps
        ready before any call is idle: no people, no stream, no line on which anything is sent."""
        if message.method not in {"INVITE", "UPDATE", "ACK"} or not any(self.lines.names()):
            return False
        if self.metadata and (self.metadata.participants or self.metadata.streams):
            return not self.metadata.sessions
        if self.metadata and self.metadata.sessions:
            return False  # all of them are over
        return self.lines.sending()

    def _begin(self, key: str | None, now: datetime) -> None:
        call = Call(now, SessionFacts(key) if key is not None else None)
        if not self.rules.needs_evidence:
            call.kept_from = now
        call.note(Event(Kind.START, now))
        self._open[key] = call

    def _last_words(self, call: Call, update: Metadata, now: datetime) -> None:
        """What metadata that end a call say of it."""
        statement.describe(call, self.metadata)
        said = statement.by_metadata(update, call.key, self.rules.own, (), only=True)
        comings.take(call, said, now, first=False, last=True)

    def _finish(self, update: Metadata | None, now: datetime) -> None:
        if update:
            for call in self._open.values():
                self._last_words(call, update, now)
        if not self.confirmed:
            self.notes.add("ack-missing")
        self.lost(now)

    def _end_all(self, now: datetime) -> None:
        for call in self._open.values():
            call.end(now)
        self._ended += self._open.values()
        self._open = {}

    # People, tracks, media

    def _state(
        self,
        message: Received,
        update: Metadata | None,
        began: frozenset[str | None],
        now: datetime,
    ) -> None:
        tracks.assign(self._open, self.lines, self.metadata)
        names = self.lines.names()
        for key, call in self._open.items():
            statement.describe(call, self.metadata)
            said = self._statement(message, update, key, names)
            if said:
                comings.take(call, said, now, first=key in began, last=False)
            call.vendor |= statement.vendor(update, message.headers)

    def _statement(
        self,
        message: Received,
        update: Metadata | None,
        key: str | None,
        names: tuple[str | None, ...],
    ) -> statement.Statement | None:
        if update and self.metadata:
            only = len(self._open) == 1
            return statement.by_metadata(self.metadata, key, self.rules.own, names, only=only)
        if self.metadata or message.method not in {"INVITE", "UPDATE"}:
            return None
        self.notes.half(parties.half_call(message.headers))
        headings = parties.named_in(message.headers)
        return statement.by_headers(headings, self.rules.own, names)

    # Evidence

    def _announce(
        self, said: tuple[Evidence, ...], began: frozenset[str | None], now: datetime
    ) -> None:
        for one in said:
            if not isinstance(one, AnnouncementEvidence):
                continue
            if not evidence.valid(one, self.rules.published, now):
                self.notes.add(evidence.INVALID)
                continue
            for key, call in self._open.items():
                call.inform(one, now)
                if key not in began:
                    call.note(Event(Kind.ANNOUNCED, now, stated_at=one.end))

    def _refused(
        self,
        one: Refusal,
        message: Received,
        offer: sdp.Description | None,
        update: Metadata | None,
        now: datetime,
    ) -> Reply:
        """The caller does not want to be recorded: 200 with every line inactive, because a 4xx
        makes some clients drop the call or try the next recorder."""
        self.refusal = one
        self._unwanted |= {one.id for one in update.sessions} if update else set()
        self._unwanted |= {key for key in self._open if key is not None}
        if not self.threat_marked:
            calls = list(self._open.values()) or ([] if self._ended else [Call(now)])
            for call in calls:
                call.forget(now, one.queue)
            self._ended += calls
            self._open, self.metadata, self.notes = {}, None, oddities.Oddities()
        elif message.method == "BYE":
            self._finish(None, now)
        if message.method == "BYE":
            self.over = True
        lines = answer.judge(offer, Taking.NOTHING) if offer else ()
        return self._describe(message, offer, lines, None)[1]

    # Small words

    def _pause(
        self, headers: HeaderFields, said: tuple[Evidence, ...], step: Step, now: datetime
    ) -> None:
        for event in silence.pauses(self.holding, headers, said, step, now):
            self._note(event)

    def _keeps(self, call: Call, now: datetime) -> bool:
        informed = call.kept_from is not None and call.kept_from <= now
        return informed and not self.refusal and not self.holding.silences(call.tracks)

    def _note(self, event: Event) -> None:
        for call in self._open.values():
            call.note(event)
