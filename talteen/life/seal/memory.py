"""Opened pages in RAM: at most a minute, of one generation, and never two at once."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta

from talteen.engine.vault.book import Book

PAGES_IN_RAM = timedelta(seconds=60)


@dataclass(slots=True)
class Memory:
    """The book that was opened last. A timer of its own forgets it, whether it is used or not."""

    lives: timedelta = PAGES_IN_RAM
    _book: Book | None = None
    _timer: threading.Timer | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, book: Book) -> None:
        """Remember ``book`` in the place of the one before, for its minute."""
        with self._lock:
            self._end()
            self._book = book
            self._timer = threading.Timer(self.lives.total_seconds(), self._expire, [book])
            self._timer.daemon = True
            self._timer.start()

    def recall(self, n: int) -> Book | None:
        """The book of generation ``n``, if that is the one in memory."""
        book = self._book
        return book if book is not None and book.root.n == n else None

    def forget(self) -> None:
        """Let go of everything now."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._book = self._timer = None

    def _expire(self, book: Book) -> None:
        with self._lock:
            # A timer that fired while it was being cancelled must not take its successor along.
            if self._book is book:
                self._book = self._timer = None
