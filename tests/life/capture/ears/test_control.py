"""The line between signaller and ear: nothing said on it is lost, and nothing changes its order."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.engine.vault.journal_bodies import Why
from talteen.ids import RecordingId, new
from talteen.life.capture.ears import control
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.control import Line

CALL = RecordingId(new())
BORN = datetime(2026, 11, 24, 12, tzinfo=UTC)
SAYINGS: tuple[say.Message, ...] = (
    say.Open(CALL, BORN),
    say.Listen(CALL, 1, 10_000, "127.0.0.1", 5, False),
    say.Keep(CALL, 7),
    say.Pause(CALL, 9, Why.PAUSE),
    say.Resume(CALL, 10, Why.PAUSE),
    say.Fact(CALL, b"x" * 30_000),
    say.Burn(CALL),
)


@pytest.fixture(scope="module")
def ends() -> tuple[Line, Line]:
    one, other = control.pair()
    return Line(one), Line(other)


@settings(max_examples=60, deadline=None)
@given(said=st.lists(st.sampled_from(SAYINGS), min_size=1, max_size=20))
def test_what_is_said_together_is_heard_in_its_order_and_entered_first(
    ends: tuple[Line, Line], said: list[say.Message]
) -> None:
    speaker, hearer = ends
    entered: list[bytes] = []
    for one in said:
        speaker.add(one)
    assert speaker.push()

    heard = []
    for message in hearer.heard(entered.append):
        assert entered[-1] == say.write(message)
        heard.append(message)

    assert heard == said
    assert len(entered) == len(said)


def test_whoever_dies_within_a_bundle_leaves_all_of_it_to_the_next(
    ends: tuple[Line, Line],
) -> None:
    speaker, hearer = ends
    said = SAYINGS[:3]
    for one in said:
        speaker.add(one)
    speaker.push()

    dying = hearer.heard()
    assert next(dying) == said[0]
    dying.close()

    assert tuple(hearer.heard()) == said


def test_a_pause_and_its_end_never_go_in_one_bundle(ends: tuple[Line, Line]) -> None:
    """Told a second time behind its end, a pause would burn what was kept since."""
    speaker, hearer = ends
    for one in SAYINGS[3:5]:
        speaker.add(one)
    speaker.push()

    dying = hearer.heard()
    assert next(dying) == SAYINGS[3]
    dying.close()

    assert tuple(hearer.heard()) == SAYINGS[4:5]
