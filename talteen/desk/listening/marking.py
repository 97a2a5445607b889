"""Marking a passage on the page of an open call: from and to by [ and ] or by hand, and why.

Two people who evaluate make a passage, so the form is on the page of a call that one of them has
open; what was marked before stands beside it. The act is in ``passages``.
"""

from dataclasses import dataclass

from talteen.desk.page import words
from talteen.desk.page.gate_words import Told
from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.use.coach import passages
from talteen.life.use.coach import shown as known
from talteen.life.use.coach.shown import PassageShown
from talteen.notice.purposes import Purpose, Role
from talteen.register.access import Grant


@dataclass(frozen=True, slots=True)
class MarkShown:
    """The form, and what was marked of this call."""

    marked: tuple[PassageShown, ...]
    start: str = ""
    end: str = ""
    teaches: str = ""
    fault: words.Text = ""
    gate: tuple[Told, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the last try did not succeed."""
        return bool(self.fault or self.gate)


def shown(request: VisitRequest, grant: Grant) -> MarkShown | None:
    """The form for whoever may mark under ``grant``; None for anybody else."""
    own_work = grant.purpose in (Purpose.TRAINING, Purpose.SERVICE_QUALITY)
    if not own_work or Role(reader(request).role) not in passages.JUDGES:
        return None
    return MarkShown(tuple(known.of_call(reader(request), grant.recording, request.visit.now)))
