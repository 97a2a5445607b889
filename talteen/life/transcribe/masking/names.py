"""Names of people, by lists, by the words before them and by each other.

Every word gets points: for standing on a list, for a capital letter within a sentence, for ending
as family names end; a word that the language has too (toivo, grace) gets next to none. Neighbours
add up, and so does what was just said ("nimellä", "jag heter", "my wife"). Two points make a name.
Greedy towards a neighbour, but never longer than three words.
"""

import itertools
import re
from collections.abc import Iterator
from functools import lru_cache

from talteen.life.transcribe import lemma
from talteen.life.transcribe.masking import after_names, names_en, names_fi, names_sv
from talteen.life.transcribe.masking.inflection import stems, uninflected
from talteen.life.transcribe.masking.lane import Lane, Token
from talteen.life.transcribe.masking.places import NOT_PEOPLE, is_town
from talteen.life.transcribe.masking.spans import Found, Kind

ENOUGH = STRONG = 2.0
BESIDE = 0.5
"""What is expected of a word beside one that has a point."""
LONGEST = 3
_CUE_WORDS = 4
_LISTS = (names_fi, names_sv, names_en)
FIRST = frozenset(lemma.folded(name) for names in _LISTS for name in names.FIRST)
LAST = frozenset(lemma.folded(name) for names in _LISTS for name in names.LAST)
KNOWN_NAMES = FIRST | LAST
"""Of all three languages, folded; many are words as well."""
_STEMS = stems(KNOWN_NAMES)
_ENDS_LIKE_A_NAME = re.compile(
    r"\w{3,}(sson|sén|ström|qvist|kvist|lund|berg|gren|dahl|stedt|strand|blom|bäck|borg|holm)s?"
    r"|\w{2,}nen"
)
_FINNISH_FAMILY = re.compile(
    r"\w{3,}(salo|niemi|lahti|järvi|koski|ranta|saari|korpi|harju|vaara|virta|kangas|talo|oja"
    r"|lampi|luoma|aho|kallio|joki|(?<!l)l[aä])(n|a|ä|lle|lta|ltä|lla|llä)?"
    r"|\w{3,}(niemen|niemelle|niemeltä|lahden|lahdelle|lahdelta|järven|järvelle|järveltä|kosken"
    r"|koskelle|koskelta|rannan|rannalle|rannalta|saaren|saarelle|saarelta|korven|korvelle"
    r"|korvelta|virran|virralle|virralta|kankaan|kankaalle|kankaalta|lammen|lammelle|lammelta"
    r"|joen|joelle|joelta|mäki|mäen|mäelle|mäeltä)"
)
"""Two-part family names of the land, in the cases in which people are spoken of."""
_BENT_NAME = re.compile(r"\w{2,}(sen|sta|stä|selle|sella|sellä|selta|seltä|sesta|seen)")
_ASKED = re.compile(
    r" ((minun )?nim(i|eni|esi|enne|ensä|emme)( on)?|nimellä\w*|nimelle|nimeltä|nimeen"
    r"|(suku|etu)nim(i|eni)( on)?|rouva|herra|neiti|terveisin|kutsutaan"
    r"|heter|namn(et)?( är)?|i namnet|herr|fru|fröken|hälsningar|(efter|för)namn(et)?( är)?"
    r"|name( is|'s| of)?|names|mr|mrs|ms|miss|surname( is)?|called|under)"
    r"( siis| siinä| då| uh| er| hetki| se| on| är| is| oli| var| was)? "
)
_NAMES_NOTHING = frozenset(
    """
    sama samat samalla eri toinen toisella oikein oikea väärin väärä kunnossa pitkä lyhyt vaikea
    hankala yleinen siinä tässä siellä tuossa mikä mitä kuka näin näillä se tämä tuo ne nämä on ei
    oli olla olisi jo vielä ja tai mutta että kun niin joka kai varmaan ehkä kyllä joo no siis minun
    meidän teidän hänen kiitos hei moi moikka heippa huomenna tänään eilen nyt sitten taas myös
    vain aina
    samma annan annat rätt fel lång kort svårt svår på här där så den det en ett jag du vi ni han
    hon och eller men att som inte redan ännu ja nej jo tack hej i går idag imorgon nu sedan också
    bara min mitt vår vårt er ert hans hennes är var
    same another other right wrong correct fine different long short hard difficult easy on in at
    under here there so the a an my our your his her their i you we they he she it and or but that
    not already still yes no please thanks thank hello hi today tomorrow yesterday now then too
    also only just for from to with by about is was are be
    """.split()
)
"""What also follows on "the name is": no name, whatever was asked."""
_AND = frozenset("ja sekä niin och så and so".split())
_SAYS_WHO = re.compile(
    r" (täällä|tässä|olen|oon|soittelee|jag är|det är|här är|this is|i am|i'm|it's) $"
)
_HINTED = re.compile(
    r" (med|with|for|from|to|by|av|dear|hei|hej|hello|hi|kiitos|tack|thanks|thank you|varattu"
    r"|varannut|puhuin|soitti|bokad|bokat|booked|ask|ring|mrs?|se on|kirjoita|vaikka|vaikkapa"
    r"|skriv|exempel|write|put it on|sätt det på|står på|stå på|laittakaa se|laita se|viestin"
    r"|(minä|mä|jag|me|i) (ja|och|and)|onko|onhan|är|is|will|does|did|eilen) $"
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
_AFTER = frozenset(
    "puhelimessa speaking calling här kanssa täällä täältä nimissä nimiin namn name".split()
)
_IN_THE_NAME_OF = frozenset("nimissä nimiin namn name".split())


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
    cue = max(cue, _followed(lane, first))
    points = [_points(lane.tokens[first], after=cue) or _odd(lane, first, cue)]
    if not points[0]:
        return None
    while len(points) < LONGEST and first + len(points) < len(lane.tokens):
        at = first + len(points)
        last, word = lane.tokens[at - 1 : at + 1]
        strong = points[-1] >= STRONG or cue + sum(points) >= ENOUGH
        more = _points(word, after=STRONG if strong else max(cue, BESIDE))
        more = more or (_tail(lane, at) if cue >= STRONG and len(points) == 1 else 0.0)
        if not more or last.pauses:
            break
        points.append(more + _pair(last, word, cue))
    stop = first + len(points)
    cue = max(cue, _followed(lane, stop - 1, within=1))
    total = sum(points) + cue
    if total < ENOUGH:
        return None
    stop += _has_family_name(lane, stop)
    return Found(kind, first, stop - 1, min(0.5 + total / 10, 0.95))


def _has_family_name(lane: Lane, place: int) -> bool:
    """Whether the word at ``place``, behind a name, is its English family name, though it is a word
    too and on no list (nigel castle).

    It only makes a name longer that is one without it, so it can cover no line that holds none.
    With capitals nothing is guessed: there a family name has one.
    """
    if not 0 < place < len(lane.tokens):
        return False
    first, last = lane.tokens[place - 1 : place + 1]
    if last.language != "en" or first.pauses or first.bare[:1].isupper():
        return False
    if first.text not in FIRST and (first.text in LAST or not _unknown(first.text, "en")):
        return False
    text = last.text.removesuffix("'s")
    if not text.isalpha() or len(text) < 2 or text in after_names.ENGLISH or text.endswith("ly"):
        return False
    return lemma.forms(text, "en").lemmas[0] == text


def _followed(lane: Lane, place: int, *, within: int = 2) -> float:
    """How much the next words promise that a name was just said ("in Ruth Abernathy's name")."""
    near: list[str] = []
    for token, after in itertools.pairwise(lane.tokens[place : place + 1 + within]):
        if token.pauses:
            break
        near.append(after.text)
    if any(one in _IN_THE_NAME_OF for one in near):
        return 1.5
    return 1.0 if any(one in _AFTER for one in near) else 0.0


def _odd(lane: Lane, place: int, cue: float) -> float:
    """A word that is no name, where one was asked for: before a name (Tuisku Kallio), or alone."""
    token, rest = lane.tokens[place], lane.tokens[place + 1 : place + 2]
    if cue < STRONG or len(token.text) < 3 or token.text in NOT_PEOPLE | _NAMES_NOTHING:
        return 0.0
    if not token.text.replace("-", "").isalpha() or is_town(token.text):
        return 0.0
    if token.pauses or not rest:
        return 0.3 if _is_base(token) else 0.0
    after = rest[0]
    named = _listed(after.text, after.language) or _unknown(after.text, after.language)
    return 0.3 if named else 0.0


def _tail(lane: Lane, place: int) -> float:
    """A family name that is a word as well (Sorsa, Castle), behind a name that was asked for."""
    token, rest = lane.tokens[place], lane.tokens[place + 1 : place + 2]
    if token.text in NOT_PEOPLE | _NAMES_NOTHING or not token.text.isalpha() or len(token.text) < 2:
        return 0.0
    ends = token.pauses or not rest or rest[0].text in _AND
    return 0.3 if ends and _is_base(token) else 0.0


def _is_base(token: Token) -> bool:
    """Whether a word is said as a dictionary has it: what is bent is seldom a name by itself."""
    return lemma.forms(token.text, token.language).lemmas[0] == token.text


def _unknown(text: str, language: str) -> bool:
    """Whether neither the word list nor its compounds have ``text``."""
    return text.isalpha() and not lemma.forms(text, language).known


def _pair(first: Token, last: Token, cue: float) -> float:
    """A first name and a family name side by side, though each is a word as well (Satu Laine) or
    one of them is on no list (Satu Tenhunen, Ruth Abernathy)."""
    if first.text not in FIRST:
        return 0.0
    if last.text in LAST:
        return 1.0 if first.language != "en" or cue >= 1 else 0.0
    return 0.5


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
    if text in _NAMES_NOTHING and not token.capital:
        return 0.0
    kin = lemma.proper(text, token.language)
    if _listed(text, token.language):
        return _listed_points(token, text, common=kin is False)
    expected = after >= STRONG
    if is_town(text):
        return 0.0
    if not (token.bare[:1].isupper() or expected):
        return _lower_points(text, token.language, kin, after)
    ends_like = bool(_ENDS_LIKE_A_NAME.fullmatch(text))
    if kin is False and not (expected and (token.capital or ends_like)):
        return 0.0
    if token.capital or expected:
        if ends_like or (token.capital and _BENT_NAME.fullmatch(text)):
            return 1.5
        # A recogniser that hears Finnish badly writes made-up words with capitals.
        return 0.9 if token.language == "fi" and not expected else 1.2
    return 0.8 if kin is None else 0.0


def _lower_points(text: str, language: str, kin: bool | None, after: float) -> float:
    """How much a word without a capital looks like a name that is on no list.

    Finnish has more forms than any list, so there only a name's own shape counts; a word that the
    other lists lack is most likely a name.
    """
    if kin is not None or after < BESIDE:
        return 0.0
    if language != "fi":
        return 1.0
    shaped = (_ENDS_LIKE_A_NAME, _BENT_NAME, _FINNISH_FAMILY)
    return 1.0 if any(shape.fullmatch(text) for shape in shaped) else 0.0


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
