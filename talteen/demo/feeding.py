"""The feeder of a demo house that stays: three months in a minute, then transcripts, newest first.

It may be stopped and started at any moment: calls that were taken in are recognised, and time goes
on from where the house's clock stands.
"""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from talteen.clock import SystemClock, helsinki_date
from talteen.demo import cast, days, material
from talteen.notice.purposes import Role
from talteen.register import house as houses
from talteen.register import jobs
from talteen.register.models import Case, CaseRecording, Recording, Staff
from talteen.register.states import Progress
from talteen.wiring import House

COMPLAINT = "008-kaksoisveloitus"


def feed(house: House, drop: Path, *, today_at: datetime) -> None:
    """Live until ``today_at`` unless the house has been there, open its first cases, write
    words."""
    if house.now() < today_at:
        tally = days.Tally()
        calls = material.calls(helsinki_date(today_at))
        for _ in days.live_through(house, calls, drop, until=today_at, move=_move, tally=tally):
            pass
        _open_cases(house, tally)
    jobs.drain()


def _move(to: datetime) -> None:
    houses.set_clock(to, machine_at=SystemClock().now())


def _open_cases(house: House, tally: days.Tally) -> None:
    """A complaint and a request, so that a visitor finds a purpose with a case to it."""
    now = house.now()
    handler, contact = cast.first_of(Role.COMPLAINT_HANDLER), cast.first_of(Role.REGISTER_CONTACT)
    complaint = tally.outcomes.get(COMPLAINT)
    chosen = complaint.recording if complaint else None
    _open(f"R-{now.year}-001", "complaint", chosen, now, handler, contact)
    newest = Recording.objects.filter(progress=Progress.SEALED.value).order_by("-started_at")
    _open(
        f"P-{now.year}-001",
        "request",
        newest.values_list("pk", flat=True).first(),
        now,
        contact,
        cast.person("r02"),
    )


def _open(reference: str, kind: str, recording: UUID | None, now: datetime, *people: Staff) -> None:
    case, made = Case.objects.get_or_create(
        reference=reference, defaults={"kind": kind, "opened_at": now, "opened_by": people[0]}
    )
    if made:
        case.people.set(people)
        for row in Recording.objects.filter(pk=recording) if recording else ():
            CaseRecording.objects.create(case=case, recording=row)
