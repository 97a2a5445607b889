"""Number words of three languages, read as people say them over the telephone.

Numbers are said digit by digit ("nolla neljä"), in pairs ("fyrtiofem") and as whole numbers
("satakaksikymmentä"), written together or apart. What is read are runs of digits, not values: a
telephone number is a text. ``spoken`` writes what ``read`` reads; a property test holds them
together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import chain

from talteen.life.transcribe.masking.approximate import Pattern

LARGEST = 999_999


class Role(Enum):
    """What an atom of a number word does to its neighbours."""

    UNIT = "unit"
    TEEN = "teen"
    TENS = "tens"
    PLUS_TEN = "plus_ten"
    """Finnish -toista: turns 2 into 12."""
    TIMES_TEN = "times_ten"
    """Finnish -kymmentä: turns 2 into 20."""
    HUNDRED = "hundred"
    THOUSAND = "thousand"
    ALONE = "alone"
    """Finnish sata, tuhat: a number of its own, never multiplied."""
    TWICE = "twice"
    """English double, treble: says the next digit again."""


Atom = tuple[Role, int]


@dataclass(frozen=True, slots=True)
class Numeral:
    """Words ``first`` to ``last`` say these digits."""

    first: int
    last: int
    digits: str


def _units(words: str) -> dict[str, Atom]:
    return {word: (Role.UNIT, value) for value, word in enumerate(words.split())}


def _from(words: str, start: int, step: int, role: Role) -> dict[str, Atom]:
    return {word: (role, start + step * at) for at, word in enumerate(words.split())}


_FI = "nolla yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän"
_SV = "noll ett två tre fyra fem sex sju åtta nio"
_SV_TEENS = "tio elva tolv tretton fjorton femton sexton sjutton arton nitton"
_SV_TENS = "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio"
_EN = "zero one two three four five six seven eight nine"
_EN_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"

ATOMS: dict[str, dict[str, Atom]] = {
    "fi": {
        **_units(_FI),
        # As they are said: yks, kaks, viis, kakskyt.
        **_units("nol yks kaks kol nel viis kuus seittemän kaheksan yheksän"),
        **dict.fromkeys(("seitsemä", "seiska", "seittemä", "seit"), (Role.UNIT, 7)),
        **dict.fromkeys(("kahdeksa", "kaheksa"), (Role.UNIT, 8)),
        **dict.fromkeys(("yhdeksä", "yheksä"), (Role.UNIT, 9)),
        "kymmenen": (Role.TEEN, 10),
        "kymppi": (Role.TEEN, 10),
        "toista": (Role.PLUS_TEN, 10),
        **dict.fromkeys(("kymmentä", "kymment", "kyt", "kyn"), (Role.TIMES_TEN, 10)),
        "sata": (Role.ALONE, 100),
        "sataa": (Role.HUNDRED, 100),
        "tuhat": (Role.ALONE, 1000),
        "tuhatta": (Role.THOUSAND, 1000),
    },
    "sv": {
        **_units(_SV),
        "en": (Role.UNIT, 1),
        "nie": (Role.UNIT, 9),
        **_from(_SV_TEENS, 10, 1, Role.TEEN),
        **_from(_SV_TENS, 20, 10, Role.TENS),
        **_from("tjugi tretti förti femti sexti sjutti åtti nitti", 20, 10, Role.TENS),
        "hundra": (Role.HUNDRED, 100),
        "tusen": (Role.THOUSAND, 1000),
        "dubbel": (Role.TWICE, 2),
    },
    "en": {
        **_units(_EN),
        **dict.fromkeys(("oh", "o", "nought", "nil"), (Role.UNIT, 0)),
        **_from(_EN_TEENS, 10, 1, Role.TEEN),
        **_from(_EN_TENS, 20, 10, Role.TENS),
        "fourty": (Role.TENS, 40),
        "hundred": (Role.HUNDRED, 100),
        "thousand": (Role.THOUSAND, 1000),
        "double": (Role.TWICE, 2),
        "treble": (Role.TWICE, 3),
        "triple": (Role.TWICE, 3),
    },
}
_NO_DIGIT: Atom = (Role.ALONE, 0)
_AND = {"fi": "", "sv": "och", "en": "and"}


def read(words: Sequence[str], language: str, pauses: Sequence[bool] = ()) -> Iterator[Numeral]:
    """The numerals among ``words`` (casefolded), in order, none across a pause.

    ``pauses`` says of each word whether punctuation follows it. Words that are no numbers part the
    numerals around them.
    """
    atoms = [_atoms(word, language) for word in words]
    at = 0
    while at < len(words):
        if not atoms[at]:
            at += 1
            continue
        last = at
        while not (pauses and pauses[last]) and (step := _goes_on(words, atoms, last, language)):
            last += step
        yield from _grouped(atoms[at : last + 1], at)
        at = last + 1


def _goes_on(
    words: Sequence[str], atoms: Sequence[tuple[Atom, ...]], place: int, language: str
) -> int:
    """How many words further a number word goes on after ``place``; 0 if none does."""
    if place + 1 < len(words) and atoms[place + 1]:
        return 1
    joins = place + 2 < len(words) and words[place + 1] == _AND.get(language)
    whole = atoms[place][-1][0] in (Role.HUNDRED, Role.THOUSAND)
    return 2 if joins and whole and atoms[place + 2] else 0


@lru_cache(maxsize=20_000)
def nearly(word: str, language: str) -> str | None:
    """The digit's word that ``word`` is one wrong, lost or added letter away from, if any."""
    for unit in _words(language)[0]:
        if len(unit) <= 3 or abs(len(unit) - len(word)) > 1:
            continue
        if any(end == len(word) for end, _ in Pattern(unit, 1).ends(word)):
            return unit
    return None


