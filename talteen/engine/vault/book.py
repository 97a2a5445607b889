"""The pages of one generation, opened as they are needed.

A book is a root and a way to fetch sealed pages. Whatever is fetched must be the very page that the
root names, or it is Tampered; what was opened stays for the life of the book, which is one roll or
at most a minute of reading.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from talteen.engine.vault import pages
from talteen.engine.vault.entries import Entry
from talteen.engine.vault.pages import DayPage, DayRef, HoldPage, HoldRef, PageKey, RootPage
from talteen.engine.vault.pages import SealedPage as Sealed
from talteen.ids import PageId, RecordingId

Fetch = Callable[[PageKey], bytes]
"""The sealed bytes that are stored for a page of a generation; empty where there are none."""


@dataclass(slots=True)
class Book:
    """One generation: its root, and its pages on demand."""

    root: RootPage
    fetch: Fetch
    _days: dict[PageId, DayPage] = field(default_factory=dict, repr=False)

    def day_page(self, ref: DayRef) -> DayPage:
        """The page that ``ref`` names. Raises Tampered where the stored one is another."""
        opened = self._days.get(ref.page.id)
        if opened is None:
            sealed = Sealed(ref.page, self.fetch(ref.page))
            opened = self._days[ref.page.id] = pages.open_day(sealed, self.root.house)
        return opened

    def bring(self, ref: DayRef, sealed: bytes) -> None:
        """Open the page that ``ref`` names, fetched by the caller. Raises Tampered as
        ``day_page``."""
        opened = pages.open_day(Sealed(ref.page, sealed), self.root.house)
        self._days[ref.page.id] = opened

    def hold_page(self, ref: HoldRef) -> HoldPage:
        """The page that ``ref`` names. Raises Tampered where the stored one is another."""
        return pages.open_hold(Sealed(ref.page, self.fetch(ref.page)), self.root.house)

    def place(self, recording: RecordingId, day: date) -> DayRef | None:
        """The page of ``day`` on which ``recording`` stands or would stand; None if it has none."""
        days, ordinal = self.root.days, day.toordinal().to_bytes(4)
        after = bisect_right(days, ordinal + recording.bytes, key=lambda ref: ref.place)
        near = days[max(after - 1, 0) : after + 1]
        return next((ref for ref in near if ref.packed.startswith(ordinal)), None)

    def on_day(self, recording: RecordingId, day: date) -> tuple[DayRef, Entry] | None:
        """The page of ``day`` that holds ``recording``, and its entry; None if it is not there."""
        ref = self.place(recording, day)
        entry = self.day_page(ref).entries.get(recording) if ref else None
        return (ref, entry) if ref and entry else None

    def find(self, recording: RecordingId, near: date | None) -> tuple[DayRef, Entry] | None:
        """The day page that holds ``recording``, and its entry; None if no page does.

        ``near`` is where to look first. It comes from a column that anyone may have edited, so
        every other day is looked at before the answer is None.
        """
        if near is not None and (found := self.on_day(recording, near)):
            return found
        for day in sorted(pages.dates(self.root.days) - {near}):
            if found := self.on_day(recording, day):
                return found
        return None

    def held(self, recording: RecordingId) -> Entry | None:
        """The entry on the first hold page of ``recording``, or None."""
        refs = self.root.holds_of(recording)
        return self.hold_page(refs[0]).entry if refs else None
