"""The table of states is the whole truth about progress (REGISTER C)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import Conflict
from talteen.register.states import LIVING, OPENABLE, STEPS, Event, Progress, after


def test_every_life_ends_destroyed_and_nowhere_else() -> None:
    ends = {p for p in Progress if not any(start is p for start, _ in STEPS)}

    assert ends == {Progress.DESTROYED}


def test_every_state_can_be_reached() -> None:
    reached = {Progress.CAPTURING} | set(STEPS.values())

    assert reached == set(Progress)


@given(st.lists(st.sampled_from(Event), max_size=12))
def test_nothing_that_began_to_die_lives_again(events: list[Event]) -> None:
    progress, dying = Progress.CAPTURING, False

    for event in events:
        try:
            progress = after(progress, event)
        except Conflict:
            continue
        dying = dying or event is Event.DESTRUCTION_BEGAN
        assert not (dying and progress in LIVING | OPENABLE)


def test_a_step_that_the_table_does_not_have_is_a_conflict() -> None:
    with pytest.raises(Conflict, match="destroyed"):
        after(Progress.DESTROYED, Event.SEALED)
