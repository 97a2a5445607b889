"""Any history of standings, cases, holds and ends: what opens for whom, and what is written down
first (I11, I12, I16).

Hypothesis makes up what happens and who asks; a book of our own, written from the notice and not
from the ladder, says what must come of it.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import NamedTuple

import pytest
from django.db import connection
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from talteen.clock import helsinki_date
from talteen.errors import TalteenError, Unavailable
from talteen.ids import RecordingId
from talteen.notice.delegations import Duty
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.models import AccessEntry, Case, Hold, Recording, Staff, Training, Undertaking
from talteen.register.staff import delegations
from talteen.register.staff.people import SignIn
from talteen.register.states import Progress
from tests.kit import builders
from tests.kit.builders import NOON

pytestmark = pytest.mark.django_db(transaction=True)

OLD = datetime(2026, 9, 2, 9, tzinfo=UTC)
"""The first of the two calls began then; half an hour after BEGINS its cutoff comes."""
BEGINS = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
PEOPLE, CALLS, CASES = range(3), range(2), range(2)
PURPOSES = (Purpose.RIGHTS_OF_PARTIES, Purpose.DATA_SUBJECT_REQUEST)
LONG = date(2027, 7, 1)
_codes = count()

people, calls, cases = (st.sampled_from(some) for some in (PEOPLE, CALLS, CASES))
purposes = st.sampled_from(PURPOSES)
happenings = st.one_of(
    st.tuples(st.just("works here"), people, st.booleans()),
    st.tuples(st.just("has signed"), people, st.booleans()),
    st.tuples(st.just("is trained through"), people, st.sampled_from([-1, 0, 300])),
    st.tuples(st.just("is in the case"), people, cases, st.booleans()),
    st.tuples(st.just("the call is in the case"), calls, cases, st.booleans()),
    st.tuples(st.just("the case is over"), cases),
    st.tuples(st.just("is held for"), calls, people, purposes),
    st.tuples(st.just("is released"), calls),
    st.tuples(st.just("dies"), calls),
    st.tuples(st.just("stands in"), people, people),
    st.tuples(st.just("minutes pass"), st.sampled_from([1, 12, 31])),
)
askings = st.tuples(st.just("asks"), people, purposes, calls, cases, st.booleans())
histories = st.lists(askings | happenings | happenings, min_size=6, max_size=10)


class Held(NamedTuple):
    """A hold in force: for whom, and for what."""

    row: Hold
    person: int
    purpose: Purpose


@dataclass(slots=True)
class Register:
    """The rows, and the book of what must be true of them."""

    staff: list[Staff] = field(default_factory=list)
    calls: list[Recording] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    now: datetime = BEGINS
    works: set[int] = field(default_factory=lambda: {*PEOPLE})
    signed: set[int] = field(default_factory=lambda: {*PEOPLE})
    trained: dict[int, date] = field(default_factory=lambda: dict.fromkeys(PEOPLE, LONG))
    in_case: set[tuple[int, int]] = field(default_factory=lambda: {(0, 0), (1, 1), (2, 1)})
    of_case: set[tuple[int, int]] = field(default_factory=lambda: {(0, 0), (0, 1), (1, 1)})
    over: set[int] = field(default_factory=set)
    held: dict[int, Held] = field(default_factory=dict)
    dead: set[int] = field(default_factory=set)
    stand_in: set[tuple[int, int, date]] = field(default_factory=set)
    """Who is away, who stands in, on which day."""
    grants: list[tuple[int, int, Grant]] = field(default_factory=list)
    """Each with its person and its call."""

    def __post_init__(self) -> None:
        number = next(_codes)
        for one in PEOPLE:
            self.staff.append(builders.staff(f"H{number}-{one}", role=Role.REGISTER_CONTACT))
        starts = (OLD, NOON - timedelta(hours=1))
        self.calls = [builders.recording(started_at=at) for at in starts]
        for case in CASES:
            people = [self.staff[person] for person, at in sorted(self.in_case) if at == case]
            of = [self.calls[call] for call, at in sorted(self.of_case) if at == case]
            self.cases.append(builders.case(*people, calls=tuple(of)))

    # --- the book ------------------------------------------------------------------------------

    def may(self, person: int, purpose: Purpose, call: int, case: int) -> bool:
        """Whether this person, for this purpose and in this case, hears this call now."""
        today = helsinki_date(self.now)
        good = person in self.works & self.signed and today <= self.trained[person]
        away = {
            gone for gone, taker, day in self.stand_in
            if taker == person and day == today and gone in self.works
        }  # fmt: skip
        mine = {person, *away}
        in_case = any((one, case) in self.in_case for one in mine) and case not in self.over
        held = self.held.get(call)
        lives = call not in self.dead and (held or self.now < self.calls[call].cutoff_at)
        for_me = not held or (held.person in mine and held.purpose is purpose)
        return bool(good and in_case and (call, case) in self.of_case and lives and for_me)

    # --- what happens --------------------------------------------------------------------------

    def happens(self, what: str, *of: int) -> None:
        """One thing, in the rows and in the book."""
        {
            "works here": self._works,
            "has signed": self._signs,
            "is trained through": self._trains,
            "is in the case": self._joins,
            "the call is in the case": self._enters,
            "the case is over": self._closes,
            "is released": self._releases,
            "dies": self._dies,
            "stands in": self._stands_in,
            "minutes pass": self._passes,
        }[what](*of)

    def hold(self, call: int, person: int, purpose: Purpose) -> None:
        """A hold of one person for one purpose, where there is none and the call lives."""
        if call in self.held or call in self.dead:
            return
        row = Hold.objects.create(
            recording=self.calls[call],
            case=self.cases[0],
            ground="complaint",
            purposes=[purpose.value],
            state="active",
            opened_at=self.now,
            opened_by=self.staff[0],
            approved_by=self.staff[1],
            review_on=LONG,
        )
        row.people.set([self.staff[person]])
        self.held[call] = Held(row, person, purpose)

    def _works(self, person: int, yes: int) -> None:
        Staff.objects.filter(pk=self.staff[person].pk).update(is_active=bool(yes))
        (self.works.add if yes else self.works.discard)(person)

    def _signs(self, person: int, yes: int) -> None:
        ended = None if yes else helsinki_date(self.now)
        Undertaking.objects.filter(staff=self.staff[person]).update(ended_on=ended)
        (self.signed.add if yes else self.signed.discard)(person)

    def _trains(self, person: int, days: int) -> None:
        self.trained[person] = helsinki_date(self.now) + timedelta(days=days)
        of = Training.objects.filter(staff=self.staff[person])
        of.update(valid_until=self.trained[person])

    def _joins(self, person: int, case: int, yes: int) -> None:
        people = self.cases[case].people
        (people.add if yes else people.remove)(self.staff[person])
        (self.in_case.add if yes else self.in_case.discard)((person, case))

    def _enters(self, call: int, case: int, yes: int) -> None:
        calls = self.cases[case].recordings
        (calls.add if yes else calls.remove)(self.calls[call])
        (self.of_case.add if yes else self.of_case.discard)((call, case))

    def _closes(self, case: int) -> None:
        Case.objects.filter(pk=self.cases[case].pk).update(closed_at=self.now)
        self.over.add(case)

    def _releases(self, call: int) -> None:
        if held := self.held.pop(call, None):
            Hold.objects.filter(pk=held.row.pk).update(state="released")

    def _dies(self, call: int) -> None:
        gone = Recording.objects.filter(pk=self.calls[call].pk)
        gone.update(progress=Progress.DESTROYING.value)
        self.dead.add(call)

    def _stands_in(self, giver: int, taker: int) -> None:
        today, of = helsinki_date(self.now), self.fresh(giver)
        try:
            delegations.give(of, self.staff[taker].pk, Duty.CASES, today, today, self.now)
        except TalteenError:
            return
        assert giver != taker
        self.stand_in.add((giver, taker, today))

    def _passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    # --- who asks ------------------------------------------------------------------------------

    def fresh(self, person: int) -> Staff:
        return Staff.objects.get(pk=self.staff[person].pk)

    def asks(self, person: int, purpose: Purpose, call: int, case: int, *, log: bool) -> None:
        """Somebody asks for a call; without ``log`` nothing can be written down."""
        of, wanted = self.fresh(person), RecordingId(self.calls[call].pk)
        reference = self.cases[case].reference
        if not log:
            with pytest.raises(Unavailable), nothing_can_be_written():
                access.grant(
                    of, purpose, wanted, case=reference, sign_in=SignIn.TWO_FACTORS, at=self.now
                )
            return
        given = None
        with written_down() as rows:
            with suppress(TalteenError):
                given = access.grant(
                    of, purpose, wanted, case=reference, sign_in=SignIn.TWO_FACTORS, at=self.now
                )
            assert not connection.in_atomic_block  # what is seen below is committed
        (row,) = rows
        assert (given is not None) == self.may(person, purpose, call, case)
        assert (row.staff, row.recording, row.purpose) == (of.pk, wanted, purpose.value)
        assert row.action == ("grant" if given else "denied")
        if given:
            assert row.pk == given.entry
            self.grants.append((person, call, given))

    def hears_more(self, which: int) -> None:
        """The next range of a grant: asked and written down like the first (I16)."""
        person, call, grant = self.grants[which]
        (case,) = (at for at in CASES if self.cases[at].reference == grant.case)
        may = self.now < grant.until and self.may(person, grant.purpose, call, case)
        heard = True
        with written_down() as rows:
            try:
                access.log_range(grant, "play", start_ms=0, end_ms=9, at=self.now)
            except TalteenError:
                heard = False
        assert heard == may
        told = [(row.staff, row.recording, row.purpose, row.action) for row in rows]
        wanted = (self.staff[person].pk, self.calls[call].pk, grant.purpose.value)
        assert told == [(*wanted, "play" if heard else "denied")] or (
            not told and self.now >= grant.until
        )

    def takes(self, which: int, person: int) -> None:
        """The number of a grant is its own person's alone, and leads to its call alone (I12)."""
        whose, call, grant = self.grants[which]
        try:
            found = access.grant_of_entry(grant.entry, self.fresh(person), SignIn.TWO_FACTORS)
        except TalteenError:
            assert person != whose
            return
        assert person == whose
        assert found == grant
        assert found.recording == self.calls[call].pk


