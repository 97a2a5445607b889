"""Payment cards: 13 to 19 digits that satisfy Luhn, and the security code said after them.

A recogniser loses or doubles a digit in every third long number, so a run as long as a card's that
begins as one is covered even where Luhn fails.
"""

import re
from collections.abc import Iterator

from talteen.life.transcribe.masking import numerals
from talteen.life.transcribe.masking.identity import luhn
from talteen.life.transcribe.masking.lane import Lane
from talteen.life.transcribe.masking.references import LOYALTY_CUE
from talteen.life.transcribe.masking.runs import Run
from talteen.life.transcribe.masking.spans import Found, Kind

PROVED, LIKELY = 0.98, 0.7
_DIGITS = re.compile(r"\d{13,19}")
_LONG = re.compile(r"[2-6]\d{12,22}")
_ISSUER = re.compile(r"[2-6]")
_CARD_CUE = re.compile(
    r" (kortti( on)?|kortet är|card is"
    r"|luottokort\w*|pankkikort\w*|maksukort\w*|visa\w*|mastercard\w*|kortin numero|korttinumero\w*"
    r"|kreditkort\w*|betalkort\w*|bankkort\w*|kortnum\w*|credit card|debit card|card number)"
)
SECURITY_CODE_WORDS = (
    "turvakoodi",
    "turvaluku",
    "turvanumero",
    "tarkistusluku",
    "säkerhetskod",
    "kontrollsiffra",
    "cvc",
    "cvv",
    "security code",
)
"""What it is called, as one searches for it: in any form."""
_CODE_CUE = re.compile(
    r" (turvakood\w*|turvaluv\w*|turvaluku\w*|turvanumero\w*|tarkistusluku\w*|tarkistusluvu\w*"
    r"|tarkistekood\w*|säkerhetskod\w*|kontrollsiff\w*|cvc\w*|cvv\w*|security code|card code)"
)
_CODE = re.compile(r"\d{3,4}")
AFTER_WORDS = 16
"""Expiry and security code are said this soon after the number."""


def found(lane: Lane, runs: list[Run]) -> Iterator[Found]:
    """Card numbers, whole or begun, the figures that are said right after them, and a security code
    that was asked for by its name."""
    for run in runs:
        numbers = list(_numbers(run))
        if not numbers and not LOYALTY_CUE.search(lane.before(run.first)):
            numbers = list(_asked(lane, run))
        yield from numbers
        if numbers:
            yield from _after(lane, max(one.last for one in numbers))
        elif _CODE.fullmatch(run.text) and _CODE_CUE.search(lane.before(run.first)):
            yield Found(Kind.CARD, *run.words(0, len(run.text)), LIKELY)


def _asked(lane: Lane, run: Run) -> Iterator[Found]:
    match = re.search(r"\d{4,23}", run.text)
    if match and _CARD_CUE.search(lane.before(run.first)):
        yield Found(Kind.CARD, *run.words(*match.span()), LIKELY)


def _after(lane: Lane, last: int) -> Iterator[Found]:
    """The month, the year and the code: whatever has two digits or more, or is a number word."""
    for place in range(last + 1, min(last + 1 + AFTER_WORDS, len(lane.tokens))):
        token = lane.tokens[place]
        figures = sum(char.isdigit() for char in token.bare) > 1
        said = token.text != "en" and any(numerals.read([token.text], token.language))
        if figures or said:
            yield Found(Kind.CARD, place, place, LIKELY)


def _numbers(run: Run) -> Iterator[Found]:
    for match in re.finditer(r"[\d-]{13,}", run.text):
        digits = match[0].replace("-", "")
        # What stands around it in the same breath is its beginning said twice, or its expiry.
        if _holds_a_card(digits):
            yield Found(Kind.CARD, *run.words(*match.span()), PROVED)
        elif _LONG.fullmatch(digits):
            yield Found(Kind.CARD, *run.words(*match.span()), LIKELY)


def _holds_a_card(digits: str) -> bool:
    """Whether a card's number stands in ``digits``, wherever it begins."""
    pieces = (
        digits[start : start + length]
        for length in (16, 15, 19, 18, 17, 14, 13)
        for start in range(len(digits) - length + 1)
    )
    return any(_ISSUER.match(one) and luhn(one) and len(set(one)) > 1 for one in pieces)
