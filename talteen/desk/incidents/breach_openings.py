"""Opening a call in the room of a breach: asked by the officer, agreed to by a second person,
opened for a day, and shown to all who work on the breach (table D)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.seal.case_files import Texts
from talteen.notice.openings import OpeningState
from talteen.notice.purposes import Purpose, Role
from talteen.oversight.breaches import opening, papers
from talteen.oversight.breaches.models import Breach, BreachPaper
from talteen.oversight.breaches.scope import CallReached, Scope
from talteen.register.investigation_models import BreachOpening


@dataclass(frozen=True, slots=True)
class OpeningShown:
    """One opening, and what the reader may do about it."""

    row: BreachOpening
    state: OpeningState
    why: str
    times: int
    """How often the call was opened."""
    agrees: bool
    opens: bool


@dataclass(frozen=True, slots=True)
class OpeningsShown:
    """All of a breach."""

    rows: tuple[OpeningShown, ...]
    asks: bool
    calls: tuple[CallReached, ...]
    """Those that can be asked for."""
    reference: str
    purpose: Purpose
    typed: Mapping[str, str]


def shown(
    request: VisitRequest, row: Breach, reached: Scope, *, works: bool, kept: bool
) -> OpeningsShown:
    """As the room shows them. ``works``: steps can be taken still; ``kept``: the file opens."""
    role = Role(reader(request).role)
    counted, why = opening.openings(row), _reasons(request, row) if kept else {}
    rows = tuple(
        _row(request, one, counted.get(one.recording, 0) if one.recording else 0, why, works=works)
        for one in opening.of(row)
    )
    living = tuple(one for one in reached.calls if one.day is not None and not one.dead)
    return OpeningsShown(
        rows=rows,
        asks=works and role in opening.ASKERS and bool(living),
        calls=living,
        reference=row.case.reference,
        purpose=Purpose.BREACH_INVESTIGATION,
        typed={name: request.POST.get(name, "") for name in ("call", "why")},
    )


def _reasons(request: VisitRequest, row: Breach) -> Mapping[UUID, Texts]:
    vault = request.visit.house.vault
    found = BreachPaper.objects.filter(breach=row, kind="opening")
    return {paper.pk: papers.read(vault, paper) for paper in found}


def _row(
    request: VisitRequest,
    row: BreachOpening,
    times: int,
    why: Mapping[UUID, Texts],
    *,
    works: bool,
) -> OpeningShown:
    who, state = reader(request), opening.state(row, request.visit.now)
    own = row.asked_by_id == who.pk
    agrees = works and state is OpeningState.ASKED and Role(who.role) in opening.APPROVERS
    return OpeningShown(
        row=row,
        state=state,
        why=why.get(row.reason, {}).get("text", ""),
        times=times,
        agrees=agrees and not own,
        opens=state is OpeningState.RUNS and own and row.recording is not None,
    )
