"""Finds calls by the caller's number, which stands in key pages and envelopes and nowhere else.

There is no index and no token of a number: a search opens every page once and lets it go again
(keys-review 9). At a full register that is some ninety pages.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from talteen.engine.vault.book import Book
from talteen.errors import Tampered
from talteen.ids import RecordingId
from talteen.life.seal import stored
from talteen.life.seal.vault import Vault


def find(vault: Vault, number: str, now: datetime) -> list[RecordingId]:
    """The recordings before their cutoff at ``now`` that came from exactly ``number``."""
    return vault.reading(lambda book: list(_find(vault, book, number, now)))


def _find(vault: Vault, book: Book, number: str, now: datetime) -> Iterator[RecordingId]:
    at = vault.time(now, book)
    for ref in book.root.days:
        entries = Book(book.root, book.fetch).day_page(ref).entries
        for recording in entries.with_number(number):
            entry = entries.get(recording)
            if entry is not None and not vault.is_over(entry.due, at):
                yield recording
    for row in vault.envelopes().order_by("recording"):
        with suppress(Tampered):
            entry = stored.open_envelope(row, book.root)
            if entry and entry.number == number and not vault.is_over(entry.due, at):
                yield RecordingId(row.recording_id)
