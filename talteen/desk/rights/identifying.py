"""Codes to a number or an address: what both pages of a request show of them, and the two forms of
the public page (REGISTER 14.6, J12).

The public page says the same whether or not a code went out, and whether or not there is a call.
"""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from talteen.desk.page.visit import VisitRequest
from talteen.desk.rights import portal
from talteen.desk.rights.identity_shown import channel_in
from talteen.errors import Conflict, Missing, NotAllowed
from talteen.life.answer import identity
from talteen.life.answer.models import SubjectRequest


@portal.of_a_request
def send(request: VisitRequest, row: SubjectRequest) -> HttpResponse:
    """Send a code, to where the person said that they are reached."""
    try:
        identity.send(request.visit.house, row, channel_in(request), request.visit.now)
    except (Missing, Conflict):
        return portal.unknown(request)
    minutes = request.visit.house.register.request.code_minutes
    said = _("Jos sinne voi lähettää viestin, koodi tulee pian. Se on voimassa %(n)s minuuttia.")
    return portal.status(request, row, identity_said=said % {"n": minutes})


@portal.of_a_request
def prove(request: VisitRequest, row: SubjectRequest) -> HttpResponse:
    """The code that came."""
    try:
        house, now = request.visit.house, request.visit.now
        identity.prove(house.vault, row, request.POST.get("proof", ""), now)
    except NotAllowed:
        fault = _("Koodi ei käy. Se vanhenee pian ja viiden yrityksen jälkeen: pyydä uusi.")
        return portal.status(request, row, identity_fault=fault, status_code=403)
    return portal.status(request, row, identity_said=_("Kiitos, koodi on oikea."))
