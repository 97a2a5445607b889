"""Whoever asks in time gets an answer before their call is gone, or their call waits (I13, 14.5).

Made-up lives of two requests about the same call. After each thing that happens the house sweeps,
and a book of our own says from the notice alone whether the call must still be there.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from talteen.clock import helsinki_date
from talteen.errors import TalteenError
from talteen.ids import RecordingId
from talteen.life.answer import calls, redelivery, steps
from talteen.life.answer.answers import StillHeld
from talteen.life.answer.intake import Asked
from talteen.life.answer.models import SubjectRequest
from talteen.life.destroy import acts as destroy
from talteen.life.hold import pending
from talteen.notice.requests import Stage
from talteen.notice.rights import Right
from talteen.register.models import Hold, Recording
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.life.answer.conftest import House

pytestmark = pytest.mark.django_db(transaction=True)

TAIL = 14
"""Days for which a call stays after its answer has arrived."""
WRITTEN = {"restriction.ground": "riita"}
OF = {
    Right.RESTRICTION: ("restriction_set.granted", WRITTEN),
    Right.ERASURE: ("erasure_decided.granted", {}),
    Right.OBJECTION: ("objection_accepted.granted", {}),
}
"""How each right is answered here, and what people write into the letter."""
_numbers = count(1)
which = st.sampled_from([0, 1])
turns = st.one_of(
    st.tuples(st.just("goes on"), which, st.integers(1, 5)),
    st.tuples(st.sampled_from(["withdraws", "went astray", "asks again", "is not theirs"]), which),
    st.tuples(st.just("days pass"), st.sampled_from([1, 13, 40])),
)
lives = st.tuples(
    st.sampled_from([timedelta(seconds=9), timedelta(days=5), timedelta(days=30)]),
    st.lists(st.sampled_from(sorted(OF, key=lambda right: right.value)), min_size=2, max_size=2),
    st.sampled_from([0, 3, 5]),
    st.lists(turns, min_size=1, max_size=4),
    st.sampled_from(["went astray", "asks again", "withdraws"]),
)


@dataclass(slots=True)
class Owed:
    """One request in the book."""

    request: UUID
    right: Right
    owed: bool = True
    until: datetime | None = None
    """When an answered one lets go of the call."""
    about: bool = True
    """Whether the call is one of its own."""

    def keeps(self, now: datetime) -> bool:
        """Whether the call must be there for it."""
        return self.about and (self.owed or (self.until is not None and now < self.until))


@dataclass(slots=True)
class Story:
    """A call whose time comes, two requests about it, and what the notice says of both."""

    house: House
    now: datetime
    call: Recording
    number: str
    asked: list[Owed] = field(default_factory=list)
    erased: bool = False

    def asks(self, right: Right) -> None:
        day = helsinki_date(self.call.started_at).isoformat()
        told = Asked(name="Kaisa", number=self.number, day=day)
        taken = self.house.taken(right, asked=told, now=self.now)
        self.asked.append(Owed(taken.request.pk, right, about=self.now < self.call.cutoff_at))

    def goes(self, turn: tuple[object, ...]) -> None:
        """One turn; what cannot be done now is refused, and changes nothing."""
        match turn:
            case "days pass", int(days):
                self.now += timedelta(days=days)
            case "goes on", int(n), int(times):
                for _ in range(times):
                    self.try_(self.asked[-1 - n % len(self.asked)], "goes on")
            case str(what), int(n):
                self.try_(self.asked[-1 - n % len(self.asked)], what)

    def try_(self, one: Owed, what: str) -> None:
        try:
            getattr(self, what.replace(" ", "_"))(one)
        except StillHeld:
            assert any(other.keeps(self.now) for other in self.asked if other is not one)
        except TalteenError:
            pass

    def goes_on(self, one: Owed) -> None:
        """The next step of an ordinary life."""
        row, eila = SubjectRequest.objects.get(pk=one.request), self.house.eila
        match Stage(row.stage):
            case Stage.RECEIVED | Stage.IDENTIFYING:
                steps.identify(self.house.vault, row.pk, "tiedän", by=eila, now=self.now)
            case Stage.SCOPING:
                steps.scoped(row.pk, by=eila, now=self.now)
            case Stage.PREPARING:
                self.house.prepared(row.pk, *OF[one.right], now=self.now)
            case Stage.SECOND_CHECK:
                self.house.decided(row.pk, OF[one.right][0], self.house.ilkka, self.now)
                if one.right is not Right.RESTRICTION:
                    self.dies_by(one)
            case Stage.DELIVERING:
                steps.delivered(row.pk, by=eila, now=self.now, tail_days=TAIL)
                one.owed, one.until = False, self.now + timedelta(days=TAIL)

    def dies_by(self, one: Owed) -> None:
        """An erasure was decided: nobody else waits for an answer about the call."""
        assert not any(other.keeps(self.now) for other in self.asked if other is not one)
        self.erased = self.erased or one.about

    def withdraws(self, one: Owed) -> None:
        row = one.request
        steps.withdraw(self.house.vault, row, "ei", by=self.house.eila, now=self.now)
        one.owed, one.until = False, None

    def went_astray(self, one: Owed) -> None:
        """The answer came to somebody else: it is owed as before."""
        if redelivery.astray(one.request, by=self.house.eila, now=self.now, code_known=False):
            one.owed = True

    def asks_again(self, one: Owed) -> None:
        kept = one.keeps(self.now)
        steps.reopen(one.request, by=self.house.eila, now=self.now)
        one.owed, one.until = True, None
        one.about = kept or self.now < self.call.cutoff_at

    def is_not_theirs(self, one: Owed) -> None:
        calls.leave_out(one.request, self.call.pk, by=self.house.eila, now=self.now)
        if self.now < self.call.cutoff_at:  # past it the end of a hold could not be taken back
            one.about = False

    # --- what must hold ---------------------------------------------------------------------------

    def sweeps(self) -> None:
        calls.settle(self.house.vault, self.now)
        destroy.lapse(self.house.vault, self.now)
        destroy.expire(self.house.vault, self.now)

    def is_kept(self) -> bool:
        """Check the call against the book; whether a request alone keeps it."""
        waits = [one for one in self.asked if one.keeps(self.now)]
        lives = not self.erased and (self.now < self.call.cutoff_at or bool(waits))
        assert Recording.objects.filter(pk=self.call.pk).exists() is lives
        if not lives:
            with pytest.raises(TalteenError):
                vaults.sound_of(self.house.vault, self.call, self.now)
            return False
        assert self.house.vault.entry(RecordingId(self.call.pk), self.now).dek
        held = Hold.objects.filter(recording=self.call.pk, ground=pending.GROUND, state="active")
        of = set(held.values_list("case", flat=True))
        assert {one.request for one in waits} <= of
        return self.now >= self.call.cutoff_at


def test_a_call_never_ends_before_the_answer_to_whoever_asked_in_time(house: House) -> None:
    now, kept = NOON, 0

    @settings(max_examples=3, database=None, phases=[Phase.generate], deadline=None)
    @given(lives)
    def holds(life: tuple[timedelta, list[Right], int, list[tuple[object, ...]], str]) -> None:
        nonlocal now, kept
        left, (first, second), steps_, told, deed = life
        number = f"+35840123{next(_numbers):04}"
        call = vaults.seal(house.vault, started_at=now, number=number)
        story = Story(house, call.cutoff_at - left, call, number)
        story.asks(first)
        # The house sweeps only after days: whoever asked nine seconds before the end asked in time.
        begins = (("days pass", 10), ("goes on", 0, steps_), (deed, 0), ("asks", second))
        for turn in (*begins, *told, ("days pass", 40)):
            story.asks(second) if turn[0] == "asks" else story.goes(turn)
            story.sweeps()
            kept += story.is_kept()
        now = story.now

    holds()
    assert kept
