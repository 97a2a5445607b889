"""Requests of data subjects: the list, and taking one in (REGISTER 14.1-14.5).

A sentence is enough: no form, signature or reason is asked of anybody. What is typed here is sealed
before the page answers; the code that is shown once is the person's, and stands in no address and
no session.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from talteen.clock import HELSINKI
from talteen.desk.page import failures, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.rights import request_words
from talteen.errors import InputError
from talteen.ids import RecordingId
from talteen.life.answer import calls, intake, papers, steps, writing
from talteen.life.answer.intake import (
    Asked,
    NoRightNamed,
    NotYetReceived,
    Taken,
    Taking,
    Via,
)
from talteen.life.answer.models import SubjectRequest
from talteen.notice import requests as law
from talteen.notice.letters import Written
from talteen.notice.purposes import Role
from talteen.notice.requests import Stage
from talteen.notice.rights import Right
from talteen.register.models import Recording
from talteen.wiring import House

ANSWERERS = frozenset({Role.REGISTER_CONTACT})
LOOKERS = frozenset({Role.REGISTER_CONTACT, Role.DPO})
TAKERS = frozenset({Role.REGISTER_CONTACT, Role.AGENT, Role.COMPLAINT_HANDLER, Role.TEAM_LEADER})
"""Who may write down that somebody asked: saying it to anybody of the house is enough (3.3)."""
_STAFF_VIAS = (Via.PHONE, Via.LETTER, Via.EMAIL, Via.DESK)
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class RowShown:
    """One request in the list."""

    id: UUID
    reference: str
    rights: tuple[Right, ...]
    stage: Stage
    received_on: date
    limit: date
    effective: date
    """By when the house answers; people outside are told the limit."""
    left: int
    """Days until then; negative once it has passed."""
    calls: int
    owner: str
    news: bool
    """The person has written since somebody here did anything with it."""

    @property
    def pressing(self) -> str:
        """How near it is, as a class of the style sheet."""
        return "soon" if self.left <= law.WARNING.days else ""


@dataclass(frozen=True, slots=True)
class ListShown:
    """The page."""

    open: tuple[RowShown, ...]
    closed: tuple[RowShown, ...]
    nearest: date | None
    takes: bool


@dataclass(frozen=True, slots=True)
class FormShown:
    """The form of a new request."""

    rights: Mapping[Right, words.Text]
    help: Mapping[Right, words.Text]
    vias: Mapping[Via, words.Text]
    typed: Mapping[str, str]
    chosen: frozenset[str]
    call: str
    """The call in which it was said; empty where it was not."""
    today: date
    fault: str


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The list: what is due first stands first."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    rows = steps.listed()
    living = rows.exclude(stage=Stage.CLOSED.value)
    shown = sorted(
        (row_of(row, request.visit.now) for row in living), key=lambda one: one.effective
    )
    done = rows.filter(stage=Stage.CLOSED.value).order_by("-closed_on")[:20]
    context = ListShown(
        open=tuple(shown),
        closed=tuple(row_of(row, request.visit.now) for row in done),
        nearest=shown[0].effective if shown else None,
        takes=Role(reader(request).role) in TAKERS,
    )
    return render(request, "requests/list.html", {"shown": context})


def row_of(row: SubjectRequest, now: datetime) -> RowShown:
    """One request as the list shows it. A row of ``steps.listed`` takes no query."""
    effective = steps.answer_by(row, now)
    return RowShown(
        id=row.pk,
        reference=row.case.reference,
        rights=steps.rights_of(row),
        stage=Stage(row.stage),
        received_on=row.received_on,
        limit=steps.deadline(row, now).limit,
        effective=effective,
        left=(effective - now.astimezone(HELSINKI).date()).days,
        calls=len(row.case.recordings.all()),
        owner=row.owner.name,
        news=_news(row),
    )


def _news(row: SubjectRequest) -> bool:
    wrote = [one.at for one in row.papers.all() if one.kind == "reply"]
    acted = [one.at for one in row.edges.all() if one.by_id is not None]
    return bool(wrote) and not any(at > max(wrote) for at in acted)


@sensitive_post_parameters()
@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: VisitRequest) -> HttpResponse:
    """The form, and what comes of it: a number and a code to tell the person."""
    if Role(reader(request).role) not in TAKERS:
        return failures.forbidden(request)
    if request.method != "POST":
        return _form(request)
    try:
        taking = _taking(request)
        taken = intake.receive(request.visit.house.vault, taking, request.visit.now)
    except InputError as error:
        return _form(request, fault=_fault(error), status=422)
    calls.settle(request.visit.house.vault, request.visit.now)
    receipt(request, taken)
    return render(request, "requests/taken.html", {"shown": _receipt(request, taken)})


def _taking(request: VisitRequest) -> Taking:
    call, by = _own_call(request), reader(request)
    via = Via.AGENT if call is not None else _via_in(request.POST.get("via", ""))
    return Taking(
        rights=rights_in(request.POST.getlist("right")),
        via=via,
        language=language_in(request.POST.get("language", "")),
        received_at=_received(request),
        asked=asked_in(request),
        by=by,
        call=call,
    )


def _via_in(text: str) -> Via:
    try:
        return Via(text)
    except ValueError:
        raise InputError("this is no way in which a request comes", remedy="choose one") from None


def _own_call(request: VisitRequest) -> RecordingId | None:
    """The call that the agent's button names, if it is their own of today."""
    try:
        named = UUID(request.POST.get("call", "") or request.GET.get("call", ""))
    except ValueError:
        return None
    own = Recording.objects.filter(pk=named, agent=reader(request), day=request.visit.today)
    return RecordingId(named) if own.exists() else None


