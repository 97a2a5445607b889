"""Telephone numbers, and long numbers that say nothing of themselves."""

import re
from collections.abc import Iterator

from talteen.life.transcribe.masking.lane import Lane
from talteen.life.transcribe.masking.runs import Run
from talteen.life.transcribe.masking.spans import Found, Kind

SURE, LIKELY, BARE = 0.95, 0.8, 0.5
_ABROAD = re.compile(r"(\+|00)[1-9][\d-]{7,15}")
_HOME = re.compile(r"0-?[1-9][\d-]{5,12}")
_COUNTRY = re.compile(r"(358|46|44)[1-9]\d{7,10}")
_ASKED = re.compile(r"\d[\d-]{4,12}\d")
_LONG = re.compile(r"\d[\d-]{7,}\d")
_CUE = re.compile(
    r" (puhelinnumero\w*|puhelin|numero\w*|soittaa|soita\w*|tavoittaa|tavoitta\w*|kännykkä\w*"
    r"|telefonnum\w*|telefon|num(mer|ret)\w*|mobil\w*|ringa|nås"
    r"|phone|telephone|number|mobile|call me|reach)"
)
_OTHER = re.compile(
    r" (huone\w*|varausnumero\w*|laskun\w*|lasku|tilausnumero\w*|rum|rumsnum\w*|bokningsnum\w*"
    r"|faktura\w*|room|invoice|booking|order|viitenumero\w*)"
)


def found(lane: Lane, runs: list[Run]) -> Iterator[Found]:
    """Numbers that one can ring, the surer first; then any run of nine digits."""
    for run in runs:
        for pattern in (_ABROAD, _HOME, _COUNTRY):
            for match in pattern.finditer(run.text):
                if _begins(run.text, match.start()):
                    yield Found(Kind.PHONE, *run.words(*match.span()), SURE)
        asked = lane.before(run.first)
        if _CUE.search(asked) and not _OTHER.search(asked):
            for match in _ASKED.finditer(run.text):
                yield Found(Kind.PHONE, *run.words(*match.span()), LIKELY)


def unnamed(runs: list[Run]) -> Iterator[Found]:
    """Long numbers of which nobody said what they are."""
    for run in runs:
        for match in _LONG.finditer(run.text):
            yield Found(Kind.NUMBER, *run.words(*match.span()), BARE)


def _begins(text: str, start: int) -> bool:
    """Whether no digit stands before: the tail of a longer number is no number of its own."""
    return start == 0 or not text[start - 1].isdigit()
