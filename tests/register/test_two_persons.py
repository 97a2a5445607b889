"""One person is never two, whatever else is true of the act (REGISTER D, I15).

The rules that ask for a second person, each as a function of the two and of chance. They know
people by their ids alone: neither another role nor whom somebody stands in for makes two of one.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.errors import TalteenError
from talteen.life.hold import rules as hold
from talteen.life.hold.rules import Ground, Proposal
from talteen.life.transcribe import words
from talteen.life.transcribe.revision import Revision
from talteen.notice import breaches, disclosures, requests, versions
from talteen.notice.breaches import BreachStep
from talteen.notice.disclosures import Door
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Role
from talteen.notice.versions import Approval
from talteen.register.staff import two_persons
from tests.notice.test_versions import SECOND
from tests.notice.test_versions import TODAY as PUBLISHED_ON

Draw = Callable[[st.SearchStrategy[object]], object]
TODAY, NOW = date(2026, 11, 24), datetime(2026, 11, 24, 10, tzinfo=UTC)
people = st.sampled_from(["r01", "r02", "o01"])
WORDS = words.draft([], language="fi", engine="none", settings="", marks=())


def placing(first: str, second: str, draw: Draw) -> None:
    ground, is_open = draw(st.sampled_from(Ground)), draw(st.booleans())
    days = draw(st.integers(-1, 91))
    assert isinstance(ground, Ground)
    assert isinstance(days, int)
    asked = Proposal(ground, TODAY + timedelta(days=days), first, second, bool(is_open))
    hold.check_placing(asked, NOW + timedelta(days=1), now=NOW, today=TODAY)


def confirming(first: str, second: str, draw: Draw) -> None:
    role = draw(st.sampled_from(Role))
    assert isinstance(role, Role)
    hold.check_confirming(role, first, second)


def disclosing(first: str, second: str, draw: Draw) -> None:
    door, opinion = draw(st.sampled_from(Door)), draw(st.none() | st.sampled_from(Opinion))
    assert isinstance(door, Door)
    assert opinion is None or isinstance(opinion, Opinion)
    reasons = str(draw(st.sampled_from(["", "because"])))
    refusing = bool(draw(st.booleans()))
    disclosures.check_deciding(
        door, opinion, reasons, refusing=refusing, proposed_by=first, decided_by=second
    )


def ending(first: str, second: str, draw: Draw) -> None:
    step = draw(st.sampled_from([BreachStep.DISMISSED, BreachStep.CLOSED]))
    before = draw(st.sampled_from([BreachStep.DISMISSAL_PROPOSED, BreachStep.CLOSING_PROPOSED]))
    assert isinstance(step, BreachStep)
    assert isinstance(before, BreachStep)
    breaches.check_ending(step, before, proposed_by=first, ended_by=second)


def publishing(first: str, second: str, draw: Draw) -> None:
    opinion = draw(st.none() | st.just(PUBLISHED_ON))
    assert opinion is None or isinstance(opinion, date)
    approval = Approval(first, second, opinion)
    versions.publish((), SECOND, approval=approval, findings=(), today=PUBLISHED_ON)


RULES: Mapping[str, Callable[[str, str, Draw], object]] = {
    "adopting, inviting, breaking the glass": lambda first, second, _: two_persons.check(
        first, second
    ),
    "placing a hold": placing,
    "confirming a hold": confirming,
    "releasing a hold, erasing": lambda first, second, _: hold.check_releasing(first, second),
    "deciding an answer": lambda first, second, draw: requests.check_deciding(
        first, second, two=True, opinion=bool(draw(st.booleans()))
    ),
    "checking an address": lambda first, second, _: requests.check_recipient(first, second),
    "disclosing": disclosing,
    "ending a breach": ending,
    "reading a correction": lambda first, second, _: Revision(WORDS, first, NOW).checked(
        second, NOW
    ),
    "publishing a notice": publishing,
}


@pytest.mark.parametrize("act", RULES)
def test_no_act_of_two_is_done_by_one(act: str) -> None:
    done = Counter[bool]()

    @settings(max_examples=40, database=None)
    @given(people, people, st.data())
    def needs_two(first: str, second: str, data: st.DataObject) -> None:
        try:
            RULES[act](first, second, data.draw)
        except TalteenError:
            return
        done[first == second] += 1

    needs_two()
    assert done[True] == 0
    assert done[False] > 0  # two may
