"""Handing an evaluation in, keeping a draft of it, and what the agent says to it.

The form stands on the page of an open call (``evaluation_form``). It is handed in whole, or comes
back with what is missing marked and everything else kept. An agent reads and answers their
evaluations on their own page of the sample.
"""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from talteen.desk.evaluation.evaluation_form import named, place_of
from talteen.desk.evaluation.quality import SAID
from talteen.desk.page import failures, purpose, said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.recordings import call
from talteen.errors import Conflict, InputError, Missing, NoLongerOpens
from talteen.life.use.quality import calibrating, drafts, evaluated, evaluating, published
from talteen.life.use.quality.evaluated import OnCall
from talteen.life.use.quality.evaluating import TooLate
from talteen.life.use.quality.form import Answer, Form, Special
from talteen.life.use.quality.handed import Draft, Incomplete
from talteen.life.use.quality.remarks import Remark
from talteen.notice.purposes import Role


@staff_only
@require_POST
def give(request: VisitRequest, recording: UUID) -> HttpResponse:
    """Hand the evaluation in; or the blind answers to a calibration round, where one asks."""
    grant = purpose.needed_grant(request, recording)
    on_call = evaluated.on_call(reader(request), grant.recording)
    house, now = request.visit.house, request.visit.now
    months = house.register.retention.evaluation_months
    try:
        if on_call.round is not None:
            calibrating.give(house.vault, grant, _draft(request, on_call), now)
            return redirect("calibration-round", on_call.round)
        evaluating.give(house.vault, grant, _draft(request, on_call), ends_after=months, now=now)
    except Incomplete as error:
        return call.opened_with(request, grant, error.lacking)
    return redirect(f"{request.path.removesuffix('/evaluate')}#arviointi")


@staff_only
@require_POST
def keep(request: VisitRequest, recording: UUID) -> HttpResponse:
    """Keep what has been filled in so far. The script asks for it as a person works; the button
    does the same without one."""
    grant = purpose.needed_grant(request, recording)
    draft = _draft(request, evaluated.on_call(reader(request), grant.recording))
    vault, now = request.visit.house.vault, request.visit.now
    drafts.save(vault, grant, draft.form.id, draft.answers, draft.remarks, now)
    if request.headers.get("X-Quietly"):
        return HttpResponse(status=204)
    return redirect(f"{request.path.removesuffix('/draft')}#arviointi")


def _draft(request: VisitRequest, on_call: OnCall) -> Draft:
    used = on_call.form or published.current(named(request.POST.get("form", "")))
    return Draft(used, dict(_answers(used, request.POST)), tuple(_remarks(request, used)))


def _answers(used: Form, sent: QueryDict) -> Iterator[tuple[str, Answer]]:
    for one in used.questions:
        answer = sent.get(f"q-{one.id}", "")
        if answer == Special.NA.value:
            yield one.id, Special.NA
        elif answer.isascii() and answer.isdigit() and len(answer) == 1:
            yield one.id, int(answer)


def _remarks(request: VisitRequest, used: Form) -> Iterator[Remark]:
    by = reader(request).code
    for question in (*(one.id for one in used.questions), ""):
        text = request.POST.get(f"r-{question}", "").strip()
        if text:
            yield Remark(text, by, question, place_of(request.POST, question))


@staff_only
@require_POST
def answer(request: VisitRequest, evaluation: UUID) -> HttpResponse:
    """The agent acknowledges an evaluation, or disputes it."""
    who, form = reader(request), request.POST
    if Role(who.role) is not Role.AGENT:
        return failures.forbidden(request)
    try:
        if form.get("what") == "dispute":
            vault, now = request.visit.house.vault, request.visit.now
            questions, why = form.getlist("question"), form.get("why", "")
            evaluating.dispute(vault, evaluation, who, questions, why, now)
            said.keep(request, SAID, what="disputed")
        else:
            evaluating.acknowledge(evaluation, who)
            said.keep(request, SAID, what="acknowledged")
    except InputError:
        said.keep(request, SAID, what="unsaid")
    except TooLate:
        said.keep(request, SAID, what="late")
    except (Conflict, Missing, NoLongerOpens):
        said.keep(request, SAID, what="unchanged")
    return redirect("quality")
