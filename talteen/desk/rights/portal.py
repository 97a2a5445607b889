"""The public page of rights: ask, follow by a code, fetch the answer (REGISTER 14.1, 14.11, 14.17).

No account, no script; no cookie beyond the token of the form, and those of whoever listens
(``heard``) or goes to identify (``strongly``). The page answers the same, by the same work, whether
or not there is a call, a number or a name: calls are looked for by the sweep (I18). Codes travel in
the body of a form and stand in no address, log or session.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import wraps
from time import monotonic

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from talteen.clock import SystemClock
from talteen.desk.ground.rates import Buckets
from talteen.desk.page import downloads
from talteen.desk.page.visit import VisitRequest
from talteen.desk.rights import attached, ending, identity_shown, packing, request_words
from talteen.desk.rights.attached import Attachment
from talteen.desk.rights.ending import EndingShown
from talteen.desk.rights.identity_shown import IdentityShown
from talteen.desk.rights.request import LetterShown, letters_of
from talteen.desk.rights.requests import (
    FormShown,
    asked_in,
    grouped,
    language_in,
    receipt,
    rights_in,
)
from talteen.errors import Conflict, InputError, Missing, NotAllowed, TalteenError
from talteen.life.answer import expiring, intake, packages, steps
from talteen.life.answer.expiring import Wish
from talteen.life.answer.intake import NoRightNamed, Taken, Taking, Via
from talteen.life.answer.models import SubjectRequest
from talteen.notice.letters import Written
from talteen.notice.requests import Stage
from talteen.notice.rights import Right
from talteen.oversight.breaches import delivery, letters

buckets = Buckets(per_second=1 / 20, at_once=8, of="portal")
"""How often one address may try a code or send a form."""
AT_MOST_AN_HOUR = 60
"""Requests that the public page takes from everybody together: each costs a roll."""
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "vcon": "application/vcon+json",
    "mp3": "audio/mpeg",
}


@dataclass(frozen=True, slots=True)
class PortalShown(FormShown):
    """The page: a code, or a new request."""

    code_fault: str = ""


@dataclass(frozen=True, slots=True)
class ContactShown:
    """Whom to write or call instead (2.1)."""

    contact: str
    phone: str
    dpo: str


@dataclass(frozen=True, slots=True)
class SentShown:
    """The receipt."""

    reference: str
    code: str
    limit: date
    language: str
    receipt: Written


@dataclass(frozen=True, slots=True)
class StatusShown:
    """Where a request stands, for the person who made it."""

    reference: str
    rights: tuple[Right, ...]
    stage: Stage
    received_on: date
    limit: date
    closed: bool
    language: str
    letters: tuple[LetterShown, ...]
    files: tuple[str, ...]
    sound: bool
    """Whether the calls can be heard, too."""
    ends_at: datetime | None
    package_fault: str
    attached: tuple[Attachment, ...]
    identity: IdentityShown | None
    ending: EndingShown
    """Whether a call that they restricted may end, as they were asked."""
    code: str = field(repr=False)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: VisitRequest) -> HttpResponse:
    """The form, and what comes of it."""
    if request.method != "POST":
        return drawn(request)
    if too_often(request) or _too_many():
        return drawn(request, fault=busy(), status=429)
    try:
        taking = Taking(
            rights=rights_in(request.POST.getlist("right")),
            via=Via.PORTAL,
            language=language_in(request.POST.get("language", "")),
            received_at=request.visit.now,
            asked=asked_in(request),
        )
        taken = intake.receive(request.visit.house.vault, taking, request.visit.now)
    except InputError as error:
        missing = isinstance(error, NoRightNamed)
        fault = _("Valitse, mitä pyydät.") if missing else str(request_words.FAULTS["input"])
        return drawn(request, fault=fault, status=422)
    return render(request, "portal/sent.html", {"shown": _sent(request, taken)})


@never_cache
@sensitive_post_parameters()
@require_POST
def follow(request: VisitRequest) -> HttpResponse:
    """A request by its code. The same answer for every code that is none."""
    if too_often(request):
        return drawn(request, code_fault=busy(), status=429)
    code = request.POST.get("code", "")
    try:
        row = intake.by_code(code)
    except Missing:
        return _letter(request, code)
    return status(request, row)


def _letter(request: VisitRequest, code: str) -> HttpResponse:
    """A letter that tells of a breach, by the code that its message had (34)."""
    house = request.visit.house
    try:
        language, text = letters.read_by_code(house.vault, code, request.visit.now)
    except Missing:
        fault = _("Tällä koodilla ei löydy mitään. Kirjoita se kuten sait sen.")
        return drawn(request, code_fault=fault, status=404)
    subject, _blank, body = text.partition("\n\n")
    contact = house.register.contact
    shown = {"subject": subject, "text": body, "language": language.value, "contact": contact}
    return render(request, "portal/letter.html", shown)


def of_a_request(
    view: Callable[[VisitRequest, SubjectRequest], HttpResponse],
) -> Callable[[VisitRequest], HttpResponse]:
    """A form of the page of one request: not kept, not too often, the same answer for every code
    that is none. ``view`` is handed the request that the code names."""

    @never_cache
    @sensitive_post_parameters()
    @require_POST
    @wraps(view)
    def followed(request: VisitRequest) -> HttpResponse:
        if too_often(request):
            return drawn(request, code_fault=busy(), status=429)
        try:
            row = intake.by_code(request.POST.get("code", ""))
        except Missing:
            return unknown(request)
        return view(request, row)

    return followed


def unknown(request: VisitRequest) -> HttpResponse:
    """The answer to a code that is none."""
    return drawn(request, code_fault=_("Tällä koodilla ei löydy pyyntöä."), status=404)


@of_a_request
def package(request: VisitRequest, row: SubjectRequest) -> HttpResponse:
    """One file of the package: both codes are needed, every opening is counted."""
    name = request.POST.get("file", "")
    try:
        content = packages.open_part(
            request.visit.house.vault,
            row,
            request.POST.get("package", ""),
            name,
            request.visit.now,
        )
    except NotAllowed:
        fault = _("Koodi ei avaa pakettia. Viiden yrityksen jälkeen pyydä uusi koodi.")
        return status(request, row, package_fault=fault, status_code=403)
    except TalteenError as error:
        fault = _("Paketti ei enää avaudu. Pyydä se uudelleen.")
        return status(request, row, package_fault=fault, status_code=error.http_status)
    delivered(request, row)
    answer = HttpResponse(content, content_type=CONTENT_TYPES.get(name.rsplit(".", 1)[-1], ""))
    answer["Content-Disposition"] = f'attachment; filename="{row.case.reference}.{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@of_a_request
def attachment(request: VisitRequest, row: SubjectRequest) -> HttpResponse:
    """A certificate or a statement that goes with a letter, as its signed file."""
    try:
        found = attached.one(request, row, request.POST.get("file", ""))
        text = found.make()
    except (Missing, Conflict):
        return unknown(request)
    return downloads.attachment(text.encode(), "text/plain; charset=utf-8", f"{found.name}.txt")


@of_a_request
def wish(request: VisitRequest, row: SubjectRequest) -> HttpResponse:
    """Whether a call whose use the person restricted may end on its day (14.13). A second press, or
    one that comes too late, changes nothing: the page says how it stands."""
    try:
        said = Wish(request.POST.get("wish", ""))
        expiring.answer(row.pk, said, by=None, now=request.visit.now)
    except (ValueError, Conflict):
        return status(request, row, status_code=409)
    return status(request, SubjectRequest.objects.select_related("case", "owner").get(pk=row.pk))


@never_cache
@sensitive_post_parameters()
@require_POST
def not_mine(request: VisitRequest) -> HttpResponse:
    """Whoever reads this is not the person: the package ends at once, and a breach is opened."""
    if too_often(request):
        return drawn(request, code_fault=busy(), status=429)
    try:
        row = intake.by_code(request.POST.get("code", ""))
    except Missing:
        return drawn(request, code_fault=_("Tällä koodilla ei löydy pyyntöä."), status=404)
    house = request.visit.house
    delivery.not_mine(house.vault, house.register, row, request.visit.now)
    contact = ContactShown(
        house.register.contact.email, house.register.contact.phone, house.register.dpo.email
    )
    return render(request, "portal/not_mine.html", {"contact": contact})


def delivered(request: VisitRequest, row: SubjectRequest) -> None:
    """The answer has come to the person: the request goes on by itself."""
    if row.stage == Stage.DELIVERING.value:
        tail = request.visit.house.register.request.hold_tail_days
        steps.delivered(row.pk, by=None, now=request.visit.now, tail_days=tail)


def too_often(request: VisitRequest) -> bool:
    """Whether this address has tried codes and forms faster than a person does."""
    return buckets.take(request.META.get("REMOTE_ADDR", ""), monotonic()) > 0


def _too_many() -> bool:
    since = SystemClock().now() - timedelta(hours=1)
    recent = SubjectRequest.objects.filter(via=Via.PORTAL.value, case__opened_at__gte=since)
    return recent.count() >= AT_MOST_AN_HOUR


def busy() -> str:
    """What is said then."""
    return _("Pyyntöjä tulee nyt liian tiheään. Odota hetki, tai kirjoita tai soita meille.")


def drawn(
    request: VisitRequest, *, fault: str = "", code_fault: str = "", status: int = 200
) -> HttpResponse:
    """The page itself, with what is wrong."""
    register = request.visit.house.register
    shown = PortalShown(
        rights=request_words.RIGHTS,
        help=request_words.RIGHT_HELP,
        vias={},
        typed={name: request.POST.get(name, "") for name in intake.TOLD},
        chosen=frozenset(request.POST.getlist("right")),
        call="",
        today=request.visit.today,
        fault=fault,
        code_fault=code_fault,
    )
    contact = ContactShown(register.contact.email, register.contact.phone, register.dpo.email)
    context = {"shown": shown, "contact": contact}
    return render(request, "portal/page.html", context, status=status)


def _sent(request: VisitRequest, taken: Taken) -> SentShown:
    row, letter = taken.request, receipt(request, taken)
    return SentShown(row.case.reference, grouped(taken.code), row.limit_on, row.language, letter)


def status(
    request: VisitRequest,
    row: SubjectRequest,
    *,
    package_fault: str = "",
    identity_said: str = "",
    identity_fault: str = "",
    status_code: int = 200,
) -> HttpResponse:
    """Where a request stands, for whoever has its code."""
    now = request.visit.now
    ready = packages.open_now(row, now)
    open_now = ready if ready and ready.handed_out_at else None
    shown = StatusShown(
        reference=row.case.reference,
        rights=steps.rights_of(row),
        stage=Stage(row.stage),
        received_on=row.received_on,
        limit=steps.deadline(row, now).limit,
        closed=row.stage == Stage.CLOSED.value,
        language=row.language,
        letters=tuple(letters_of(request, row)),
        files=tuple(packing.files_of(open_now)) if open_now else (),
        sound=bool(open_now and packages.has_sound(open_now)),
        ends_at=open_now.ends_at if open_now else None,
        package_fault=package_fault,
        attached=tuple(attached.of(request, row)),
        ending=ending.shown(row, now),
        code=request.POST.get("code", ""),
        identity=identity_shown.shown(request, row, said=identity_said, fault=identity_fault),
    )
    return render(request, "portal/status.html", {"shown": shown}, status=status_code)
