"""Writing to the data protection officer: the public form, the answer by its code, and the list of
the officer (REGISTER 2.1, 2.4; sentence 2.s2 of the notice).

Words travel in the body of a form and stand in no address, log or session. To everybody of the
house but the officer these pages are forbidden, and what they show is sealed besides.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from talteen.clock import SystemClock
from talteen.desk.page import failures, wording
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.rights import portal
from talteen.desk.rights.requests import grouped
from talteen.errors import InputError, Missing
from talteen.life.answer import officer
from talteen.life.answer.officer_models import OfficerMessage
from talteen.notice.purposes import Role
from talteen.register.post import messages
from talteen.register.post.messages import Message

AT_MOST_AN_HOUR = 30
"""Messages that the public page takes from everybody together: each costs a roll."""


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: VisitRequest) -> HttpResponse:
    """The form, and the code that comes of it."""
    if request.method != "POST":
        return _form(request)
    if portal.too_often(request) or _too_many():
        return _form(request, fault=portal.busy(), status=429)
    house, now = request.visit.house, request.visit.now
    text, reach = request.POST.get("text", ""), request.POST.get("reach", "")
    try:
        sent = officer.send(house.vault, text, reach, wording.language(), now)
    except InputError:
        fault = _("Kirjoita viesti. Se saa olla enintään 8 000 merkkiä.")
        return _form(request, fault=fault, status=422)
    with transaction.atomic():
        messages.write(_told(sent.message, house.register.dpo.email), now)
    context = {"code": grouped(sent.code), "months": house.register.retention.request_months}
    return render(request, "officer/sent.html", context)


@never_cache
@sensitive_post_parameters()
@require_POST
def follow(request: VisitRequest) -> HttpResponse:
    """A message and its answer, by its code. The same answer for every code that is none."""
    if portal.too_often(request):
        return _form(request, code_fault=portal.busy(), status=429)
    try:
        found = officer.by_code(request.visit.house.vault, request.POST.get("code", ""))
    except Missing:
        fault = _("Tällä koodilla ei löydy viestiä. Kirjoita se kuten sait sen.")
        return _form(request, code_fault=fault, status=404)
    return render(request, "officer/status.html", {"shown": found})


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The officer's list: when each came, and whether it was answered. No words."""
    if Role(reader(request).role) is not Role.DPO:
        return failures.forbidden(request)
    return render(request, "officer/list.html", {"rows": officer.waiting()})


@sensitive_post_parameters()
@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: VisitRequest, message: UUID) -> HttpResponse:
    """One message, and what the officer does with it: answers, or lets it go."""
    by, house, fault = reader(request), request.visit.house, ""
    if Role(by.role) is not Role.DPO:
        return failures.forbidden(request)
    if request.method == "POST":
        try:
            if request.POST.get("what") == "end":
                officer.end(house.vault, message, by=by, now=request.visit.now)
            else:
                text = request.POST.get("text", "")
                officer.answer(house.vault, message, text, by=by, now=request.visit.now)
            return redirect("officer")
        except InputError:
            fault = _("Kirjoita vastaus. Se saa olla enintään 8 000 merkkiä.")
    shown = officer.read(house.vault, message, by=by)
    context = {"shown": shown, "fault": fault, "typed": request.POST.get("text", shown.answer)}
    return render(request, "officer/message.html", context, status=422 if fault else 200)


def _form(
    request: VisitRequest, *, fault: str = "", code_fault: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "fault": fault,
        "code_fault": code_fault,
        "text": request.POST.get("text", ""),
        "reach": request.POST.get("reach", ""),
        "dpo": request.visit.house.register.dpo,
    }
    return render(request, "officer/write.html", context, status=status)


def _told(row: OfficerMessage, to: str) -> Message:
    """That something waits, to the officer alone: not what, and not from whom."""
    with override("fi"):
        subject = _("Talteen: tietosuojavastaavalle on viesti")
        body = _("Joku on kirjoittanut sinulle luottamuksellisesti. Viesti on sivulla Viestit.")
    return Message(f"officer:{row.pk}", to, subject, body + "\n")


def _too_many() -> bool:
    since = SystemClock().now() - timedelta(hours=1)
    return OfficerMessage.objects.filter(at__gte=since).count() >= AT_MOST_AN_HOUR
