"""A call of a dispute opens to personnel by the word of two, for a day, and its agent is told
(REGISTER D, 5.4; TYL 4 §).

The register contact names personnel in a complaint. They ask for one of its calls and say why; the
contact, who answers for the dispute, says yes or no. With the yes the agent is told, before a
second of it can be heard: there is no listening to one's own people behind their back (E.3), and
what could only be found out so is for the police. What is covered stays covered, what is on health
and belief, restricted or held for another matter stays shut.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, override

from talteen import ids
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.life.seal import personal
from talteen.life.seal.vault import Vault
from talteen.notice import openings as law
from talteen.notice.openings import OpeningState
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Purpose, Role
from talteen.notice.requests import check_reasons
from talteen.register.models import AccessEntry, Case, Recording, Staff
from talteen.register.personnel_opening_models import PersonnelOpening
from talteen.register.post import messages
from talteen.register.post.messages import Message
from talteen.register.staff import two_persons
from talteen.register.states import OPENABLE

log = structlog.get_logger()
ASKERS = frozenset({Role.HR})
APPROVERS = frozenset({Role.REGISTER_CONTACT})
LOOKERS = ASKERS | APPROVERS
LONGEST = 1000
SHOWN_FOR = timedelta(days=90)
"""An opening that is over stays on the pages of both."""


class TooOften(Conflict):
    """This call waits for a second person already, or is open."""

    slug = "asked-already"


@dataclass(frozen=True, slots=True)
class Told:
    """One opening, as pages show it."""

    row: PersonnelOpening
    state: OpeningState
    call: Recording | None
    """None once it is destroyed."""
    times: int
    """How often the call was opened by it."""


@dataclass(frozen=True, slots=True)
class CaseCall:
    """A call that personnel may ask for: when it began and on which line, and nothing more."""

    case: Case
    call: Recording


def name(case: UUID, person: UUID, *, by: Staff) -> None:
    """Name one of the personnel in a complaint: they may ask for its calls from then on.

    NotAllowed for another role than the register contact, Missing for a case that is none or over,
    InputError for somebody else than personnel.
    """
    if Role(by.role) not in APPROVERS:
        raise NotAllowed("this role names nobody in a case", remedy="ask the register contact")
    row = Case.objects.filter(pk=case, kind="complaint", closed_at=None).first()
    if row is None:
        raise Missing("there is no such open case", remedy="look at the list of holds again")
    found = Staff.objects.filter(pk=person, role__in=[one.value for one in ASKERS], is_active=True)
    if (one := found.first()) is None:
        raise InputError("this is nobody of the personnel", remedy="choose from the list")
    row.people.add(one)


def askable(person: Staff) -> list[CaseCall]:
    """The calls of the open complaints that name ``person``, the latest first; not their own."""
    cases = Case.objects.filter(people=person, kind="complaint", closed_at=None)
    return [
        CaseCall(case, call)
        for case in cases.order_by("reference").prefetch_related("recordings__line")
        for call in sorted(case.recordings.all(), key=lambda one: one.started_at, reverse=True)
        if call.progress in {one.value for one in OPENABLE} and call.agent_id != person.pk
    ]


@transaction.atomic
def ask(
    vault: Vault,
    file: RegisterFile,
    case: UUID,
    recording: UUID,
    why: str,
    *,
    by: Staff,
    now: datetime,
) -> PersonnelOpening:
    """``by`` wants to open a call of the case, and says why; the register contact is told.

    NotAllowed for another role, Missing for a call that is not theirs to ask for, InputError
    without a reason, TooOften while it waits or is open.
    """
    if Role(by.role) not in ASKERS:
        raise NotAllowed("only personnel ask for this", remedy="open the call in your own case")
    told = _reason(why)
    Case.objects.select_for_update().filter(pk=case).first()
    wanted = [one for one in askable(by) if (one.case.pk, one.call.pk) == (case, recording)]
    if not wanted:
        raise Missing("no case that names you has such a call", remedy="choose from the list")
    mine = PersonnelOpening.objects.filter(case=case, recording=recording, asked_by=by)
    if any(state(one, now).stands for one in mine):
        raise TooOften("this call was asked for", remedy="wait for the second person")
    row = PersonnelOpening(id=ids.new(), case=wanted[0].case, recording=recording, asked_by=by)
    row.asked_at = now
    row.why = personal.seal(vault, personal.Kind.PERSONNEL, row.pk, by.pk, told.encode())
    row.save(force_insert=True)
    messages.write(_of_asking(row, file.contact.email), now)
    return row


@transaction.atomic
def approve(opening: UUID, *, by: Staff, now: datetime) -> None:
    """The second person's yes: the agent is told, and the 24 hours begin.

    NotAllowed for another role, for who asked and for the agent of the call; Conflict where it
    waits no more, or its call or case is gone.
    """
    row = _waiting(opening, by, now)
    row.approved_by, row.approved_at = by, now
    row.ends_at = now + law.PERSONNEL_OPENS_FOR
    row.save(update_fields=["approved_by", "approved_at", "ends_at"])
    log.warning("personnel.opening_begun", opening=row.pk)


@transaction.atomic
def refuse(vault: Vault, opening: UUID, why_not: str, *, by: Staff, now: datetime) -> None:
    """The second person's no, with its reason. Raises as ``approve``, InputError without one."""
    told = _reason(why_not)
    row = _waiting(opening, by, now)
    row.refused_by, row.refused_at = by, now
    row.why_not = personal.seal(vault, personal.Kind.PERSONNEL, row.pk, by.pk, told.encode())
    row.save(update_fields=["refused_by", "refused_at", "why_not"])