@lru_cache(maxsize=20_000)
def is_digit(word: str) -> bool:
    """Whether ``word`` (casefolded) says one digit in one of the languages, or nearly so.

    Words of two letters are other words as well: Swedish *en*, English *oh*.
    """
    if word.isdecimal():
        return len(word) == 1
    return len(word) > 2 and any(
        known.get(word, _NO_DIGIT)[0] is Role.UNIT or nearly(word, language) is not None
        for language, known in ATOMS.items()
    )


@lru_cache(maxsize=20_000)
def _atoms(word: str, language: str) -> tuple[Atom, ...]:
    """The parts of a number word in order; none if it is no number word."""
    known = ATOMS.get(language, {})
    parts: list[Atom] = []
    rest = word.replace("-", "")
    while rest:
        match = next((rest[:n] for n in range(len(rest), 1, -1) if rest[:n] in known), None)
        if match is None and (rest != "o" or rest not in known):
            if language != "fi" and rest.startswith(_AND[language]) and parts:
                rest = rest.removeprefix(_AND[language])
                continue
            return ()
        parts.append(known[match or rest])
        rest = rest[len(match or rest) :]
    return tuple(parts)


def _grouped(atoms: Sequence[tuple[Atom, ...]], offset: int) -> Iterator[Numeral]:
    flat = [(place, atom) for place, group in enumerate(atoms) for atom in group]
    values = _finnish(flat)
    at = 0
    while at < len(values):
        upto, digits = _number(values, at)
        yield Numeral(offset + values[at][0], offset + values[upto - 1][0], digits)
        at = upto


Placed = tuple[int, Atom]


def _finnish(flat: Sequence[Placed]) -> list[Placed]:
    """Two atoms of Finnish as the one of the other languages: kaksi|toista is a teen."""
    joined: list[Placed] = []
    for place, (role, value) in flat:
        unit = joined[-1][1] if joined else None
        if role is Role.PLUS_TEN and unit and unit[0] is Role.UNIT:
            joined[-1] = (place, (Role.TEEN, unit[1] + value))
        elif role is Role.TIMES_TEN and unit and unit[0] is Role.UNIT and unit[1] > 1:
            joined[-1] = (place, (Role.TENS, unit[1] * value))
        elif role is Role.TIMES_TEN:
            joined.append((place, (Role.TEEN, value)))
        elif role is not Role.PLUS_TEN:
            joined.append((place, (role, value)))
    return joined


