"""Addresses: a street's name with its number, a postcode with its town.

Streets are known by how their names end, in any case of Finnish; a street without a number is an
address only to somebody who was asked where they live.
"""

import re
from collections.abc import Iterator, Sequence

from talteen.life.transcribe.masking import numerals
from talteen.life.transcribe.masking.lane import Lane, Token
from talteen.life.transcribe.masking.places import is_town
from talteen.life.transcribe.masking.runs import LETTERS
from talteen.life.transcribe.masking.spans import Found, Kind

SURE, LIKELY = 0.9, 0.75
_FI = re.compile(
    r"\w{3,}(kat(u|ua|una)|kadu(n|lla|lta|lle|ssa|sta)|tie(|n|tä|llä|ltä|lle|ssä)"
    r"|kuja(|n|a|lla|lta|lle)|polku|polu(n|lla|lta|lle)|kaari|kaare(n|lla|lta)|raitti|raiti(n|lla)"
    r"|väylä(|n|llä|ltä)|bulevardi(|n|lla)|aukio(|n|lla)|tori(|n|lla)|rinne|rinte(en|ellä)"
    r"|ranta|ranna(n|lla)|puistikko|esplanadi|portti|portaat|penger)"
)
_SV = re.compile(
    r"\w{2,}(gatan|vägen|gränden?|stigen|torget|allén|backen|esplanaden|kajen|plan|stranden)"
)
_EN = re.compile(
    r"(street|road|avenue|lane|drive|close|way|square|court|crescent|terrace|gardens|grove|hill"
    r"|st|rd|ave)"
)
_NOT_STREETS = frozenset(
    "valtatie moottoritie rautatie päätie kotitie tuotantotie lentotie latutie satutori kauppatori "
    "tunneltie vattentie parkvägen motorvägen landsvägen järnvägen tunnelbanevägen ringvägen "
    "omenarinne auktori rektori traktori doktori moottori monitori katori editori direktori motori "
    "kunnantie sektori faktori kantori terapiatie metsätie".split()
)
_HOME_CUE = re.compile(
    r" (osoite\w*|osoittee\w*|asun|asumme|asuu|lähettää|postittaa|postita|adress\w*|bor|skicka"
    r"|address|live|lives|send it|post it)"
)
_FIGURE = re.compile(r"\d{1,4}([a-zåäö]|[-–]\d{1,4})?")
_POSTCODE = re.compile(r"\d{5}")
_UK_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")
_UK_SECOND = re.compile(r"\d[A-Z]{2}")
_STAIR = frozenset("as as. asunto lägenhet lgh rappu trappa flat apartment apt".split())
MOST_NUMBER_WORDS = 6


def found(lane: Lane) -> Iterator[Found]:
    """The addresses of ``lane``, each with the town that follows it."""
    tokens = lane.tokens
    for place, token in enumerate(tokens):
        if _is_street(token):
            yield from _from_street(lane, place)
        elif _EN.fullmatch(token.text) and place and token.language == "en":
            yield from _english(lane, place)
        elif (last := _postcode(tokens, place)) is not None:
            yield Found(Kind.ADDRESS, place, last, SURE)


def _is_street(token: Token) -> bool:
    if token.text in _NOT_STREETS:
        return False
    return bool(_FI.fullmatch(token.text) or _SV.fullmatch(token.text))


def _from_street(lane: Lane, place: int) -> Iterator[Found]:
    last = _number(lane.tokens, place + 1)
    if last is not None:
        yield Found(Kind.ADDRESS, _given(lane, place), _town(lane.tokens, last), SURE)
    elif _HOME_CUE.search(lane.before(place)):
        yield Found(Kind.ADDRESS, place, _town(lane.tokens, place), LIKELY)


def _given(lane: Lane, place: int) -> int:
    """A street of two words: Iso Roobertinkatu, Norra Esplanaden."""
    first = {"iso", "pieni", "pikku", "vanha", "uusi", "pohjoinen", "norra", "södra", "östra"}
    first |= {"västra", "stora", "lilla", "gamla", "nya"}
    return place - 1 if place and lane.tokens[place - 1].text in first else place


def _english(lane: Lane, place: int) -> Iterator[Found]:
    """``Twelve Fern Lane, Pitlochry``: number, one or two names, kind of street."""
    for names in (1, 2):
        start = place - names
        if start < 1:
            return
        number = _number_before(lane.tokens, start)
        if number is not None:
            yield Found(Kind.ADDRESS, number, _town(lane.tokens, place), SURE)
            return


def _number_before(tokens: Sequence[Token], stop: int) -> int | None:
    """Where the house number that ends right before ``stop`` begins."""
    if _FIGURE.fullmatch(tokens[stop - 1].text):
        return stop - 1
    first = stop
    while first and stop - first < MOST_NUMBER_WORDS and _is_number(tokens[first - 1]):
        first -= 1
    return first if first < stop else None


def _is_number(token: Token) -> bool:
    return any(numerals.read([token.text], token.language))


def _number(tokens: Sequence[Token], place: int) -> int | None:
    """The last word of the house number (and stair, and flat) that begins at ``place``."""
    if place >= len(tokens):
        return None
    if _FIGURE.fullmatch(tokens[place].text):
        last = place
    else:
        last = place - 1
        while last + 1 < len(tokens) and last - place < 2 and _is_number(tokens[last + 1]):
            last += 1
    return None if last < place else _flat(tokens, last)


def _flat(tokens: Sequence[Token], last: int) -> int:
    """``7 B 12``, ``kolme aa viisi``, ``4 as. 9``."""
    for _ in range(3):
        after = tokens[last + 1] if last + 1 < len(tokens) else None
        if after is None or (tokens[last].pauses and not after.text.isdigit()):
            return last
        letter = after.text in LETTERS.get(after.language, {}) or (
            len(after.bare) == 1 and after.bare.isalpha() and after.bare not in ("i", "å", "ö")
        )
        if not (
            letter or after.text in _STAIR or _is_number(after) or _FIGURE.fullmatch(after.text)
        ):
            return last
        last += 1
    return last


def _town(tokens: Sequence[Token], last: int) -> int:
    """A postcode and a town right behind, or either of them."""
    after = _postcode(tokens, last + 1)
    if after is not None:
        return after
    for ahead in range(1, 6):
        place = last + ahead
        if place >= len(tokens):
            return last
        if is_town(tokens[place].text):
            return place
        if not (_is_number(tokens[place]) or _FIGURE.fullmatch(tokens[place].text)):
            return last
    return last


def _postcode(tokens: Sequence[Token], place: int) -> int | None:
    """The last word of a postcode (and its town) that begins at ``place``."""
    if place >= len(tokens):
        return None
    bare, after = tokens[place].bare, tokens[place + 1] if place + 1 < len(tokens) else None
    if _POSTCODE.fullmatch(bare) and after is not None and is_town(after.text):
        return place + 1
    if re.fullmatch(r"\d{3}", bare) and after is not None and re.fullmatch(r"\d{2}", after.bare):
        town = tokens[place + 2] if place + 2 < len(tokens) else None
        return place + 2 if town is not None and is_town(town.text) else None
    if _UK_POSTCODE.fullmatch(bare) and after is not None and _UK_SECOND.fullmatch(after.bare):
        return place + 1
    return None
