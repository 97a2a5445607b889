"""Loyalty numbers and booking references: codes that say what they are by the words before them."""

import re
from collections.abc import Iterator

from talteen.life.transcribe.masking.lane import Lane
from talteen.life.transcribe.masking.runs import Run
from talteen.life.transcribe.masking.spans import Found, Kind

SURE, LIKELY = 0.9, 0.75
LOYALTY_CUE = re.compile(
    r" (kanta-asiakas\w*|bonuskort\w*|bonusnumero\w*|etukort\w*|s-etukort\w*|s-kort\w*|s-card\w*"
    r"|jäsennumero\w*|jäsenkort\w*|stamkund\w*|stamgäst\w*|medlemsnum\w*|medlemskort\w*|bonuskonto"
    r"|loyalty|member number|membership|member card|club number|bonus card)"
)
_BOOKING = re.compile(
    r" (varausnumero\w*|varaustunnu\w*|varauskoodi\w*|varausvahvistu\w*|vahvistusnumero\w*|varaus"
    r"|varauksen|varauksella|varausta|laskun numero|tilausnumero\w*|viitenumero\w*|tunnus"
    r"|bokningsnum\w*|bokningskod\w*|bokningsreferens\w*|bokning|bokningen|referens\w*"
    r"|booking|reservation|confirmation|reference)"
)
_MEMBER = re.compile(r"\d[\d-]{4,18}\d")
_CODE = re.compile(r"(?=[A-ZÅÄÖ\d]*\d{2})[A-ZÅÄÖ\d]{4,12}")
_LETTERED = re.compile(r"[A-ZÅÄÖ]{1,3}\d{3,8}")


def found(lane: Lane, runs: list[Run]) -> Iterator[Found]:
    """The codes among ``runs``: of loyalty, then of bookings."""
    for run in runs:
        asked = lane.before(run.first)
        if LOYALTY_CUE.search(asked):
            for match in _MEMBER.finditer(run.text):
                yield Found(Kind.LOYALTY, *run.words(*match.span()), SURE)
        if _BOOKING.search(asked):
            for match in _CODE.finditer(run.text):
                yield Found(Kind.BOOKING, *run.words(*match.span()), SURE)
        for match in _LETTERED.finditer(run.text):
            if len(match[0]) >= 6:
                yield Found(Kind.BOOKING, *run.words(*match.span()), LIKELY)
