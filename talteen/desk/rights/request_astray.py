"""An answer that came to somebody else, on the page of its request: where its person is, and the
second person's look at that before it leaves again (REGISTER 14.11)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from talteen.desk.page import typed, words
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.rights import request_words
from talteen.desk.rights.request_acts import Shown, desk_of, found, way_in
from talteen.life.answer import packages, papers, redelivery, sending
from talteen.life.answer.models import SubjectRequest
from talteen.life.answer.redelivery import COPY
from talteen.life.answer.writing import Desk
from talteen.notice import ways
from talteen.notice.requests import EDGES, Answer, Outcome, Stage, Step
from talteen.notice.ways import Way
from talteen.oversight.breaches import delivery


@dataclass(frozen=True, slots=True)
class AstrayShown:
    """What came to somebody else, and how far it is on its way to its person."""

    letter: str
    """Its subject."""
    lacks_copy: bool
    """It goes with a package, and no new one was made."""
    written: bool
    """The right address stands."""
    written_by: str
    own: bool
    """The reader wrote it: another person sends it."""
    to: str
    how: str
    """From what that is known."""
    way: words.Text
    may_rewrite: bool
    ways: Mapping[str, words.Text]
    typed: Mapping[str, str]


def shown(request: VisitRequest, desk: Desk, row: SubjectRequest) -> AstrayShown | None:
    """None where nothing is astray."""
    answer = redelivery.last_answer(row)
    if answer is None or row.stage != Stage.MISDELIVERED.value:
        return None
    edge, now = redelivery.readdressed(row), request.visit.now
    how = papers.read(request.visit.house.vault, edge.reasons) if edge and edge.reasons else {}
    decided = Answer(answer.letter, Outcome(answer.outcome))
    asked, way = desk.setting.asked, Way(answer.way)
    return AstrayShown(
        letter=desk.text(answer.letter).subject,
        lacks_copy=answer.letter == COPY and packages.open_now(row, now) is None,
        written=edge is not None,
        written_by=edge.by.name if edge and edge.by else "",
        own=edge is not None and edge.by_id == reader(request).pk,
        to=asked.get("number" if way is Way.TEXT else "reach", ""),
        how=how.get("text", ""),
        way=request_words.WAYS[way],
        may_rewrite=not decided.destroys,
        ways={one.value: name for one, name in request_words.WAYS.items()},
        typed={name: request.POST.get(name, "") for name in ("reach", "how", "way", "checked")},
    )


def possible(row: SubjectRequest) -> bool:
    """Whether an answer has left that may have come to somebody else."""
    left = (Stage(row.stage), Step.MISDELIVERED) in EDGES
    return left and redelivery.last_answer(row) is not None


def packs(row: SubjectRequest) -> bool:
    """Whether the copy that went astray is to be made anew."""
    answer = redelivery.last_answer(row)
    astray = row.stage == Stage.MISDELIVERED.value
    return astray and answer is not None and answer.letter == COPY


def _wrong(request: VisitRequest, case: UUID) -> None:
    visit, known = request.visit, request.POST.get("code") == "known"
    delivery.not_mine(
        visit.house.vault, visit.house.register, found(case), visit.now,
        by=reader(request), code_known=known,
    )  # fmt: skip


def _readdress(request: VisitRequest, case: UUID) -> None:
    visit = request.visit
    redelivery.readdress(
        visit.house.vault,
        case,
        typed.text(request, "reach"),
        typed.text(request, "how"),
        way=lambda row: _way(request, row),
        by=reader(request),
        now=visit.now,
    )


def _way(request: VisitRequest, row: SubjectRequest) -> Way:
    """As the form says; else by the address that was found, and never back to what was there."""
    if request.POST.get("way"):
        return way_in(request, row)
    open_ways = sending.open_ways(request.visit.house, row)
    return next((one for one in (Way.MAIL, Way.PRINT) if one in open_ways), ways.first(open_ways))


def _anew(request: VisitRequest, case: UUID) -> Shown | None:
    visit, desk = request.visit, desk_of(request, found(case))
    sent = redelivery.send_anew(
        visit.house.vault,
        case,
        typed.text(request, "checked"),
        compose=lambda written: desk.write(COPY, written),
        by=reader(request),
        now=visit.now,
        send=lambda answer: sending.answer_waits(visit.house, answer, visit.now),
    )
    return Shown(follow_code=sent.code) if sent.code else None


def _rewrite(request: VisitRequest, case: UUID) -> None:
    visit, reasons = request.visit, typed.text(request, "reasons")
    redelivery.write_anew(visit.house.vault, case, reasons, by=reader(request), now=visit.now)


ACTS: Mapping[str, Callable[[VisitRequest, UUID], Shown | None]] = {
    "wrong": _wrong,
    "readdress": _readdress,
    "anew": _anew,
    "rewrite": _rewrite,
}
