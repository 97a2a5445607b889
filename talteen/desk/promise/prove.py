"""The notice and its proofs: each clause a strip, each sentence with what holds it, now.

For those who answer for the register, and an auditor. Everything is looked at when the page is
asked for; nothing of it is stored. The same as ``talteen prove``: a picture, its table, a page a
clause, and the JSON of docs/formats/prove.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from talteen.desk.page import doors, wording
from talteen.desk.page import words as desk_words
from talteen.desk.page.doors import Deed
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import overseers_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.notice.findings import LegacyNotice
from talteen.notice.purposes import Role
from talteen.oversight.prove import legacy, proving, report, words
from talteen.oversight.prove.legacy import OldSentence
from talteen.oversight.prove.registry import Page
from talteen.oversight.prove.report import ClauseProof, Held, Report, SentenceProof, Verdict
from talteen.register import shelf
from talteen.register.models import NoticeVersion

CLASSES = {
    Held.LIVE: "kept",
    Held.TEST: "tested",
    Held.PERSON: "people",
    Held.LAW: "law",
    Held.NOTHING: "nothing",
}
"""How a sentence is drawn by what holds it; a broken one is drawn as broken."""
NAMES = {
    Verdict.GREEN: pgettext_lazy("sentence", "pitää"),
    Verdict.RED: pgettext_lazy("sentence", "ei pidä"),
    Held.TEST: pgettext_lazy("sentence", "vain koe todistaa"),
    Held.PERSON: pgettext_lazy("sentence", "ihminen vastaa"),
    Held.LAW: pgettext_lazy("sentence", "kertoo laista"),
    Held.NOTHING: pgettext_lazy("sentence", "mikään ei todista vielä"),
}


@dataclass(frozen=True, slots=True)
class SentenceShown:
    """One sentence with its evidence."""

    proof: SentenceProof
    drawn: str
    found: str
    looked: str
    missing: str
    url: str
    owner: str
    test: tuple[str, str]
    """File and name; empty where there is none."""

    @property
    def broken(self) -> bool:
        return self.proof.verdict is Verdict.RED

    @property
    def held(self) -> str:
        return self.proof.held.value


OLD_CLASSES = {
    Verdict.GREEN: "kept",
    Verdict.RED: "broken",
    Verdict.NOT_BY_SOFTWARE: "tested",
}
OLD_NAMES = {
    "kept": pgettext_lazy("sentence", "pitää"),
    "broken": pgettext_lazy("sentence", "ei pidä"),
    "tested": pgettext_lazy("sentence", "vain koe todistaa"),
    "people": pgettext_lazy("sentence", "ihminen vastaa"),
    "untrue": pgettext_lazy("sentence", "epätosi tai vajaa"),
}
"""Of an old notice, whose sentences may be untrue too."""


@dataclass(frozen=True, slots=True)
class OldSentenceShown:
    """One sentence of an old notice."""

    id: str
    text: str
    drawn: str
    says: desk_words.Text
    finding: str
    owner: str
    evidence: str
    carriers: tuple[tuple[str, str], ...]
    """Sentence and clause of the notice in force."""


@dataclass(frozen=True, slots=True)
class OldShown:
    """An old notice."""

    number: str
    rows: tuple[OldSentenceShown, ...]
    held: int
    broken: int
    untrue: int


@dataclass(frozen=True, slots=True)
class Part:
    """How many sentences of a clause stand in one way."""

    name: str
    drawn: str
    n: int


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """One clause: its strip and its sentences."""

    id: str
    title: str
    numbered: bool
    broken: bool
    drawn: tuple[str, ...]
    """The class of each sentence, in their order."""
    parts: tuple[Part, ...]
    sentences: tuple[SentenceShown, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """Of each way, for the table."""
        return tuple(part.n for part in self.parts)

    @property
    def there(self) -> tuple[Part, ...]:
        """The ways that occur."""
        return tuple(part for part in self.parts if part.n)


@dataclass(frozen=True, slots=True)
class ProveShown:
    """The whole notice."""

    report: Report
    clauses: tuple[ClauseShown, ...]
    parts: tuple[Part, ...]
    old: tuple[str, ...]
    """Numbers of notices from before this house."""

    @property
    def numbered(self) -> tuple[ClauseShown, ...]:
        return tuple(one for one in self.clauses if one.numbered)

    @property
    def others(self) -> tuple[ClauseShown, ...]:
        """What is not numbered: the first layer, the two that stand apart, the changes."""
        return tuple(one for one in self.clauses if not one.numbered)

    @property
    def all(self) -> int:
        return len(self.report.sentences)

    @property
    def proved(self) -> int:
        """How many the house was tried by."""
        return self.report.held()[Held.LIVE]

    @property
    def red(self) -> tuple[SentenceShown, ...]:
        """Broken sentences, first of all."""
        return tuple(one for clause in self.clauses for one in clause.sentences if one.broken)

    @property
    def held_by_nothing(self) -> tuple[SentenceShown, ...]:
        sentences = (one for clause in self.clauses for one in clause.sentences)
        return tuple(one for one in sentences if one.proof.held is Held.NOTHING)


@staff_only
@require_safe
@overseers_only
def page(request: VisitRequest) -> HttpResponse:
    """The picture: a strip a clause, what is broken before it."""
    return render(request, "prove/page.html", {"shown": _shown(request)})


@staff_only
@require_safe
@overseers_only
def table(request: VisitRequest) -> HttpResponse:
    """The same as a table."""
    return render(request, "prove/table.html", {"shown": _shown(request)})


@staff_only
@require_safe
@overseers_only
def clause(request: VisitRequest, name: str) -> HttpResponse:
    """One clause, sentence by sentence."""
    shown = _shown(request)
    ids = [one.id for one in shown.clauses]
    if name not in ids:
        raise Http404("the notice has no such clause")
    at = ids.index(name)
    context = {
        "shown": shown,
        "clause": shown.clauses[at],
        "before": shown.clauses[at - 1] if at else None,
        "after": shown.clauses[at + 1] if at + 1 < len(ids) else None,
    }
    return render(request, "prove/clause.html", context)


@staff_only
@require_safe
@overseers_only
def old(request: VisitRequest, number: str) -> HttpResponse:
    """A notice from before this house: each sentence, by what carries it today."""
    stood = shelf.read(request.visit.house.config.paths.register)
    found = next((one for one in stood.legacy if one.number == number), None)
    if found is None:
        raise Http404("there was no such notice")
    shown = _old(found, _report(request))
    return render(request, "prove/old.html", {"shown": shown})


def _old(found: LegacyNotice, today: Report) -> OldShown:
    rows = tuple(map(_old_sentence, legacy.sentences(found, today)))
    return OldShown(
        number=found.number,
        rows=rows,
        held=sum(one.drawn == "kept" for one in rows),
        broken=sum(one.drawn == "broken" for one in rows),
        untrue=sum(one.drawn == "untrue" for one in rows),
    )


def _old_sentence(one: OldSentence) -> OldSentenceShown:
    told = one.sentence
    drawn = "untrue" if one.untrue else "people" if told.owner else OLD_CLASSES[one.verdict]
    return OldSentenceShown(
        id=told.id,
        text=told.text,
        drawn=drawn,
        says=OLD_NAMES[drawn],
        finding=told.finding if one.untrue else "",
        owner=str(desk_words.ROLES[told.owner]) if told.owner else "",
        evidence=told.evidence,
        carriers=tuple((each.id, each.promise.clause) for each in one.carriers),
    )


@staff_only
@require_safe
@overseers_only
def as_json(request: VisitRequest) -> HttpResponse:
    """The report for programs."""
    answer = JsonResponse(
        report.as_json(_report(request)), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Content-Disposition"] = 'attachment; filename="prove.json"'
    return answer


def _report(request: VisitRequest) -> Report:
    return proving.prove(request.visit.house, request.visit.now, wording.language())


def _shown(request: VisitRequest) -> ProveShown:
    made, role = _report(request), Role(reader(request).role)
    clauses = tuple(_clause(one, role) for one in made.clauses)
    old = NoticeVersion.objects.filter(legacy=True).order_by("-valid_from")
    return ProveShown(
        made, clauses, _parts(made.sentences), tuple(old.values_list("number", flat=True))
    )


def _clause(one: ClauseProof, role: Role) -> ClauseShown:
    return ClauseShown(
        id=one.id,
        title=one.title or _("Muut kohdat"),
        numbered=one.numbered,
        broken=one.verdict is Verdict.RED,
        drawn=tuple(map(_drawn, one.sentences)),
        parts=_parts(one.sentences),
        sentences=tuple(_sentence(each, role) for each in one.sentences),
    )


def _sentence(one: SentenceProof, role: Role) -> SentenceShown:
    kind = one.proof.kind if one.proof else ""
    file, _space, name = one.test.partition(" ")
    return SentenceShown(
        proof=one,
        drawn=_drawn(one),
        found=words.found(kind, one.figures) if kind else "",
        looked=words.looked(kind, one.figures) if kind else "",
        missing=words.missing(one.id) if one.held is Held.NOTHING else "",
        url=reverse(one.page.value) if one.page and _may_read(one.page, role) else "",
        owner=str(desk_words.ROLES[one.owner]) if one.owner else "",
        test=(file, name.replace("_", " ")),
    )


def _may_read(page: Page, role: Role) -> bool:
    return doors.door(page.value).admits(role, Deed.READ)


def _drawn(one: SentenceProof) -> str:
    return "broken" if one.verdict is Verdict.RED else CLASSES[one.held]


def _parts(sentences: Iterable[SentenceProof]) -> tuple[Part, ...]:
    drawn = [_drawn(one) for one in sentences]
    ways: tuple[tuple[Verdict | Held, str], ...] = (
        (Verdict.GREEN, "kept"),
        (Verdict.RED, "broken"),
        *((held, CLASSES[held]) for held in (Held.TEST, Held.PERSON, Held.LAW, Held.NOTHING)),
    )
    return tuple(Part(str(NAMES[way]), kind, drawn.count(kind)) for way, kind in ways)