def _number(flat: Sequence[Placed], at: int) -> tuple[int, str]:
    """The number that begins at ``at``: (one past its last atom, its digits)."""
    role, value = flat[at][1]
    if role is Role.TWICE:
        if at + 1 < len(flat) and flat[at + 1][1][0] is Role.UNIT:
            return at + 2, str(flat[at + 1][1][1]) * value
        return at + 1, ""
    upto, thousands = _below_thousand(flat, at)
    if upto < len(flat) and flat[upto][1][0] is Role.THOUSAND and thousands:
        rest_at, rest = _below_thousand(flat, upto + 1)
        # A thousand is followed by what is left of it, not by a digit said on its own.
        return (rest_at, str(thousands * 1000 + rest))
    if (role is Role.ALONE and value == 1000) or role is Role.THOUSAND:
        rest_at, rest = _below_thousand(flat, at + 1)
        return rest_at, str(1000 + rest)
    return upto, str(thousands)


def _below_thousand(flat: Sequence[Placed], at: int) -> tuple[int, int]:
    """(one past the last atom, value); ``at`` and 0 where none begins."""
    if at >= len(flat):
        return at, 0
    role, value = flat[at][1]
    if role in (Role.ALONE, Role.HUNDRED) and value == 100:
        upto, rest = _below_hundred(flat, at + 1, within=True)
        return upto, 100 + rest
    follows = flat[at + 1][1][0] if at + 1 < len(flat) else None
    if role is Role.UNIT and value and follows is Role.HUNDRED:
        upto, rest = _below_hundred(flat, at + 2, within=True)
        return upto, value * 100 + rest
    return _below_hundred(flat, at)


def _below_hundred(flat: Sequence[Placed], at: int, *, within: bool = False) -> tuple[int, int]:
    if at >= len(flat):
        return at, 0
    role, value = flat[at][1]
    if role is Role.TENS:
        follows = flat[at + 1][1] if at + 1 < len(flat) else None
        if follows and follows[0] is Role.UNIT and follows[1]:
            return at + 2, value + follows[1]
        return at + 1, value
    if role is Role.TEEN or (role is Role.UNIT and (value or not within)):
        return at + 1, value
    return at, 0


def spoken(number: int, language: str) -> str:
    """``number`` (0 to LARGEST) in words, as a careful speaker says it."""
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _small(rest, language)
    said = {
        "fi": "tuhat" if thousands == 1 else f"{_small(thousands, 'fi')}tuhatta",
        "sv": f"{_small(thousands, 'sv')}tusen",
        "en": f"{_small(thousands, 'en')} thousand",
    }[language]
    return f"{said} {_small(rest, language)}" if rest else said


def _small(number: int, language: str) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _tiny(rest, language)
    unit = _words(language)[0][hundreds]
    said = {
        "fi": "sata" if hundreds == 1 else f"{unit}sataa",
        "sv": f"{unit}hundra",
        "en": f"{unit} hundred",
    }[language]
    if not rest:
        return said
    return f"{said}{' and ' if language == 'en' else ''}{_tiny(rest, language)}"


def _tiny(number: int, language: str) -> str:
    units, teens, tens = _words(language)
    if number < 10:
        return units[number]
    if number < 20:
        return teens[number - 10]
    unit = units[number % 10] if number % 10 else ""
    return f"{tens[number // 10 - 2]}{'-' if unit and language == 'en' else ''}{unit}"


@lru_cache
def _words(language: str) -> tuple[list[str], list[str], list[str]]:
    """Units, teens and tens."""
    if language == "sv":
        return _SV.split(), _SV_TEENS.split(), _SV_TENS.split()
    if language == "en":
        return _EN.split(), _EN_TEENS.split(), _EN_TENS.split()
    units = _FI.split()
    teens = list(chain(["kymmenen"], (f"{unit}toista" for unit in units[1:])))
    return units, teens, [f"{unit}kymmentä" for unit in units[2:]]
