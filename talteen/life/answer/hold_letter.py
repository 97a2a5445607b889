"""The letter to a person whose call was kept for their matter, and is not any more (13.9, 13.11).

It is written when two persons have released the hold, handed to whoever sends it, and kept nowhere:
who the person is stands in the system of the matter, not here.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from talteen.clock import helsinki_date
from talteen.life.answer import values
from talteen.life.hold.reviewing import After, Consequence
from talteen.notice import wording
from talteen.notice.language import Language
from talteen.notice.letters import Written
from talteen.notice.particulars import RegisterFile
from talteen.register.models import Hold
from talteen.register.post import letter_shelf

LETTER = "hold_closed"


@dataclass(frozen=True, slots=True)
class Ending:
    """What the letter says, taken before the hold ends: afterwards there may be nothing to ask."""

    case: str
    number: int
    """Of the call in its case: 1, 2, ... and never its id."""
    after: Consequence
    at: datetime
    name: str = field(default="", repr=False)
    """Of the person, if whoever sends it writes it in."""


def ending(hold: Hold, after: Consequence, name: str, now: datetime) -> Ending | None:
    """What is told of the end of ``hold``; None where another hold keeps the call (13.8)."""
    if after.what is After.STAYS_HELD:
        return None
    calls = list(hold.case.recordings.order_by("started_at", "pk").values_list("pk", flat=True))
    number = calls.index(hold.recording_id) + 1 if hold.recording_id in calls else 1
    return Ending(hold.case.reference, number, after, now, name.strip())


def write(
    register: RegisterFile, folder: Path, told: Ending, language: Language, writer: str
) -> Written:
    """The letter, in the name of ``writer``."""
    letters = letter_shelf.read(folder)[language]
    after = told.after
    line = "before_cutoff" if after.what is After.BACK_TO_NORMAL else "after_cutoff"
    end = values.day(told.at, language)
    known = {
        **values.of_register(register, language, writer),
        "recipient.name": told.name or values.DEFAULT_NAME[language],
        "request.number": told.case,
        "case.number": told.case,
        "call.number": str(told.number),
        "hold.outcome_line": wording.fill(letters.line(LETTER, line), {"hold.end": end}),
        "erasure.complete_date": values.day(after.dead_by or helsinki_date(told.at), language),
    }
    return letters.write(LETTER, known)
