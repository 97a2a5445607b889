"""Runs of symbols: digits, letters and signs as they come out of words, each knowing its word.

A code is said in groups, with fillers between, half in number words and half in figures, and the
engine writes "0,405 1-2". A run is all of that as one string, so that a detector is an expression
over what was meant, and every character leads back to the word that said it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from talteen.life.transcribe.masking import numerals
from talteen.life.transcribe.masking.lane import Lane, Token

GAP_MS = 8_000
"""Digits of one side that come within this time of each other may be one number."""
MOST_FILLERS = 2
FEWEST_DIGITS = 3

_FILLERS = frozenset(
    "öö ööh öh hm hmm mm niin siis sitten ja joo eli ö äh äää alltså sedan och då eh uh um er erm "
    "then and so right okay ok".split()
)
_SIGNS = {
    "fi": {"viiva": "-", "väliviiva": "-", "miinus": "-", "plus": "+", "pilkku": "", "piste": ""},
    "sv": {"streck": "-", "bindestreck": "-", "minus": "-", "plus": "+", "punkt": ""},
    "en": {"dash": "-", "hyphen": "-", "minus": "-", "plus": "+", "stroke": ""},
}
_LETTERS = {
    "fi": "aa=A bee=B see=C dee=D ee=E äf=F äffä=F ef=F gee=G hoo=H ii=I jii=J koo=K äl=L ällä=L "
    "el=L äm=M ämmä=M em=M än=N ännä=N en=N oo=O pee=P kuu=Q är=R ärrä=R er=R äs=S ässä=S es=S "
    "tee=T uu=U vee=V kaksoisvee=W tuplavee=W äks=X äksä=X eks=X yy=Y tset=Z tseta=Z",
    "sv": "be=B ce=C se=C de=D e=E eff=F äff=F ge=G hå=H ji=J kå=K ell=L äll=L emm=M ämm=M enn=N "
    "änn=N pe=P ku=Q err=R ärr=R ess=S äss=S te=T ve=V dubbelve=W äx=X ex=X säta=Z",
    "en": "ay=A bee=B cee=C see=C dee=D ee=E eff=F ef=F gee=G aitch=H haitch=H jay=J kay=K ell=L "
    "el=L em=M en=N pee=P cue=Q queue=Q ar=R ess=S tee=T vee=V double-u=W ex=X why=Y zed=Z zee=Z",
}
LETTERS = {
    language: dict(pair.split("=") for pair in pairs.split())
    for language, pairs in _LETTERS.items()
}
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.?(\d{2,4})?|\d{1,2}[/]\d{1,2}([/]\d{2,4})?|\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{1,2}[.:]\d\d")
_FIGURES = re.compile(r"[+]?[\w.,/()-]*\d[\w.,/()-]*")


@dataclass(frozen=True, slots=True)
class Run:
    """A string of symbols (A-Z, Å, 0-9, ``-``, ``+``) and, for each, the words that said it."""

    text: str
    at: tuple[tuple[int, int], ...]
    """First and last word of each symbol: a number of two words is one symbol of both."""

    @property
    def first(self) -> int:
        """The first word."""
        return self.at[0][0]

    def words(self, start: int, stop: int) -> tuple[int, int]:
        """First and last word of the symbols from ``start`` up to ``stop``."""
        return self.at[start][0], self.at[stop - 1][1]


@dataclass(frozen=True, slots=True)
class Said:
    """What the words from one place up to ``last`` add to a run; "" for a spoken comma."""

    symbols: str
    last: int


def runs(lane: Lane) -> list[Run]:
    """Every run of ``lane`` with at least three digits, in order. Fillers inside say nothing."""
    return [run for run in _joined(lane.tokens, _said(lane.tokens)) if _counts(run)]


def _counts(run: Run) -> bool:
    return sum(char.isdigit() for char in run.text) >= FEWEST_DIGITS


def _joined(tokens: Sequence[Token], said: Mapping[int, Said]) -> Iterator[Run]:
    text, at = "", list[tuple[int, int]]()
    place = idle = 0
    while place < len(tokens):
        part = said.get(place)
        idle = idle + 1 if part is None else 0
        goes_on = part is not None or (_fills(tokens[place]) and idle <= MOST_FILLERS)
        if at and (not goes_on or _late(tokens, at[-1][1], place)):
            yield Run(text, tuple(at))
            text, at = "", []
        if part is not None:
            text += part.symbols
            at.extend([(place, part.last)] * len(part.symbols))
        place = part.last + 1 if part is not None else place + 1
    if at:
        yield Run(text, tuple(at))


def _late(tokens: Sequence[Token], last: int, place: int) -> bool:
    return tokens[place].start_ms - tokens[last].end_ms > GAP_MS


def _fills(token: Token) -> bool:
    return token.text in _FILLERS or not token.text


def _said(tokens: Sequence[Token]) -> dict[int, Said]:
    """By its first word, everything that can be part of a run."""
    symbols = ((place, _symbol(token)) for place, token in enumerate(tokens))
    said = {place: Said(symbol, place) for place, symbol in symbols if symbol is not None}
    numbered: set[int] = set()
    pauses = [one.pauses for one in tokens]
    for language in numerals.ATOMS:
        heard = _repaired(tokens, language)
        for numeral in numerals.read(heard, language, pauses):
            if numeral.digits:
                # Two digits of one written word ("viisviis") share its place.
                before = said.get(numeral.first)
                again = before.symbols if before and numeral.first in numbered else ""
                said[numeral.first] = Said(again + numeral.digits, numeral.last)
                numbered.add(numeral.first)
    return said


def _repaired(tokens: Sequence[Token], language: str) -> list[str]:
    """The words of one language; a word beside a number word that is one letter off another is
    that one: "nolla visi nolla" is 050."""
    heard = [one.text if one.language == language else "" for one in tokens]
    known = [bool(word) and any(numerals.read([word], language)) for word in heard]
    for place, word in enumerate(heard):
        beside = (place and known[place - 1]) or (place + 1 < len(heard) and known[place + 1])
        if beside and not known[place] and (meant := numerals.nearly(word, language)):
            heard[place], known[place] = meant, True
    return heard


def _symbol(token: Token) -> str | None:
    if _FIGURES.fullmatch(token.bare):
        if _DATE.fullmatch(token.bare) or _TIME.fullmatch(token.bare):
            return None
        return "".join(char for char in token.bare.upper() if char.isalnum() or char in "+-")
    if len(token.bare) == 1 and token.bare.isalpha():
        return token.bare.upper()
    if token.text in _SIGNS.get(token.language, {}):
        return _SIGNS[token.language][token.text]
    return LETTERS.get(token.language, {}).get(token.text)
