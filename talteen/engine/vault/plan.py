"""What the next generation will be: from a book, what waits and what is wanted, to sealed pages.

Pure: nothing is stored, no key of a holder is touched, chance is handed in. The plan knows which
pages change, who is destroyed, who only leaves a day page because a hold keeps a copy, and when
backup keys must be dead. ``roll`` then carries it out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from talteen.clock import helsinki_date
from talteen.engine.vault import intake, pages, ring
from talteen.engine.vault.book import Book
from talteen.engine.vault.entries import BlobRef, Entries, Entry
from talteen.engine.vault.pages import (
    DayPage,
    DayRef,
    HoldPage,
    HoldRef,
    IntakeSecret,
    PageKey,
    PageName,
    Random,
    RootPage,
    SealedPage,
)
from talteen.engine.vault.rollfile import Death, Destroyed, HoldChange, IntakeKeyBorn, Leaf
from talteen.errors import Conflict
from talteen.ids import BlobId, CaseId, HoldId, IntakeKeyId, PageId, RecordingId

EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An envelope that was opened: its entry, and the intake key through which it came."""

    entry: Entry
    via: IntakeKeyId


@dataclass(frozen=True, slots=True)
class Resealed:
    """A recording under a new key: redaction. The old key and what it opened are let go."""

    dek: bytes = field(repr=False)
    blobs: tuple[BlobRef, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a roll is about to decide, for whoever writes its ledger leaves."""

    n: int
    base_n: int
    at: datetime
    destroyed: tuple[Destroyed, ...]
    moved: tuple[RecordingId, ...]
    """Past their cutoff, but kept on a hold page."""
    folded: tuple[RecordingId, ...]
    holds_placed: tuple[HoldChange, ...]
    holds_released: tuple[HoldChange, ...]
    entry: Callable[[RecordingId], Entry] = field(repr=False)
    """The entry that a destroyed or folded recording has or had."""


def no_leaves(draft: Draft) -> Iterable[Leaf]:
    """The leaves of a roll about which the ledger says nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a roll is asked for, beside folding all that waits."""

    drop: Mapping[RecordingId, str] = field(default_factory=dict)
    """Recording -> reason. Its hold, if it has one, must be released in the same roll."""
    expire_days: frozenset[date] = frozenset()
    """Days whose recordings are all past their cutoff: those that are held move to hold pages."""
    place_holds: frozenset[tuple[HoldId, RecordingId]] = frozenset()
    release_holds: frozenset[tuple[HoldId, RecordingId]] = frozenset()
    reseal: Mapping[RecordingId, Resealed] = field(default_factory=dict)
    open_cases: frozenset[CaseId] = frozenset()
    close_cases: frozenset[CaseId] = frozenset()
    rotate_intake: frozenset[str] = frozenset()
    """Nodes whose intake keys are closed and replaced; they have handed over everything."""
    enrol: Mapping[str, bytes] = field(default_factory=dict)
    """Node -> its Ed25519 public key, believed from this roll on."""
    leaves: Callable[[Draft], Iterable[Leaf]] = no_leaves


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when the roll takes place."""

    n: int
    at: datetime
    ring: timedelta
    backups: Mapping[int, str]
    """Generation -> name of its backup key, of those that may still live."""
    is_over: Callable[[datetime], bool] = field(repr=False)
    """Whether a recording of this due is past its cutoff."""
    random: Random = field(repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """The next generation, ready to be decided."""

    root: RootPage
    root_key: bytes = field(repr=False)
    root_sealed: bytes = field(repr=False)
    pages: tuple[SealedPage, ...]
    base_n: int
    entries_before: int
    removed: int
    destroyed: tuple[Destroyed, ...]
    folded: tuple[RecordingId, ...]
    attached: tuple[BlobId, ...]
    holds_placed: tuple[HoldChange, ...]
    holds_released: tuple[HoldChange, ...]
    intake_opened: tuple[IntakeKeyBorn, ...]
    intake_closed: tuple[IntakeKeyId, ...]
    deaths: tuple[Death, ...]
    leaves: tuple[Leaf, ...]


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
    draft = _Draft(book, changes, waiting, late, hints, setting)
    draft.expire()
    draft.drop()
    draft.fold()
    draft.attach()
    draft.reseal()
    draft.hold()
    return draft.done()


@dataclass(slots=True)
class _DayEdit:
    """What changes on one existing page, or on a page of a day that has none yet."""

    day: date
    ref: DayRef | None
    removed: set[RecordingId] = field(default_factory=set)
    put: dict[RecordingId, Entry] = field(default_factory=dict)


@dataclass(slots=True)
class _Draft:
    """A plan in the making. Edits are gathered by page and sealed once, at the end."""

    book: Book
    changes: Changes
    waiting: Mapping[RecordingId, Waiting]
    late: Mapping[RecordingId, tuple[BlobRef, ...]]
    hints: Mapping[RecordingId, date]
    setting: Setting
    edits: dict[tuple[date, bytes], _DayEdit] = field(default_factory=dict)
    ended: set[PageId] = field(default_factory=set)
    """Pages that leave whole."""
    holds: dict[tuple[RecordingId, HoldId], HoldRef | HoldPage] = field(default_factory=dict)
    """Those of the next root: a HoldPage is one that is to be sealed anew."""
    removed: int = 0
    destroyed: dict[RecordingId, Destroyed] = field(default_factory=dict)
    moved: list[RecordingId] = field(default_factory=list)
    folded: dict[RecordingId, Entry] = field(default_factory=dict)
    attached: list[BlobId] = field(default_factory=list)
    erased_days: set[date] = field(default_factory=set)
    found: dict[RecordingId, tuple[DayRef, Entry] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        root = self.book.root
        self.holds = {(ref.recording, ref.hold): ref for ref in root.holds}

    # --- what goes ---------------------------------------------------------------

    def expire(self) -> None:
        """Every page of the days that are over leaves whole."""
        held = {recording for recording, _ in self._holds_after()}
        for day in self.changes.expire_days:
            for ref in self.book.root.of_day(day):
                self.ended.add(ref.page.id)
                entries = self.book.day_page(ref).entries
                self._all_over(entries)
                self.removed += len(entries)
                for recording, due, mac in entries.marks():
                    if recording in held:
                        self.moved.append(recording)
                    else:
                        gone = Destroyed(recording, EXPIRED, day, due, mac)
                        self.destroyed[recording] = gone

    def _all_over(self, entries: Entries) -> None:
        if not all(self.setting.is_over(due) for due in set(entries.dues())):
            raise Conflict(
                "a day is not over: one of its recordings is before its cutoff",
                remedy="wait for it, or destroy its recordings one by one",
            )

    def drop(self) -> None:
        """Recordings leave one by one, from wherever their key stands."""
        held = {recording for recording, _ in self._holds_after()}
        for recording, reason in self.changes.drop.items():
            if recording in self.destroyed:
                self.destroyed[recording] = replace(self.destroyed[recording], reason=reason)
                continue
            if recording in held:
                raise Conflict(
                    "a recording that is held cannot be destroyed", remedy="release its holds first"
                )
            entry = self._take(recording)
            day = helsinki_date(entry.start)
            self.erased_days.add(day)
            self.destroyed[recording] = Destroyed(recording, reason, day, entry.due, entry.mac)

    def _take(self, recording: RecordingId) -> Entry:
        """Remove ``recording`` from its day page, if it stands on one, and return its entry."""
        found = self._find(recording)
        if found is not None:
            ref, entry = found
            if ref.page.id not in self.ended:
                self._edit(ref).removed.add(recording)
                self.removed += 1
            return entry
        if recording in self.waiting:
            return self.waiting[recording].entry
        held = self.book.held(recording)
        if held is None:
            raise Conflict(
                "no key of this recording is here", remedy="read the state of the recording again"
            )
        return held

    # --- what comes ---------------------------------------------------------------

    def fold(self) -> None:
        """Envelopes become entries; one that would be a second key of a recording does not."""
        for recording, waiting in self.waiting.items():
            if recording in self.destroyed or self._find(recording) is not None:
                continue
            day = helsinki_date(waiting.entry.start)
            ref = self.book.place(recording, day)
            if ref is not None and ref.page.id in self.ended:
                ref = None
            edit = self._edit(ref) if ref else self._new_page(day)
            edit.put[recording] = waiting.entry
            self.folded[recording] = waiting.entry

    def attach(self) -> None:
        """Blobs that were derived since the last roll stand beside the others from now on."""
        for recording, blobs in self.late.items():
            if recording in self.destroyed:
                continue
            if any([self._attach_day(recording, blobs), self._attach_holds(recording, blobs)]):
                self.attached += [blob.id for blob in blobs]

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
            if recording in self.destroyed:
                raise Conflict(
                    "the recording is being destroyed", remedy="answer that it no longer opens"
                )
            late = self.late.get(recording, ())
            entry = self._entry(recording).having(late)
            self.holds[recording, hold] = HoldPage(hold, recording, entry)
            self.attached += [blob.id for blob in late if blob.id not in self.attached]
        self._nothing_is_lost()

    def _nothing_is_lost(self) -> None:
        """A recording that loses its last hold, and is on no day page, must be dropped by name."""
        still_held = {recording for recording, _ in self.holds}
        for _, recording in self.changes.release_holds:
            if recording in still_held or recording in self.destroyed:
                continue
            found = self._find(recording)
            if found is None or found[0].page.id in self.ended:
                raise Conflict(
                    "the last hold of a recording past its cutoff is released",
                    remedy="destroy the recording in the same roll",
                )

    # --- where things stand ----------------------------------------------------------

    def _holds_after(self) -> set[tuple[RecordingId, HoldId]]:
        placed = {(recording, hold) for hold, recording in self.changes.place_holds}
        released = {(recording, hold) for hold, recording in self.changes.release_holds}
        return (set(self.holds) | placed) - released

    def _find(self, recording: RecordingId) -> tuple[DayRef, Entry] | None:
        if recording not in self.found:
            near = self.hints.get(recording)
            if near is None and recording in self.waiting:
                near = helsinki_date(self.waiting[recording].entry.start)
            self.found[recording] = self.book.find(recording, near)
        return self.found[recording]

    def _entry(self, recording: RecordingId) -> Entry:
        """The entry of ``recording`` as this roll leaves it."""
        found = self._find(recording)
        for edit in self.edits.values():
            if recording in edit.put:
                return edit.put[recording]
        if found is not None:
            return found[1]
        entry = self.book.held(recording)
        if entry is None:
            raise Conflict(
                "no key of this recording is here", remedy="read the state of the recording again"
            )
        return entry

    def _edit(self, ref: DayRef) -> _DayEdit:
        return self.edits.setdefault((ref.day, ref.first), _DayEdit(ref.day, ref))

    def _new_page(self, day: date) -> _DayEdit:
        return self.edits.setdefault((day, bytes(16)), _DayEdit(day, None))

    def _attach_day(self, recording: RecordingId, blobs: Iterable[BlobRef]) -> bool:
        if recording in self.folded:
            for edit in self.edits.values():
                if recording in edit.put:
                    edit.put[recording] = edit.put[recording].having(blobs)
            return True
        found = self._find(recording)
        if found is None or found[0].page.id in self.ended:
            return False
        edit = self._edit(found[0])
        edit.put[recording] = edit.put.get(recording, found[1]).having(blobs)
        return True

    def _attach_holds(self, recording: RecordingId, blobs: Iterable[BlobRef]) -> bool:
        mine = [key for key in self.holds if key[0] == recording]
        for key in mine:
            page = self._hold_page(key)
            self.holds[key] = replace(page, entry=page.entry.having(blobs))
        return bool(mine)

    def _put_everywhere(self, recording: RecordingId, entry: Entry) -> None:
        found = self._find(recording)
        if recording in self.folded:
            self.folded[recording] = entry
            for edit in self.edits.values():
                if recording in edit.put:
                    edit.put[recording] = entry
        elif found is not None and found[0].page.id not in self.ended:
            self._edit(found[0]).put[recording] = entry
        for key in [key for key in self.holds if key[0] == recording]:
            self.holds[key] = replace(self._hold_page(key), entry=entry)

    def _hold_page(self, key: tuple[RecordingId, HoldId]) -> HoldPage:
        page = self.holds[key]
        return page if isinstance(page, HoldPage) else self.book.hold_page(page)

    # --- the next generation -----------------------------------------------------------

    def done(self) -> Plan:
        """Seal what changed and put the root together."""
        sealed: list[SealedPage] = []
        days = self._days(sealed)
        holds = self._hold_refs(sealed)
        opened = [self._new_intake(node) for node in sorted(self.changes.rotate_intake)]
        base = self.book.root
        closed = [key for key in base.intake if key.node in self.changes.rotate_intake]
        root = RootPage(
            house=base.house,
            n=self.setting.n,
            at=self.setting.at,
            days=days,
            holds=holds,
            shards=self._shards(days),
            cases=self._cases(),
            intake=tuple(key for key in (*base.intake, *opened) if key not in closed),
            nodes=dict(base.nodes) | dict(self.changes.enrol),
            tombstone_key=base.tombstone_key,
        )
        root_key = self.setting.random(pages.KEY_BYTES)
        return Plan(
            root=root,
            root_key=root_key,
            root_sealed=pages.seal_root(root, root_key, random=self.setting.random),
            pages=tuple(sealed),
            base_n=base.n,
            entries_before=base.count,
            removed=self.removed,
            destroyed=tuple(self.destroyed.values()),
            folded=tuple(self.folded),
            attached=tuple(self.attached),
            holds_placed=_changes(self.changes.place_holds),
            holds_released=_changes(self.changes.release_holds),
            intake_opened=tuple(
                IntakeKeyBorn(key.id, key.node, intake.public_bytes(key.seed)) for key in opened
            ),
            intake_closed=tuple(key.id for key in closed),
            deaths=self._deaths(),
            leaves=tuple(self.changes.leaves(self._draft())),
        )

    def _days(self, sealed: list[SealedPage]) -> tuple[DayRef, ...]:
        edited = {edit.ref.page.id for edit in self.edits.values() if edit.ref}
        kept = [r for r in self.book.root.days if r.page.id not in edited | self.ended]
        fresh = [ref for edit in self.edits.values() for ref in self._write(edit, sealed)]
        return tuple(sorted((*kept, *fresh), key=lambda ref: (ref.day, ref.first)))

    def _write(self, edit: _DayEdit, sealed: list[SealedPage]) -> list[DayRef]:
        """The page after its edit: none where it is empty, several where it is too full."""
        before = self.book.day_page(edit.ref).entries if edit.ref else Entries()
        parts, refs = [before.without(edit.removed).having(edit.put)], []
        while max(map(len, parts)) > pages.ENTRIES_A_PAGE:
            parts = [half for part in parts for half in part.halves()]
        for index, entries in enumerate(parts):
            if (earliest_due := entries.earliest_due()) is None:
                continue
            old = edit.ref.page if edit.ref and not index else None
            page = pages.seal_day(
                DayPage(edit.day, entries), self._name(old), random=self.setting.random
            )
            first = entries.first().bytes if index else edit.ref.first if edit.ref else bytes(16)
            refs.append(DayRef(edit.day, first, len(entries), earliest_due, page.key))
            sealed.append(page)
        return refs

    def _hold_refs(self, sealed: list[SealedPage]) -> tuple[HoldRef, ...]:
        before = {(ref.recording, ref.hold): ref.page for ref in self.book.root.holds}
        refs = []
        for key in sorted(self.holds):
            ref = self.holds[key]
            if isinstance(ref, HoldPage):
                name = self._name(before.get(key))
                page = pages.seal_hold(ref, name, random=self.setting.random)
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
        """A key for each day that has recordings, for today and tomorrow; new after an erasure."""
        today = helsinki_date(self.setting.at)
        wanted = {ref.day for ref in days} | {today, today + timedelta(days=1)}
        kept = {
            day: key
            for day, key in self.book.root.shards.items()
            if day in wanted and day not in self.erased_days
        }
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
        deaths: dict[int, datetime] = {
            base.n: ring.backup_death(
                setting.at,
                ring=setting.ring,
                dues=(
                    *(ref.earliest_due for ref in base.days),
                    *(waiting.entry.due for waiting in self.waiting.values()),
                ),
            )
        }
        # A generation whose read-back failed is no backup: what it names, its base names too.
        deaths |= dict.fromkeys(range(base.n + 1, setting.n), setting.at)
        born = {key.id: key.born_n for key in base.intake}
        for waiting in self.waiting.values():
            for n in range(born.get(waiting.via, base.n), base.n):
                at = waiting.entry.due - ring.BEFORE_DUE
                deaths[n] = min(deaths.get(n, at), at)
        return tuple(
            Death(setting.backups[n], at)
            for n, at in sorted(deaths.items())
            if n in setting.backups
        )

    def _draft(self) -> Draft:
        return Draft(
            n=self.setting.n,
            base_n=self.book.root.n,
            at=self.setting.at,
            destroyed=tuple(self.destroyed.values()),
            moved=tuple(self.moved),
            folded=tuple(self.folded),
            holds_placed=_changes(self.changes.place_holds),
            holds_released=_changes(self.changes.release_holds),
            entry=self._entry_of_old,
        )

    def _entry_of_old(self, recording: RecordingId) -> Entry:
        if recording in self.waiting:
            return self.waiting[recording].entry
        gone = self.destroyed.get(recording)
        found = self.book.find(recording, gone.day if gone else self.hints.get(recording))
        entry = found[1] if found else self.book.held(recording)
        if entry is None:
            raise KeyError(recording)
        return entry

    def _uuid(self) -> UUID:
        return UUID(bytes=self.setting.random(16), version=4)


def _changes(pairs: Iterable[tuple[HoldId, RecordingId]]) -> tuple[HoldChange, ...]:
    return tuple(HoldChange(hold, recording) for hold, recording in sorted(pairs))
