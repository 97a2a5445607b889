"""Names of people, by lists, by the words before them and by each other.

Every word gets points: for standing on a list, for a capital letter within a sentence, for ending
as family names end; a word that the language has too (toivo, grace) gets next to none. Neighbours
add up, and so does what was just said ("nimellä", "jag heter", "my wife"). Two points make a name.
Greedy towards a neighbour, but never longer than three words.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from talteen.life.transcribe import lemma
from talteen.life.transcribe.masking import names_en, names_fi, names_sv
from talteen.life.transcribe.masking.inflection import stems, uninflected
from talteen.life.transcribe.masking.lane import Lane, Token
from talteen.life.transcribe.masking.places import NOT_PEOPLE, is_town
from talteen.life.transcribe.masking.spans import Found, Kind

ENOUGH = STRONG = 2.0
LONGEST = 3
_CUE_WORDS = 4
_LISTS = (names_fi, names_sv, names_en)
FIRST = frozenset(lemma.folded(name) for names in _LISTS for name in names.FIRST)
LAST = frozenset(lemma.folded(name) for names in _LISTS for name in names.LAST)
_STEMS = stems(FIRST | LAST)
_ENDS_LIKE_A_NAME = re.compile(
    r"\w{3,}(sson|sén|ström|qvist|kvist|lund|berg|gren|dahl|stedt|strand|blom|bäck|borg|holm)s?"
    r"|\w{2,}nen"
)
_BENT_NAME = re.compile(r"\w{2,}(sen|sta|stä|selle|sella|sellä|selta|seltä|sesta|seen)")
_ASKED = re.compile(
    r" ((minun )?nim(i|eni|esi|enne|ensä|emme)( on)?|nimellä\w*|nimelle|nimeltä|nimeen"
    r"|(suku|etu)nim(i|eni)( on)?|rouva|herra|neiti|terveisin|kutsutaan"
    r"|heter|namn(et)?( är)?|i namnet|herr|fru|fröken|hälsningar|(efter|för)namn(et)?( är)?"
    r"|name( is|'s| of)?|names|mr|mrs|ms|miss|surname( is)?|called|under)"
    r"( siis| siinä| då| uh| er| hetki| se| on| är| is| oli| var| was)? "
)
_SAYS_WHO = re.compile(
    r" (täällä|tässä|olen|oon|soittelee|jag är|det är|här är|this is|i am|i'm|it's) $"
)
_HINTED = re.compile(
    r" (med|with|for|from|to|by|av|dear|hei|hej|hello|hi|kiitos|tack|thanks|varattu|varannut"
    r"|puhuin|soitti|bokad|bokat|booked|ask|ring|mrs?) $"
)
_VENUES = re.compile(
    r" (hotelli\w*|hotel\w*|ravintola\w*|restaura\w*|sali\w*|kylpylä\w*|kabinetti\w*|sviitti\w*"
    r"|kokoushuone\w*|sal|rum|suite|room|kahvila\w*|baari\w*|bar|café|pub|spa) $"
)
_RELATIVES = re.compile(
    r" (vaimo\w*|miehe\w*|aviomie\w*|puoliso\w*|poika\w*|poja\w*|tytär\w*|tyttäre\w*|äiti\w*"
    r"|äidi\w*|isä\w*|veli\w*|velje\w*|sisko\w*|kollega\w*|ystävä\w*|kaveri\w*|mummi\w*|mummo\w*|vaari\w*"
    r"|ukki\w*|anoppi\w*|appi\w*|serkku\w*|täti\w*|setä\w*|eno\w*|lapse\w*|avustaja\w*|pomo\w*"
    r"|fru|frun|man|make|maka|son|sonen|dotter|dottern|mor|far|mamma|pappa|bror|syster|kollega\w*"
    r"|vän|väninna|sambo|kompis|mormor|morfar|farmor|farfar|svärmor|chef|kusin"
    r"|wife|husband|son|daughter|mother|father|mum|mom|dad|brother|sister|colleague|friend|partner"
    r"|boss|manager|assistant|cousin|aunt|uncle|grandmother|grandfather|guest)"
    r"( on| nimeltä| som heter| heter| is| called| named|) $"
)
_AFTER = frozenset("puhelimessa speaking calling här kanssa täällä täältä".split())


def found(lane: Lane) -> Iterator[Found]:
    """The names of ``lane``; of third parties where a word of kin or company stands before."""
    place = 0
    while place < len(lane.tokens):
        one = _name_at(lane, place)
        place = one.last + 1 if one else place + 1
        if one:
            yield one


def _name_at(lane: Lane, first: int) -> Found | None:
    cue, kind = _cue(lane, first)
    if cue < 0:
        return None
    points = [_points(lane.tokens[first], after=cue) or _odd(lane, first, cue)]
    if not points[0]:
        return None
    while len(points) < LONGEST and first + len(points) < len(lane.tokens):
        last, word = lane.tokens[first + len(points) - 1 : first + len(points) + 1]
        strong = points[-1] >= STRONG or cue + sum(points) >= ENOUGH
        more = _points(word, after=STRONG if strong else 0)
        if not more or last.pauses:
            break
        points.append(more + _pair(last, word))
    stop = first + len(points)
    if stop < len(lane.tokens) and lane.tokens[stop].text in _AFTER:
        cue = max(cue, 1.0)
    total = sum(points) + cue
    if total < ENOUGH:
        return None
    return Found(kind, first, stop - 1, min(0.5 + total / 10, 0.95))


def _odd(lane: Lane, place: int, cue: float) -> float:
    """A word that is no name, where one was asked for and the next word is one: Tuisku Kallio."""
    token, rest = lane.tokens[place], lane.tokens[place + 1 : place + 2]
    if cue < STRONG or token.pauses or len(token.text) < 3 or token.text in NOT_PEOPLE:
        return 0.0
    return 0.3 if rest and _listed(rest[0].text, token.language) else 0.0


def _pair(first: Token, last: Token) -> float:
    """A first name and a family name, both words as well, side by side: Satu Laine."""
    if first.language == "en" or first.text not in FIRST:
        return 0.0
    return 1.0 if last.text in LAST else 0.0


def _cue(lane: Lane, place: int) -> tuple[float, Kind]:
    """How much what was just said promises a name here; below zero where it forbids one."""
    asked, own = lane.before(place, _CUE_WORDS).split("|")
    if _RELATIVES.search(own):
        return 1.5, Kind.THIRD_PARTY
    if _VENUES.search(own):
        return -1.0, Kind.NAME
    if any(match.end() == len(own) for match in _ASKED.finditer(own)):
        return STRONG, Kind.NAME
    if _SAYS_WHO.search(own):
        return 1.5, Kind.NAME
    if _HINTED.search(own) or (len(own.split()) < 3 and _ASKED.search(asked)):
        return 1.0, Kind.NAME
    return 0.0, Kind.NAME


def _points(token: Token, *, after: float) -> float:
    """How much a word looks like a name; ``after`` says how much a name is expected here."""
    text = token.text.removesuffix("'s")
    if len(text) < 2 or not text.replace("-", "").isalpha() or text in NOT_PEOPLE:
        return 0.0
    kin = lemma.proper(text, token.language)
    if _listed(text, token.language):
        return _listed_points(token, text, common=kin is False)
    expected = after >= STRONG
    if is_town(text):
        return 0.0
    if not (token.bare[:1].isupper() or expected):
        # Finnish has more forms than any list; a word that the others lack is most likely a name.
        return 1.0 if after >= 1 and kin is None and token.language != "fi" else 0.0
    ends_like = bool(_ENDS_LIKE_A_NAME.fullmatch(text))
    if kin is False and not (expected and (token.capital or ends_like)):
        return 0.0
    if token.capital or expected:
        if ends_like or (token.capital and _BENT_NAME.fullmatch(text)):
            return 1.5
        # A recogniser that hears Finnish badly writes made-up words with capitals.
        return 0.9 if token.language == "fi" and not expected else 1.2
    return 0.8 if kin is None else 0.0


def _listed_points(token: Token, text: str, *, common: bool) -> float:
    """A name that is a town or a word too (Lahti, Toivo) needs a capital or a neighbour."""
    if not common:
        return 1.0 if is_town(text) and not token.capital else STRONG
    if not token.capital:
        return 0.5
    if is_town(text):
        return 0.8
    return STRONG if text.split("-")[0] in FIRST else 1.5


@lru_cache(maxsize=50_000)
def _listed(text: str, language: str) -> bool:
    """Whether ``text`` stands on a list, as it is, in the genitive or in a case of Finnish."""
    parts = [part for part in text.split("-") if part not in ("täti", "setä", "mummi", "eno")]
    if not parts:
        return False
    if all(part in FIRST or part in LAST for part in parts):
        return True
    if language in ("sv", "en") and text.endswith("s") and len(text) > 4:
        return text[:-1] in FIRST or text[:-1] in LAST
    return language == "fi" and any(stem in _STEMS for stem in uninflected(parts[-1]))
