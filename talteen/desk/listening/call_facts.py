"""What can be counted of one call, as its page, its documents and programs show it: no score, no
comparison, and only to purposes that have a use for it (REGISTER 16.1, 16.3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from talteen.desk.page import purpose, wording, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Missing
from talteen.life.capture.rules import Mark, MarkKind
from talteen.life.transcribe import call_facts
from talteen.life.transcribe.call_facts import Facts, Part, Said, Saying
from talteen.life.transcribe.words import Side
from talteen.life.use import calls, listen
from talteen.life.use.listen import Written
from talteen.life.use.rows import Call
from talteen.notice.language import Language
from talteen.register import access, phrases, policy
from talteen.register.access import Grant
from talteen.register.policy import Rule, View
from talteen.register.refusals import Denied

WIDTH = 1000
"""The field of the drawing."""
_PARTS: dict[Part, words.Text] = {
    Part.AGENT: pgettext_lazy("part", "asiakaspalvelija puhuu"),
    Part.CALLER: pgettext_lazy("part", "soittaja puhuu"),
    Part.BOTH: pgettext_lazy("part", "molemmat puhuvat"),
    Part.SILENCE: pgettext_lazy("part", "hiljaista"),
    Part.HOLD: pgettext_lazy("part", "pidossa tai musiikkia"),
    Part.GAP: pgettext_lazy("part", "ei tallennettu"),
}


@dataclass(frozen=True, slots=True)
class PartShown:
    """One kind of moment: in the drawing, and as a row of its table."""

    key: str
    name: words.Text
    length_ms: int
    percent: int
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class SaidShown:
    """One required phrase and whether it was found."""

    name: str
    saying: str
    at_ms: int | None


@dataclass(frozen=True, slots=True)
class FactsShown:
    """The facts of one call."""

    facts: Facts
    parts: tuple[PartShown, ...]
    agent_percent: int | None
    """The agent's share of what was spoken; None where nobody spoke."""
    said: tuple[SaidShown, ...]

    @property
    def caller_percent(self) -> int | None:
        """The caller's: the two make a hundred."""
        return None if self.agent_percent is None else 100 - self.agent_percent


def of(request: VisitRequest, known: Call, written: Written) -> Facts:
    """The facts of a call whose words are open."""
    marks = [Mark(MarkKind(one.kind), one.start_ms, one.end_ms) for one in known.marks]
    return call_facts.facts(
        written.transcript,
        length_ms=known.row.length_ms,
        marks=marks,
        required=phrases.of(request.visit.house.config.paths.register),
        day=known.row.day,
    )


def shown(request: VisitRequest, grant: Grant, known: Call, written: Written) -> FactsShown | None:
    """The facts for this reader; None for a purpose that has no use for them."""
    measures = policy.may_measure(grant.purpose) and grant.view is View.FULL
    return drawn(of(request, known, written)) if measures else None


def drawn(facts: Facts) -> FactsShown:
    """The facts as a page draws them."""
    share = facts.share(Side.AGENT)
    return FactsShown(
        facts,
        tuple(_parts(facts)),
        None if share is None else round(100 * share),
        tuple(_said(one) for one in facts.said),
    )


def _parts(facts: Facts) -> Iterator[PartShown]:
    length, at_ms = max(facts.length_ms, 1), 0
    for part, name in _PARTS.items():
        lasted = facts.of(part)
        x, end = at_ms * WIDTH // length, (at_ms + lasted) * WIDTH // length
        percent = round(100 * lasted / length)
        yield PartShown(part.value, name, lasted, percent, x, end - x)
        at_ms += lasted


def _said(one: Said) -> SaidShown:
    sayings = {
        Saying.FOUND: _("löytyi"),
        Saying.LIKELY: _("jotakin sen kaltaista kuultiin, kuuntele kohta"),
        Saying.NOT_FOUND: _("ei löytynyt"),
        Saying.CANNOT_TELL: _("ei voi sanoa: sanoja on liian vähän tai ne ovat epävarmoja"),
    }
    name = one.phrase.named(Language(wording.language()))
    return SaidShown(name, sayings[one.saying], one.at_ms)


@staff_only
@require_safe
def page(request: VisitRequest, recording: UUID) -> HttpResponse:
    """The facts as JSON, for programs of whoever holds the permission."""
    grant = purpose.needed_grant(request, recording)
    if not policy.may_measure(grant.purpose) or grant.view is not View.FULL:
        raise Denied(Rule.PURPOSE_NOT_OPEN)
    known = calls.call(reader(request), grant.recording, now=request.visit.now)
    if known is None:
        raise Missing("there is no such call for this reader", remedy="open it from the list")
    length_ms = known.row.length_ms
    access.log_range(
        grant, "read", start_ms=0, end_ms=length_ms, at=request.visit.now, what="facts"
    )
    written = listen.open_words(request.visit.house.vault, grant, request.visit.now)
    if written is None:
        raise Missing("this call has no words yet", remedy="come back when it is transcribed")
    return JsonResponse(plain(of(request, known, written)))


def plain(facts: Facts) -> dict[str, Any]:
    """The facts as values (docs/formats/call-facts.md)."""
    return {
        "format": 1,
        "length_ms": facts.length_ms,
        "parts_ms": {part.value: lasted for part, lasted in facts.parts},
        "spoken_ms": {side.value: facts.spoken(side) for side in Side},
        "long_silences": facts.long_silences,
        "longest_silence_ms": facts.longest_silence_ms,
        "phrases": [
            {"key": one.phrase.key, "saying": one.saying.value, "at_ms": one.at_ms}
            for one in facts.said
        ],
    }
