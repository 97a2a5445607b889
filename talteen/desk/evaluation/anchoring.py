"""Rewriting the anchors of one question in the calibration room: a new version of the form.

The version that was calibrated stays as it is; evaluations and rounds keep it. A question with
other anchors means something else: its figures begin anew, and its scores count again until they
are found wanting again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from talteen.desk.evaluation.calibration_words import SAID
from talteen.desk.evaluation.quality_words import in_language
from talteen.desk.page import failures, said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Conflict, InputError
from talteen.life.use.quality import calibrated, published
from talteen.life.use.quality.calibrated import Room
from talteen.life.use.quality.form import LANGUAGES, Form, Question, Scale
from talteen.notice.purposes import Role

EDITORS = frozenset({Role.QUALITY_ANALYST})
"""Who keeps the forms."""
ANCHORS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class AnchorField:
    """One field of the anchor form."""

    name: str
    point: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class AnchorShown:
    """The anchors of one question, to be rewritten."""

    question: str
    number: int
    text: str
    version: int
    fields: tuple[AnchorField, ...]


def shown(request: VisitRequest, found: Room, weakest: str) -> AnchorShown | None:
    """The anchors of the question that was chosen, else of the weakest; in the newest version."""
    if Role(reader(request).role) not in EDITORS or found.round.open:
        return None
    now = published.current(found.round.form)
    points = {one.id: one for one in now.questions if one.scale is Scale.POINTS}
    chosen = request.GET.get("question", "") or weakest
    if chosen not in points:
        return None
    return AnchorShown(
        question=chosen,
        number=next(n for n, one in enumerate(now.questions, 1) if one.id == chosen),
        text=in_language(points[chosen].text),
        version=now.version,
        fields=tuple(_fields(points[chosen])),
    )


def _fields(one: Question) -> Iterator[AnchorField]:
    for point in _points(one):
        for language in LANGUAGES:
            text = one.anchors.get(point, {}).get(language, "")
            yield AnchorField(f"a-{point}-{language}", point, language, text)


def _points(one: Question) -> list[int]:
    return sorted({*ANCHORS, *one.anchors})


@staff_only
@require_POST
def publish(request: VisitRequest, number: int) -> HttpResponse:
    """Publish other anchors for one question: the form's next version."""
    who, form = reader(request), request.POST
    found = calibrated.room(who, number, request.visit.now)
    if Role(who.role) not in EDITORS:
        return failures.forbidden(request)
    if found is None or found.round.open:
        raise Http404("no such round for this reader")
    now = published.current(found.round.form)
    begun_from = replace(now, version=whole(form.get("version", "")))
    chosen = form.get("question", "")
    try:
        new = published.publish(_rewritten(begun_from, chosen, form), who, request.visit.now)
    except InputError:
        said.keep(request, SAID, what="faulty")
    except Conflict:
        said.keep(request, SAID, what="unchanged")
    else:
        return redirect("form-diff", new.id, now.version, new.version)
    known = chosen if any(one.id == chosen for one in now.questions) else ""
    return redirect(f"{request.path.removesuffix('/anchors')}?question={known}#ankkuri")


def _rewritten(now: Form, chosen: str, form: QueryDict) -> Form:
    def told(one: Question) -> Question:
        if one.id != chosen:
            return one
        words = {
            point: {code: form.get(f"a-{point}-{code}", "").strip() for code in LANGUAGES}
            for point in _points(one)
        }
        return replace(one, anchors=words)

    sections = tuple(
        replace(section, questions=tuple(told(one) for one in section.questions))
        for section in now.sections
    )
    return replace(now, sections=sections)


def whole(text: str) -> int:
    """A number as a form sends it; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
