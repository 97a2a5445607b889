"""Generations follow one another as a small model says, whatever is asked for in whatever order."""

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from talteen.clock import helsinki_date
from talteen.engine.vault import pages, ring
from talteen.engine.vault.book import Book
from talteen.engine.vault.changes import Changes, Plan, Resealed, Setting, Waiting
from talteen.engine.vault.entries import BlobRef, Entry, Kind
from talteen.engine.vault.pages import PageKey, RootPage
from talteen.engine.vault.plan import plan
from talteen.errors import Conflict
from talteen.ids import BlobId, CaseId, HoldId, HouseId, IntakeKeyId, PageId, RecordingId


def an_id() -> UUID:
    """From the generator that hypothesis seeds: where an id falls must be repeatable."""
    return UUID(int=random.getrandbits(128), version=4)


FIRST_DAY = datetime(2026, 9, 1, 9, tzinfo=UTC)
LIFE = timedelta(days=20)
RING = timedelta(days=6)
HOUSE = HouseId(an_id())


@dataclass(slots=True)
class Memory:
    """A vault without holders, files and rows: the generations of ``plan`` in RAM."""

    book: Book
    stored: dict[tuple[PageId, int], bytes] = field(default_factory=dict)
    entries_a_page: int = 3
    last: Plan | None = None

    def roll(
        self,
        changes: Changes,
        *,
        at: datetime,
        waiting: Mapping[RecordingId, Waiting] | None = None,
        late: Mapping[RecordingId, tuple[BlobRef, ...]] | None = None,
        hints: Mapping[RecordingId, date] | None = None,
    ) -> Plan:
        n = self.book.root.n + 1
        setting = Setting(
            n=n,
            at=at,
            ring=RING,
            backups={m: f"ring-{m}" for m in range(n)},
            is_over=lambda due: at >= due,
            due_of=lambda start: start + LIFE,
            random=os.urandom,
            entries_a_page=self.entries_a_page,
        )
        made = plan(
            self.book,
            replace(
                changes,
                open_intake=frozenset({"import"}),
                close_intake=changes.close_intake
                | {key.id for key in self.book.root.intake if key.node == "import"},
            ),
            waiting=waiting or {},
            late=late or {},
            hints=hints or {},
            setting=setting,
        )
        self.stored |= {(page.key.id, page.key.n): page.sealed for page in made.pages}
        root = pages.open_root(made.root_sealed, made.root_key, house=HOUSE, n=n)
        assert root == made.root
        self.book, self.last = Book(root, self.fetch), made
        return made

    def fetch(self, page: PageKey) -> bytes:
        return self.stored.get((page.id, page.n), b"")


def memory(*, entries_a_page: int = 3) -> Memory:
    root = RootPage(HOUSE, 0, FIRST_DAY, (), (), {}, {}, (), {}, os.urandom(32))
    made = Memory(Book(root, lambda page: b""), entries_a_page=entries_a_page)
    made.roll(Changes(), at=FIRST_DAY)
    return made


def entry(start: datetime) -> Entry:
    return Entry(os.urandom(32), start, start + LIFE, os.urandom(32), "", ())


def waiting(store: Memory, made: Entry) -> Waiting:
    return Waiting(made, store.book.root.intake[0].id)


def blob() -> BlobRef:
    return BlobRef(BlobId(an_id()), Kind.TRANSCRIPT, os.urandom(32), 100)


