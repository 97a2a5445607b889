"""Codes to a number or an address: what both pages of a request show of them, and the two forms of
the public page (REGISTER 14.6, J12).

The public page says the same whether or not a code went out, and whether or not there is a call.
"""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from talteen.desk import portal
from talteen.desk.identity_shown import channel_in
from talteen.desk.visit import VisitRequest
from talteen.errors import Conflict, Missing, NotAllowed
from talteen.life.answer import identity, intake


@never_cache
@sensitive_post_parameters()
@require_POST
def send(request: VisitRequest) -> HttpResponse:
    """Send a code, to where the person said that they are reached."""
    if portal.too_often(request):
        return portal.drawn(request, code_fault=portal.busy(), status=429)
    try:
        row = intake.by_code(request.POST.get("code", ""))
        identity.send(request.visit.house, row, channel_in(request), request.visit.now)
    except (Missing, Conflict):
        return portal.drawn(request, code_fault=_("Tällä koodilla ei löydy pyyntöä."), status=404)
    minutes = request.visit.house.register.request.code_minutes
    said = _("Jos sinne voi lähettää viestin, koodi tulee pian. Se on voimassa %(n)s minuuttia.")
    return portal.status(request, row, identity_said=said % {"n": minutes})


@never_cache
@sensitive_post_parameters()
@require_POST
def prove(request: VisitRequest) -> HttpResponse:
    """The code that came."""
    if portal.too_often(request):
        return portal.drawn(request, code_fault=portal.busy(), status=429)
    try:
        row = intake.by_code(request.POST.get("code", ""))
    except Missing:
        return portal.drawn(request, code_fault=_("Tällä koodilla ei löydy pyyntöä."), status=404)
    try:
        house, now = request.visit.house, request.visit.now
        identity.prove(house.vault, row, request.POST.get("proof", ""), now)
    except NotAllowed:
        fault = _("Koodi ei käy. Se vanhenee pian ja viiden yrityksen jälkeen: pyydä uusi.")
        return portal.status(request, row, identity_fault=fault, status_code=403)
    return portal.status(request, row, identity_said=_("Kiitos, koodi on oikea."))
