"""Generations follow one another as a small model says, whatever is asked for in whatever order."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from talteen.clock import helsinki_date
from talteen.engine.vault import ring
from talteen.engine.vault.book import Book
from talteen.engine.vault.changes import Changes, Waiting
from talteen.ids import CaseId, HoldId, IntakeKeyId, RecordingId
from tests.engine.vault.memory import FIRST_DAY, LIFE, RING, an_id, entry, memory, waiting


def test_an_erasure_touches_one_page_and_the_root() -> None:
    store = memory(entries_a_page=100)
    calls = {
        RecordingId(an_id()): entry(FIRST_DAY + timedelta(days=day))
        for day in range(10)
        for _ in range(20)
    }
    store.roll(Changes(), at=FIRST_DAY, waiting={r: waiting(store, e) for r, e in calls.items()})

    made = store.roll(Changes(drop=dict.fromkeys(list(calls)[:1], "request")), at=FIRST_DAY)

    assert len(made.pages) == 1
    assert len(made.root.days) == 10


def test_a_page_that_takes_over_from_an_emptied_one_keeps_its_ids_when_it_is_halved() -> None:
    """Found by the machine above: ids below its own lowest came to it, then it was too full."""
    store = memory(entries_a_page=2)
    ids = [RecordingId(UUID(int=n << 100)) for n in range(1, 9)]
    low, high = ids[:4], ids[4:]

    def come_in(some: list[RecordingId]) -> None:
        made = {r: waiting(store, entry(FIRST_DAY)) for r in some}
        store.roll(Changes(), at=FIRST_DAY, waiting=made)

    come_in([ids[0], *high[:2]])
    store.roll(Changes(drop={ids[0]: "request"}), at=FIRST_DAY)
    come_in(low[1:])
    come_in(high[2:])

    for recording in ids[1:]:
        assert store.book.find(recording, None) is not None
    assert store.book.root.count == 7


def test_a_second_key_for_a_recording_is_not_folded() -> None:
    store = memory()
    recording, first = RecordingId(an_id()), entry(FIRST_DAY)
    store.roll(Changes(), at=FIRST_DAY, waiting={recording: waiting(store, first)})

    made = store.roll(
        Changes(), at=FIRST_DAY, waiting={recording: waiting(store, entry(FIRST_DAY))}
    )

    assert made.folded == ()
    found = store.book.find(recording, None)
    assert found is not None
    assert found[1] == first


def test_an_import_of_an_old_call_shortens_the_life_of_backups() -> None:
    """Its key came in through an intake key of the root before: that root's backup opens it."""
    store = memory()
    old = entry(FIRST_DAY - LIFE + timedelta(days=2))

    made = store.roll(Changes(), at=FIRST_DAY, waiting={RecordingId(an_id()): waiting(store, old)})

    assert made.deaths[0].at == old.due - ring.BEFORE_DUE < FIRST_DAY + RING


def test_overdue_hold_keeps_ring() -> None:
    """A held call past its due stands on no day page: its due does not kill the backups."""
    store = memory()
    recording, kept, hold = RecordingId(an_id()), entry(FIRST_DAY), HoldId(an_id())
    store.roll(Changes(), at=FIRST_DAY, waiting={recording: waiting(store, kept)})
    store.roll(Changes(place_holds=frozenset({(hold, recording)})), at=FIRST_DAY)
    over = kept.due + timedelta(days=30)
    store.roll(Changes(expire_days=frozenset({helsinki_date(kept.start)})), at=over)

    made = store.roll(Changes(), at=over)

    assert [death.at for death in made.deaths] == [over + RING]
    assert store.book.held(recording) == kept


def test_an_intake_key_that_older_roots_hold_shortens_their_backups_too() -> None:
    """A node that keeps its intake key over several rolls: each root since could open the call."""
    store = memory()
    key = store.book.root.intake[0]
    for _ in range(3):
        kept_key = replace(store.book.root, intake=(key,))
        store.book = Book(kept_key, store.fetch)
        store.roll(Changes(), at=FIRST_DAY)
    store.book = Book(replace(store.book.root, intake=(key,)), store.fetch)
    old = entry(FIRST_DAY - LIFE + timedelta(days=2))

    made = store.roll(
        Changes(), at=FIRST_DAY, waiting={RecordingId(an_id()): Waiting(old, IntakeKeyId(key.id))}
    )

    assert {death.name for death in made.deaths} == {"ring-1", "ring-2", "ring-3", "ring-4"}
    assert {death.at for death in made.deaths} == {old.due - ring.BEFORE_DUE}


@pytest.mark.parametrize("key_is", ["open", "lapsed"])
def test_what_a_node_may_still_keep_shortens_the_backup_before_it_is_here(key_is: str) -> None:
    """A node that is cut off for long: what it will hand in may be as old as its intake key."""
    store = memory()
    held = replace(store.book.root.intake[0], id=IntakeKeyId(an_id()), node="far")
    store.book = Book(replace(store.book.root, intake=(held,)), store.fetch)
    lapsed = frozenset({held.id}) if key_is == "lapsed" else frozenset()

    made = store.roll(
        Changes(close_intake=lapsed, lapsed_intake=lapsed),
        at=held.opened_at + LIFE - timedelta(days=2),
    )

    assert [death.at for death in made.deaths] == [held.opened_at + LIFE - ring.BEFORE_DUE]


def test_a_key_that_has_handed_everything_over_shortens_nothing() -> None:
    store = memory()
    at = store.book.root.intake[0].opened_at + LIFE

    made = store.roll(Changes(), at=at)

    assert [death.at for death in made.deaths] == [at + RING]


def test_cases_have_keys_of_their_own_until_they_close() -> None:
    store = memory()
    case = CaseId(an_id())

    opened = store.roll(Changes(open_cases=frozenset({case})), at=FIRST_DAY)
    later = store.roll(Changes(), at=FIRST_DAY)
    closed = store.roll(Changes(close_cases=frozenset({case})), at=FIRST_DAY)

    assert opened.root.cases == later.root.cases
    assert closed.root.cases == {}
