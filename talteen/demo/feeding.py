"""The feeder of a demo house that stays: three months in a minute, then transcripts, newest first.

Where the house has a capture node and the foreign telephone can be had, the calls of the newest day
are not imported: they are placed, over real SIP, once the house's clock has caught up with the
machine's (decision 096).

It may be stopped and started at any moment: calls that were taken in are recognised, and time goes
on from where the house's clock stands.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog

from talteen import capturing, course
from talteen.clock import SystemClock, helsinki_date
from talteen.demo import cast, days, material, peer, telephone
from talteen.demo.material import SpokenCall
from talteen.errors import TalteenError, Unavailable
from talteen.notice.purposes import Role
from talteen.register import house as houses
from talteen.register.database import jobs
from talteen.register.models import Case, CaseRecording, Recording, Staff
from talteen.register.states import Progress
from talteen.wiring import House

COMPLAINT = "008-kaksoisveloitus"
TOGETHER = timedelta(seconds=5)
"""Two clocks that differ by no more show the same moment to a telephone."""

log = structlog.get_logger()


def feed(house: House, drop: Path, *, today_at: datetime) -> None:
    """Live until ``today_at`` unless the house has been there, open its first cases, write
    words."""
    if house.now() >= today_at:
        jobs.drain()
        return
    tally = days.Tally()
    calls = material.calls(helsinki_date(today_at))
    placed = _to_be_placed(house, calls, helsinki_date(today_at))
    imported = [call for call in calls if call not in placed]
    _live(house, imported, drop, today_at, tally)
    _open_cases(house, tally)
    with ThreadPoolExecutor(1) as telephone_line:
        if placed:
            _catch_up(house, drop, tally)
        missed = telephone_line.submit(_place, house, placed)
        jobs.drain()
    for call in missed.result():
        course.take_in(house, material.drop(call, drop), house.now())
    jobs.drain()


def _live(
    house: House, calls: Sequence[SpokenCall], drop: Path, until: datetime, tally: days.Tally
) -> None:
    for _ in days.live_through(house, calls, drop, until=until, move=_move, tally=tally):
        pass


def _to_be_placed(house: House, calls: Sequence[SpokenCall], today: date) -> list[SpokenCall]:
    """The calls of ``today`` if they can come by telephone; else none, and the log says why."""
    if not house.config.capture.address:
        return []
    try:
        peer.interpreter()
    except Unavailable as error:
        log.warning("demo.imports", code=error.slug)
        return []
    return [call for call in calls if helsinki_date(call.started_at) == today]


def _catch_up(house: House, drop: Path, tally: days.Tally) -> None:
    """Bring the house's clock, which stood still while days went by, to the machine's."""
    now = SystemClock().now()
    if now - house.now() > TOGETHER:
        _live(house, (), drop, now, tally)
        now = SystemClock().now()
        houses.set_clock(now, machine_at=now)


def _place(house: House, calls: Sequence[SpokenCall]) -> list[SpokenCall]:
    """Place ``calls`` one after another; gives those that could not be, to be imported."""
    missed = []
    for call in calls:
        if abs(SystemClock().now() - house.now()) > TOGETHER:
            missed.append(call)  # somebody has moved the clock on: no telephone rings then
            continue
        try:
            telephone.ring(house.config, capturing.folder(house.config), call.name)
        except TalteenError as error:
            log.warning("demo.imports", code=error.slug)
            missed.append(call)
    return missed


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
