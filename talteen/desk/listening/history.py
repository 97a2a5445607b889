"""How the words of a call were corrected: each version with who, when, what, and who read it again.

It shows all words, so it stands behind the same permission as the form that corrects them, with the
masking lifted; that it was read is written down first.
"""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from talteen.desk.listening import correcting
from talteen.desk.page import comparing
from talteen.desk.page.comparing import Piece
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.transcribe.history import Change, Version
from talteen.life.transcribe.masking.layer import Decision
from talteen.life.use import calls, covering
from talteen.life.use import correcting as revisions
from talteen.life.use.rows import Row
from talteen.notice.purposes import Purpose


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A passage, before and after in one."""

    change: Change
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version and its place in the row of them."""

    number: int
    version: Version
    changes: tuple[ChangeShown, ...]
    newest: bool


@dataclass(frozen=True, slots=True)
class HistoryShown:
    """The whole page, the newest first."""

    row: Row
    versions: tuple[VersionShown, ...]
    decisions: tuple[Decision, ...]
    """What people decided on what is covered."""
    purpose: Purpose
    case: str


@staff_only
@require_safe
def page(request: VisitRequest, recording: UUID) -> HttpResponse:
    """Every version by people, and every decision on a cover."""
    grant = correcting.lifted_grant(request, recording)
    vault, now = request.visit.house.vault, request.visit.now
    known = calls.call(reader(request), grant.recording, now=now)
    if known is None:
        return redirect("call", recording)
    written = revisions.versions(vault, grant, now)
    decided = covering.layer(vault, grant, now).decisions
    shown = HistoryShown(
        known.row,
        tuple(reversed([_version(at, one, len(written)) for at, one in enumerate(written, 1)])),
        tuple(reversed(decided)),
        grant.purpose,
        grant.case or "",
    )
    return render(request, "call/history.html", {"shown": shown})


def _version(number: int, version: Version, of: int) -> VersionShown:
    changes = tuple(
        ChangeShown(one, tuple(comparing.compared(one.before, one.after)))
        for one in version.changes
    )
    return VersionShown(number, version, changes, newest=number == of)
