"""People and their way in: who can sign in, who was invited, and by which two persons.

An administrator asks, another person says yes, and the administrator sees the link once. The page
shows staff codes and names to those three roles, and neither says nor sets anybody's password.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from talteen.clock import SystemClock
from talteen.desk.entry import entering
from talteen.desk.page import failures, said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Conflict, Missing, NotAllowed
from talteen.notice.purposes import Role
from talteen.register.staff import invitations
from talteen.register.staff.invitations import APPROVERS, ASKERS, Door

SAID = "people"
"""Session key: what was done last, and when by the machine's clock."""
LOOKERS = ASKERS | APPROVERS
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DoorShown:
    """One person, and what the reader may do about their way in."""

    door: Door
    asks: bool
    approves: bool
    shows: bool


@dataclass(frozen=True, slots=True)
class PeopleShown:
    """The page."""

    people: tuple[DoorShown, ...]
    waiting: int
    """Invitations that wait for this reader."""
    shut: int
    """People who work here and cannot sign in."""
    roles: tuple[Role, ...]
    link: str
    """Shown once."""
    link_of: str
    said: str
    fault: str


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The list."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    return _drawn(request)


@staff_only
@require_POST
@entering.stepped_up
def invite(request: VisitRequest, person: UUID) -> HttpResponse:
    """Ask for a link."""
    if Role(reader(request).role) not in ASKERS:
        return failures.forbidden(request)
    try:
        row = invitations.ask(person, reader(request), _now(), role=_role(request))
    except (NotAllowed, Missing):
        return _drawn(request, fault=_unchanged(), status=409)
    log.info("invitation.asked", staff=row.staff_id, reference=row.pk)
    said.keep(request, SAID, what="asked")
    return redirect("people")


@staff_only
@require_POST
@entering.stepped_up
def approve(request: VisitRequest, invitation: UUID) -> HttpResponse:
    """The second person's yes."""
    if Role(reader(request).role) not in APPROVERS:
        return failures.forbidden(request)
    try:
        invitations.approve(invitation, reader(request), _now())
    except NotAllowed:
        fault = _("Et voi hyväksyä omaa kutsuasi etkä kutsua itsellesi. Pyydä toista henkilöä.")
        return _drawn(request, fault=fault, status=409)
    except Missing:
        return _drawn(request, fault=_unchanged(), status=409)
    log.info("invitation.approved", staff=reader(request).pk, reference=invitation)
    said.keep(request, SAID, what="approved")
    return redirect("people")


@staff_only
@require_POST
@entering.stepped_up
def show(request: VisitRequest, invitation: UUID) -> HttpResponse:
    """The link, once, to who asked for it."""
    if Role(reader(request).role) not in ASKERS:
        return failures.forbidden(request)
    try:
        code = invitations.show(invitation, reader(request), _now())
    except (NotAllowed, Conflict, Missing):
        return _drawn(request, fault=_unchanged(), status=409)
    log.info("invitation.shown", staff=reader(request).pk, reference=invitation)
    link = f"{request.build_absolute_uri(reverse('join'))}#{code}"
    return _drawn(request, link=link, link_of=str(invitation))


def _drawn(
    request: VisitRequest, *, link: str = "", link_of: str = "", fault: str = "", status: int = 200
) -> HttpResponse:
    who = reader(request)
    role, people = Role(who.role), []
    for one in invitations.doors(_now()):
        waits = one.invitation is not None and not one.approved
        people.append(
            DoorShown(
                door=one,
                asks=role in ASKERS and one.active and one.id != who.pk and not waits,
                approves=waits and role in APPROVERS and who.pk not in (one.asked_by, one.id),
                shows=one.approved and not one.shown and one.asked_by == who.pk,
            )
        )
    people.sort(key=lambda one: not (one.approves or one.shows))
    shown = PeopleShown(
        people=tuple(people),
        waiting=sum(one.approves for one in people),
        shut=sum(one.door.active and not one.door.open for one in people),
        roles=tuple(role for role in Role if role is not Role.AUDITOR),
        link=link,
        link_of=next((p.door.code for p in people if str(p.door.invitation) == link_of), ""),
        said=_said(request),
        fault=fault,
    )
    return render(request, "people/page.html", {"shown": shown}, status=status)


def _role(request: VisitRequest) -> Role | None:
    """The role that was chosen; None where none was, or none of ours."""
    return next((role for role in Role if role.value == request.POST.get("role")), None)


def _unchanged() -> str:
    return _("Tilanne on jo muuttunut. Mitään ei tehty.")


def _said(request: VisitRequest) -> str:
    last = said.last(request, SAID)
    match last["what"] if last else "":
        case "asked":
            return _("Kutsu odottaa toista henkilöä.")
        case "approved":
            return _("Kutsu on hyväksytty. Pyytäjä näkee linkin kerran.")
        case _:
            return ""


def _now() -> datetime:
    return SystemClock().now()