class written_down:
    """The rows that the access log has got meanwhile, once the block is over."""

    def __enter__(self) -> list[AccessEntry]:
        self.rows: list[AccessEntry] = []
        newest = AccessEntry.objects.order_by("-pk").first()
        self.before = newest.pk if newest else 0
        return self.rows

    def __exit__(self, *told: object) -> None:
        self.rows += AccessEntry.objects.filter(pk__gt=self.before).order_by("pk")


class nothing_can_be_written:
    """The database takes no row, as on a standby or a full disk."""

    def __enter__(self) -> None:
        self._say("on")

    def __exit__(self, *told: object) -> None:
        self._say("off")

    def _say(self, to: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET default_transaction_read_only = {to}")


def test_whatever_has_happened_only_who_may_hears_a_call_and_it_stands_in_the_log_first() -> None:
    @settings(max_examples=3, database=None, phases=[Phase.generate])
    @given(histories)
    def holds(history: list[tuple[object, ...]]) -> None:
        register = Register()
        for person in PEOPLE[:2]:
            register.asks(person, PURPOSES[0], person, person, log=True)
        assert len(register.grants) == 2
        for what, *of in history:
            match what, of:
                case "asks", [int(who), Purpose() as why, int(call), int(at), bool(log)]:
                    register.asks(who, why, call, at, log=log)
                case "is held for", [int(call), int(who), Purpose() as why]:
                    register.hold(call, who, why)
                case str(), _:
                    register.happens(what, *(int(one) for one in of if isinstance(one, int)))
            for which in range(min(3, len(register.grants))):
                register.hears_more(which)
        for which in range(len(register.grants)):
            for person in PEOPLE:
                register.takes(which, person)

    holds()
