"""Whoever has got a call is told of what became of it, and nobody else is (I19, Art. 19).

Made-up stories of one call and another: packages are sealed, opened or not, a person asks, an
answer is prepared, sent back or decided, a recipient is told or answers. Our own book says from
Art. 19 alone who is owed a word.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from talteen.errors import TalteenError
from talteen.life.answer import answers, steps
from talteen.life.answer.disclose import article19, delivery
from talteen.life.answer.disclose.models import Disclosure, RecipientTask
from talteen.life.answer.disclose.writing import Desk as Letters
from talteen.life.destroy import acts as destroy
from talteen.notice.opinions import Opinion
from talteen.notice.recipient_tasks import TaskAct, TaskStage
from talteen.notice.rights import Right
from talteen.register.models import Recording
from tests.kit.builders import NOON
from tests.life.answer.conftest import REGISTER, House
from tests.life.answer.test_disclosures import FILES, approved, asked, request_of, scoped

pytestmark = pytest.mark.django_db(transaction=True)

OWED = {
    "erasure_decided.granted": TaskAct.ERASED,
    "objection_accepted.granted": TaskAct.ERASED,
    "restriction_set.granted": TaskAct.RESTRICTED,
    "rectification_done.granted": TaskAct.RECTIFIED,
    "portability_na.refused": None,
}
"""What Art. 19 has a recipient told of, by the answer that the person gets."""
RIGHT = {
    "erasure_decided.granted": (Right.ERASURE, {}),
    "objection_accepted.granted": (Right.OBJECTION, {}),
    "restriction_set.granted": (Right.RESTRICTION, {"restriction.ground": "oikeellisuus"}),
    "rectification_done.granted": (
        Right.RECTIFICATION,
        {"rectification.before": "kolme yötä", "rectification.after": "kaksi yötä"},
    ),
    "portability_na.refused": (Right.PORTABILITY, {}),
}
which = st.sampled_from([0, 0, 1])
turns = st.one_of(
    st.tuples(st.just("is sealed for somebody"), which),
    st.tuples(st.just("is opened"), st.integers(0, 3)),
    st.tuples(st.just("is answered"), which, st.sampled_from(sorted(RIGHT)), st.booleans()),
    st.tuples(st.sampled_from(["tell", "confirm", "impossible"]), st.integers(0, 3)),
)
stories = st.lists(turns, min_size=2, max_size=5)
_numbers = count(1)


@dataclass(slots=True)
class Story:
    """Two calls, the packages that were made of them, and who is owed a word by the book."""

    house: House
    calls: list[Recording] = field(default_factory=list)
    sealed: list[tuple[UUID, Recording, str]] = field(default_factory=list)
    has_got: dict[UUID, set[UUID]] = field(default_factory=dict)
    """Call -> the disclosures by which it has left the house."""
    gone: set[UUID] = field(default_factory=set)
    owed: Counter[tuple[UUID, UUID, str]] = field(default_factory=Counter)
    settled: int = 0

    def goes(self, what: str, *told: object) -> None:
        match what, told:
            case "is sealed for somebody", [int(n)]:
                self.is_sealed(self.calls[n])
            case "is opened", [int(n)]:
                self.is_opened(n)
            case "is answered", [int(n), str(key), bool(decided)]:
                self.is_answered(self.calls[n], key, decided=decided)
            case str(), [int(n)]:
                self.recipient(what, n)

    def is_sealed(self, call: Recording) -> None:
        if call.pk in self.gone:
            return
        row = asked(self.house)
        scoped(self.house, row, call)
        approved(self.house, row)
        made = delivery.seal(self.house.vault, row.pk, FILES, by=self.house.eila, now=NOON)
        self.sealed.append((row.pk, call, made.code))

    def is_opened(self, n: int) -> None:
        if not self.sealed:
            return
        pk, call, code = self.sealed[n % len(self.sealed)]
        row = Disclosure.objects.get(pk=pk)
        try:
            delivery.opened(self.house.vault, row, code, NOON)
        except TalteenError:
            assert call.pk in self.gone
            return
        self.has_got.setdefault(call.pk, set()).add(pk)

    def is_answered(self, call: Recording, key: str, *, decided: bool) -> None:
        """A person asks about the call, and somebody prepares the answer; where nobody decides it,
        the second person sends it back, and the request ends there."""
        if call.pk in self.gone:
            return
        right, written = RIGHT[key]
        request = request_of(self.house, call, right)
        self.house.prepared(request.pk, key, written)
        if not decided:
            ilkka, eila = self.house.ilkka, self.house.eila
            answers.send_back(self.house.vault, request.pk, "ei näin", by=ilkka, now=NOON)
            steps.withdraw(self.house.vault, request.pk, "ei enää", by=eila, now=NOON)
            destroy.lapse(self.house.vault, NOON)
            return
        answers.opine(
            self.house.vault, request.pk, Opinion.FOR, "näin", by=self.house.dina, now=NOON
        )
        self.house.decided(request.pk, key, self.house.ilkka)
        act = OWED[key]
        if act is not None:
            for one in self.has_got.get(call.pk, ()):
                self.owed[one, call.pk, act.value] += 1
        if act is TaskAct.ERASED:
            self.gone.add(call.pk)
        steps.delivered(request.pk, by=self.house.eila, now=NOON, tail_days=0)
        destroy.lapse(self.house.vault, NOON)  # the request's own hold stops no later erasure

    def recipient(self, what: str, n: int) -> None:
        """Somebody tells a recipient, or writes down what they answered."""
        standing = self.standing()
        if not standing:
            return
        task, vault, eila = standing[n % len(standing)], self.house.vault, self.house.eila
        if what == "tell":
            if task.stage == TaskStage.OPEN.value:
                letter = Letters(self.house.register, REGISTER, "Eila", NOON).recipient(task)
                article19.tell(vault, task.pk, letter, by=eila, now=NOON)
            return
        settle = article19.confirm if what == "confirm" else article19.impossible
        settle(vault, task.pk, "he vastasivat", by=eila, now=NOON)
        self.settled += 1

    def agrees(self) -> None:
        tasks = RecipientTask.objects.filter(recording__in=[one.pk for one in self.calls])
        found = Counter((one.disclosure_id, one.recording, one.act) for one in tasks)
        assert found == self.owed
        assert len(self.standing()) == self.owed.total() - self.settled

    def standing(self) -> list[RecipientTask]:
        """Of this story: each has calls of its own."""
        return [one for one in article19.standing() if one.recording in self.has_got]


def test_the_tasks_are_the_recipients_of_the_call_and_nobody_else(house: House) -> None:
    owed = settled = 0

    @settings(max_examples=2, database=None, phases=[Phase.generate], deadline=None)
    @given(stories)
    def holds(told: list[tuple[object, ...]]) -> None:
        nonlocal owed, settled
        numbers = [f"+35840555{next(_numbers):04}" for _ in range(2)]
        story = Story(house, [house.call(number=number) for number in numbers])
        begins = (("is sealed for somebody", 0), ("is opened", 0), ("is sealed for somebody", 0))
        ends = (("is answered", 0, "restriction_set.granted", True), ("confirm", 0))
        for turn in (*begins, *told, *ends):
            story.goes(str(turn[0]), *turn[1:])
            story.agrees()
        owed, settled = owed + story.owed.total(), settled + story.settled

    holds()
    assert owed
    assert settled
