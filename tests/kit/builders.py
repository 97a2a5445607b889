"""One builder a row, sensible by default: the cast of the tests and the calls they meet.

Aino (agent), Tuomas (her team leader), Riitta (complaint handler), Eila and Ilkka (register
contacts), Dina (DPO), Ossi (admin), Otso (a stranger from another unit).
"""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import count

from talteen import ids
from talteen.clock import helsinki_date, start_of_day
from talteen.ids import RecordingId
from talteen.notice import adoption, months, purposes, retention
from talteen.notice.adoption import Kind, Paper
from talteen.notice.purposes import Purpose, Role
from talteen.notice.retention import RetentionPolicy
from talteen.register import adoptions
from talteen.register.adoptions import Step
from talteen.register.assessment_models import AssessmentStep
from talteen.register.models import (
    AnnouncementVersion,
    Case,
    Line,
    NoticeVersion,
    Recording,
    Staff,
    Training,
    Undertaking,
    Unit,
)
from talteen.register.staff import acknowledgements
from talteen.register.staff.acknowledgement_models import Acknowledgement
from talteen.register.states import Progress

NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
POLICY = RetentionPolicy()
_numbers = count(1)

CAST = {
    "Aino": Role.AGENT,
    "Tuomas": Role.TEAM_LEADER,
    "Riitta": Role.COMPLAINT_HANDLER,
    "Eila": Role.REGISTER_CONTACT,
    "Ilkka": Role.REGISTER_CONTACT,
    "Dina": Role.DPO,
    "Ossi": Role.ADMIN,
}


def unit(slug: str = "sales") -> Unit:
    return Unit.objects.get_or_create(
        slug=slug, defaults={"name_fi": slug, "name_sv": slug, "name_en": slug}
    )[0]


def line(slug: str = "rooms", of: str = "sales", language: str = "fi") -> Line:
    return Line.objects.get_or_create(
        slug=slug,
        defaults={
            "unit": unit(of),
            "language": language,
            "name_fi": slug,
            "name_sv": slug,
            "name_en": slug,
        },
    )[0]


def staff(
    name: str, *, role: Role | None = None, of: str = "sales", on: date | None = None
) -> Staff:
    """A person in good standing on ``on`` (default the day of NOON)."""
    day = on or helsinki_date(NOON)
    person = Staff.objects.filter(code=name.lower()).first()
    if person is None:
        role = role or CAST.get(name, Role.AGENT)
        person = Staff.objects.create(code=name.lower(), name=name, role=role.value, unit=unit(of))
        year = timedelta(days=365)
        Undertaking.objects.create(staff=person, version="1", signed_on=day - year)
        Training.objects.create(
            staff=person, passed_on=day - timedelta(days=100), valid_until=day + timedelta(days=200)
        )
        acknowledge(person)
        adopt_tests(min(day, helsinki_date(NOON)))
    return person


def adopt_tests(on: date) -> None:
    """A balancing test of each purpose that needs one and an impact assessment, adopted on ``on``,
    where nobody has adopted any: a house that was founded has its own."""
    if AssessmentStep.objects.exists():
        return
    _adopt(Paper("DPIA-1", "DPIA-1", Kind.IMPACT, '{"review_months":12}', on, 12))
    for number, purpose in enumerate(purposes.TERMS):
        if purpose not in purposes.STATUTORY:
            adopt_test(f"LIA-{number}", purpose, on)


def adopt_test(paper: str, purpose: Purpose, on: date) -> None:
    """Two persons adopt a balancing test for ``purpose`` on ``on``."""
    words = json.dumps({"purpose": purpose.value})
    _adopt(Paper(paper, purpose.value, Kind.BALANCING, words, on, 12))


def _adopt(paper: Paper) -> None:
    at = start_of_day(paper.reviewed_on)
    row = adoptions.propose(paper, "eila", at)
    adoptions.follow(row, Step.ADOPTED, "ilkka", at, reviewed_on=paper.reviewed_on)


def acknowledge(person: Staff, *, read: bool = True) -> None:
    """They have read the employees' notice that stands, if any, and permit recording (E.0)."""
    row = acknowledgements.newest()
    words = ("read", "permitted") if read else ("permitted",)
    for word in words if row else ():
        Acknowledgement.objects.create(
            staff=person,
            word=word,
            version=row.version,
            sha256=row.sha256,
            language="fi",
            at=row.entered_at,
        )


def notice(number: str = "2026-1") -> NoticeVersion:
    adopt_tests(helsinki_date(NOON))
    return NoticeVersion.objects.get_or_create(
        number=number,
        defaults={
            "valid_from": date(2026, 1, 1),
            "purposes": [purpose.value for purpose in Purpose],
            "retention_months": POLICY.months,
            "margin_days": POLICY.margin_days,
            "sha256": bytes(32),
            "text": {},
        },
    )[0]


def announcement(key: str = "announce.fi@1") -> AnnouncementVersion:
    return AnnouncementVersion.objects.get_or_create(
        key=key,
        defaults={
            "language": "fi",
            "direction": "inbound",
            "valid_from": date(2026, 1, 1),
            "text": "Tallennamme puhelun.",
        },
    )[0]


def recording(
    *,
    agent: Staff | None = None,
    started_at: datetime = NOON - timedelta(hours=1),
    progress: Progress = Progress.SEALED,
    on: str = "rooms",
    reviewed: bool = True,
) -> Recording:
    due_at = retention.due(started_at, POLICY)
    return Recording.objects.create(
        id=ids.new(),
        progress=progress.value,
        started_at=started_at,
        day=helsinki_date(started_at),
        cutoff_at=retention.cutoff(due_at, POLICY.margin_days),
        due_at=due_at,
        zone_rules=retention.ZONE_RULES,
        arrived_at=started_at + timedelta(minutes=5),
        length_ms=60_000,
        direction="inbound",
        source="direct",
        language="fi",
        line=line(on),
        agent=agent or staff("Aino"),
        notice=notice(),
        announcement=announcement(),
        announced_until=started_at,
        origin="import",
        reviewed=reviewed,
    )


def case(*people: Staff, calls: tuple[Recording, ...] = (), opened_at: datetime = NOON) -> Case:
    row = Case.objects.create(
        reference=f"R-2026-{next(_numbers):03}",
        kind="complaint",
        opened_at=opened_at,
        opened_by=people[0],
    )
    row.people.set(people)
    row.recordings.set(calls)
    return row


def recording_id(row: Recording) -> RecordingId:
    return RecordingId(row.pk)


def midday(day: date) -> datetime:
    return start_of_day(day) + timedelta(hours=12)


def lapse_test(purpose: Purpose | None, ends_on: date) -> str:
    """Let the balancing test of ``purpose`` (None: the impact assessment) end on ``ends_on``: the
    same words, adopted a year before. Gives its number."""
    rows = AssessmentStep.objects.filter(step=Step.ADOPTED.value).order_by("-at", "-pk")
    row = next(
        one
        for one in rows.select_related("proposal")
        if one.proposal and adoption.purpose_of(one.proposal.words) is purpose
    )
    assert row.proposal
    told = Paper(row.paper, row.paper, Kind.BALANCING, row.proposal.words, ends_on, 12)
    again = adoptions.propose(told, "eila", row.at)
    adoptions.follow(again, Step.ADOPTED, "ilkka", row.at, reviewed_on=months.later(ends_on, -12))
    return row.paper
