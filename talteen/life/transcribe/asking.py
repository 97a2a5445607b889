"""What a search asks about: words on a topic, or a person's name or number (REGISTER 5.3).

Names and numbers may be searched in a case only, and a saved search never holds one. Nobody can
tell every name from every word; so a word passes only where a word list knows it as an ordinary
word and masking's lists do not have it for a name (Koskinen, Satu), save for what callers talk
about every day (``_TOPICS``). A number, in digits or spelled out, never passes. What is refused may
still be asked in a case.
"""

from collections.abc import Iterator

from talteen.errors import NotAllowed
from talteen.life.transcribe import lemma
from talteen.life.transcribe.masking.names import KNOWN_NAMES
from talteen.life.transcribe.query import Query
from talteen.notice import purposes
from talteen.notice.purposes import Purpose, SearchBy

_NUMERALS = frozenset(
    # fi, sv, en: the base forms of what numbers are read aloud with.
    "nolla yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen sata tuhat"
    " noll ett en två tre fyra fem sex sju åtta nio tio hundra tusen"
    " zero one two three four five six seven eight nine ten hundred thousand".split()
)
_TOPICS = frozenset(
    # fi: what stands on the lists of names of some language, and in the calls of hotels too.
    "aamu aika aina allas emme halli harju ilta into järvi kivi lahja lehti lemmikki lumi"
    " meri mäki niemi ole olin palo park per posti puisto raita ranta repo saari salmi suomi"
    " tai toimi tuuli virta"
    # sv
    " bank dag fin finger fot fält gammal gran gren grön hall hand hjort holme holt inga ljung"
    " lång min mur namn per sand sexton sol sten strand ström vall vik"
    # en
    " bar beach bee best bill bird black booth branch bridge brown bus bush card case cash"
    " chance day dot english field fields forest glass golden good green hall head hill hills"
    " holiday hope house ice joy key lake lane law line little long love man many may mills"
    " moon more noble north page park parking pool power price red rest rich river see short"
    " small smart snow so son spa spring star stone street strong summer sun sunday sweet"
    " swift temple wall water west white will winter wood woods young".split()
)
"""Words on a list of names that are looked for as words: a search for the price is no search for
Mr Price. Nobody's name is found by them sooner than what they are the word for."""
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
    if not all(_is_topic(term) for term in terms if term.isalpha()):
        found.add(SearchBy.NAME)
    return frozenset(found)


def permit(query: Query, purpose: Purpose) -> None:
    """Raises NotForThisPurpose where ``purpose`` may not ask what ``query`` asks about."""
    if not all(purposes.search_allowed(purpose, by) for by in asks_for(query)):
        raise NotForThisPurpose


def _is_topic(word: str) -> bool:
    """Whether ``word`` is an ordinary word, and neither it nor a base form of it a known name."""
    if word in _TOPICS:
        return True
    return lemma.is_ordinary(word) and not ({word, *_lemmas(word)} & KNOWN_NAMES) - _TOPICS


def _terms(query: Query) -> Iterator[str]:
    for clause in query.clauses:
        for phrase in (*clause.wanted, *clause.unwanted):
            yield from phrase.words


def _lemmas(word: str) -> Iterator[str]:
    for language in lemma.LANGUAGES:
        yield from lemma.forms(word, language).lemmas
