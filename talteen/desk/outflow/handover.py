"""Where the receiver of a disclosure fetches it: two codes, a count, a receipt (REGISTER 11.3).

No account and no script, as on the page of rights. The first code finds the disclosure and says
nothing of the call; the second opens the package and was told by telephone to whoever was verified.
Codes travel in the body of a form and stand in no address, log or session.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.incidents.breaches import LONGEST
from talteen.desk.page import downloads
from talteen.desk.page.visit import VisitRequest
from talteen.desk.rights.portal import ContactShown, busy, too_often
from talteen.errors import Conflict, InputError, Missing, NotAllowed, TalteenError
from talteen.life.answer import packages
from talteen.life.answer.disclose import delivery
from talteen.life.answer.disclose.models import Disclosure
from talteen.notice.disclosures import DisclosureStage
from talteen.oversight.breaches import delivery as wrong_delivery


@dataclass(frozen=True, slots=True)
class HandoverShown:
    """The page: a code to type, or a package that waits."""

    reference: str = ""
    """Empty until a code has found it."""
    recipient: str = ""
    stage: DisclosureStage | None = None
    ends_at: datetime | None = None
    """Until when the package opens; None where none stands ready."""
    receipted: bool = False
    fault: str = ""
    package_fault: str = ""
    code: str = field(default="", repr=False)


@never_cache
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The form for the code."""
    return _drawn(request, HandoverShown())


@never_cache
@sensitive_post_parameters()
@require_POST
def follow(request: VisitRequest) -> HttpResponse:
    """A disclosure by its code. The same answer for every code that is none."""
    row = _found(request)
    return row if isinstance(row, HttpResponse) else _status(request, row)


@never_cache
@sensitive_post_parameters()
@require_POST
def fetch(request: VisitRequest) -> HttpResponse:
    """The package: counted, and from now on its receiver is a recipient."""
    row = _found(request)
    if isinstance(row, HttpResponse):
        return row
    vault, code = request.visit.house.vault, request.POST.get("package", "")
    try:
        content = delivery.opened(vault, row, code, request.visit.now)
    except NotAllowed:
        fault = _("Koodi ei avaa pakettia. Viiden yrityksen jälkeen pyydä uusi koodi.")
        return _status(request, row, package_fault=fault, status=403)
    except TalteenError as error:
        fault = _("Paketti ei avaudu nyt. Ota yhteyttä, jos tarvitset sen.")
        return _status(request, row, package_fault=fault, status=error.http_status)
    answer = downloads.attachment(content, "application/zip", f"{row.case.reference}.zip")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@never_cache
@sensitive_post_parameters()
@require_POST
def receipt(request: VisitRequest) -> HttpResponse:
    """The receiver says that it came: whose receipt it is they write themselves."""
    row = _found(request)
    if isinstance(row, HttpResponse):
        return row
    text = request.POST.get("text", "")[:LONGEST]
    try:
        house, now = request.visit.house, request.visit.now
        delivery.receipt(house.vault, row.pk, {"text": text}, by=None, now=now)
    except (InputError, Conflict) as error:
        fault = _("Kirjoita kuittaukseen virasto ja asianumero, kun olet avannut paketin.")
        return _status(request, row, package_fault=fault, status=error.http_status)
    row.refresh_from_db()
    return _status(request, row)


@never_cache
@sensitive_post_parameters()
@require_POST
def not_mine(request: VisitRequest) -> HttpResponse:
    """It came to the wrong place: the package ends at once, and a breach is opened."""
    row = _found(request)
    if isinstance(row, HttpResponse):
        return row
    house = request.visit.house
    wrong_delivery.not_mine(house.vault, house.register, row, request.visit.now)
    contact = ContactShown(
        house.register.contact.email, house.register.contact.phone, house.register.dpo.email
    )
    return render(request, "portal/not_mine.html", {"contact": contact})


def _found(request: VisitRequest) -> Disclosure | HttpResponse:
    if too_often(request):
        return _drawn(request, HandoverShown(fault=busy()), status=429)
    try:
        return delivery.by_code(request.POST.get("code", ""))
    except Missing:
        fault = _("Tällä koodilla ei löydy mitään. Kirjoita se kuten sait sen.")
        return _drawn(request, HandoverShown(fault=fault), status=404)


def _status(
    request: VisitRequest, row: Disclosure, *, package_fault: str = "", status: int = 200
) -> HttpResponse:
    ready = packages.open_now(row, request.visit.now)
    left = row.stage in (DisclosureStage.RECEIPTED.value, DisclosureStage.CLOSED.value)
    shown = HandoverShown(
        reference=row.case.reference,
        recipient=row.recipient.name,
        stage=DisclosureStage(row.stage),
        ends_at=ready.ends_at if ready and ready.handed_out_at else None,
        receipted=left,
        package_fault=package_fault,
        code=request.POST.get("code", ""),
    )
    return _drawn(request, shown, status=status)


def _drawn(request: VisitRequest, shown: HandoverShown, *, status: int = 200) -> HttpResponse:
    register = request.visit.house.register
    contact = ContactShown(register.contact.email, register.contact.phone, register.dpo.email)
    context = {
        "shown": shown,
        "contact": contact,
        "stages": {one.name: one for one in DisclosureStage},
    }
    return render(request, "disclosures/handover.html", context, status=status)
