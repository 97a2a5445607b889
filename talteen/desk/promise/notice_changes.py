"""The dry run of the next notice: what the register folder would change, sentence by sentence.

For those who answer for the register. It shows what would block the publication and what a changed
sentence changes (``oversight.changes``). One person proposes it there, another approves it, and the
data protection officer says what they think (``oversight.publishing``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.entry import entering
from talteen.desk.page import doors, failures, opinion_words, places, wording
from talteen.desk.page import words as desk_words
from talteen.desk.page.doors import Deed
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import OVERSEERS, WITH_THE_OWNER
from talteen.desk.page.typed import chosen, needed_day
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import ConfigError, TalteenError
from talteen.notice.language import Language
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Purpose, Role
from talteen.notice.versions import Finding
from talteen.oversight import changes, publishing
from talteen.oversight.changes import Changes, SentenceChange
from talteen.oversight.proposal_models import NoticeProposal
from talteen.oversight.prove import words

READERS = WITH_THE_OWNER
REASON = "reason-"
"""So the field of a warning is called, before the id of its finding."""
FAULTS: Mapping[str, desk_words.Text] = {
    "input": _(
        "Näin ei voi julkaista. Katso tarkistuksen löydöt, varoitusten perustelut, numero ja päivä."
    ),
    "against-opinion": opinion_words.UNANSWERED,
    "conflict": _("Tilanne on muuttunut: kansio tai ehdotus ei ole enää sama. Katso uudelleen."),
    "not-allowed": _("Tämän tekee toinen ihminen: omaa ehdotustaan ei hyväksy kukaan."),
    "config": _("Rekisterikansiossa on virhe. Pyydä ylläpitäjää korjaamaan se."),
}
"""What is said where an act was refused."""
WARNED: Mapping[str, desk_words.Text] = {
    "no_accessible_line": _(
        "Linjaa ilman tallennusta ei ole: joka voi vain soittaa ja kieltäytyy, jää ilman palvelua."
    ),
}
"""What the check warns of, in the reader's language."""
UNSTATED = "unstated"
TOLD_UNSTATED = _(
    "Teksti kertoo tarkoituksesta, jota rekisterissä ei ole: %(purpose)s (%(places)s)."
)


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One sentence before and after."""

    change: SentenceChange
    before: str
    after: str
    requirements: str
    looked: str
    screen: str
    """Address of the page where it is seen; empty where the reader may not open it."""
    screen_name: str
    letters: str
    prompts: str


@dataclass(frozen=True, slots=True)
class WarningShown:
    """What the check warns of, and why it is published all the same."""

    finding: Finding
    says: desk_words.Text
    reason: str


@dataclass(frozen=True, slots=True)
class ChangesShown:
    """The page."""

    changes: Changes
    sentences: tuple[ChangeShown, ...]
    warnings: tuple[WarningShown, ...]
    opened: tuple[str, ...]
    closed: tuple[str, ...]
    proposal: NoticeProposal | None
    proposes: bool
    approves: bool
    advises: bool
    proves: bool
    """Whether the reader sees the proofs."""
    fault: str
    typed: Mapping[str, str]
    """What was typed of an opinion or against it, where it could not be taken."""
    number: str
    begins: str
    first: date
    """The earliest day on which it can begin."""


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The folder beside the version in force."""
    return _drawn(request)


@staff_only
@require_POST
def act(request: VisitRequest, what: str) -> HttpResponse:
    """Propose, approve, withdraw, or say what the officer thinks."""
    if what == "approve" and (first := entering.confirm_first(request, reverse("notice-changes"))):
        return first
    by, house, now = reader(request), request.visit.house, request.visit.now
    try:
        match what:
            case "propose":
                number, begins = request.POST.get("number", ""), request.POST.get("begins", "")
                publishing.propose(
                    house.config,
                    number,
                    needed_day(begins),
                    by=by,
                    now=now,
                    reasons=_reasons(request),
                )
            case "approve":
                why = request.POST.get("against", "")
                publishing.approve(house.config, by=by, now=now, against=why)
            case "withdraw":
                publishing.withdraw(by=by, now=now)
            case _:
                stand = chosen(Opinion, request.POST.get("stand", ""))
                publishing.opine(stand, request.POST.get("opinion", ""), by=by, now=now)
    except TalteenError as error:
        return _drawn(request, fault=str(FAULTS[error.slug]), status=error.http_status)
    return redirect("notice-changes")


def _reasons(request: VisitRequest) -> Mapping[str, str]:
    """What was typed against each warning, by its id."""
    typed = [name for name in request.POST if name.startswith(REASON)]
    return {name.removeprefix(REASON): request.POST.get(name, "") for name in typed}


def _drawn(request: VisitRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    if Role(reader(request).role) not in READERS:
        return failures.forbidden(request)
    house = request.visit.house
    try:
        found = changes.changes(house.config, request.visit.now)
    except ConfigError as error:
        return render(request, "notice/unreadable.html", {"error": error}, status=status)
    language = Language(wording.language())
    shown = ChangesShown(
        found,
        tuple(_shown(one, language, Role(reader(request).role)) for one in found.sentences),
        tuple(_warnings(request, found)),
        tuple(str(desk_words.PURPOSES[one]) for one in found.reach.opened),
        tuple(str(desk_words.PURPOSES[one]) for one in found.reach.closed),
        *_proposal(request),
        proves=Role(reader(request).role) in OVERSEERS,
        fault=fault,
        typed=opinion_words.typed(request),
        number=request.POST.get("number", ""),
        begins=request.POST.get("begins", ""),
        first=request.visit.today + timedelta(days=1),
    )
    return render(request, "notice/changes.html", {"shown": shown}, status=status)


def _warnings(request: VisitRequest, found: Changes) -> Iterator[WarningShown]:
    """Each with what was typed here, or with what the proposal that waits says."""
    waits = publishing.current()
    told = waits.reasons if waits else _reasons(request)
    for one in found.warnings:
        yield WarningShown(one, _warned(one), told.get(one.id, ""))


def _warned(one: Finding) -> desk_words.Text:
    kind, _dot, purpose = one.id.partition(".")
    if kind != UNSTATED:
        return WARNED.get(one.id, one.says)
    where = one.says.partition(": ")[2]
    told = {"purpose": desk_words.PURPOSES[Purpose(purpose)], "places": where}
    return TOLD_UNSTATED % told


def _proposal(request: VisitRequest) -> tuple[NoticeProposal | None, bool, bool, bool]:
    """What waits, and what the reader may do: propose, approve, advise."""
    waits, by = publishing.current(), reader(request)
    decides = Role(by.role) in publishing.DECIDERS
    approves = decides and waits is not None and waits.proposed_by_id != by.pk
    return waits, decides, approves, waits is not None and by.role == Role.DPO.value


def _shown(one: SentenceChange, language: Language, role: Role) -> ChangeShown:
    page = one.screen.value if one.screen else ""
    opens = bool(page) and doors.door(page).admits(role, Deed.READ)
    return ChangeShown(
        change=one,
        before=one.before.get(language, ""),
        after=one.after.get(language, ""),
        requirements=", ".join(one.promise.requirements) if one.promise else "",
        looked=str(words.WORDS[one.proof].looked) if one.proof else "",
        screen=reverse(page) if opens else "",
        screen_name=places.named(page),
        letters=", ".join(one.letters),
        prompts=", ".join(one.prompts),
    )
