"""What an ear does with each request of the signaller. Each may come twice (``control``)."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import assert_never

from talteen.engine.vault import journal
from talteen.engine.vault.journal import Sealing
from talteen.engine.vault.journal_bodies import Begin, End, Fact, Why
from talteen.ids import RecordingId, SegmentId
from talteen.life.capture.ears import losses, sockets
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.calls import Call, Owner, Phase, Port, Stream
from talteen.life.capture.ears.drain import Drain, in_parts
from talteen.life.capture.ears.keys import Key
from talteen.life.capture.ears.later import Later
from talteen.life.capture.ears.messages import Request
from talteen.life.capture.ears.reports import Reports
from talteen.life.capture.ears.scribe import Scribe
from talteen.life.capture.ears.taken_back import take_back

LINGER_NS = 200_000_000
"""What came before a call's end may still be on its way through this machine's kernel then."""


@dataclass(slots=True)
class Calls:
    """The open calls of one ear, and the acts on them."""

    drain: Drain
    scribe: Scribe
    ports: dict[int, Port]
    ear: Owner
    open: dict[RecordingId, Call] = field(default_factory=dict)
    on_port: dict[int, Stream] = field(default_factory=dict)
    numbers: int = 0
    """Calls numbered in the segment so far."""
    moving: bool = False
    """A new segment is being prepared: keys made now are for it, and wait for it."""
    replaying: bool = False
    """These requests are read from the logbook."""
    coming: Later = field(default_factory=Later)
    """What follows when the scribe has done something."""
    begun: list[Call] = field(default_factory=list)
    """Calls whose sealing began in this turn."""
    changed: bool = True
    """Streams came or went since somebody looked."""
    reports: Reports = field(default_factory=Reports)

    def act(self, request: Request) -> None:
        """Do what ``request`` asks."""
        match request:
            case say.Open(call, start):
                self.open.setdefault(call, Call(call, start))
            case say.Listen():
                self._listen(request)
            case say.Leave(call, stream):
                self._leave_in_time(call, stream)
            case say.Keep(call, from_ns):
                self._keep(call, from_ns)
            case say.Pause(call, at_ns, why):
                self._pause(call, at_ns, why)
            case say.Resume(call, at_ns, why):
                self._resume(call, at_ns, why)
            case say.Fact(call, content):
                self._fact(call, content)
            case say.Burn(call):
                self._burn(call)
            case say.Close(call, at_ns):
                self._close(call, at_ns)
            case say.Sample(call, stream, since_ns):
                self._sample(call, stream, since_ns)
            case say.SendReports():
                self._send_reports(request)
            case say.Reseal() | say.Ask():
                raise ValueError("this is the ear's own")
            case _:
                assert_never(request)

    def look_after(self) -> None:
        """Go on with what the scribe has done."""
        self.coming.act()
        self._say_begun()

    def finish(self) -> None:
        """Go on until nothing waits for the scribe."""
        self.coming.finish()
        self._say_begun()

    # ---- streams ----

    def _listen(self, asked: say.Listen) -> None:
        call, port = self.open.get(asked.call), self.ports.get(asked.port)
        taken = self.on_port.get(asked.port)
        of_another = taken and (taken.call is not call or taken.number != asked.stream)
        if call is None or port is None or of_another:
            self.ear.report_soon(say.Listening(asked.call, asked.stream, asked.port, ok=False))
            return
        before = call.streams.get(asked.stream)
        if before is not None and before.port is not port:
            if call.resuming:
                before.leaving = True  # what came to the old port waits there for the new key
                call.moved.append(call.streams.pop(asked.stream))
            else:
                self._leave(asked.call, asked.stream)
        if self.on_port.get(port.number) is None:
            self._begin_stream(call, port, asked)
        elif taken in call.moved:
            call.moved.remove(taken)
            call.streams[asked.stream] = taken
        stream = call.streams[asked.stream]
        stream.leaving = False
        stream.may_come_from(asked.source.split())
        self.ear.report_soon(say.Listening(asked.call, asked.stream, asked.port, ok=True))

    def _begin_stream(self, call: Call, port: Port, asked: say.Listen) -> None:
        dropped = self.drain.dropped_on(port, control=asked.control)
        stream = Stream.asked(asked, port, call, self.drain.hands.wide, dropped)
        if left := call.streams.get(asked.stream):
            # Its port is gone, and what came there waits for the key.
            call.count(left, waiting=False)
            stream.waiting = left.waiting
        call.streams[asked.stream] = self.on_port[asked.port] = stream
        losses.inherit(self.drain.slate, stream, anew=not self.replaying)
        self.note_drops(stream)
        self.drain.listen(port, control=asked.control)
        self.changed = True

    def _leave_in_time(self, of: RecordingId, number: int) -> None:
        """When all that came on the stream can be taken: at once, or a little later by a ring."""
        call = self.open.get(of)
        stream = call.streams.get(number) if call else None

        def leave() -> None:
            if call and call.streams.get(number) is stream:
                self._leave(of, number)

        if self.drain.late_ns:
            self.coming.wait(self.drain.late_ns, leave)
        else:
            leave()

    def _leave(self, of: RecordingId, number: int) -> None:
        call = self.open.get(of)
        if call is None or number not in call.streams:
            return
        stream = call.streams[number]
        if call.resuming:
            # Its packets wait in the kernel for the new key.
            stream.leaving = True
            return
        self._take_the_last(stream)
        if not stream.waiting.seen():
            del call.streams[number]
            call.count(stream)
        # Else it waits for evidence or for the key: only its port goes now.
        self._release(stream)

    def _take_the_last(self, stream: Stream) -> None:
        self.drain.visit(stream)
        self.drain.judge(stream)
        losses.last_drops(self.drain, stream)

    def _send_reports(self, asked: say.SendReports) -> None:
        call = self.open.get(asked.call)
        if call and (stream := call.streams.get(asked.stream)):
            stream.shared |= asked.mux
            ours = stream.port.number if asked.mux else stream.port.number + 1
            port = self.ports[ours].socket
            stream.reporter = self.reports.begin(asked, port, stream.reporter)

    def note_drops(self, stream: Stream) -> None:
        """Enter how many drops are told: the next ear goes on from there. The gap is sealed before:
        killed in between, it rather is told twice."""
        stream.entered = stream.dropped
        if not self.replaying:
            self.ear.enter(losses.told_drops(stream))

    def _release(self, stream: Stream) -> None:
        if self.on_port.pop(stream.port.number, None) is stream:
            sockets.deafen(stream.port.socket)
            self.drain.discard(stream.port)
            self.reports.end(stream.reporter)
        self.changed = True

    # ---- keeping ----

    def _keep(self, of: RecordingId, from_ns: int) -> None:
        call = self.open.get(of)
        if call is not None and call.phase is Phase.WAITING:
            call.spans.begin(from_ns)
            self.enclose(call)

    def enclose(self, call: Call) -> None:
        """Make a key for the call; sealing begins when its envelope is durable."""
        call.phase = Phase.ENCLOSING
        if self.moving:
            return
        made = self.fresh_keys([call], self.drain.segment.id)
        self.coming.after(made, lambda keys: self._begin(call, *keys))

    def fresh_keys(self, calls: Sequence[Call], segment: SegmentId) -> "Future[list[Key]]":
        """The next key of each of ``calls``, for records in ``segment``."""
        keys = [
            self.scribe.fresh_key(call.id, call.start, call.generation, segment, number)
            for number, call in enumerate(calls, self.numbers + 1)
        ]
        self.numbers += len(keys)
        return self.scribe.enclose(keys)

    def _begin(self, call: Call, key: Key) -> None:
        if self.open.get(call.id) is not call:
            return
        if key.key.segment != self.drain.segment.id:
            self.enclose(call)
            return
        self.begin(call, key)
        if call.close_ns is not None:
            self._close(call.id, call.close_ns)

    def begin(self, call: Call, key: Key) -> None:
        """Seal under ``key`` from now on: first what was said, then what waits."""
        continues = call.resuming  # a segment that was left says by its end that it is whole
        call.sealing, call.phase = Sealing(key.key), Phase.SEALING
        call.keys.add(key)
        call.places = type(call.places)("Q")
        call.generation, call.resuming = call.generation + 1, False
        seal = partial(self.drain.seal, call, journal.CALL_STREAM)
        seal(Begin(continues=continues).written())
        for content in call.facts:
            seal(Fact(content).written())
        call.facts.clear()
        for gap in call.spans.gaps():
            seal(gap.written())
        losses.before_restart(self.drain, call)
        losses.let_go(self.drain, call)
        for number, gap in call.pay():
            self.drain.seal(call, number, gap.written())
        self._pour_all(call, key, again=continues)
        while call.moved:
            self._leave_behind(call, call.moved.pop(0))
        for stream in list(call.streams.values()):
            if stream.leaving:
                self._leave(call.id, stream.number)
        call.unsettle()
        self.changed = True
        self.begun.append(call)

    def _say_begun(self) -> None:
        """Say that what began in this turn is kept, when it is written and not before: killed up to
        then, the next ear says that something may be missing, though nothing is; killed behind it,
        it says so of nothing. After a restart all calls begin together."""
        if not self.begun:
            return
        self.drain.write()
        for call in self.begun:
            kept = say.Kept(call.id, call.generation - 1)
            self.ear.enter(say.write(kept))
            self.ear.report_soon(kept)
        self.begun.clear()

    def _pour_all(self, call: Call, key: Key, *, again: bool) -> None:
        """Seal what waited. What was in the hands of an ear that died (``again``) stands in the
        logbook as well: from the first commit on the next ear must know that it is sealed."""
        streams = list(call.streams.values())
        waits = again and any(stream.waiting for stream in (*call.moved, *streams))
        for stream in call.moved:
            for batch in stream.waiting.take():
                self.drain.keep(stream, batch)
        for stream in streams:
            self._pour(stream)
        if waits and call.sealing is not None:
            of = key.key
            last = (call.places[-1], call.sealing.n - 1)
            poured = say.Poured(call.id, call.generation - 1, of.segment, of.call, *last)
            self.ear.enter(say.write(poured))

    def _pour(self, stream: Stream) -> None:
        call, waited = stream.call, stream.waiting.take()
        losses.overran(self.drain, stream, waited)
        stays = self.on_port.get(stream.port.number) is stream
        for batch in waited:
            # What came in a pause may wait for its end once more, if there is a next visit.
            (self.drain.take if stays else self.drain.keep)(stream, batch)
        if not stays:
            call.count(stream)
            del call.streams[stream.number]

    def _leave_behind(self, call: Call, stream: Stream) -> None:
        """Seal what still waits at a port from which the stream has moved, and let go of it."""
        self._take_the_last(stream)
        call.count(stream)
        self._release(stream)

    # ---- pauses and facts ----

    def _pause(self, of: RecordingId, at_ns: int, why: Why) -> None:
        call = self.open.get(of)
        gap = None if call is None else call.spans.cease(at_ns, why)
        if call is not None and gap is not None:
            call.unsettle()
            if call.sealing is not None:
                self.drain.seal(call, journal.CALL_STREAM, gap.written())
                take_back(self.drain, call, at_ns)

    def _resume(self, of: RecordingId, at_ns: int, why: Why) -> None:
        call = self.open.get(of)
        gap = None if call is None else call.spans.resume(at_ns, why)
        if call is not None and gap is not None:
            call.unsettle()
            if call.sealing is not None:
                self.drain.seal(call, journal.CALL_STREAM, gap.written())
                losses.let_go(self.drain, call)

    def _fact(self, of: RecordingId, content: bytes) -> None:
        call = self.open.get(of)
        if call is not None and call.sealing is None:
            call.facts.append(content)
        elif call is not None:
            self.drain.seal(call, journal.CALL_STREAM, Fact(content).written())

    def _sample(self, of: RecordingId, number: int, since_ns: int) -> None:
        call = self.open.get(of)
        stream = call.streams.get(number) if call else None
        waits = stream is not None and stream.call.phase is not Phase.SEALING
        for batch in stream.waiting.seen(since_ns) if stream and waits else []:
            for part in in_parts(batch):
                self.ear.report(say.Sampled(of, number, more=True, media=part.written()))
        self.ear.report(say.Sampled(of, number, more=False, media=b""))

    # ---- the end ----

    def _burn(self, of: RecordingId) -> None:
        call = self.open.pop(of, None)
        if call is None:
            burning = self.scribe.do_with_room(lambda: self.scribe.journals.burn(of))
            self.coming.after(burning, lambda _: self._burnt(of))
            return
        self._forget(call)
        self.drain.write()
        # Keys of a move may be on their way to it: it goes with nobody any more.
        call.over()
        generation, places = call.generation - 1, call.places

        def burn() -> None:
            if places:
                self.scribe.journals.place(of, generation, places)
            self.scribe.journals.burn(of)

        self.coming.after(self.scribe.do_with_room(burn), lambda _: self._burnt(of))

    def _burnt(self, call: RecordingId) -> None:
        self.ear.dismiss(say.Burnt(call))

    def _forget(self, call: Call) -> None:
        for stream in (*call.streams.values(), *call.moved):
            self._release(stream)
            stream.waiting.take()

    def _close(self, of: RecordingId, at_ns: int) -> None:
        call = self.open.get(of)
        if call is None or call.phase is Phase.ENDING:
            return
        call.close_ns = at_ns
        if call.phase is Phase.WAITING:
            for stream in call.streams.values():
                self._release(stream)
                call.count(stream)
            self._ended(call)
        elif call.phase is Phase.SEALING:
            self._cut(call, at_ns)
            self.coming.wait(LINGER_NS, partial(self._finish, call, at_ns))

    def _cut(self, call: Call, at_ns: int) -> None:
        call.spans.cut(at_ns)
        call.unsettle()

    def _finish(self, call: Call, at_ns: int) -> None:
        """All that came until the end, then the end itself; ``Closed`` once it is durable."""
        if call.phase is not Phase.SEALING or self.open.get(call.id) is not call:
            return
        self._cut(call, at_ns)
        for number in list(call.streams):
            self._leave(call.id, number)
        self.drain.seal(call, journal.CALL_STREAM, End(at_ns).written())
        self.drain.write()
        call.phase = Phase.ENDING
        places = call.generation - 1, call.places
        self.scribe.do(lambda: self.scribe.journals.place(call.id, *places))
        self.coming.after(self.scribe.flush(self.drain.segment), lambda _: self._ended(call))

    def _ended(self, call: Call) -> None:
        if self.open.get(call.id) is not call:
            return  # refused meanwhile
        del self.open[call.id]
        call.over()
        counts = (call.kept, call.unwanted, call.strangers, call.dropped, call.controls)
        self.ear.dismiss(say.Closed(call.id, *counts))
