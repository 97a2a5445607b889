"""Account numbers: ISO 13616, proved by the remainder 1 of division by 97."""

import re
from collections.abc import Iterator

from talteen.life.transcribe.masking.lane import Lane
from talteen.life.transcribe.masking.runs import Run
from talteen.life.transcribe.masking.spans import Found, Kind

LENGTHS = {"FI": 18, "SE": 24, "NO": 15, "DK": 18, "EE": 20, "GB": 22, "DE": 22, "IE": 22, "FR": 27}
PROVED, LIKELY = 0.99, 0.75
_LIKE = re.compile(r"([A-Z]{2})\d{2}[A-Z0-9]{11,30}")
_CUE = re.compile(r" (iban\w*|tilinumero\w*|tilille|kontonum\w*|account number)")


def found(lane: Lane, runs: list[Run]) -> Iterator[Found]:
    """The account numbers among ``runs``; one that was misheard too, where its country is known or
    it was asked for."""
    for run in runs:
        text = run.text.replace("-", " ")
        for start in range(len(text)):
            match = _LIKE.match(text, start)
            if match and (length := LENGTHS.get(match[1], 0)):
                stop = min(start + length, match.end())
                sure = proved(text[start:stop])
                yield Found(Kind.IBAN, *run.words(start, stop), PROVED if sure else LIKELY)
        if _CUE.search(lane.before(run.first)) and (like := re.search(r"\d{10,30}", text)):
            yield Found(Kind.IBAN, *run.words(*like.span()), LIKELY)


def proved(code: str) -> bool:
    """Whether ``code`` (no spaces, capitals) satisfies ISO 7064 MOD 97-10."""
    turned = code[4:] + code[:4]
    if not turned.isascii() or not turned.isalnum():
        return False
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1
