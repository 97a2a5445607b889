"""Finds calls by the caller's number, which stands in key pages and envelopes and nowhere else.

There is no index and no token of a number: a search opens every page once and lets it go again
(keys-review 9). At a full register that is some ninety pages.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from talteen.engine.vault.book import Book
from talteen.errors import Tampered
from talteen.ids import RecordingId
from talteen.life.seal import stored
from talteen.life.seal.models import Envelope
from talteen.life.seal.vault import Vault
from talteen.notice.purposes import Purpose
from talteen.register import access, passage
from talteen.register.models import Staff
from talteen.register.staff.people import SignIn


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
    for row in _waiting(vault.envelopes().order_by("recording"), vault):
        with suppress(Tampered):
            entry = stored.open_envelope(row, book.root)
            if entry and entry.number == number and not vault.is_over(entry.due, at):
                yield RecordingId(row.recording_id)


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found on one day, and of how much."""

    day: date
    calls: int
    """Calls whose keys were opened and looked at."""
    found: tuple[RecordingId, ...]


def find_on(
    vault: Vault,
    numbers: Collection[str],
    days: Collection[date],
    now: datetime,
    *,
    asked_at: datetime | None = None,
) -> list[Searched]:
    """The recordings of these days that came from one of ``numbers`` (spellings of one number).

    Only the pages of these days are opened, and let go again: nothing is learnt of other days, and
    no list of numbers is ever made (REGISTER 14.6, DESIGN 5). With ``asked_at``: those that had not
    reached their cutoff then, though they may have since (decision 230).
    """

    def look(book: Book) -> list[Searched]:
        return list(
            _find_on(vault, book, numbers, frozenset(days), asked_at or vault.time(now, book))
        )

    return vault.reading(look)


def search(
    vault: Vault,
    numbers: Collection[str],
    days: Sequence[date],
    *,
    by: Staff,
    purpose: Purpose,
    case: str,
    sign_in: SignIn,
    now: datetime,
) -> list[RecordingId]:
    """What ``find_on`` finds, for a person: permitted first (Denied where it is not), and written
    into the access log before it answers: how many fitted, never what was searched (5.3)."""
    access.permit_search(by, purpose, case=case, sign_in=sign_in, at=now)
    found = [one for day in find_on(vault, numbers, days, now) for one in day.found]
    access.log_search(by, purpose, case=case, hits=len(found), at=now)
    return found


def _find_on(
    vault: Vault, book: Book, numbers: Collection[str], days: frozenset[date], at: datetime
) -> Iterator[Searched]:
    calls, found = Counter[date](), defaultdict[date, set[RecordingId]](set)
    for ref in book.root.days:
        if ref.day in days:
            entries = Book(book.root, book.fetch).day_page(ref).entries
            calls[ref.day] += len(entries)
            for number in numbers:
                found[ref.day].update(
                    one
                    for one in entries.with_number(number)
                    if (entry := entries.get(one)) and not vault.is_over(entry.due, at)
                )
    waiting = vault.envelopes().filter(recording__day__in=days).select_related("recording")
    for row in _waiting(waiting, vault):
        with suppress(Tampered):
            entry = stored.open_envelope(row, book.root)
            recording, day = RecordingId(row.recording_id), row.recording.day
            if entry is not None and not vault.is_over(entry.due, at):
                calls[day] += 1
                found[day].update({recording} if entry.number in numbers else set())
    for day in sorted(days):
        yield Searched(day, calls[day], tuple(sorted(found[day], key=lambda one: one.bytes)))


def _waiting(rows: QuerySet[Envelope], vault: Vault) -> list[Envelope]:
    with passage.by_number(vault.database):
        return list(rows)


def count_of(
    vault: Vault, days: Collection[date], listed: Callable[[str, date], bool], now: datetime
) -> tuple[int, int]:
    """How many calls of these days stand in key pages, and how many of them are of a number of
    which ``listed`` (number, Helsinki day of the call) says yes. No number leaves this function."""
    return vault.reading(lambda book: _count_of(vault, book, frozenset(days), listed, now))


def _count_of(
    vault: Vault,
    book: Book,
    days: frozenset[date],
    listed: Callable[[str, date], bool],
    now: datetime,
) -> tuple[int, int]:
    at, all_, found = vault.time(now, book), 0, 0
    for ref in book.root.days:
        if ref.day in days:
            entries = Book(book.root, book.fetch).day_page(ref).entries
            for _, entry in entries.items():
                all_ += 1
                found += not vault.is_over(entry.due, at) and listed(entry.number, ref.day)
    waiting = vault.envelopes().filter(recording__day__in=days).select_related("recording")
    for row in _waiting(waiting, vault):
        with suppress(Tampered):
            entry_ = stored.open_envelope(row, book.root)
            if entry_ is not None and not vault.is_over(entry_.due, at):
                all_ += 1
                found += listed(entry_.number, row.recording.day)
    return all_, found
