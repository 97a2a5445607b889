"""Edits of day pages, gathered by page and written once, when all of them are known.

Every page that is touched is sealed anew under a fresh key; one that ends up empty is gone, one
that ends up with too many entries is halved by id until it is not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from talteen.engine.vault import pages
from talteen.engine.vault.book import Book
from talteen.engine.vault.entries import Entries, Entry
from talteen.engine.vault.pages import DayPage, DayRef, PageKey, PageName, Random, SealedPage
from talteen.ids import PageId, RecordingId

FROM_THE_LOWEST = bytes(16)
"""The lowest id of a day's first page."""


@dataclass(slots=True)
class _Edit:
    """What changes on one page; ``ref`` is None for the first page of a day that has none."""

    day: date
    ref: DayRef | None
    removed: set[RecordingId] = field(default_factory=set)
    put: dict[RecordingId, Entry] = field(default_factory=dict)


@dataclass(slots=True)
class DayEdits:
    """What a roll changes on the day pages of ``book``."""

    book: Book
    entries_a_page: int = pages.ENTRIES_A_PAGE
    ended: dict[PageId, DayRef] = field(default_factory=dict)
    """Pages that leave whole."""
    _edits: dict[tuple[date, bytes], _Edit] = field(default_factory=dict)
    _put: dict[RecordingId, _Edit] = field(default_factory=dict)

    def end(self, ref: DayRef) -> None:
        """The page leaves, with all its entries."""
        self.ended[ref.page.id] = ref

    def stands(self, ref: DayRef) -> bool:
        """Whether the page is there after this roll, as far as is known now."""
        return ref.page.id not in self.ended

    def remove(self, ref: DayRef, recording: RecordingId) -> None:
        """``recording`` leaves its page."""
        self._edit(ref).removed.add(recording)

    def replace(self, ref: DayRef, recording: RecordingId, entry: Entry) -> None:
        """``recording`` has another entry from now on, on the page where it stands."""
        self._enter(self._edit(ref), recording, entry)

    def add(self, day: date, recording: RecordingId, entry: Entry) -> None:
        """A new entry, on the page of ``day`` that it belongs to."""
        if recording in self._put:
            self._put[recording].put[recording] = entry
            return
        ref = self.book.place(recording, day)
        standing = ref if ref and self.stands(ref) else None
        edit = self._edit(standing) if standing else self._first_page(day)
        self._enter(edit, recording, entry)

    def entry(self, recording: RecordingId) -> Entry | None:
        """The entry that this roll writes for ``recording``; None if it writes none."""
        edit = self._put.get(recording)
        return edit.put[recording] if edit else None

    def write(
        self, name: Callable[[PageKey | None], PageName], *, random: Random
    ) -> tuple[tuple[DayRef, ...], list[SealedPage]]:
        """All day pages of the next root, and those of them that are new, sealed.

        ``name`` gives the name of the page that follows an older one, or of a new one (None).
        """
        sealed: list[SealedPage] = []
        gone = {edit.ref.page_id for edit in self._edits.values() if edit.ref}
        gone |= {ref.page_id for ref in self.ended.values()}
        refs = [ref for ref in self.book.root.days if ref.page_id not in gone]
        for edit in self._edits.values():
            for ref, page in self._pages(edit, name, random=random):
                refs.append(ref)
                sealed.append(page)
        return tuple(sorted(refs, key=lambda ref: ref.place)), sealed

    def _pages(
        self, edit: _Edit, name: Callable[[PageKey | None], PageName], *, random: Random
    ) -> list[tuple[DayRef, SealedPage]]:
        before = self.book.day_page(edit.ref).entries if edit.ref else Entries()
        parts, written = [before.without(edit.removed).having(edit.put)], []
        while max(map(len, parts)) > self.entries_a_page:
            parts = [half for part in parts for half in part.halves()]
        for index, entries in enumerate(parts):
            earliest_due = entries.earliest_due()
            if earliest_due is None:
                continue
            old = edit.ref.page if edit.ref and index == 0 else None
            page = pages.seal_day(DayPage(edit.day, entries), name(old), random=random)
            first = entries.first().bytes if index else _first(edit, entries)
            ref = DayRef.of(edit.day, first, len(entries), earliest_due, page.key)
            written.append((ref, page))
        return written

    def _edit(self, ref: DayRef) -> _Edit:
        return self._edits.setdefault((ref.day, ref.first), _Edit(ref.day, ref))

    def _first_page(self, day: date) -> _Edit:
        return self._edits.setdefault((day, FROM_THE_LOWEST), _Edit(day, None))

    def _enter(self, edit: _Edit, recording: RecordingId, entry: Entry) -> None:
        edit.put[recording] = entry
        self._put[recording] = edit


def _first(edit: _Edit, entries: Entries) -> bytes:
    """The lowest id of a rewritten page: lower than before if it took over from an emptied one."""
    return min(edit.ref.first, entries.first().bytes) if edit.ref else FROM_THE_LOWEST
