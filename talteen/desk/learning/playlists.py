"""Playlists: a trainer builds one, plays it with a group; an agent goes through what is theirs.

Opening a list is opening each of its passages: a permission and a row in the access log for every
call, before the page has a word of it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.learning import passage_heard as heard
from talteen.desk.learning import passages
from talteen.desk.learning.passage_heard import HeardShown
from talteen.desk.page import failures, gate_words, wording
from talteen.desk.page.failures import Failure
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import InputError, Missing, NoLongerOpens, NotAllowed
from talteen.life.use.coach import playlists
from talteen.life.use.coach import shown as known
from talteen.life.use.coach.playlists import Entry, ListShown
from talteen.life.use.gate import passing
from talteen.notice.purposes import Role
from talteen.register import refusals
from talteen.register.models import Staff


@dataclass(frozen=True, slots=True)
class Row:
    """One passage of the page, open or not."""

    entry: Entry
    heard: HeardShown | None
    refusal: Failure | None


@dataclass(frozen=True, slots=True)
class PageShown:
    """One list."""

    list: ListShown
    rows: tuple[Row, ...]
    makes: bool
    now: datetime
    watermark: str
    agents: tuple[Staff, ...]
    """Whom it could be for; the trainer's alone."""
    more: tuple[known.PassageShown, ...]
    """Approved passages that it does not have yet; the trainer's alone."""

    @property
    def open(self) -> bool:
        """Whether anything of it can be heard now."""
        return any(row.heard for row in self.rows)

    @property
    def first_to_end(self) -> HeardShown:
        """The passage whose permission ends first, of those that are open."""
        return min((row.heard for row in self.rows if row.heard), key=lambda one: one.until)

    @property
    def codes(self) -> frozenset[str]:
        """Whom it is for."""
        return frozenset(one.code for one in self.list.learners)


@staff_only
@require_POST
def make(request: VisitRequest) -> HttpResponse:
    """Make a list of the passages that were ticked."""
    title, chosen = request.POST.get("title", ""), request.POST.getlist("passage")
    house, who, now = request.visit.house, reader(request), request.visit.now
    try:
        some = [_uuid(one) for one in chosen]
        made = playlists.make(house, who, title, some, language=wording.language(), now=now)
    except passing.Refused as error:
        told = replace(passages.listed(request), gate=gate_words.told(error), title=title)
    except InputError:
        told = replace(passages.listed(request), fault=True, title=title)
    else:
        return redirect("playlist", made)
    return render(request, "passages/list.html", {"shown": told}, status=422)


@staff_only
@require_safe
def page(request: VisitRequest, playlist: UUID) -> HttpResponse:
    """One list; the passages that the reader has opened with their words and sound."""
    return _page(request, playlist, {})


@staff_only
@require_POST
def act(request: VisitRequest, playlist: UUID, what: str) -> HttpResponse:
    """Open the list, change it, or say that something of it was gone through."""
    who, form = reader(request), request.POST
    months, now = request.visit.house.register.retention.evaluation_months, request.visit.now
    match what:
        case "open":
            return _open(request, playlist)
        case "done":
            passage = _uuid(form.get("passage", ""))
            if heard.held(request, known.one(who, passage, now)) is None:
                raise refusals.GrantOver
            playlists.gone_through(who, playlist, passage, ends_after=months, now=now)
        case "up" | "down":
            passage = _uuid(form.get("passage", ""))
            playlists.move(who, playlist, passage, -1 if what == "up" else 1)
        case "add":
            playlists.add(who, playlist, _uuid(form.get("passage", "")), now)
        case "remove":
            playlists.remove(who, playlist, _uuid(form.get("passage", "")))
        case "assign":
            playlists.assign(who, playlist, form.getlist("agent"))
        case "together":
            codes = form.getlist("agent")
            playlists.together(who, playlist, codes, ends_after=months, now=now)
        case "end":
            playlists.end(who, playlist)
        case _:
            raise Missing("there is nothing like that to do", remedy="go back to the list")
    if what in ("end", "remove") and not _lives(request, playlist):
        return redirect("passages")
    return redirect("playlist", playlist)


def _open(request: VisitRequest, playlist: UUID) -> HttpResponse:
    refused: dict[UUID, Failure] = {}
    for entry in playlists.one(reader(request), playlist, request.visit.now).entries:
        if not entry.plays or heard.held(request, entry.passage):
            continue
        try:
            heard.open_(request, entry.passage)
        except (NotAllowed, NoLongerOpens) as error:
            refused[entry.passage.id] = failures.told(error)
    if refused:
        return _page(request, playlist, refused)
    return redirect("playlist", playlist)


def _page(request: VisitRequest, playlist: UUID, refused: dict[UUID, Failure]) -> HttpResponse:
    who, now = reader(request), request.visit.now
    found = playlists.one(who, playlist, now)
    makes = Role(who.role) in playlists.MAKERS
    has = {one.passage.id for one in found.entries}
    shown = PageShown(
        list=found,
        rows=tuple(_row(request, one, refused) for one in found.entries),
        makes=makes,
        now=now,
        watermark=who.name,
        agents=tuple(playlists.agents(who)) if makes else (),
        more=tuple(one for one in known.of(who, now) if one.id not in has) if makes else (),
    )
    status = next((one.status for one in refused.values()), 200)
    return render(request, "passages/playlist.html", {"shown": shown}, status=status)


def _row(request: VisitRequest, entry: Entry, refused: dict[UUID, Failure]) -> Row:
    refusal = refused.get(entry.passage.id)
    opens = entry.plays and refusal is None
    return Row(entry, heard.shown(request, entry.passage) if opens else None, refusal)


def _lives(request: VisitRequest, playlist: UUID) -> bool:
    try:
        playlists.one(reader(request), playlist, request.visit.now)
    except Missing:
        return False
    return True


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InputError("there is no such passage", remedy="look at the list again") from None
