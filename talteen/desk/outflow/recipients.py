"""Recipients: to whom calls were disclosed, by name, and what each must be told when a call that it
got is erased, corrected or restricted (GDPR 4(9), 15(1)(c), 19; REGISTER 11.4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.outflow import disclosure_acts, disclosure_words, flow_words
from talteen.desk.outflow.disclosures import LOOKERS, WORKERS
from talteen.desk.page import failures, said, typed
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import TalteenError
from talteen.life.answer.disclose import article19, papers
from talteen.life.answer.disclose.models import Recipient, RecipientTask
from talteen.life.answer.disclose.steps import PREPARERS
from talteen.notice import recipient_tasks as law
from talteen.notice.disclosures import Door
from talteen.notice.letters import Written
from talteen.notice.purposes import Role
from talteen.notice.recipient_tasks import TaskStage

SAID = "recipients"


@dataclass(frozen=True, slots=True)
class RecipientShown:
    """One recipient."""

    name: str
    door: Door
    land: str
    reach: str
    given: int
    last_at: datetime | None
    waits: int
    """Tasks that are not settled."""


@dataclass(frozen=True, slots=True)
class TaskShown:
    """One task."""

    id: UUID
    disclosure: UUID
    reference: str
    recipient: str
    reach: str
    act: str
    stage: TaskStage
    due_on: date
    left: int
    """Days; negative once its day has passed."""
    settled_at: datetime | None
    letter: Written | None
    """What the recipient is told; none for who only looks."""
    answer: str
    """What they answered, or why not."""


@dataclass(frozen=True, slots=True)
class PageShown:
    """The page."""

    recipients: tuple[RecipientShown, ...]
    open: tuple[TaskShown, ...]
    settled: tuple[TaskShown, ...]
    may: bool
    opens: bool
    fault: str
    said: bool


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The list, and the tasks that wait."""
    return _drawn(request)


@sensitive_post_parameters()
@staff_only
@require_POST
def act(request: VisitRequest, task: UUID, what: str) -> HttpResponse:
    """One step of a task."""
    if Role(reader(request).role) not in PREPARERS:
        return failures.forbidden(request)
    if what not in ACTS:
        raise Http404
    try:
        ACTS[what](request, task)
    except TalteenError as error:
        fault = str(disclosure_words.FAULTS.get(error.slug, disclosure_words.FAULTS["input"]))
        return _drawn(request, fault=fault, status=error.http_status)
    said.keep(request, SAID, what=what)
    return redirect("recipients")


def _tell(request: VisitRequest, task: UUID) -> None:
    row = RecipientTask.objects.select_related("disclosure__recipient", "disclosure__case")
    one, visit = row.filter(pk=task).first(), request.visit
    if one is None:
        raise Http404
    letter = disclosure_acts.letters(request).recipient(one)
    article19.tell(visit.house.vault, task, letter, by=reader(request), now=visit.now)


def _confirm(request: VisitRequest, task: UUID) -> None:
    visit, how = request.visit, typed.text(request, "text")
    article19.confirm(visit.house.vault, task, how, by=reader(request), now=visit.now)


def _impossible(request: VisitRequest, task: UUID) -> None:
    visit, why = request.visit, typed.text(request, "text")
    article19.impossible(visit.house.vault, task, why, by=reader(request), now=visit.now)


ACTS: Mapping[str, Callable[[VisitRequest, UUID], None]] = {
    "tell": _tell,
    "confirm": _confirm,
    "impossible": _impossible,
}


def _drawn(request: VisitRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    role = Role(reader(request).role)
    if role not in LOOKERS:
        return failures.forbidden(request)
    opens = role in WORKERS
    settled = RecipientTask.objects.filter(stage__in=[one.value for one in law.SETTLED])
    settled = settled.select_related("disclosure__recipient", "disclosure__case", "paper")
    shown = PageShown(
        recipients=tuple(map(_recipient, _recipients())),
        open=tuple(_task(request, one, opens=opens) for one in article19.standing()),
        settled=tuple(
            _task(request, one, opens=opens) for one in settled.order_by("-settled_at", "pk")[:50]
        ),
        may=role in PREPARERS,
        opens=opens,
        fault=fault,
        said=not fault and said.last(request, SAID) is not None,
    )
    return render(request, "flow/recipients.html", {"shown": shown}, status=status)


def _recipients() -> list[Recipient]:
    waits = Q(disclosures__tasks__isnull=False) & ~Q(
        disclosures__tasks__stage__in=[one.value for one in law.SETTLED]
    )
    rows = Recipient.objects.annotate(
        given=Count("disclosures", filter=Q(disclosures__left_at__isnull=False), distinct=True),
        last_at=Max("disclosures__left_at"),
        waits=Count("disclosures__tasks", filter=waits, distinct=True),
    )
    return list(rows.order_by("name", "door"))


def _recipient(row: Recipient) -> RecipientShown:
    counted = vars(row)  # the annotations of ``_recipients``
    return RecipientShown(
        name=row.name,
        door=Door(row.door),
        land=flow_words.country(row.country),
        reach=row.reach,
        given=counted["given"],
        last_at=counted["last_at"],
        waits=counted["waits"],
    )


def _task(request: VisitRequest, row: RecipientTask, *, opens: bool) -> TaskShown:
    disclosure, today = row.disclosure, request.visit.today
    living = disclosure.forgotten_at is None
    stage, paper = TaskStage(row.stage), row.paper
    answer = ""
    if opens and living and stage in law.SETTLED and paper is not None and paper.sealed:
        answer = papers.read(request.visit.house.vault, paper).get("text", "")
    return TaskShown(
        id=row.pk,
        disclosure=row.disclosure_id,
        reference=disclosure.case.reference,
        recipient=disclosure.recipient.name,
        reach=disclosure.recipient.reach,
        act=row.act,
        stage=stage,
        due_on=row.due_on,
        left=(row.due_on - today).days,
        settled_at=row.settled_at,
        letter=disclosure_acts.letters(request).recipient(row)
        if opens and stage is TaskStage.OPEN
        else None,
        answer=answer,
    )
