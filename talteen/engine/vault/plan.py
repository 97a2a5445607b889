"""What the next generation will be: from a book, what waits and what is wanted, to sealed pages.

Pure: nothing is stored, no key of a holder is touched, chance is handed in. The plan knows which
pages change, who is destroyed, who only leaves a day page because a hold keeps a copy, and when
backup keys must be dead. ``roll`` then carries it out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from talteen.clock import helsinki_date
from talteen.engine.vault import dead, intake, pages, ring
from talteen.engine.vault.book import Book
from talteen.engine.vault.changes import EXPIRED, Changes, Draft, Plan, Setting, Waiting
from talteen.engine.vault.dead import Destroyed, Group
from talteen.engine.vault.edits import DayEdits
from talteen.engine.vault.entries import BlobRef, Entries, Entry
from talteen.engine.vault.pages import (
    DayRef,
    HoldPage,
    HoldRef,
    IntakeSecret,
    PageKey,
    PageName,
    RootPage,
    SealedPage,
)
from talteen.engine.vault.rollfile import Death, HoldChange, IntakeKeyBorn
from talteen.errors import Conflict
from talteen.ids import BlobId, CaseId, HoldId, IntakeKeyId, PageId, RecordingId


def plan(
    book: Book,
    changes: Changes,
    *,
    waiting: Mapping[RecordingId, Waiting],
    late: Mapping[RecordingId, tuple[BlobRef, ...]],
    hints: Mapping[RecordingId, date],
    setting: Setting,
) -> Plan:
    """The generation that follows ``book``.

    ``waiting`` are opened envelopes, ``late`` blobs that were derived since, ``hints`` the days on
    which to look for a recording first. Raises Conflict where what is wanted cannot be: a recording
    that is nowhere, a drop of one that stays held, a day that is not over.
    """
    days = DayEdits(book, setting.entries_a_page)
    drafting = _Drafting(book, changes, waiting, late, hints, setting, days)
    drafting.expire()
    drafting.drop()
    drafting.drop_again()
    drafting.fold()
    drafting.attach()
    drafting.reseal()
    drafting.hold()
    return drafting.done()


@dataclass(slots=True)
class _Drafting:
    """A plan in the making."""

    book: Book
    changes: Changes
    waiting: Mapping[RecordingId, Waiting]
    late: Mapping[RecordingId, tuple[BlobRef, ...]]
    hints: Mapping[RecordingId, date]
    setting: Setting
    days: DayEdits
    holds: dict[tuple[RecordingId, HoldId], HoldRef | HoldPage] = field(default_factory=dict)
    """Those of the next root: a HoldPage is one that is to be sealed anew."""
    removed: int = 0
    single: dict[RecordingId, Destroyed] = field(default_factory=dict)
    """Who dies one by one."""
    expired: list[Group] = field(default_factory=list)
    """Who dies with their day."""
    moved: list[RecordingId] = field(default_factory=list)
    folded: list[RecordingId] = field(default_factory=list)
    attached: set[BlobId] = field(default_factory=set)
    erased_days: set[date] = field(default_factory=set)
    found: dict[RecordingId, tuple[DayRef, Entry] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.holds = {(ref.recording, ref.hold): ref for ref in self.book.root.holds}

    # --- what goes ---------------------------------------------------------------

    def expire(self) -> None:
        """Every page of the days that are over leaves whole."""
        held = self._held_after()
        for ref in self.book.root.days:
            if ref.day not in self.changes.expire_days:
                continue
            entries = self.book.day_page(ref).entries
            self._all_over(entries)
            self.days.end(ref)
            self.removed += len(entries)
            staying = [recording for recording in held if recording in entries]
            self.moved += staying
            # Whoever is dropped by name has a reason of their own.
            named = [recording for recording in self.changes.drop if recording in entries]
            gone = entries.without([*staying, *self._otherwise(named)])
            self.expired.append(dead.of_page(gone, EXPIRED, ref.day))

    def _otherwise(self, named: Iterable[RecordingId]) -> list[RecordingId]:
        return [recording for recording in named if self.changes.drop[recording] != EXPIRED]

    def drop(self) -> None:
        """Recordings leave one by one, from wherever their key stands."""
        held = self._held_after()
        for recording, reason in self.changes.drop.items():
            if recording in held:
                raise Conflict(
                    "a recording that is held cannot be destroyed", remedy="release its holds first"
                )
            if self._dies(recording):
                continue
            entry = self._take(recording)
            day = helsinki_date(entry.start)
            self.erased_days.add(day)
            self.single[recording] = Destroyed(recording, reason, day, entry.due, entry.mac)

    def drop_again(self) -> None:
        """What an unproved roll destroyed goes from this base too; its rows may be gone already."""
        for gone in self.changes.again:
            found = self._find(gone.recording)
            if found is not None and self.days.stands(found[0]):
                self.days.remove(found[0], gone.recording)
                self.removed += 1
            self.erased_days.add(gone.day)
            if not self._dies(gone.recording):
                self.single[gone.recording] = gone

    # --- what comes and changes ----------------------------------------------------

    def fold(self) -> None:
        """Envelopes become entries; one that would be a second key of a recording does not."""
        for recording, waiting in self.waiting.items():
            if not self._dies(recording) and self._find(recording) is None:
                day = helsinki_date(waiting.entry.start)
                self.days.add(day, recording, waiting.entry)
                self.folded.append(recording)

    def attach(self) -> None:
        """Blobs that were derived since the last roll stand beside the others from now on."""
        for recording, blobs in self.late.items():
            entry = self._entry_if_any(recording)
            # Without an entry its envelope was rejected: its blobs wait with it.
            if entry is not None and not self._dies(recording):
                self._put_everywhere(recording, entry.having(blobs))
                self.attached |= {blob.id for blob in blobs}

    def reseal(self) -> None:
        """Redaction: a new key and new blobs, on the day page and on every hold page."""
        for recording, new in self.changes.reseal.items():
            entry = self._entry(recording)
            self.erased_days.add(helsinki_date(entry.start))
            self._put_everywhere(recording, replace(entry, dek=new.dek, blobs=new.blobs))

    def hold(self) -> None:
        """Each hold has its own copy of the entry; a released one loses its key."""
        for hold, recording in self.changes.release_holds:
            self.holds.pop((recording, hold), None)
        for hold, recording in self.changes.place_holds:
            if self._dies(recording):
                raise Conflict(
                    "the recording is being destroyed", remedy="answer that it no longer opens"
                )
            entry = self._entry(recording).having(self.late.get(recording, ()))
            self.holds[recording, hold] = HoldPage(hold, recording, entry)
        self._nothing_is_lost()

    def _all_over(self, entries: Entries) -> None:
        latest = entries.latest_due()
        if latest is not None and not self.setting.is_over(latest):
            raise Conflict(
                "a day is not over: one of its recordings is before its cutoff",
                remedy="wait for it, or destroy its recordings one by one",
            )

    def _nothing_is_lost(self) -> None:
        """A recording that loses its last hold, and is on no day page, must be dropped by name."""
        held = {recording for recording, _ in self.holds}
        for _, recording in self.changes.release_holds:
            lives = recording in held or self._on_day(recording)
            if not lives and not self._dies(recording):
                raise Conflict(
                    "the last hold of a recording past its cutoff is released",
                    remedy="destroy the recording in the same roll",
                )

    # --- where things stand ----------------------------------------------------------

    def _take(self, recording: RecordingId) -> Entry:
        """Remove ``recording`` from its day page, if it stands on one, and return its entry."""
        found = self._find(recording)
        if found is not None and self.days.stands(found[0]):
            self.days.remove(found[0], recording)
            self.removed += 1
        return self._entry(recording)

    def _dies(self, recording: RecordingId) -> bool:
        return recording in self.single or any(recording in group for group in self.expired)

    def _held_after(self) -> set[RecordingId]:
        placed = {(recording, hold) for hold, recording in self.changes.place_holds}
        released = {(recording, hold) for hold, recording in self.changes.release_holds}
        return {recording for recording, _ in (self.holds.keys() | placed) - released}

    def _find(self, recording: RecordingId) -> tuple[DayRef, Entry] | None:
        if recording not in self.found:
            near = self.hints.get(recording)
            if recording in self.waiting:
                near = helsinki_date(self.waiting[recording].entry.start)
            self.found[recording] = self.book.find(recording, near)
        return self.found[recording]

    def _on_day(self, recording: RecordingId) -> bool:
        found = self._find(recording)
        standing = found is not None and self.days.stands(found[0])
        return standing or self.days.entry(recording) is not None

    def _entry(self, recording: RecordingId) -> Entry:
        entry = self._entry_if_any(recording)
        if entry is None:
            raise Conflict(
                "no key of this recording is here", remedy="read the state of the recording again"
            )
        return entry

    def _entry_if_any(self, recording: RecordingId) -> Entry | None:
        """The entry of ``recording``, as far as this roll has changed it."""
        if written := self.days.entry(recording):
            return written
        if found := self._find(recording):
            return found[1]
        for key, page in self.holds.items():
            if key[0] == recording:
                return (page if isinstance(page, HoldPage) else self.book.hold_page(page)).entry
        waiting = self.waiting.get(recording)
        return waiting.entry if waiting else self.book.held(recording)

    def _put_everywhere(self, recording: RecordingId, entry: Entry) -> None:
        """On the day page where it stands, and on every hold page."""
        found = self._find(recording)
        if found is not None and self.days.stands(found[0]):
            self.days.replace(found[0], recording, entry)
        elif self.days.entry(recording) is not None:
            self.days.add(helsinki_date(entry.start), recording, entry)
        for key in [key for key in self.holds if key[0] == recording]:
            self.holds[key] = HoldPage(key[1], recording, entry)

    # --- the next generation -----------------------------------------------------------

    def done(self) -> Plan:
        """Seal what changed and put the root together."""
        base, changes = self.book.root, self.changes
        days, sealed = self.days.write(self._name, random=self.setting.random)
        holds = self._hold_refs(sealed)
        opened = [self._new_intake(node) for node in sorted(changes.open_intake)]
        closed = [key for key in base.intake if key.id in changes.close_intake]
        root = RootPage(
            house=base.house,
            n=self.setting.n,
            at=self.setting.at,
            days=days,
            holds=holds,
            shards=self._shards(days),
            cases=self._cases(),
            intake=tuple(key for key in (*base.intake, *opened) if key not in closed),
            nodes=dict(base.nodes) | dict(changes.enrol),
            tombstone_key=base.tombstone_key,
        )
        deaths = self._deaths()
        draft = self._draft(deaths)
        root_key = self.setting.random(pages.KEY_BYTES)
        return Plan(
            root=root,
            root_key=root_key,
            root_sealed=pages.seal_root(root, root_key, random=self.setting.random),
            pages=tuple(sealed),
            base_n=base.n,
            entries_before=base.count,
            removed=self.removed,
            destroyed=draft.destroyed,
            folded=draft.folded,
            attached=tuple(sorted(self.attached)),
            holds_placed=draft.holds_placed,
            holds_released=draft.holds_released,
            intake_opened=tuple(map(_born, opened)),
            intake_closed=tuple(key.id for key in closed),
            deaths=deaths,
            leaves=tuple(changes.leaves(draft)),
        )

    def _hold_refs(self, sealed: list[SealedPage]) -> tuple[HoldRef, ...]:
        before = {(ref.recording, ref.hold): ref.page for ref in self.book.root.holds}
        refs = []
        for key in sorted(self.holds):
            ref = self.holds[key]
            if isinstance(ref, HoldPage):
                page = pages.seal_hold(ref, self._name(before.get(key)), random=self.setting.random)
                sealed.append(page)
                ref = HoldRef(ref.hold, ref.recording, page.key)
            refs.append(ref)
        return tuple(refs)

    def _name(self, old: PageKey | None) -> PageName:
        house, n = self.book.root.house, self.setting.n
        if old is None:
            return PageName(house, PageId(self._uuid()), version=1, n=n)
        return PageName(house, old.id, version=old.version + 1, n=n)

    def _shards(self, days: Iterable[DayRef]) -> dict[date, bytes]:
        """A key for each day with recordings, for tomorrow, today and yesterday, some of whose
        calls may go on; new after an erasure."""
        around = {helsinki_date(self.setting.at) + timedelta(days=by) for by in (-1, 0, 1)}
        wanted = pages.dates(days) | around
        had, stay = self.book.root.shards, wanted - self.erased_days
        kept = {day: key for day, key in had.items() if day in stay}
        given = self.changes.shard_keys
        kept |= {day: given[day] for day in self.erased_days & given.keys()}
        return {day: kept.get(day) or self.setting.random(pages.KEY_BYTES) for day in wanted}

    def _cases(self) -> dict[CaseId, bytes]:
        cases = dict(self.book.root.cases)
        for case in self.changes.open_cases:
            cases.setdefault(case, self.setting.random(pages.KEY_BYTES))
        return {case: key for case, key in cases.items() if case not in self.changes.close_cases}

    def _new_intake(self, node: str) -> IntakeSecret:
        return IntakeSecret(
            id=IntakeKeyId(self._uuid()),
            node=node,
            born_n=self.setting.n,
            opened_at=self.setting.at,
            seed=self.setting.random(intake.SEED_BYTES),
        )

    def _deaths(self) -> tuple[Death, ...]:
        """When the backup keys that this roll supersedes, or shortens, are dead."""
        base, setting = self.book.root, self.setting
        # What is not here yet began after the key was opened that it is sealed to.
        whole = self.changes.close_intake - self.changes.lapsed_intake
        outside = [setting.due_of(key.opened_at) for key in base.intake if key.id not in whole]
        waiting = [waiting.entry.due for waiting in self.waiting.values()]
        first = base.earliest_due
        dues = (*([first] if first else ()), *outside, *waiting)
        deaths = {base.n: ring.backup_death(setting.at, ring=setting.ring, dues=dues)}
        # A generation whose read-back failed is no backup: what it names, its base names too.
        deaths |= dict.fromkeys(range(base.n + 1, setting.n), setting.at)
        # An older root that holds the same intake key opens what came in through it since.
        born = {key.id: key.born_n for key in base.intake}
        for waited in self.waiting.values():
            for n in range(born.get(waited.via, base.n), base.n):
                at = waited.entry.due - ring.BEFORE_DUE
                deaths[n] = min(deaths.get(n, at), at)
        names = setting.backups
        return tuple(Death(names[n], at) for n, at in sorted(deaths.items()) if n in names)

    def _draft(self, deaths: tuple[Death, ...]) -> Draft:
        return Draft(
            n=self.setting.n,
            base_n=self.book.root.n,
            at=self.setting.at,
            destroyed=dead.dead(self.expired, self.single.values()),
            moved=tuple(self.moved),
            folded=tuple(self.folded),
            holds_placed=_hold_changes(self.changes.place_holds),
            holds_released=_hold_changes(self.changes.release_holds),
            backup_dead_at=self._base_death(deaths),
            entry=self._entry_before,
        )

    def _base_death(self, deaths: tuple[Death, ...]) -> datetime | None:
        name = self.setting.backups.get(self.book.root.n)
        return next((death.at for death in deaths if death.name == name), None)

    def _entry_before(self, recording: RecordingId) -> Entry:
        """The entry that a destroyed or folded recording has or had, with all its blobs."""
        for group in self.expired:
            if recording in group:
                self.found.setdefault(recording, self.book.on_day(recording, group.day))
        return self._entry(recording).having(self.late.get(recording, ()))

    def _uuid(self) -> UUID:
        return UUID(bytes=self.setting.random(16), version=4)


def _born(key: IntakeSecret) -> IntakeKeyBorn:
    return IntakeKeyBorn(key.id, key.node, intake.public_bytes(key.seed))


def _hold_changes(pairs: Iterable[tuple[HoldId, RecordingId]]) -> tuple[HoldChange, ...]:
    return tuple(HoldChange(hold, recording) for hold, recording in sorted(pairs))
