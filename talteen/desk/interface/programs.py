"""Programs that are told of events, and the messages that nobody took (decision 195).

The same as ``talteen webhooks``. The administrator sends again or lets go; the data protection
officer only looks. An address is shown by its host alone: what follows may be a receiver's secret.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from talteen.clock import SystemClock
from talteen.desk.page import failures, said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Conflict, InputError
from talteen.ids import parse
from talteen.notice.purposes import Role
from talteen.register.programs import webhooks
from talteen.register.programs.api_models import WebhookMessage

SAID = "programs"
"""Session key: what was done last, and when by the machine's clock."""
ACTORS = frozenset({Role.ADMIN})
LOOKERS = ACTORS | {Role.DPO}
AGAIN, LET_GO = "again", "let_go"
EVENTS: dict[str, Promise] = {
    "recording.sealed": gettext_lazy("Tallenne sinetöitiin"),
    "recording.destroyed": gettext_lazy("Tallenne hävitettiin"),
    "recording.certified": gettext_lazy("Tallenne hävisi kaikkialta"),
    "hold.placed": gettext_lazy("Pito alkoi"),
    "hold.released": gettext_lazy("Pito päättyi"),
    "request.received": gettext_lazy("Pyyntö saapui"),
    "request.stepped": gettext_lazy("Pyyntö eteni"),
    "breach.opened": gettext_lazy("Loukkaus avattiin"),
    "breach.stepped": gettext_lazy("Loukkaus eteni"),
}
_ANSWERS: dict[int, Promise] = {
    3: gettext_lazy("ohjasi muualle (3xx)"),
    4: gettext_lazy("ei ottanut vastaan (4xx)"),
    5: gettext_lazy("oli epäkunnossa (5xx)"),
}
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ProgramShown:
    """One subscription."""

    id: UUID
    name: str
    host: str
    owner: str
    """The staff code of whoever answers for it."""
    events: tuple[str, ...]
    waiting: int
    dead: int
    sent_at: datetime | None
    over: bool
    """Its token is no longer in force: nothing more can be sent."""


@dataclass(frozen=True, slots=True)
class DeadShown:
    """One message that nobody took."""

    id: UUID
    webhook: UUID
    program: str
    event: str
    at: datetime
    given_up_at: datetime | None
    attempts: int
    answer: str
    over: bool


@dataclass(frozen=True, slots=True)
class ProgramsShown:
    """The page."""

    programs: tuple[ProgramShown, ...]
    letters: tuple[DeadShown, ...]
    """The newest hundred."""
    acts: bool
    said: str
    fault: str

    @property
    def dead(self) -> int:
        """How many messages nobody took."""
        return sum(one.dead for one in self.programs)


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """Who is told, and what nobody took."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    return _drawn(request)


@staff_only
@require_POST
def dead(request: VisitRequest, webhook: UUID) -> HttpResponse:
    """Send again or let go what one program did not take: all of it, or one ``message``."""
    who, what = reader(request), request.POST.get("what", "")
    if Role(who.role) not in ACTORS:
        return failures.forbidden(request)
    if what not in (AGAIN, LET_GO):
        raise InputError("nothing was chosen", remedy="choose one of the form's")
    message = parse(request.POST["message"]) if "message" in request.POST else None
    try:
        count = _do(what, webhook, message)
    except Conflict:
        fault = _("Tilanne on jo muuttunut. Mitään ei tehty.")
        return _drawn(request, fault=fault, status=409)
    log.info("webhook.decided", action=what, count=count, staff=who.pk, reference=webhook)
    said.keep(request, SAID, what=what)
    return redirect("programs")


def _do(what: str, webhook: UUID, message: UUID | None) -> int:
    now = SystemClock().now()
    if what == LET_GO:
        count = webhooks.let_go(webhook, message)
    elif webhooks.living(now).filter(pk=webhook).exists():
        count = webhooks.again(now, webhook=webhook, message=message)
    else:
        count = 0  # a message of a dead token would wait for ever
    if not count:
        raise Conflict("there is nothing that nobody took", remedy="look at the list")
    return count


def _drawn(request: VisitRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    living = set(webhooks.living(SystemClock().now()).values_list("pk", flat=True))
    shown = ProgramsShown(
        programs=tuple(_program(one, living) for one in webhooks.standing()),
        letters=tuple(_letter(one, living) for one in webhooks.dead()),
        acts=Role(reader(request).role) in ACTORS,
        said=_said(request),
        fault=fault,
    )
    return render(request, "programs/page.html", {"shown": shown}, status=status)


def _program(one: webhooks.Standing, living: set[UUID]) -> ProgramShown:
    row = one.row
    return ProgramShown(
        id=row.pk,
        name=row.token.name,
        host=urlsplit(row.url).hostname or "",
        owner=row.token.owner.code,
        events=tuple(row.events),
        waiting=one.waiting,
        dead=one.dead,
        sent_at=one.sent_at,
        over=row.pk not in living,
    )


def _letter(row: WebhookMessage, living: set[UUID]) -> DeadShown:
    return DeadShown(
        id=row.pk,
        webhook=row.subscription_id,
        program=row.subscription.token.name,
        event=row.event,
        at=row.at,
        given_up_at=row.done_at,
        attempts=row.attempts,
        answer=str(_ANSWERS.get(row.http_status // 100, _("ei vastannut"))),
        over=row.subscription_id not in living,
    )


def _said(request: VisitRequest) -> str:
    last = said.last(request, SAID)
    match last["what"] if last else "":
        case "again":
            return _("Lähetetään uudelleen, ensimmäisestä yrityksestä alkaen.")
        case "let_go":
            return _("Luovuttu. Näitä ei enää lähetetä.")
        case _:
            return ""
