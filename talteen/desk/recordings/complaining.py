"""*Reklamaatio* of a call that ended long ago, on the page of that call (REGISTER 13.6).

People complain when the bill comes. Whoever may hold a call alone, and may know of this one, says
so here until its cutoff; the hold is in force before the answer, so that no midnight comes between
them. From the cutoff on the page says what can be told to the caller, and nothing is brought back.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from talteen import course
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.destroy import remains
from talteen.life.hold import complaint
from talteen.life.hold.rules import PROPOSERS
from talteen.life.use import calls
from talteen.life.use.rows import Row
from talteen.notice.purposes import Role
from talteen.register.models import Recording


@dataclass(frozen=True, slots=True)
class ComplaintShown:
    """What the page of a call says of complaints, to somebody who may make one."""

    late: bool
    """The call is past its cutoff: nothing more can be held."""
    held: bool
    """Held by the reader's own word."""
    until: datetime | None
    """Until when it is held without a second person; None where one has confirmed it."""
    dead_by: datetime
    """When the last backup key of a call that nobody holds is dead."""


def shown(request: VisitRequest, row: Row) -> ComplaintShown | None:
    """None for a reader who holds nothing alone."""
    if Role(reader(request).role) not in PROPOSERS:
        return None
    own = complaint.own_hold(row.recording, reader(request))
    return ComplaintShown(
        late=request.visit.now >= row.cutoff_at,
        held=own is not None,
        until=own.provisional_until if own else None,
        dead_by=row.due_at,
    )


@staff_only
@require_POST
def complain(request: VisitRequest, recording: UUID) -> HttpResponse:
    """The caller complains of this call: a case about it, and a hold for some days."""
    call, visit = RecordingId(recording), request.visit
    if calls.call(reader(request), call, now=visit.now) is None:
        return gone(request, call)
    try:
        complaint.mark_later(Recording.objects.get(pk=call), reader(request), visit.now)
    except NoLongerOpens:
        return redirect("call", recording)  # which says why, and until when a key is left
    course.settle_complaints(visit.house, visit.now)
    return redirect("call", recording)


def gone(request: VisitRequest, recording: RecordingId) -> HttpResponse:
    """The page of a call's end; Http404 if there never was one for this reader."""
    ended = remains.of_call(recording)
    if ended is None:
        raise Http404("no such call for this reader")
    return render(request, "call/destroyed.html", {"gone": ended}, status=410)