@transaction.atomic
def end(opening: UUID, *, by: Staff, now: datetime) -> None:
    """Who asked gives it back, or who may say yes takes it back. NotAllowed for others, Conflict
    where it does not run."""
    row = _locked(opening)
    if row.asked_by_id != by.pk and Role(by.role) not in APPROVERS:
        raise NotAllowed("this is not yours to end", remedy="ask the register contact")
    if state(row, now) is not OpeningState.RUNS:
        raise Conflict("this does not run", remedy="open the page again")
    row.ends_at = now
    row.save(update_fields=["ends_at"])


@transaction.atomic
def read(opening: UUID, *, by: Staff, now: datetime) -> None:
    """The agent has read of it. Missing for anybody else."""
    row = _locked(opening)
    own = Recording.objects.filter(pk=row.recording, agent=by) if row.recording else None
    if own is None or row.approved_at is None or not own.exists():
        raise Missing("nobody opened a call of yours so", remedy="look at your own page")
    if row.read_at is None:
        row.read_at = now
        row.save(update_fields=["read_at"])


def state(row: PersonnelOpening, now: datetime) -> OpeningState:
    """Where it stands at ``now``; over as soon as its case is."""
    found = law.state(
        asked_at=row.asked_at,
        refused_at=row.refused_at,
        ends_at=row.ends_at,
        waits=law.PERSONNEL_WAITS,
        now=now,
    )
    gone = row.recording is None or row.case.closed_at is not None
    if gone and found.stands:
        return OpeningState.LAPSED if found is OpeningState.ASKED else OpeningState.OVER
    return found


def of(reader: Staff, now: datetime) -> list[Told]:
    """Those that the reader has a part in, the newest first: one's own, or all that there are."""
    role, rows = Role(reader.role), _rows()
    if role not in LOOKERS:
        return []
    rows = rows if role in APPROVERS else rows.filter(asked_by=reader)
    return _told(rows.filter(asked_at__gt=now - SHOWN_FOR), now)


def to_agent(agent: Staff, now: datetime) -> list[Told]:
    """Those that opened a call of ``agent``, from the yes on, the newest first."""
    own = Recording.objects.filter(agent=agent).values("pk")
    return _told(_rows().filter(approved_at__isnull=False, recording__in=own), now)


