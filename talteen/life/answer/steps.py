"""The steps of a request: each is one transaction with its edge, its paper and its ledger entry.

Only the register contact takes them (REGISTER C). What a step says to the person is a letter that
stands in the file; what a person must explain is a paper of reasons, and an empty one is no step.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from talteen.clock import helsinki_date
from talteen.errors import Conflict, Missing, NotAllowed
from talteen.ids import CaseId
from talteen.life.answer import papers
from talteen.life.answer.models import (
    RequestAnswer,
    RequestEdge,
    RequestPaper,
    RequestStop,
    SubjectRequest,
)
from talteen.life.hold import pending
from talteen.life.seal.vault import Vault
from talteen.notice import requests
from talteen.notice.letters import Written
from talteen.notice.purposes import Role
from talteen.notice.requests import Outcome, Stage, Step, Stop
from talteen.notice.rights import Right
from talteen.register.log import ledger
from talteen.register.log.ledger_requests import RequestStepped
from talteen.register.models import Recording, Staff

Send = Callable[[RequestPaper], None]
"""Has the person told that a letter waits (``sending.letter_waits``), in the transaction of it."""
_ANEW = ("closed_on", "extended", "received_on", "received_at", "searched_at", "limit_on", "rights")


def nothing_leaves(_: RequestPaper) -> None:
    """The person looks by themselves."""


def ask_identity(
    vault: Vault,
    request: UUID,
    letter: Written,
    *,
    by: Staff,
    now: datetime,
    send: Send = nothing_leaves,
) -> SubjectRequest:
    """Ask the person for one more fact; the clock stands until they reply (14.4)."""
    with transaction.atomic():
        row = locked(request, by)
        paper = papers.write_letter(vault, row, "identity_question", letter, by=by, now=now)
        step(row, Step.IDENTITY_ASKED, by=by, now=now, reasons=paper)
        RequestStop.objects.create(request=row, asked_on=helsinki_date(now))
        send(paper)
        return row


def identify(vault: Vault, request: UUID, how: str, *, by: Staff, now: datetime) -> SubjectRequest:
    """The person is known; ``how`` says by what (14.6). Papers that prove it are never kept."""
    how = requests.check_reasons(how)
    with transaction.atomic():
        row = locked(request, by)
        if not row.rights:
            raise Conflict("nobody has read this letter yet", remedy="read the letter first")
        paper = papers.write(vault, row, "reasons", {"text": how}, by=by, now=now)
        step(row, Step.IDENTIFIED, by=by, now=now, reasons=paper)
        replied(row, now)
        return row


def scoped(request: UUID, *, by: Staff, now: datetime) -> SubjectRequest:
    """It is known which calls the request is about, or that there are none. Conflict for a letter
    of which nobody has said what it asks for."""
    with transaction.atomic():
        row = locked(request, by)
        if not row.rights:
            raise Conflict("it names no right yet", remedy="read the letter first")
        step(row, Step.SCOPED, by=by, now=now)
        return row


def extend(
    vault: Vault,
    request: UUID,
    letter: Written,
    *,
    by: Staff,
    now: datetime,
    send: Send = nothing_leaves,
) -> SubjectRequest:
    """Take two months more, once, with reasons that the person is told (12(3), 14.3)."""
    with transaction.atomic():
        row = locked(request, by)
        today = helsinki_date(now)
        requests.check_extending(
            extended=row.extended,
            lawful=deadline(row, now),
            today=today,
            held=pending.all_held(row.case, now),
        )
        paper = papers.write_letter(vault, row, "extension", letter, by=by, now=now)
        row.extended = True
        row.limit_on = deadline(row, now).limit
        row.save(update_fields=["extended", "limit_on"])
        step(row, Step.EXTENDED, by=by, now=now, reasons=paper)
        send(paper)
        return row


def write_to(
    vault: Vault,
    request: UUID,
    name: str,
    letter: Written,
    *,
    by: Staff,
    now: datetime,
    send: Send = nothing_leaves,
) -> RequestPaper:
    """A letter that moves nothing, such as an appointment to listen, which is an extra (14.11).
    Conflict once the request is closed."""
    with transaction.atomic():
        row = locked(request, by)
        if row.stage == Stage.CLOSED.value:
            raise Conflict("this request is closed", remedy="open it again first")
        paper = papers.write_letter(vault, row, name, letter, by=by, now=now)
        send(paper)
        return paper


def delivered(request: UUID, *, by: Staff | None, now: datetime, tail_days: int) -> SubjectRequest:
    """The person has the answer: the next right is taken up, or the request is closed and its
    calls are let go ``tail_days`` later."""
    with transaction.atomic():
        row = locked(request, by)
        step(row, Step.DELIVERED, by=by, now=now)
        if requests.next_right(rights_of(row), settled(row)) is not None:
            step(row, Step.NEXT_RIGHT, by=by, now=now)
        else:
            step(row, Step.CLOSED, by=by, now=now)
            close(row, now, until=now + timedelta(days=tail_days))
        return row


def withdraw(
    vault: Vault, request: UUID, reasons: str, *, by: Staff, now: datetime
) -> SubjectRequest:
    """The person does not want an answer any more: the holds end now."""
    reasons = requests.check_reasons(reasons)
    with transaction.atomic():
        row = locked(request, by)
        paper = papers.write(vault, row, "reasons", {"text": reasons}, by=by, now=now)
        step(row, Step.WITHDRAWN, by=by, now=now, reasons=paper)
        replied(row, now)
        close(row, now, until=now)
        return row


def complained(request: UUID, *, by: Staff, now: datetime) -> SubjectRequest:
    """The person has gone to the supervisory authority: the file stays until that is over."""
    with transaction.atomic():
        row = locked(request, by)
        row.complained = True
        row.save(update_fields=["complained"])
        step(row, Step.COMPLAINED, by=by, now=now)
        return row


def reopen(
    request: UUID, *, by: Staff | None, now: datetime, rights: tuple[Right, ...] = ()
) -> SubjectRequest:
    """Take a closed request up again: its clock begins anew, and its calls that still open are held
    again. ``rights`` where only these are asked for now. Conflict after six months."""
    with transaction.atomic():
        row = locked(request, by)
        today = helsinki_date(now)
        requests.check_reopening(row.closed_on or today, today)
        step(row, Step.REOPENED, by=by, now=now)
        RequestStop.objects.filter(request=row).delete()
        row.closed_on, row.extended, row.received_on, row.received_at = None, False, today, now
        row.case.closed_at, row.searched_at = None, None
        row.rights = [right.value for right in rights] or row.rights
        row.limit_on = deadline(row, now).limit
        row.case.save(update_fields=["closed_at"])
        row.save(update_fields=_ANEW)
        pending.keep(row.case, by=row.owner, limit=row.limit_on, now=now)
        return row


# --- what steps share -----------------------------------------------------------------------------


def locked(request: UUID, by: Staff | None) -> SubjectRequest:
    """The request, alone until the transaction ends. NotAllowed for who does not answer requests
    (None is the person or the house itself), Missing where there is none."""
    if by is not None and by.role != Role.REGISTER_CONTACT.value:
        raise NotAllowed("the register contact answers requests", remedy="ask them")
    row = SubjectRequest.objects.select_for_update(of=("self",)).select_related("case")
    found = row.filter(pk=request, forgotten_at=None).first()
    if found is None:
        raise Missing("there is no such request", remedy="look at the list again")
    return found


def step(
    row: SubjectRequest,
    taken: Step,
    *,
    by: Staff | None,
    now: datetime,
    right: Right | None = None,
    outcome: Outcome | None = None,
    reasons: RequestPaper | None = None,
) -> None:
    """One edge: the new stage, its row and its ledger entry. Conflict where there is none."""
    stage = requests.after(Stage(row.stage), taken)
    row.stage = stage.value
    row.save(update_fields=["stage"])
    RequestEdge.objects.create(
        request=row,
        at=now,
        by=by,
        step=taken.value,
        stage=stage.value,
        right=right.value if right else "",
        outcome=outcome.value if outcome else "",
        reasons=reasons,
    )
    ledger.enter(
        RequestStepped(
            request=CaseId(row.pk), step=taken, stage=stage, right=right, outcome=outcome
        ),
        now,
    )


def listed() -> QuerySet[SubjectRequest]:
    """The requests that are not forgotten, with all that a list asks of them, in a fixed number of
    queries; no paper is opened, and none is fetched."""
    papers_of = RequestPaper.objects.defer("sealed")
    calls = Recording.objects.only("cutoff_at")
    rows = SubjectRequest.objects.select_related("case", "owner").filter(forgotten_at=None)
    return rows.prefetch_related(
        "stops", "edges", Prefetch("papers", papers_of), Prefetch("case__recordings", calls)
    )


def rights_of(row: SubjectRequest) -> tuple[Right, ...]:
    """The rights that it names, in the order of answering."""
    return tuple(Right(value) for value in row.rights)


def settled(row: SubjectRequest) -> frozenset[Right]:
    """The rights that were answered since it was opened (again)."""
    again = row.edges.filter(step=Step.REOPENED.value).order_by("-at", "-pk").first()
    decided = RequestAnswer.objects.filter(request=row, decided_at__isnull=False, sent_back_at=None)
    decided = decided.exclude(outcome=Outcome.FEE_ASKED.value)
    if again is not None:
        decided = decided.filter(decided_at__gt=again.at)
    return frozenset(Right(value) for value in decided.values_list("right", flat=True))


def deadline(row: SubjectRequest, now: datetime) -> requests.Deadline:
    """Until when an answer is owed, its stops and its extension counted."""
    return requests.deadline(
        row.received_on, today=helsinki_date(now), stops=stops(row), extended=row.extended
    )


def answer_by(row: SubjectRequest, now: datetime) -> date:
    """The day by which the house answers: before the first of its calls stops opening (14.5)."""
    cutoffs = [one.cutoff_at for one in row.case.recordings.all()]
    return requests.effective(deadline(row, now), cutoffs)


def asked_at(row: SubjectRequest) -> datetime:
    """When the house had it, as its own clock said: at its arrival, or when it was opened again.
    What people write of an earlier arrival moves the law's day, and nothing here."""
    came = row.edges.filter(step__in=(Step.RECEIVED.value, Step.REOPENED.value))
    return came.order_by("-at", "-pk").values_list("at", flat=True)[0]