class Years(RuleBasedStateMachine):
    """Calls come in, are held, released, redacted, erased and expire; a model keeps the truth."""

    @initialize()
    def begin(self) -> None:
        self.store = memory()
        self.now = FIRST_DAY
        self.on_day: dict[RecordingId, Entry] = {}
        self.holds: dict[tuple[HoldId, RecordingId], Entry] = {}
        self.gone: dict[RecordingId, Entry] = {}

    @rule(
        count=st.integers(1, 5),
        days_ago=st.integers(0, 3),
        erased_at_once=st.booleans(),
        attached=st.booleans(),
    )
    def calls_come_in(
        self, count: int, days_ago: int, *, erased_at_once: bool, attached: bool
    ) -> None:
        start = self.now - timedelta(days=days_ago)
        new = {RecordingId(an_id()): entry(start) for _ in range(count)}
        drop = dict.fromkeys(list(new)[:1], "request") if erased_at_once else {}
        late = {recording: (blob(),) for recording in new} if attached else {}

        made = self.store.roll(
            Changes(drop=drop),
            at=self.now,
            waiting={r: waiting(self.store, e) for r, e in new.items()},
            late=late,
        )

        assert set(made.folded) == set(new) - set(drop)
        for recording, handed_in in new.items():
            if recording in drop:
                self.gone[recording] = handed_in
            else:
                self.on_day[recording] = handed_in.having(late.get(recording, ()))

    @precondition(lambda self: self.on_day)
    @rule(data=st.data())
    def a_hold_is_placed(self, data: st.DataObject) -> None:
        recording = data.draw(st.sampled_from(sorted(self.on_day)))
        hold = HoldId(an_id())

        self.store.roll(
            Changes(place_holds=frozenset({(hold, recording)})), at=self.now, hints=self.hints()
        )

        self.holds[hold, recording] = self.on_day[recording]

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def a_hold_is_released(self, data: st.DataObject) -> None:
        released = data.draw(st.sampled_from(sorted(self.holds)))
        recording = released[1]
        left = [pair for pair in self.holds if pair[1] == recording and pair != released]
        last = not left and recording not in self.on_day
        drop = {recording: "hold_released"} if last else {}
        if last:
            with pytest.raises(Conflict):
                self.store.roll(Changes(release_holds=frozenset({released})), at=self.now)

        self.store.roll(Changes(release_holds=frozenset({released}), drop=drop), at=self.now)

        kept = self.holds.pop(released)
        if last:
            self.gone[recording] = kept

    @precondition(lambda self: self.on_day)
    @rule(data=st.data())
    def calls_are_erased(self, data: st.DataObject) -> None:
        held = {recording for _, recording in self.holds}
        wanted = data.draw(st.sets(st.sampled_from(sorted(self.on_day)), max_size=4))
        drop = dict.fromkeys(wanted, "request")
        if wanted & held:
            with pytest.raises(Conflict):
                self.store.roll(Changes(drop=drop), at=self.now)
            return
        before = self.store.book.root.shards
        prepared = {day: os.urandom(32) for day in before}

        self.store.roll(Changes(drop=drop, shard_keys=prepared), at=self.now)

        for recording in wanted:
            self.gone[recording] = self.on_day.pop(recording)
            day = helsinki_date(self.gone[recording].start)
            assert self.store.book.root.shards.get(day) in (prepared[day], None)
        erased = {helsinki_date(self.gone[recording].start) for recording in wanted}
        for day in self.store.book.root.shards.keys() & before.keys() - erased:
            assert self.store.book.root.shards[day] == before[day]

    @precondition(lambda self: self.on_day)
    @rule(data=st.data())
    def a_call_is_redacted(self, data: st.DataObject) -> None:
        recording = data.draw(st.sampled_from(sorted(self.on_day)))
        new = Resealed(os.urandom(32), (blob(),))

        self.store.roll(Changes(reseal={recording: new}), at=self.now)

        fresh = replace(self.on_day[recording], dek=new.dek, blobs=new.blobs)
        self.on_day[recording] = fresh
        for pair in self.holds:
            if pair[1] == recording:
                self.holds[pair] = fresh

    @precondition(lambda self: self.on_day or self.holds)
    @rule(data=st.data())
    def a_transcript_is_attached(self, data: st.DataObject) -> None:
        known = {*self.on_day, *(recording for _, recording in self.holds)}
        recording, made = data.draw(st.sampled_from(sorted(known))), blob()

        self.store.roll(Changes(), at=self.now, late={recording: (made,)})

        if recording in self.on_day:
            self.on_day[recording] = _sorted(self.on_day[recording].having([made]))
        for pair, kept in self.holds.items():
            if pair[1] == recording:
                self.holds[pair] = _sorted(kept.having([made]))

    @rule(days=st.integers(1, 8))
    def days_pass_and_what_is_over_expires(self, days: int) -> None:
        self.now += timedelta(days=days)
        by_day: dict[date, list[RecordingId]] = {}
        for recording, kept in self.on_day.items():
            by_day.setdefault(helsinki_date(kept.start), []).append(recording)
        over = {
            day
            for day, calls in by_day.items()
            if all(self.now >= self.on_day[call].due for call in calls)
        }
        held = {recording for _, recording in self.holds}

        made = self.store.roll(Changes(expire_days=frozenset(over)), at=self.now)

        going = {call for day in over for call in by_day[day]}
        assert {gone.recording for gone in made.destroyed} == going - held
        for call in going:
            kept = self.on_day.pop(call)
            if call not in held:
                self.gone[call] = kept

    @rule()
    def a_day_that_is_not_over_does_not_expire(self) -> None:
        young = {helsinki_date(e.start) for e in self.on_day.values() if self.now < e.due}
        if young:
            with pytest.raises(Conflict):
                self.store.roll(Changes(expire_days=frozenset(young)), at=self.now)

    @invariant()
    def every_living_call_opens(self) -> None:
        for recording, kept in self.on_day.items():
            found = self.store.book.find(recording, helsinki_date(kept.start))
            assert found is not None
            assert _sorted(found[1]) == _sorted(kept)
            assert self.store.book.find(recording, None) == found

    @invariant()
    def every_hold_keeps_its_own_copy(self) -> None:
        refs = {(ref.hold, ref.recording): ref for ref in self.store.book.root.holds}
        assert refs.keys() == self.holds.keys()
        for pair, ref in refs.items():
            assert _sorted(self.store.book.hold_page(ref).entry) == _sorted(self.holds[pair])

    @invariant()
    def no_dead_call_opens(self) -> None:
        for recording, kept in self.gone.items():
            assert self.store.book.find(recording, helsinki_date(kept.start)) is None
            assert self.store.book.held(recording) is None

    @invariant()
    def the_entries_add_up(self) -> None:
        made = self.store.last
        assert made is not None
        assert made.root.count == len(self.on_day)
        assert made.root.count == made.entries_before - made.removed + len(made.folded)
        assert all(ref.count <= self.store.entries_a_page for ref in made.root.days)

    @invariant()
    def the_backup_of_the_generation_before_dies_in_time(self) -> None:
        made = self.store.last
        assert made is not None
        at = {death.name: death.at for death in made.deaths}
        dead = at[f"ring-{made.base_n}"]
        assert dead <= made.root.at + RING
        for ref in self.store.book.root.days:
            if ref.page.n < made.root.n:
                assert dead <= ref.earliest_due - ring.BEFORE_DUE

    def hints(self) -> dict[RecordingId, date]:
        """Sometimes right, sometimes a column that somebody edited."""
        return {
            recording: helsinki_date(e.start) if i % 2 else date(2020, 1, 1)
            for i, (recording, e) in enumerate(self.on_day.items())
        }


def _sorted(made: Entry) -> Entry:
    return replace(made, blobs=tuple(sorted(made.blobs, key=lambda ref: ref.id.bytes)))


TestYears = Years.TestCase
TestYears.settings = settings(max_examples=200, stateful_step_count=25, deadline=None)


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
