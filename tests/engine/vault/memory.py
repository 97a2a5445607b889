"""A store of pages in memory, with what a plan is asked about."""

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from talteen.engine.vault import pages
from talteen.engine.vault.book import Book
from talteen.engine.vault.changes import Changes, Plan, Setting, Waiting
from talteen.engine.vault.entries import BlobRef, Entry
from talteen.engine.vault.pages import PageKey, RootPage
from talteen.engine.vault.plan import plan
from talteen.ids import HouseId, PageId, RecordingId


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