def near_their_day(now: datetime) -> list[SubjectRequest]:
    """Open requests that are to be answered within a week, or are late; the nearest first."""
    days = {row: answer_by(row, now) for row in listed().exclude(stage=Stage.CLOSED.value)}
    until = helsinki_date(now) + requests.WARNING
    return sorted((row for row, day in days.items() if day <= until), key=days.__getitem__)


def stops(row: SubjectRequest) -> list[Stop]:
    """When its clock stood."""
    return [Stop(one.asked_on, one.replied_on) for one in row.stops.all()]


def replied(row: SubjectRequest, now: datetime) -> None:
    """The person wrote, or is identified: the clock goes on, and what it has missed is added."""
    row.stops.filter(replied_on=None).update(replied_on=helsinki_date(now))
    row.limit_on = deadline(row, now).limit
    row.save(update_fields=["limit_on"])


def close(row: SubjectRequest, now: datetime, *, until: datetime) -> None:
    """Its work is done: its calls are held until ``until``."""
    row.closed_on = helsinki_date(now)
    row.save(update_fields=["closed_on"])
    row.case.closed_at = now
    row.case.save(update_fields=["closed_at"])
    pending.end(row.case, until)


def waiting_answer(row: SubjectRequest) -> RequestAnswer:
    """The answer that waits to be decided; Conflict where none does."""
    found = row.answers.filter(decided_at=None, sent_back_at=None).order_by("-prepared_at").first()
    if found is None:
        raise Conflict("no answer waits to be decided", remedy="read the request again")
    return found
