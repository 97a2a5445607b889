"""The generations of a house's keys: which one is read now, through what, and what is on its pages.

The ground that ``vault`` stands on. It opens no recording: it finds the row that says how far this
database is, opens the root of that generation through the live holder, and keeps what was opened
for at most a minute (DESIGN 5, keys-review 17).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

from talteen.clock import Clock
from talteen.engine.vault import pages
from talteen.engine.vault.blobs import BlobStore
from talteen.engine.vault.blobs.reserve import Reserve
from talteen.engine.vault.book import Book
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.clocks import reading_time
from talteen.engine.vault.holders import BackupHolder, LiveHolder
from talteen.engine.vault.pages import PageKey, RootPage
from talteen.engine.vault.rollfile import RollFile
from talteen.errors import ConfigError, TalteenError, Unavailable
from talteen.ids import HouseId
from talteen.life.seal import binary, margins
from talteen.life.seal import models as rows
from talteen.life.seal.margins import Margin
from talteen.life.seal.memory import Memory
from talteen.notice import retention

T = TypeVar("T")


def nothing(file: RollFile) -> None:
    """What a vault does beside its own rows when a roll file is applied, unless told more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a database has followed the roll files: the row ``vault``."""

    n: int
    """The newest roll file that was applied."""
    open_n: int
    """The generation that is read."""
    settled_n: int
    """The newest generation that was proved."""
    rolled_at: datetime
    file_sha256: bytes
    """Of roll file ``n``."""


@dataclass(slots=True)
class Generations:
    """The parts that a vault is built of, and what they have on the table now.

    Raises ConfigError when ``margin_days`` (k) is smaller than the copies of a key may live.
    """

    house: HouseId
    signer: Ed25519PrivateKey = field(repr=False)
    """Signs roll files."""
    node: str
    """Under which name this machine hands in recordings."""
    node_signer: Ed25519PrivateKey = field(repr=False)
    """Signs envelopes of this node."""
    live: LiveHolder
    backup: BackupHolder
    blobs: BlobStore
    ring: timedelta
    """How long a superseded backup key lives at most."""
    margin_days: int
    """k: the days between cutoff and due."""
    months: int = retention.LONGEST_MONTHS
    """For how long the promise in force keeps a call."""
    reserve: Reserve | None = None
    clocks: tuple[Clock, ...] = ()
    """Further clocks: the latest of all counts. None in a house with a movable clock."""
    on_apply: Callable[[RollFile], None] = nothing
    """Called inside the transaction that applies a roll file, for the rows of other rooms. It must
    do the same for the same file, and nothing the second time: ``catch_up`` replays files.
    """
    before_roll: Callable[[Changes], Mapping[date, bytes]] | None = None
    """Called before a roll, outside its turn: copies what stays of a derived file whose key the
    roll will end, and gives the key of each copy. It must not raise, and the roll may not use it.
    """
    entries_a_page: int = 1024
    """An erasure writes a page of so many entries anew, and a root that names every page. More for
    a house of hundreds of thousands of calls a day; at most 4,096.
    """
    database: str = DEFAULT_DB_ALIAS
    _memory: Memory = field(default_factory=Memory, repr=False)

    def __post_init__(self) -> None:
        margin = self.margin
        if self.margin_days < margin.days:
            raise ConfigError(
                f"retention.margin_days: {self.margin_days} is less than {margin.days}: copies of "
                f"keys may live for {margin.longest} days ({margin.because})",
                remedy=f"write {margin.days} or more in register.toml, {margin.or_else}",
            )

    @property
    def margin(self) -> Margin:
        """The least k that this ring and these holders allow, and what asks for it."""
        return margins.least(self.ring, live=self.live.declared, backup=self.backup.declared)

    # --- reading ---------------------------------------------------------------------

    def is_over(self, due: datetime, at: datetime) -> bool:
        """Whether a recording of this due is past its cutoff at ``at``."""
        return at >= retention.cutoff(due, self.margin_days)

    def time(self, now: datetime, book: Book | None = None) -> datetime:
        """The time that counts for opening: the latest of all clocks and the last roll."""
        last_roll = book.root.at if book else self.root().at
        return reading_time((now, last_roll, *(clock.now() for clock in self.clocks)))

    def root(self) -> RootPage:
        """The root of the generation that is read now."""
        return self.reading(lambda book: book.root)

    def book(self) -> Book:
        """The pages of the generation that is read now; opened ones stay for at most a minute."""
        return self._book_of(self.row().open_n)

    def reading(self, look: Callable[[Book], T]) -> T:
        """What ``look`` finds; once more from the start where a roll came in between."""
        n = self.row().open_n
        try:
            return look(self._book_of(n))
        except TalteenError:
            self.forget()
            if self.row().open_n == n:
                raise
        return look(self.book())

    def _book_of(self, n: int) -> Book:
        book = self._memory.recall(n)
        if book is None:
            book = self.open_generation(n)
            self._memory.keep(book)
        return book

    def forget(self) -> None:
        """Let go of every opened page now."""
        self._memory.forget()

    # --- for those who roll -----------------------------------------------------------

    def row(self) -> Standing:
        """How far this database is. Raises Unavailable where no vault was founded in it."""
        return self.standing(binary.rows(self.connection, binary.VAULT, self.house))

    def standing(self, found: Sequence[tuple[Any, ...]]) -> Standing:
        """The row of this vault among those that were found. Raises Unavailable without one."""
        if not found:
            raise Unavailable(
                "this database holds no vault", remedy="make a house, or restore one with a backup"
            )
        return Standing(*found[0])

    def open_generation(self, n: int) -> Book:
        """The book of generation ``n``, through the live holder. Raises KeyGone when it is dead."""
        ((sealed, name, wrapped),) = binary.rows(self.connection, binary.GENERATION, n)
        return self.opened(n, sealed, name, wrapped)

    def opened(self, n: int, sealed: bytes, name: str, wrapped: bytes) -> Book:
        """The book of generation ``n``, of which these are root, live key and wrap."""
        root = pages.open_root(sealed, self.live.unwrap(name, wrapped), house=self.house, n=n)
        return Book(root, self._stored)

    def envelopes(self) -> QuerySet[rows.Envelope]:
        """Those that wait for a roll."""
        waiting = rows.Envelope.objects.using(self.database)
        return waiting.filter(done_n=None, rejected=False)

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """The connection that this vault writes through."""
        return connections[self.database]

    @property
    def lock(self) -> int:
        """The number of the lock that a roll holds from its first step to its last."""
        return int.from_bytes(hashlib.sha256(b"talteen roll" + self.house.bytes).digest()[:8]) >> 1

    def _stored(self, page: PageKey) -> bytes:
        return binary.read_page(self.connection, page)
