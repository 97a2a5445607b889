"""Saved searches: a person keeps the words of a topic, and nobody's name or number (REGISTER 5.3).

A saved search opens nothing. It is typed text that needs no typing again: each use asks for the
purpose and the case anew and is written down like any search. What is kept must be ordinary words,
because it stands in the clear in the database and outlives the calls that it was made for.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from talteen.errors import InputError, NotAllowed
from talteen.life.transcribe import asking, query
from talteen.life.transcribe.index import SIDES
from talteen.life.use.models import SavedSearch
from talteen.notice.purposes import SearchBy
from talteen.register.models import Staff

MOST = 12
LONGEST = 120


class NotOrdinaryWords(NotAllowed):
    """What is to be saved may name a person or a number."""

    slug = "saved-search-not-ordinary"

    def __init__(self) -> None:
        super().__init__(
            "only ordinary words are saved: this may be a name or a number",
            remedy="search for it without saving",
        )


@dataclass(frozen=True, slots=True)
class SavedShown:
    """One saved search."""

    id: UUID
    words: str
    side: str


def of(staff: Staff) -> tuple[SavedShown, ...]:
    """The searches that ``staff`` has saved, by their words."""
    rows = SavedSearch.objects.filter(staff=staff).order_by("words", "side")
    return tuple(SavedShown(row.pk, row.words, row.side) for row in rows)


def save(staff: Staff, words: str, side: str, now: datetime) -> None:
    """Keep a search. Raises NotOrdinaryWords, and InputError for what cannot be searched, is too
    long, or one too many."""
    words = " ".join(words.split())
    if len(words) > LONGEST or side not in ("", *SIDES):
        raise InputError("this cannot be saved", remedy="save a few words")
    if asking.asks_for(query.parse(words)) != {SearchBy.WORDS}:
        raise NotOrdinaryWords
    if SavedSearch.objects.filter(staff=staff).count() >= MOST:
        raise InputError("there are twelve saved searches already", remedy="delete one first")
    SavedSearch.objects.get_or_create(
        staff=staff, words=words, side=side, defaults={"made_at": now}
    )


def delete(staff: Staff, saved: UUID) -> None:
    """Let go of one of one's own; of anybody else's, nothing happens."""
    SavedSearch.objects.filter(staff=staff, pk=saved).delete()
