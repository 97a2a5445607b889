"""An intake key lives for as long as its node needs it, and never longer than the first cutoff."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.vault import intake_keys
from talteen.engine.vault.intake import SEED_BYTES
from talteen.engine.vault.intake_keys import EVERY, LONGEST_CALL, Needs
from talteen.engine.vault.pages import IntakeSecret
from talteen.ids import IntakeKeyId

NOON = datetime(2026, 9, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def key(hours: int, node: str = "north") -> IntakeSecret:
    """The key of ``node`` that was born so many hours after noon."""
    born = IntakeKeyId(uuid4())
    return IntakeSecret(born, node, hours + 1, NOON + hours * HOUR, bytes(SEED_BYTES))


def test_a_node_without_a_key_gets_one_and_then_one_an_hour() -> None:
    first = key(0)

    assert intake_keys.to_open([], ["north"], now=NOON) == {"north"}
    assert intake_keys.to_open([first], ["north"], now=NOON + EVERY / 2) == frozenset()
    assert intake_keys.to_open([first], ["north"], now=NOON + EVERY) == {"north"}
    assert intake_keys.to_open([first], ["north", "south"], now=NOON) == {"south"}


def test_a_key_dies_when_its_node_knows_a_newer_one_and_needs_it_no_more() -> None:
    old, new = key(0), key(1)

    assert intake_keys.to_close([old, new], [Needs("north", new.id)]) == {old.id}


def test_a_key_stays_while_its_node_has_not_said_that_it_knows_a_newer_one() -> None:
    old, new = key(0), key(1)

    assert intake_keys.to_close([old, new], []) == frozenset()
    assert intake_keys.to_close([old, new], [Needs("north", None)]) == frozenset()
    assert intake_keys.to_close([old, new], [Needs("north", old.id)]) == frozenset()


def test_a_key_stays_while_something_under_it_is_not_handed_over() -> None:
    old, new = key(0), key(1)
    open_call = Needs("north", new.id, frozenset({old.id}))

    assert intake_keys.to_close([old, new], [open_call]) == frozenset()


def test_what_one_node_says_lets_no_key_of_another_die() -> None:
    north, south, south_new = key(0), key(0, "south"), key(1, "south")

    assert intake_keys.to_close([north, south, south_new], [Needs("south", south_new.id)]) == {
        south.id
    }


def test_a_silent_node_keeps_a_key_until_the_first_cutoff_under_it_and_no_longer() -> None:
    silent = key(0)
    cutoff_of_earliest = silent.opened_at - LONGEST_CALL + timedelta(days=85)

    def closed(now: datetime) -> frozenset[IntakeKeyId]:
        lapsed = intake_keys.lapsed(
            [silent], is_over=lambda start: now >= start + timedelta(days=85)
        )
        return intake_keys.to_close([silent], [], lapsed=lapsed)

    assert closed(cutoff_of_earliest - timedelta(seconds=1)) == frozenset()
    assert closed(cutoff_of_earliest) == {silent.id}


@given(
    hours=st.lists(st.integers(0, 50), min_size=1, max_size=6, unique=True),
    needed=st.sets(st.integers(0, 5)),
    knows=st.integers(0, 5),
)
def test_the_newest_key_that_a_node_knows_and_all_that_it_needs_live(
    hours: list[int], needed: set[int], knows: int
) -> None:
    keys = [key(hour) for hour in sorted(hours)]
    said = Needs(
        "north",
        keys[knows % len(keys)].id,
        frozenset(keys[one].id for one in needed if one < len(keys)),
    )
    closed = intake_keys.to_close(keys, [said])

    assert said.knows not in closed
    assert not closed & said.keys
    newer: set[UUID] = {one.id for one in keys[knows % len(keys) :]}
    assert not closed & newer
