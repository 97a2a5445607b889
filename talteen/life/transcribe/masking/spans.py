"""What is masked: a stretch of one side's words and sound, why, and who said so.

A span lies on the time line, so that it covers text and sound alike and outlives a corrected word.
A machine only ever proposes (REGISTER 16.4); until a person has looked, its proposals are covered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated

from annotated_types import Ge, Le

from talteen.life.transcribe.words import Ms, Side


class Kind(Enum):
    """What kind of personal data a span covers; REGISTER 8.1-8.3 and 10.4 name them."""

    IDENTITY_CODE = "identity_code"
    """A Finnish identity code (TSL 29 §) or a Swedish personnummer."""
    CARD = "card"
    """A payment card's number or security code (PCI DSS)."""
    IBAN = "iban"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    NAME = "name"
    LOYALTY = "loyalty"
    BOOKING = "booking"
    THIRD_PARTY = "third_party"
    """Somebody who is not in the call: a guest, a spouse, a colleague."""
    NUMBER = "number"
    """Nine digits or more that say nothing of themselves: no reader needs them."""
    SPECIAL = "special"
    """A passage that may tell of health or belief (Art. 9(1)): closed, not only covered (J1)."""


class Source(Enum):
    """Whose word it is that something is there."""

    MACHINE = "machine"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a lane of words, before it has a time: words ``first`` to ``last``, both in."""

    kind: Kind
    first: int
    last: int
    confidence: float

    def meets(self, other: "Found") -> bool:
        """Whether the two share a word."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch to cover. Times in milliseconds of recording time, words counted on its side."""

    kind: Kind
    side: Side
    first: Annotated[int, Ge(0)]
    """The first word, counted over the shown words of its side."""
    last: Annotated[int, Ge(0)]
    """The last word, itself covered."""
    start_ms: Ms
    end_ms: Ms
    confidence: Annotated[float, Ge(0), Le(1)]
    source: Source


def joined(ranked: Iterable[Found]) -> list[Found]:
    """One for all that meet, as wide as all of them: what any detector found stays covered.

    ``ranked`` has the surer kinds first; they give the kind. In order of place.
    """
    kept: list[Found] = []
    for one in ranked:
        met = [other for other in kept if one.meets(other)]
        kept = [other for other in kept if other not in met]
        kept.append(_union([*met, one]))
    return sorted(kept, key=lambda one: one.first)


def _union(found: Sequence[Found]) -> Found:
    return replace(
        found[0],
        first=min(one.first for one in found),
        last=max(one.last for one in found),
    )