def rights_in(chosen: Sequence[str]) -> tuple[Right, ...]:
    """The rights that a form names; InputError for any other word."""
    try:
        return tuple(Right(one) for one in chosen)
    except ValueError:
        raise NoRightNamed("there is no such right", remedy="choose from the list") from None


def language_in(code: str) -> str:
    """The language of the answer; InputError for one that the texts have not."""
    if code not in ("fi", "sv", "en"):
        raise InputError("no such language", remedy="choose fi, sv or en")
    return code


def asked_in(request: VisitRequest) -> Asked:
    """What the person told, as it was typed; InputError where it is far too long."""
    told = {name: request.POST.get(name, "").strip() for name in intake.TOLD}
    if sum(map(len, told.values())) > LONGEST:
        raise InputError("this is too long", remedy="write at most 4,000 signs")
    return Asked(**told)


def _received(request: VisitRequest) -> datetime:
    """When it really came (3.3); now where the form says nothing."""
    written = request.POST.get("received_at", "")
    if not written:
        return request.visit.now
    try:
        return datetime.fromisoformat(written).replace(tzinfo=HELSINKI)
    except ValueError:
        raise InputError("this is no time", remedy="write day and time") from None


def _fault(error: InputError) -> str:
    if isinstance(error, NoRightNamed):
        return _("Valitse, mitä henkilö pyytää.")
    if isinstance(error, NotYetReceived):
        return _("Saapumisaika on tulevaisuudessa. Kirjoita, milloin pyyntö todella tuli.")
    return str(request_words.FAULTS["input"])


def _form(request: VisitRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    call = request.POST.get("call", "") or request.GET.get("call", "")
    shown = FormShown(
        rights=request_words.RIGHTS,
        help=request_words.RIGHT_HELP,
        vias={via: request_words.VIAS[via] for via in _STAFF_VIAS},
        typed={name: request.POST.get(name, "") for name in (*intake.TOLD, "via", "language")},
        chosen=frozenset(request.POST.getlist("right")),
        call=call if _own_call(request) else "",
        today=request.visit.today,
        fault=fault,
    )
    return render(request, "requests/new.html", {"shown": shown}, status=status)


def receipt(request: VisitRequest, taken: Taken) -> Written:
    """The receipt, put into the file: the same letter whatever there is (14.2, I18)."""
    return receipt_of(request.visit.house, taken, request.visit.now)


def receipt_of(house: House, taken: Taken, now: datetime) -> Written:
    """The same, where no page was asked."""
    folder = house.config.paths.register
    desk = writing.Desk(house.vault, house.register, folder, taken.request, None, now)
    letter = desk.write("receipt", {})
    papers.write_letter(house.vault, taken.request, "receipt", letter, by=None, now=now)
    return letter


@dataclass(frozen=True, slots=True)
class ReceiptShown:
    """What the person is to be told."""

    id: UUID
    reference: str
    code: str
    """In groups of four, as it is read aloud."""
    limit: date
    reads: bool
    """The reader may open the request."""


def _receipt(request: VisitRequest, taken: Taken) -> ReceiptShown:
    return ReceiptShown(
        id=taken.request.pk,
        reference=taken.request.case.reference,
        code=grouped(taken.code),
        limit=taken.request.limit_on,
        reads=Role(reader(request).role) in LOOKERS,
    )


def grouped(code: str) -> str:
    """A code in groups of four."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))
