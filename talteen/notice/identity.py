"""How sure it is who asks, where all that a register has is a number (14.6; GDPR 11(2), 12(6)).

Pure. That an address is the one of a booking, a person has to say. Strong identification is
offered and never asked for, and neither is a picture of a card or a whole identity code.
"""

import re
from enum import Enum

from talteen.errors import InputError


class Tier(Enum):
    """What is known of the person (14.6)."""

    NONE = 0
    NUMBER = 1
    """The number is in their hand, and they told one fact of the call beside it."""
    STRONG = 3
    """They identified strongly, because they wanted to."""


_NEVER_ASKED = re.compile(
    r"henkilötun|henkilökort|ajokort|\bpassi|sotu\b|\bhetu|personbeteck|personnummer|"
    r"identitetskort|körkort|\bpass(et)?\b|identity (card|code|number)|id card|"
    r"personal (id|identity)|passport|driving licen",
    re.IGNORECASE,
)


def reached(*, holds_number: bool, told_fact: bool, strong: bool = False) -> Tier:
    """A number alone never releases anything: whoever finds a telephone holds it too."""
    if strong:
        return Tier.STRONG
    return Tier.NUMBER if holds_number and told_fact else Tier.NONE


def check_question(written: str) -> str:
    """What a person is asked to tell who they are. InputError where it is a card, a passport or an
    identity code: the notice promises that we do not ask for them (ParkkiPate, TSV 21.4.2021)."""
    if _NEVER_ASKED.search(written):
        raise InputError(
            "this is never asked of anybody",
            remedy="ask one thing of the call: when, which line, the booking",
        )
    return written


def asks_more(letter: str, template: str) -> bool:
    """Whether a letter names cards or codes beyond the house's own sentences in it, which say that
    none is asked for."""
    for sentence in re.split(r"(?<=[.!?])\s+", template):
        letter = letter.replace(sentence, "")
    return _NEVER_ASKED.search(letter) is not None