def waiting(reader: Staff, now: datetime) -> list[Told]:
    """Those that wait for the reader: for a yes or no, or, of an agent, to be read of."""
    if Role(reader.role) is Role.AGENT:
        return [one for one in to_agent(reader, now) if one.row.read_at is None]
    return [one for one in of(reader, now) if decides(reader, one)]


def decides(reader: Staff, one: Told) -> bool:
    """Whether the reader may say yes or no to it."""
    parties = {one.row.asked_by_id, one.call.agent_id if one.call else None}
    asked = one.state is OpeningState.ASKED
    return asked and Role(reader.role) in APPROVERS and reader.pk not in parties


def reasons(vault: Vault, row: PersonnelOpening) -> tuple[str, str]:
    """Why, and why not, in the words of either; empty where nothing was said or it is gone."""
    return (
        _words(vault, row, row.asked_by_id, bytes(row.why)),
        _words(vault, row, row.refused_by_id, bytes(row.why_not)),
    )


def _words(vault: Vault, row: PersonnelOpening, by: UUID | None, words: bytes) -> str:
    if by is None or not words:
        return ""
    return personal.unseal(vault, personal.Kind.PERSONNEL, row.pk, by, words).decode()


def _rows() -> QuerySet[PersonnelOpening]:
    people = ("asked_by", "approved_by", "refused_by")
    return PersonnelOpening.objects.select_related("case", *people)


def _told(rows: QuerySet[PersonnelOpening], now: datetime) -> list[Told]:
    found = list(rows.order_by("-asked_at")[:100])
    calls = Recording.objects.select_related("line").in_bulk(
        [one.recording for one in found if one.recording]
    )
    grants = AccessEntry.objects.filter(
        action="grant", purpose=Purpose.RIGHTS_OF_PARTIES.value, recording__in=calls
    ).values_list("staff", "case", "recording", "at")
    return [
        Told(
            row=one,
            state=state(one, now),
            call=calls.get(one.recording) if one.recording else None,
            times=sum(_by(one, *entry) for entry in grants),
        )
        for one in found
    ]


def _by(row: PersonnelOpening, staff: UUID, case: str, call: UUID | None, at: datetime) -> bool:
    same = (staff, case, call) == (row.asked_by_id, row.case.reference, row.recording)
    return same and row.approved_at is not None and row.approved_at <= at < (row.ends_at or at)


def _reason(written: str) -> str:
    told = check_reasons(written)
    if len(told) > LONGEST:
        raise InputError("this is too long", remedy=f"write at most {LONGEST:,} signs")
    return told


def _waiting(opening: UUID, by: Staff, now: datetime) -> PersonnelOpening:
    if Role(by.role) not in APPROVERS:
        raise NotAllowed("this role opens nothing to personnel", remedy="ask a register contact")
    row = _locked(opening)
    two_persons.check(row.asked_by_id, by.pk)
    call = Recording.objects.filter(pk=row.recording).first() if row.recording else None
    if call is not None:
        two_persons.check(call.agent_id, by.pk)  # nor a party of the call
    if call is None or state(row, now) is not OpeningState.ASKED:
        raise Conflict("this waits for nobody any more", remedy="open the page again")
    return row


def _locked(opening: UUID) -> PersonnelOpening:
    rows = PersonnelOpening.objects.select_for_update(of=("self",)).select_related("case")
    row = rows.filter(pk=opening).first()
    if row is None:
        raise Missing("there is no such opening", remedy="open the page again")
    return row


def _of_asking(row: PersonnelOpening, to: str) -> Message:
    with override("fi"):
        subject = gettext("Talteen: henkilöstöhallinto pyytää puhelua")
        body = gettext("Asian %(which)s pyyntö odottaa toista henkilöä viikon: sivu Avaukset.")
    told = body % {"which": row.case.reference}
    return Message(f"personnel-opening:{row.pk.hex}:{to}", to, subject, f"{told}\n")
