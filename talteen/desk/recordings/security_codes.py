"""The list of calls in which a card's security code may stand (8.s6): calls, and no word."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.use import security_codes


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """What waits for a person's look, those that name a code first."""
    visit = request.visit
    shown = security_codes.waiting(visit.house, reader(request), visit.now)
    return render(request, "calls/security_codes.html", {"shown": shown})
