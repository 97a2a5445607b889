"""What a search asks about: words on a topic, or a person's name or number (REGISTER 5.3).

Names and numbers may be searched in a case only, and a saved search never holds one. Nobody can
tell every name from every word; so a word passes only where a word list knows it as an ordinary
word, and a number, in digits or spelled out, never does. What is refused may still be asked in a
case.
"""

from collections.abc import Iterator

from talteen.errors import NotAllowed
from talteen.life.transcribe import lemma
from talteen.life.transcribe.query import Query
from talteen.notice import purposes
from talteen.notice.purposes import Purpose, SearchBy

_NUMERALS = frozenset(
    # fi, sv, en: the base forms of what numbers are read aloud with.
    "nolla yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen sata tuhat"
    " noll ett en två tre fyra fem sex sju åtta nio tio hundra tusen"
    " zero one two three four five six seven eight nine ten hundred thousand".split()
)
NUMERALS_FROM = 2
"""One numeral is a word (kaksi huonetta); two are the beginning of a number."""


class NotForThisPurpose(NotAllowed):
    """The search asks for a person, and the purpose is about a topic."""

    slug = "search-not-for-purpose"

    def __init__(self) -> None:
        super().__init__(
            "names and numbers are searched in a case only (REGISTER 5.3)",
            remedy="search for ordinary words, or choose the case that it belongs to",
        )


def asks_for(query: Query) -> frozenset[SearchBy]:
    """What ``query`` asks about: always words; a name or a number where one of them may be one."""
    terms = list(_terms(query))
    found = {SearchBy.WORDS}
    numerals = sum(any(form in _NUMERALS for form in _lemmas(term)) for term in terms)
    if numerals >= NUMERALS_FROM or any(char.isdigit() for term in terms for char in term):
        found.add(SearchBy.NUMBER)
    # A beginning that is no word itself is on no list, and could be a name's.
    if not all(lemma.is_ordinary(term) for term in terms if term.isalpha()):
        found.add(SearchBy.NAME)
    return frozenset(found)


def permit(query: Query, purpose: Purpose) -> None:
    """Raises NotForThisPurpose where ``purpose`` may not ask what ``query`` asks about."""
    if not all(purposes.search_allowed(purpose, by) for by in asks_for(query)):
        raise NotForThisPurpose


def _terms(query: Query) -> Iterator[str]:
    for clause in query.clauses:
        for phrase in (*clause.wanted, *clause.unwanted):
            yield from phrase.words


def _lemmas(word: str) -> Iterator[str]:
    for language in lemma.LANGUAGES:
        yield from lemma.forms(word, language).lemmas
