"""Uses of the register: what was noticed, and what a hundredth was asked (REGISTER D, E.2).

The data protection officer and the register's owner see what waits for them; everybody sees what
they themselves have opened, and is asked there. What a program read with somebody's token stands
apart, under the token's name. No page shows one person's uses to a leader.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.page import failures, said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.notice.purposes import Role
from talteen.oversight.use import checks, looking, programs
from talteen.oversight.use.checks import Asked
from talteen.oversight.use.looking import READERS
from talteen.oversight.use.models import OddUse
from talteen.oversight.use.programs import Reading
from talteen.register.models import AccessEntry, Recording, Staff

SAID = "uses"
"""Session key: what was done last, and when by the machine's clock."""
SHOWN_FOR = timedelta(days=31)
MOST = 100
_OPENINGS = ("grant", "search", "denied", "export")


@dataclass(frozen=True, slots=True)
class OddShown:
    """One finding."""

    row: OddUse
    person: Staff | None
    judges: bool
    """The reader is another one than the person whom it is about."""


@dataclass(frozen=True, slots=True)
class AskedShown:
    """One opening that was asked about."""

    asked: Asked
    person: Staff | None
    late: bool


@dataclass(frozen=True, slots=True)
class ReadingShown:
    """What a token has read on one day, and in whose name."""

    reading: Reading
    person: Staff | None


@dataclass(frozen=True, slots=True)
class UsesShown:
    """The page of those who look."""

    odd: tuple[OddShown, ...]
    asked: tuple[AskedShown, ...]
    done: tuple[OddShown, ...]
    readings: tuple[ReadingShown, ...]
    """What programs have read, by their tokens."""
    said: str
    fault: str


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One line of the log, as the person whom it is about reads it."""

    entry: AccessEntry
    call: UUID | None
    """The call, while it lives: a name that leads to a dead one is shown nowhere, so that what was
    written about it cannot be led back to it here (docs/decisions/187)."""

    @property
    def gone(self) -> bool:
        """The line is of a call that lives no more."""
        return self.entry.recording is not None and self.call is None


@dataclass(frozen=True, slots=True)
class OwnShown:
    """The page of one's own uses."""

    asked: tuple[AskedShown, ...]
    lines: tuple[OwnLine, ...]
    readings: tuple[Reading, ...]
    """What the reader's own tokens have read: a program's, and no opening."""
    said: str
    fault: str

    @property
    def open(self) -> int:
        """How many questions wait for the reader."""
        return sum(not one.asked.answered for one in self.asked)


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """What waits to be looked at."""
    if Role(reader(request).role) not in READERS:
        return failures.forbidden(request)
    return _drawn(request)


@staff_only
@require_POST
def judge_odd(request: VisitRequest, finding: UUID) -> HttpResponse:
    """Somebody has looked at a finding."""
    return _judged(
        request,
        lambda who, follows: looking.judge(finding, who, follows=follows, now=request.visit.now),
    )


@staff_only
@require_POST
def judge_check(request: VisitRequest, check: UUID) -> HttpResponse:
    """Somebody has read why a call was opened."""
    return _judged(
        request,
        lambda who, follows: checks.judge(check, who, follows=follows, now=request.visit.now),
    )


@staff_only
@require_safe
def own(request: VisitRequest) -> HttpResponse:
    """What the reader has opened, and what they are asked."""
    return _own(request)


@staff_only
@require_POST
def answer(request: VisitRequest, check: UUID) -> HttpResponse:
    """The reader says why."""
    vault, why = request.visit.house.vault, request.POST.get("why", "")
    try:
        checks.answer(vault, check, reader(request), why, request.visit.now)
    except InputError:
        fault = _("Kirjoita syy yhdellä lauseella, enintään 280 merkkiä.")
        return _own(request, fault=fault, status=422)
    except Missing:
        return _own(request, fault=_unchanged(), status=409)
    said.keep(request, SAID, what="answered")
    return redirect("my-use")


def _judged(request: VisitRequest, act: Callable[[Staff, bool], None]) -> HttpResponse:
    who, verdict = reader(request), request.POST.get("verdict", "")
    if Role(who.role) not in READERS:
        return failures.forbidden(request)
    if verdict not in ("follows", "does_not"):
        raise InputError("nothing was chosen", remedy="choose one of the form's")
    try:
        act(who, verdict == "follows")
    except (Conflict, NotAllowed):
        return _drawn(request, fault=_unchanged(), status=409)
    said.keep(request, SAID, what=verdict)
    return redirect("uses")


def _drawn(request: VisitRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    who, people = reader(request), {one.pk: one for one in Staff.objects.all()}
    odd = OddUse.objects.order_by("-day", "rule", "pk")
    since = request.visit.now - SHOWN_FOR
    shown = UsesShown(
        odd=tuple(_odd(row, people, who) for row in odd.filter(seen_at=None)[:MOST]),
        asked=_asked(request, checks.waiting(request.visit.house.vault, who)),
        done=tuple(_odd(row, people, who) for row in odd.filter(seen_at__gte=since)[:MOST]),
        readings=tuple(
            ReadingShown(one, people.get(one.staff)) for one in programs.of_house(since)[:MOST]
        ),
        said=_said(request),
        fault=fault,
    )
    return render(request, "uses/page.html", {"shown": shown}, status=status)


def _own(request: VisitRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    who, since = reader(request), request.visit.now - SHOWN_FOR
    lines = AccessEntry.objects.filter(staff=who.pk, at__gte=since, action__in=_OPENINGS)
    shown = OwnShown(
        asked=_asked(request, checks.of_person(request.visit.house.vault, who)),
        lines=tuple(_own_lines(lines.order_by("-at", "-pk")[:MOST])),
        readings=tuple(programs.of_person(who.pk, since)[:MOST]),
        said=_said(request),
        fault=fault,
    )
    return render(request, "uses/own.html", {"shown": shown}, status=status)


def _own_lines(rows: Iterable[AccessEntry]) -> Iterator[OwnLine]:
    entries = list(rows)
    named = {one.recording for one in entries if one.recording}
    living = set(Recording.objects.filter(pk__in=named).values_list("pk", flat=True))
    for entry in entries:
        yield OwnLine(entry, entry.recording if entry.recording in living else None)


def _odd(row: OddUse, people: dict[UUID, Staff], who: Staff) -> OddShown:
    return OddShown(row, people.get(row.staff), judges=row.staff != who.pk)


def _asked(request: VisitRequest, asked: list[Asked]) -> tuple[AskedShown, ...]:
    people, today = Staff.objects.in_bulk([one.staff for one in asked]), request.visit.today
    return tuple(
        AskedShown(one, people.get(one.staff), late=not one.answered and today > one.due_on)
        for one in asked
    )


def _unchanged() -> str:
    return _("Tämä ei enää odota sinua. Mikään ei muuttunut.")


def _said(request: VisitRequest) -> str:
    last = said.last(request, SAID)
    match last["what"] if last else "":
        case "answered":
            return _("Kiitos. Vastauksesi lukee joku muu kuin sinä.")
        case "follows":
            return _("Kirjattu: kuului työhön.")
        case "does_not":
            return _("Kirjattu: ei kuulunut työhön. Arvioi, onko tämä tietoturvaloukkaus.")
        case _:
            return ""
