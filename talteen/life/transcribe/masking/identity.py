"""Identity codes: Finnish (with the century signs of 2023) and Swedish, proved by their check.

A code that fails its check is one that was heard wrongly, not one that nobody has: beside a word
that asks for it, it is covered too.
"""

import re
from collections.abc import Iterator

from talteen.life.transcribe.masking.lane import Lane
from talteen.life.transcribe.masking.runs import Run
from talteen.life.transcribe.masking.spans import Found, Kind

CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
"""Valtioneuvoston asetus väestötietojärjestelmästä 2 §: the remainder of division by 31."""
CENTURY_SIGNS = "+-YXWVUABCDEF"
PROVED, ASKED = 0.99, 0.75

_FINNISH = re.compile(rf"(\d\d)(\d\d)(\d\d)[{re.escape(CENTURY_SIGNS)}]*(\d\d\d)([0-9A-Y])")
_BROKEN = re.compile(r"\d{6}[-+A-FU-Y]*\d{3}[0-9A-Z]?")
_SWEDISH = re.compile(r"(?:19|20)?(\d\d)(\d\d)(\d\d)[-+]?(\d{4})")
_CUE = re.compile(
    r" (hetu|hetun|hetuni|henkilötunnu\w*|sotu\w*|sosiaaliturvatunnu\w*|syntymäaika\w*"
    r"|personnum\w*|personbeteckning\w*|personal identity|identity (code|number)|social security)"
)


def found(lane: Lane, runs: list[Run]) -> Iterator[Found]:
    """The identity codes among ``runs``."""
    for run in runs:
        yield from _proved(run)
        if _CUE.search(lane.before(run.first)):
            for match in _BROKEN.finditer(run.text):
                yield Found(Kind.IDENTITY_CODE, *run.words(*match.span()), ASKED)


def _proved(run: Run) -> Iterator[Found]:
    for start in range(len(run.text)):
        for pattern, holds in ((_FINNISH, _finnish), (_SWEDISH, _swedish)):
            match = pattern.match(run.text, start)
            if match and holds(match):
                yield Found(Kind.IDENTITY_CODE, *run.words(*match.span()), PROVED)


def _finnish(match: "re.Match[str]") -> bool:
    day, month, year, serial, check = match.groups()
    return (
        _is_day(int(day), int(month))
        and CHECK_CHARACTERS[int(day + month + year + serial) % 31] == check
    )


def _swedish(match: "re.Match[str]") -> bool:
    year, month, day, serial = match.groups()
    # A samordningsnummer has 60 added to its day.
    return _is_day(int(day) % 60, int(month)) and luhn(year + month + day + serial)


def _is_day(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B: whether the last digit checks the others."""
    doubled = (int(char) * (2 - place % 2) for place, char in enumerate(reversed(digits), start=1))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
