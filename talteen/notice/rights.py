"""What a person may ask for, and on what grounds we may say no.

GDPR 12-22; REGISTER 14.1, 14.10-14.16. Time limits are in ``limits``. A request may name several
rights: they are answered in ``ORDER``, access before erasure, so that nobody loses their data by
asking for it twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Right(Enum):
    """A kind of request (rekisteröidyn pyyntö)."""

    INFORMATION = "information"  # tieto käsittelystä
    ACCESS = "access"  # pääsy tietoihin
    RECTIFICATION = "rectification"  # oikaisu
    RESTRICTION = "restriction"  # käsittelyn rajoittaminen
    OBJECTION = "objection"  # vastustaminen
    ERASURE = "erasure"  # poistaminen
    PORTABILITY = "portability"  # siirto järjestelmästä toiseen
    COMPLAINT_ABOUT_HANDLING = "complaint_about_handling"  # moite käsittelystä


ORDER = tuple(Right)
"""The order in which rights named in one request are answered: what keeps data comes before what
ends it.
"""

ARTICLES = {
    Right.INFORMATION: "13, 14",
    Right.ACCESS: "15",
    Right.RECTIFICATION: "16",
    Right.RESTRICTION: "18",
    Right.OBJECTION: "21",
    Right.ERASURE: "17",
    Right.PORTABILITY: "20",
    Right.COMPLAINT_ABOUT_HANDLING: "38(4)",
}

NOT_APPLICABLE = frozenset({Right.PORTABILITY})
"""Answered with reasons and an offer of access: the basis is 6(1)(f), and 20(1)(a) asks for another
(14.14).
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A ground of refusal (pyynnön epääminen): the article, and the rights that it can meet."""

    article: str
    rights: frozenset[Right]


class Ground(Enum):
    """Every ground on which a request can be refused, in whole or in part. There are no others."""

    NOT_IDENTIFIED = Refusal("11(2), 12(2)", frozenset(Right))
    UNFOUNDED_OR_EXCESSIVE = Refusal("12(5)", frozenset(Right))
    RIGHTS_OF_OTHERS = Refusal("15(4)", frozenset({Right.ACCESS}))
    LEGAL_OBLIGATION = Refusal("17(3)(b)", frozenset({Right.ERASURE}))
    LEGAL_CLAIM = Refusal("17(3)(e)", frozenset({Right.ERASURE}))
    COMPELLING_GROUNDS = Refusal("21(1)", frozenset({Right.OBJECTION}))
    BASIS_DOES_NOT_CARRY_IT = Refusal("20(1)(a)", NOT_APPLICABLE)


def in_order(asked: Iterable[Right]) -> tuple[Right, ...]:
    """The rights that were asked for, once each, in the order in which they are answered."""
    wanted = frozenset(asked)
    return tuple(right for right in ORDER if right in wanted)


def grounds_against(right: Right) -> tuple[Ground, ...]:
    """The grounds on which ``right`` can be refused."""
    return tuple(ground for ground in Ground if right in ground.value.rights)
