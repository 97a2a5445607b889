"""What the data protection officer says before others decide. Pure.

GDPR 38(6), 39(1); REGISTER 2.2.
The officer advises and decides nothing. Whoever decides hears it first, and may decide otherwise:
then they write why, and that is kept beside the opinion.
"""

from enum import Enum

from talteen.errors import InputError


class Opinion(Enum):
    """For what is proposed, for it on conditions, or against it."""

    FOR = "for"
    CONDITIONS = "on_terms"
    AGAINST = "against"


class Unanswered(InputError):
    """It goes against the officer's opinion, or past its conditions, and nobody has written why."""

    slug = "against-opinion"


def named(value: str) -> Opinion | None:
    """The opinion of this name; None of one that was words alone, as in earlier releases."""
    return Opinion(value) if value else None


def answered(opinion: Opinion | None, reasons: str) -> str:
    """``reasons`` for deciding what the officer does not simply support, in one line; empty where
    none are needed and none are written. Unanswered where they are missing: against what was
    advised, or without a word on how its conditions are met."""
    told = " ".join(reasons.split())
    if opinion in (Opinion.AGAINST, Opinion.CONDITIONS) and not told:
        raise unanswered()
    return told


def unanswered() -> Unanswered:
    """What is said where the reasons are missing."""
    return Unanswered(
        "the officer advises otherwise, or on conditions, and no reason is written",
        remedy="write why it is decided so, or how the conditions are met",
    )
