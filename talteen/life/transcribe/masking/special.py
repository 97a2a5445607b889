"""Passages that may tell of health or belief: diets, allergies, accessibility, religion.

Recognisers spoil just these words ("pähkinä all ergia", "kelia kia"), so long ones are looked for
with a quarter of their letters wrong and without their spaces. What is found is a passage to close
(J1), never a fact about anybody: no field is filled from it.
"""

from collections.abc import Iterator
from functools import cache

from talteen.life.transcribe.masking.approximate import Pattern
from talteen.life.transcribe.masking.lane import Lane
from talteen.life.transcribe.masking.spans import Found, Kind

SHARE_WRONG = 0.25
FUZZY_FROM = 7
"""Letters from which a word is sought with errors; shorter ones lie a letter from too many."""
LOOSE_FROM = 9
"""Letters from which a spoiled word may begin anywhere in another, as in a compound."""
EXACT, FUZZY = 0.9, 0.6

_FI = """
keliakia keliaakikko gluteeniton gluteenitonta gluteenittom allergia allergi allerginen allergiaa
pähkinäallergia laktoositon laktoositonta laktoosi-intoleranssi laktoosittom vegaani vegaaninen
kasvissyöjä kasvisruoka maidoton munaton diabetes diabeetikko sokeritauti verenpaine epilepsia
astma sydänvika sydänsairaus raskaana leikkaus leikkauksesta sairaus sairauden lääkkeet lääkitys
erityisruokavalio ruokavalio ruoka-ainerajoite esteetön esteettömä esteetöntä pyörätuoli
pyörätuolilla rollaattori liikuntarajoitteinen liikuntavamma näkövamma kuulovamma kuulolaite
induktiosilmukka opaskoira avustajakoira liikuntavammainen vammaispaikka invahuone! invapaikka!
invavessa! halal halal-lihaa kosher sianlihaa ramadan paasto rukoushuone muslimi juutalainen
ortodoksi synagoga moskeija epipen adrenaliinikynä dialyysi syöpä masennus muistisairas
kehitysvamma kuumetta särkee
"""
_SV = """
celiaki glutenfri glutenfritt glutenintoleran allergi allergisk allergiker nötallergi skaldjur
skaldjursallergi laktosfri laktosintoleran laktos vegan vegansk vegetarian vegetarisk veganmat
mjölkfri diabetes diabetiker epilepsi astma hjärtfel hjärtsjuk gravid operation opererad sjukdom
medicin specialkost kosthållning tillgänglighet tillgänglighetsanpassa handikapp handikapprum
rullstol rullstolsburen rollator rörelsehindrad rörelsehinder synskada hörselskada hörapparat
hörslinga ledarhund assistanshund halal kosher griskött fläskkött ramadan bönerum muslim judisk
ortodox synagoga moské adrenalinpenna dialys cancer depression demens feber
"""
_EN = """
coeliac celiac gluten-free glutenfree glutenfre gluten allergy allergic allergies nutallergy
peanut shellfish lactose lactose-intolerant dairy-free dairyfree vegan vegetarian diabetes
diabetic epilepsy epileptic asthma pregnant pregnancy surgery illness medication dietary
dietaryrequirement accessible accessibility wheelchair disabled disability stepfree step-free
hearingaid hearingloop visuallyimpaired guidedog assistancedog walkingframe halal kosher
noporkplease ramadan prayerroom muslim jewish orthodox synagogue mosque epipen dialysis cancer
depression dementia intolerance intolerant
"""
_LEXICON = {"fi": _FI, "sv": _SV, "en": _EN}


@cache
def _patterns(language: str) -> tuple[Pattern, ...]:
    """The words of a language, hyphens taken out; ``!`` ends one that lies too near to others."""
    words = {word.replace("-", "") for word in _LEXICON.get(language, "").split()}
    return tuple(Pattern(word.rstrip("!"), _errors(word)) for word in sorted(words))


def _errors(word: str) -> int:
    if len(word) < FUZZY_FROM or word.endswith("!"):
        return 0
    return int(len(word) * SHARE_WRONG) if len(word) >= LOOSE_FROM else 1


def found(lane: Lane) -> Iterator[Found]:
    """The words of ``lane`` that open a special passage, each place once, the surest first."""
    for language in sorted({one.language for one in lane.tokens}):
        text, at = _without_spaces(lane, language)
        begins = {place for place in range(len(at)) if place == 0 or at[place] != at[place - 1]}
        for pattern in _patterns(language):
            yield from _places(pattern, text, at, begins)


def _without_spaces(lane: Lane, language: str) -> tuple[str, list[int]]:
    """The letters of one language's words, and the word of each letter."""
    text, at = "", list[int]()
    for place, token in enumerate(lane.tokens):
        said = token.text.replace("-", "") if token.language == language else "|"
        text += said
        at += [place] * len(said)
    return text, at


def _places(pattern: Pattern, text: str, at: list[int], begins: set[int]) -> Iterator[Found]:
    last = -len(pattern.text)
    for end, errors in pattern.ends(text):
        start = max(end - len(pattern.text), 0)
        if end - last < len(pattern.text) or not _stands(pattern, start, errors, begins):
            continue
        last = end
        certainty = EXACT if not errors else FUZZY
        yield Found(Kind.SPECIAL, at[start], at[end - 1], certainty)


def _stands(pattern: Pattern, start: int, errors: int, begins: set[int]) -> bool:
    """Whether a match that begins near ``start`` stands where a word may begin."""
    if len(pattern.text) >= LOOSE_FROM or (not errors and len(pattern.text) >= FUZZY_FROM):
        return True
    slack = errors if len(pattern.text) >= FUZZY_FROM else 0
    return any(start + step in begins for step in range(-slack, slack + 1))
