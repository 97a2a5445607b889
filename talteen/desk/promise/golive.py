"""``/go-live``: under which conditions calls are recorded, how each stands, where it is mended
(REGISTER 6.2)."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from talteen import wiring
from talteen.clock import SystemClock
from talteen.desk.page import documents, doors, failures, papers, wording, words
from talteen.desk.page.doors import Deed
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import WITH_THE_OWNER
from talteen.desk.page.visit import Visit, VisitRequest, reader
from talteen.desk.promise import golive_words
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.oversight import golive
from talteen.oversight.golive import GoLive, Item, Looked, State

LOOKERS = WITH_THE_OWNER
_SIGNS = {
    State.MET: ("kept", "check"),
    State.ASKED: ("soon", "clock"),
    State.OFF: ("broken", "lock"),
}


@dataclass(frozen=True, slots=True)
class ItemShown:
    """One row."""

    id: str
    name: words.Text
    law: str
    says: str
    kind: str
    icon: str
    goes_on: words.Text
    """Why recording goes on, where somebody must act and it does; else empty."""
    mends: words.Text
    """Empty where nothing is to be done."""
    url: str
    """Where that is done; empty where it is not done on a page that the reader may open."""


@dataclass(frozen=True, slots=True)
class GoLiveShown:
    """The page."""

    found: GoLive
    items: tuple[ItemShown, ...]


@dataclass(frozen=True, slots=True)
class PaperShown:
    """The page on paper."""

    issuer: str
    register: str
    at: datetime
    list: GoLiveShown


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The list."""
    role = Role(reader(request).role)
    if role not in LOOKERS:
        return failures.forbidden(request)
    context = {"shown": _list(request.visit, role), "pdf": documents.draws_pdf()}
    return render(request, "golive/page.html", context)


@staff_only
@require_safe
def paper(request: VisitRequest) -> HttpResponse:
    """The list for the file, as a PDF."""
    role, visit = Role(reader(request).role), request.visit
    if role not in LOOKERS:
        return failures.forbidden(request)
    file = visit.house.register
    shown = PaperShown(
        issuer=file.controller.name,
        register=file.register.name[Language(wording.language())],
        at=visit.now,
        list=_list(visit, role),
    )
    return papers.answer("golive/paper.html", f"go-live-{visit.today}", shown)


def _list(visit: Visit, role: Role) -> GoLiveShown:
    found = look(visit)
    return GoLiveShown(found, tuple(_shown(one, role) for one in found.items))


def look(visit: Visit) -> GoLive:
    """The list of the house that is visited."""
    config, file = visit.house.config, visit.house.register
    witnesses, machine_at = wiring.witnesses_of(config), SystemClock().now()
    return golive.look(Looked(config, file, witnesses, visit.now, machine_at))


def _shown(item: Item, role: Role) -> ItemShown:
    named, met = golive_words.NAMED[item.condition], item.state is State.MET
    kind, icon = _SIGNS[item.state]
    opens = not met and doors.door(named.place).admits(role, Deed.READ)
    return ItemShown(
        id=item.condition.value,
        name=named.name,
        law=named.law,
        says=golive_words.says(item),
        kind=kind,
        icon=icon,
        goes_on=golive_words.GOES_ON[item.condition] if item.state is State.ASKED else "",
        mends="" if met else named.mends,
        url=reverse(named.place) if opens else "",
    )
