"""What is covered of an open call: lifting it, and deciding on it, each written down first.

Everybody reads and hears the masked layer first. Those whose purpose allows it (REGISTER 8.2, J1)
may lift it for as long as their permission lasts; they alone judge a span, because nobody can judge
what they do not see. The session remembers the number of the grant that was lifted, nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from talteen import course
from talteen.desk.page import purpose
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import InputError
from talteen.life.capture.sidecar import Side
from talteen.life.transcribe import cutting
from talteen.life.transcribe.masking.layer import Decision, Layer, Verdict
from talteen.life.transcribe.masking.spans import Kind, Source, Span
from talteen.life.use import covering
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.models import Recording

_LIFTED = "lifted"
LONGEST_MS = 10 * 60_000
"""Nobody covers more than ten minutes in one go by mistake."""


@dataclass(frozen=True, slots=True)
class SpanShown:
    """One span in the list beside the words."""

    span: Span
    decided: Decision | None

    @property
    def cut(self) -> bool:
        """Whether it has left the recording, or is about to: nobody decides on it any more."""
        return self.decided is not None and self.decided.verdict is Verdict.CUT

    @property
    def may_be_code(self) -> bool:
        """Whether it may be a card's security code, which is cut out for good."""
        short = self.span.end_ms - self.span.start_ms <= cutting.LONGEST_MS
        return self.span.kind is Kind.CARD and short and not self.cut

    @property
    def seconds(self) -> tuple[float, float]:
        """Where it begins and ends, as the form takes it back."""
        return self.span.start_ms / 1000, self.span.end_ms / 1000


@dataclass(frozen=True, slots=True)
class CoverShown:
    """What is covered, and what this reader may do about it."""

    lifted: bool
    may: bool
    """Whether the purpose ever lifts it."""
    spans: tuple[SpanShown, ...]
    kinds: tuple[Kind, ...] = tuple(Kind)

    @property
    def undecided(self) -> int:
        """How many only the machine has proposed."""
        return sum(one.decided is None for one in self.spans)


def shown(request: VisitRequest, grant: Grant, layer: Layer) -> CoverShown:
    """The list for this reader."""
    spans = layer.in_force()
    return CoverShown(
        lifted=is_lifted(request, grant),
        may=access.unmasks(grant),
        spans=tuple(SpanShown(span, layer.decided(span)) for span in spans),
    )


def is_lifted(request: VisitRequest, grant: Grant) -> bool:
    """Whether this session has lifted the masking under this very grant."""
    lifted: dict[str, int] = request.session.get(_LIFTED, {})
    return lifted.get(str(grant.recording)) == grant.entry


@staff_only
@require_POST
def layer(request: VisitRequest, recording: UUID) -> HttpResponse:
    """Lift the masking, or put it back."""
    grant = purpose.needed_grant(request, recording)
    lifted = {k: v for k, v in request.session.get(_LIFTED, {}).items() if k != str(recording)}
    if request.POST.get("layer") == "full":
        access.log_unmasked(
            grant, "unmask", start_ms=0, end_ms=_length(grant), at=request.visit.now
        )
        lifted[str(recording)] = grant.entry
    request.session[_LIFTED] = lifted
    return redirect("call", recording)


@staff_only
@require_POST
def decide(request: VisitRequest, recording: UUID) -> HttpResponse:
    """Approve, add or remove spans, or have one cut out of the recording for good."""
    grant = purpose.needed_grant(request, recording)
    vault, now, code = request.visit.house.vault, request.visit.now, reader(request).code
    known = covering.layer(vault, grant, now)
    spans = _asked(request, known)
    verdict = Verdict(request.POST["verdict"])
    if verdict is Verdict.CUT:
        course.cut(grant, spans[0], by=code, now=now)
    else:
        covering.decide(vault, grant, [(verdict, span) for span in spans], by=code, now=now)
    return redirect(f"{request.path.removesuffix('/spans')}#peitot")


def _asked(request: VisitRequest, known: Layer) -> Sequence[Span]:
    """The spans that a form is about: all that only the machine proposed, one of them, or a new
    one."""
    form = request.POST
    try:
        verdict = Verdict(form["verdict"])
        if verdict is Verdict.ADDED:
            return [_new(request)]
        if form.get("which") == "all" and verdict is Verdict.APPROVED:
            return [span for span in known.in_force() if known.decided(span) is None]
        return [_still_there(known, known.in_force()[int(form["which"])])]
    except (KeyError, ValueError, IndexError):
        raise InputError(
            "this does not say which part", remedy="go back to the call and choose again"
        ) from None


def _still_there(known: Layer, span: Span) -> Span:
    decided = known.decided(span)
    if decided is not None and decided.verdict is Verdict.CUT:
        raise ValueError("nothing is left to decide on")
    return span


def _new(request: VisitRequest) -> Span:
    form = request.POST
    start_ms, end_ms = (round(float(form[key].replace(",", ".")) * 1000) for key in ("from", "to"))
    if not 0 <= start_ms < end_ms <= start_ms + LONGEST_MS:
        raise ValueError("not a stretch of time")
    return Span(
        kind=Kind(form["kind"]),
        side=Side(form["side"]),
        first=0,
        last=0,
        start_ms=start_ms,
        end_ms=end_ms,
        confidence=1.0,
        source=Source.PERSON,
    )


def _length(grant: Grant) -> int:
    return Recording.objects.only("length_ms").get(pk=grant.recording).length_ms
