"""Which categories of personal data a call brings, and what holds them. Pure.

GDPR 14(1)(d), 15(1)(b); REGISTER 8.4; sentences 8.s1-8.s3 and 9.s1 of the notice. What people tell
of themselves in a call stands in its sound and words and nowhere else: no customer, no booking and
no name has a column here, and a test holds ``HELD`` against the table of recordings.
"""

from collections.abc import Mapping
from enum import Enum

from talteen.notice.language import Language

FI, SV, EN = Language.FI, Language.SV, Language.EN


class Category(Enum):
    """What is held of a person whose call was recorded."""

    SOUND = "sound"
    WORDS = "words"
    TIMES = "times"
    NUMBER = "number"
    """Sealed beside the key of the call, in no column."""
    MARKS = "marks"
    IDENTITY = "identity"
    """From here on: what may come up in the talk (9.s1), held as sound and words alone."""
    BOOKING = "booking"
    HISTORY = "history"
    LOYALTY = "loyalty"
    WISHES = "wishes"


WORDS: Mapping[Category, Mapping[Language, str]] = {
    Category.SOUND: {FI: "puhelun ääni", SV: "samtalets ljud", EN: "sound of the call"},
    Category.WORDS: {FI: "puhelun teksti", SV: "samtalets text", EN: "its words"},
    Category.TIMES: {
        FI: "puhelun ajat ja linja",
        SV: "tider och linje",
        EN: "times and line",
    },
    Category.NUMBER: {FI: "puhelinnumero", SV: "telefonnummer", EN: "telephone number"},
    Category.MARKS: {FI: "merkinnät", SV: "markeringar", EN: "marks"},
    Category.IDENTITY: {
        FI: "puheessa mainittu nimi ja yhteystiedot",
        SV: "namn och kontaktuppgifter som nämns i samtalet",
        EN: "the name and contact details mentioned in the call",
    },
    Category.BOOKING: {FI: "varaus", SV: "bokning", EN: "booking"},
    Category.HISTORY: {FI: "asiakashistoria", SV: "kundhistorik", EN: "history as a customer"},
    Category.LOYALTY: {FI: "kanta-asiakkuus", SV: "stamkundskap", EN: "loyalty membership"},
    Category.WISHES: {
        FI: "toiveet ja tarpeet",
        SV: "önskemål och behov",
        EN: "wishes and needs",
    },
}

_T, _M = Category.TIMES, Category.MARKS
HELD: Mapping[str, Category | None] = {
    **dict.fromkeys(("id", "started_at", "day", "arrived_at", "length_ms", "direction"), _T),
    **dict.fromkeys(("line", "language", "source", "agent", "announced_until"), _T),
    **dict.fromkeys(("marks", "incomplete", "special_category", "reviewed"), _M),
    **dict.fromkeys(("third_parties", "restricted"), _M),
    # Of the promise that holds for the call, not of a person.
    **dict.fromkeys(("progress", "cutoff_at", "due_at", "zone_rules", "notice", "announcement")),
    **dict.fromkeys(("origin", "lot", "destroy_reason")),
}
"""Column of a recording -> whose category it is; None where it says nothing of a person."""


def told(language: Language) -> list[str]:
    """The categories in the words of a letter."""
    return [WORDS[one][language] for one in Category]
