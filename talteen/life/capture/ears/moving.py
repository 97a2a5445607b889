"""From one segment to the next: with the intake key of a new hour, or when a segment is large.

Every open call gets a new journal key, whose envelope is durable before the first record of the new
segment. All calls change over between two slices. Then the keys of what lies in the old segment go
into new envelopes, too, so that the old intake key may die in a roll (keys-review 4).
"""

from array import array
from dataclasses import dataclass, field

from talteen.engine.vault import journal
from talteen.engine.vault.journal_bodies import End
from talteen.engine.vault.segment import Segment
from talteen.ids import RecordingId
from talteen.life.capture.ears import memory
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.calls import Call, Phase
from talteen.life.capture.ears.intake import Intake
from talteen.life.capture.ears.keys import Key
from talteen.life.capture.ears.requests import Calls


@dataclass(slots=True)
class Move:
    """The moves of one ear, one at a time."""

    calls: Calls
    _to: Segment | None = None
    _going: list[Call] = field(default_factory=list)
    """Those for which keys are being made: those that are sealed when it begins."""

    @property
    def going_on(self) -> bool:
        """Whether keys for the next segment are being made."""
        return self._to is not None or self.calls.moving

    def begin(self, to: Intake | None = None) -> bool:
        """Prepare a new segment, under the intake key ``to`` if given; False if it is busy."""
        calls = self.calls
        if self.going_on or any(call.resuming for call in calls.open.values()):
            return False
        if to is not None:
            calls.scribe.intake = to
        calls.moving = True
        calls.coming.after(calls.scribe.do_with_room(calls.scribe.journals.new_segment), self._made)
        return True

    def _made(self, segment: Segment) -> None:
        calls = self.calls
        self._to, calls.numbers = segment, 0
        self._going = [call for call in calls.open.values() if call.phase is Phase.SEALING]
        calls.coming.after(calls.fresh_keys(self._going, segment.id), self._change_over)

    def _change_over(self, keys: list[Key]) -> None:
        """Every envelope is durable: between two slices, all go on in the new segment."""
        calls, drain, old = self.calls, self.calls.drain, self.calls.drain.segment
        assert self._to is not None
        made = zip(self._going, keys, strict=True)
        going = [(call, key) for call, key in made if call.phase is Phase.SEALING]
        for call, _ in going:
            drain.seal(call, journal.CALL_STREAM, End(0).written())
        drain.write()
        old_places = [(call.id, call.generation - 1, call.places) for call, _ in going]
        drain.move(self._to)
        for call, key in going:
            calls.begin(call, key)
        self._to, self._going, calls.moving = None, [], False
        for call in calls.open.values():
            if call.phase is Phase.ENCLOSING:
                calls.enclose(call)
        self._leave_behind(old, old_places)

    def _leave_behind(
        self, old: Segment, places: list[tuple[RecordingId, int, "array[int]"]]
    ) -> None:
        calls, scribe = self.calls, self.calls.scribe

        def place() -> None:
            for recording, generation, offsets in places:
                scribe.journals.place(recording, generation, offsets)

        scribe.do(place)
        self._seal_again()
        scribe.close(old)
        intake_key = scribe.intake.id
        # By now as much was needed for a moment as all calls keep of several segments.
        resealed = scribe.do(memory.give_back)
        calls.coming.after(resealed, lambda _: calls.ear.report(say.Resealed(intake_key)))

    def _seal_again(self) -> None:
        """Put every key into an envelope to the intake key of now."""
        calls, scribe = self.calls, self.calls.scribe
        to, every = scribe.intake.id, [(call, len(call.keys)) for call in calls.open.values()]
        keys = [
            scribe.key_again(call.id, call.start, generation, key)
            for call, _ in every
            for generation, key in call.keys.sealed_to_others(to)
        ]

        def sealed(_: list[Key]) -> None:
            for call, count in every:
                call.keys.sealed_again(to, count)

        if keys:
            calls.coming.after(scribe.enclose(keys), sealed)
