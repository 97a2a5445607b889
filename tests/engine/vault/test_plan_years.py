"""A plan lives through any years: erasures, imports, holds and rolls keep what they must."""

import os
from dataclasses import replace
from datetime import date, timedelta

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
from talteen.engine.vault import ring
from talteen.engine.vault.changes import Changes, Resealed
from talteen.engine.vault.entries import BlobRef, Entry, Kind
from talteen.errors import Conflict
from talteen.ids import BlobId, HoldId, RecordingId
from tests.engine.vault.memory import (
    FIRST_DAY,
    RING,
    an_id,
    entry,
    memory,
    waiting,
)
from tests.kit.depth import LONG


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
TestYears.pytestmark = [pytest.mark.sampled]
TestYears.settings = settings(
    max_examples=200 if LONG else 80, stateful_step_count=25, deadline=None
)
