"""Passages: marked by one, approved by another, seen by the agent, heard for training (5.s3).

The list says what waits and until when each lives, and opens nothing. One passage opens like a
call: for a purpose, with its row in the access log before a byte of it, and nothing to download.
Whoever judges it hears what whoever learns will hear.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.learning import passage_heard as heard
from talteen.desk.learning import passage_words
from talteen.desk.learning.passage_heard import HeardShown
from talteen.desk.listening import marking
from talteen.desk.listening.marking import MarkShown
from talteen.desk.page import failures, gate_words, purpose, wording
from talteen.desk.page.failures import Failure
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.recordings import call
from talteen.errors import Missing, NoLongerOpens, NotAllowed
from talteen.life.capture.rules import Span
from talteen.life.use.coach import passages, playlists
from talteen.life.use.coach import shown as known
from talteen.life.use.coach.passages import JUDGES, Draft, NoPassage, Why
from talteen.life.use.coach.playlists import ListShown
from talteen.life.use.coach.shown import PassageShown
from talteen.life.use.gate import passing
from talteen.notice.purposes import Role
from talteen.register.approved import State


@dataclass(frozen=True, slots=True)
class PageShown:
    """The list of passages, and the lists that one has to do with."""

    passages: tuple[PassageShown, ...]
    lists: tuple[ListShown, ...]
    judges: bool
    makes: bool
    """Whether the reader makes lists."""
    agent: bool
    gate: tuple[gate_words.Told, ...] = ()
    fault: bool = False
    title: str = ""

    @property
    def asks(self) -> int:
        """How many wait for the reader."""
        return sum(one.asks for one in self.passages)

    @property
    def soon(self) -> int:
        """How many die within two weeks."""
        return sum(one.soon and one.state is State.APPROVED for one in self.passages)


@dataclass(frozen=True, slots=True)
class OneShown:
    """One passage, open or not."""

    passage: PassageShown
    now: datetime
    heard: HeardShown | None
    refusal: Failure | None = None
    watermark: str = ""


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """What waits, what is approved, and the lists."""
    return render(request, "passages/list.html", {"shown": listed(request)})


def listed(request: VisitRequest) -> PageShown:
    """The page as it stands now."""
    who, now = reader(request), request.visit.now
    role = Role(who.role)
    return PageShown(
        passages=tuple(known.of(who, now)),
        lists=tuple(playlists.of(who, now)),
        judges=role in JUDGES,
        makes=role in playlists.MAKERS,
        agent=role is Role.AGENT,
    )


@staff_only
@require_safe
def one(request: VisitRequest, passage: UUID) -> HttpResponse:
    """One passage; its words and sound while a permission is held."""
    return _page(request, known.one(reader(request), passage, request.visit.now))


@staff_only
@require_safe
def sound(request: VisitRequest, passage: UUID) -> HttpResponseBase:
    """One range of the passage's sound. No byte of the call outside of it can be asked for."""
    return heard.sound(request, known.one(reader(request), passage, request.visit.now))


@staff_only
@require_POST
def act(request: VisitRequest, passage: UUID, what: str) -> HttpResponse:
    """Open it, or say something of it."""
    who, now, vault = reader(request), request.visit.now, request.visit.house.vault
    found = known.one(who, passage, now)
    reason = request.POST.get("reason", "")
    match what:
        case "open":
            try:
                heard.open_(request, found)
            except (NotAllowed, NoLongerOpens) as error:
                return _page(request, found, failures.told(error))
        case "approve" | "decline":
            grant = purpose.needed_grant(request, found.recording)
            approve = what == "approve"
            passages.decide(vault, grant, passage, approve=approve, reason=reason, now=now)
        case "keep" | "out":
            grant = purpose.needed_grant(request, found.recording)
            passages.settle(vault, grant, passage, keep=what == "keep", reason=reason, now=now)
        case "object":
            passages.object_to(vault, who, passage, reason, now)
        case "withdraw":
            passages.withdraw(who, passage)
        case _:
            raise Missing("there is nothing like that to do", remedy="go back to the passage")
    return redirect("passage", passage)


@staff_only
@require_POST
def mark(request: VisitRequest, recording: UUID) -> HttpResponse:
    """Mark a passage of the open call; or say what is wrong with it, with what was typed kept."""
    grant = purpose.needed_grant(request, recording)
    start, end, teaches = (request.POST.get(one, "").strip() for one in ("start", "end", "teaches"))
    form = marking.shown(request, grant) or MarkShown(())
    form = replace(form, start=start, end=end, teaches=teaches)
    try:
        draft = Draft(_part(start, end), teaches, wording.language())
        passages.mark(request.visit.house, grant, draft, request.visit.now)
    except NoPassage as error:
        told = replace(form, fault=passage_words.WHY[error.why])
        return call.opened_with(request, grant, {}, marked=told)
    except passing.Refused as error:
        told = replace(form, gate=gate_words.told(error))
        return call.opened_with(request, grant, {}, marked=told)
    return redirect(f"{request.path.removesuffix('/passage')}#otteet")


def _part(start: str, end: str) -> Span:
    from_ms, to_ms = passage_words.read_place(start), passage_words.read_place(end)
    if from_ms is None or to_ms is None:
        raise NoPassage(Why.TIMES)
    return Span(from_ms, to_ms)


def _page(
    request: VisitRequest, found: PassageShown, refusal: Failure | None = None
) -> HttpResponse:
    shown = OneShown(
        passage=found,
        now=request.visit.now,
        heard=None if refusal else heard.shown(request, found),
        refusal=refusal,
        watermark=reader(request).name,
    )
    status = refusal.status if refusal else 200
    return render(request, "passages/one.html", {"shown": shown}, status=status)
