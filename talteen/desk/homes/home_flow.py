"""What leaves the house, on the homes of those who answer for it: disclosures that wait, recipients
that must be told (Art. 19), records that have lapsed or soon will. Nothing, while nothing waits.
"""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from talteen.desk.outflow import disclosure_words, disclosures, flow_words
from talteen.desk.page import wording
from talteen.desk.page.home_shown import Job, Line, listed
from talteen.desk.page.visit import VisitRequest
from talteen.life.answer.disclose import article19
from talteen.notice import coverage
from talteen.notice import recipient_tasks as tasks
from talteen.notice.recipient_tasks import TaskAct, TaskStage


def jobs(request: VisitRequest) -> tuple[Job, ...]:
    """One job where something waits; none otherwise."""
    lines = [*_records(request), *_tasks(request), *_disclosures(request)]
    if not lines:
        return ()
    return (
        Job(
            id="ulos",
            title=_("Mitä lähtee talosta"),
            says=ngettext("%(n)s asia", "%(n)s asiaa", len(lines)) % {"n": len(lines)},
            empty="",
            url=reverse("disclosures"),
            action=_("Luovutukset"),
            listed=listed(lines, len(lines)),
        ),
    )


def _records(request: VisitRequest) -> Iterator[Line]:
    file, today = request.visit.house.register, request.visit.today
    url = reverse("processors")
    for one in coverage.lapses(file, today):
        why = str(flow_words.WHY[one.why])
        yield Line(one.party, why, url, _("ei mitään uutta"), "soon", "triangle-alert")
    for processor in file.processors:
        day = coverage.next_review(file, processor)
        if day is not None and coverage.is_soon(day, today):
            said = _("tarkistus %(day)s") % {"day": wording.day(day)}
            yield Line(processor.name, "", url, said, "soon", "clock")


def _tasks(request: VisitRequest) -> Iterator[Line]:
    today, url = request.visit.today, reverse("recipients")
    for one in article19.standing():
        if tasks.is_pressing(one.due_on, TaskStage(one.stage), today):
            late = one.due_on < today
            yield Line(
                one.disclosure.recipient.name,
                str(disclosure_words.ACTS[TaskAct(one.act)]),
                url,
                _("myöhässä") if late else str(disclosure_words.TASKS[TaskStage(one.stage)]),
                "soon",
                "mail",
            )


def _disclosures(request: VisitRequest) -> Iterator[Line]:
    for one in disclosures.standing(request.visit.today):
        asks = one.waits_for_opinion
        yield Line(
            one.reference,
            one.recipient,
            reverse("disclosure", args=[one.id]),
            _("lausunto puuttuu") if asks else str(disclosure_words.NEXT[one.stage]),
            "soon" if asks else "",
            "clock",
        )
