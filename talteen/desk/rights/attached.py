"""What goes with a letter: the certificates of what was destroyed, the statement of a search.

Made when they are fetched, from the log as it is then; only for the letters that have left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from talteen.desk.destruction.certificate import issuer
from talteen.desk.page.visit import VisitRequest
from talteen.errors import Missing
from talteen.life.answer import calls, papers, values
from talteen.life.answer.models import RequestAnswer, RequestPaper, SubjectRequest
from talteen.life.destroy import certificate, given
from talteen.life.destroy.given import Named

STATEMENT = "search"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file: by what name it is asked for, what it is, and how it is made."""

    name: str
    label: str
    make: Callable[[], str]


def of(request: VisitRequest, row: SubjectRequest) -> list[Attachment]:
    """Everything that goes with the letters of this request so far."""
    found: list[Attachment] = []
    for answer in row.answers.filter(decided_at__isnull=False).order_by("decided_at"):
        found += _of_answer(request, row, answer)
    return found


def one(request: VisitRequest, row: SubjectRequest, name: str) -> Attachment:
    """The file of this name; Missing where none of the letters has it."""
    for attachment in of(request, row):
        if attachment.name == name:
            return attachment
    raise Missing("no letter has this file", remedy="choose one of the list")


def _of_answer(
    request: VisitRequest, row: SubjectRequest, answer: RequestAnswer
) -> list[Attachment]:
    if answer.letter == "nothing_found" and (paper := statement_of(row)) is not None:
        vault = request.visit.house.vault
        text = papers.read(vault, paper)["text"]
        return [Attachment(STATEMENT, _("Mitä haettiin, allekirjoitettuna"), lambda: text)]
    if answer.letter in ("already_destroyed", "no_longer_opens"):
        day = calls.told_day(calls.asked_of(request.visit.house.vault, row))
        if day is None or values.closing_on(day).exists():
            return []  # once the last copy of a key is dead it is here, as the letter says
        return [_certificate(request, row, day)]
    if answer.confirmed_at is None:
        return []
    erased = [given.named(one) for one in answer.recordings]
    return [_certificate(request, row, recording) for recording in erased]


def statement_of(row: SubjectRequest) -> RequestPaper | None:
    """The newest statement of a search; None where nobody has searched."""
    return row.papers.filter(kind="statement").order_by("-at").first()


def _certificate(request: VisitRequest, row: SubjectRequest, named: Named) -> Attachment:
    house = request.visit.house

    def make() -> str:
        made = given.make(house.log, named, row.language, issuer(request))
        return certificate.text(made, house.log.signer)

    what = named.isoformat() if isinstance(named, date) else str(named)
    return Attachment(what, _("Hävittämistodistus %(name)s") % {"name": what}, make)
