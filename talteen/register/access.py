"""Grants: the only way to sound and words, and the log line that comes first (DESIGN 0.4,
REGISTER 5.1, I11).

``grant`` is the only maker of a Grant. It asks the policy, and *commits* the log row before it
returns, so that nothing can open that was not written down; a log that cannot be written opens
nothing. The row is the grant: each later range reads it again and asks the policy again, so that a
hold, an erasure, an expired training or a leaver stops an open stream at its next block (I16).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from talteen.clock import helsinki_date
from talteen.errors import TalteenError
from talteen.ids import RecordingId
from talteen.notice import hold_reviews, purposes
from talteen.notice.delegations import Duty
from talteen.notice.hold_reviews import Review
from talteen.notice.purposes import Purpose, Reach, Role
from talteen.register import (
    access_log,
    approved,
    balanced,
    emergencies,
    investigations,
    personnel_openings,
    policy,
    versions,
)
from talteen.register.models import AccessEntry, Case, CaseRecording, Hold, Recording, Staff
from talteen.register.policy import Allow, CallFacts, CaseFacts, Deny, HoldFacts, Rule, View
from talteen.register.refusals import Closed, Denied, GrantOver, NotBalanced
from talteen.register.staff import delegations, people
from talteen.register.staff.people import SignIn
from talteen.register.states import Lot, Progress

GRANT_LIFE = timedelta(minutes=30)  # REGISTER 5.2


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission for one person, one purpose, one recording, until a moment. Made only by
    ``grant``."""

    entry: int
    """Number of its row in the access log."""
    staff: UUID
    sign_in: SignIn
    purpose: Purpose
    recording: RecordingId
    case: str | None
    view: View
    until: datetime


def grant(
    staff: Staff,
    purpose: Purpose,
    recording: RecordingId,
    *,
    case: str | None,
    sign_in: SignIn,
    at: datetime,
) -> Grant:
    """Permission to open ``recording``, written down before it is given.

    Raises Denied or Closed (written down too), Unavailable when the log cannot be written.
    """
    match _verdict(staff, purpose, recording, case=case, sign_in=sign_in, at=at):
        case Deny(rule):
            access_log.deny(staff, purpose, recording, case, rule, at=at)
            raise _refusal(rule, purpose, at)
        case Allow(view):
            row = access_log.allowed(
                staff, purpose, recording, case, at=at, action="grant", rule=view.value
            )
            row.until = _until(staff, purpose, recording, case, at)
            access_log.write(row)
            return Grant(row.pk, staff.pk, sign_in, purpose, recording, case, view, row.until)


def log_range(
    grant: Grant, action: str, *, start_ms: int, end_ms: int, at: datetime, what: str = ""
) -> None:
    """Ask again whether ``grant`` still holds, and commit the log row of one range before it is
    sent.

    ``action`` is "play", "read", "unmask", "mask", "correct", "evaluate", "passage" (something is
    said of a passage for training), "prepare" (an export that may leave later) or "export". Raises
    as ``grant`` does; InputError when the grant has run
    out. ``what`` says more of the act: the form of an export.
    """
    if at >= grant.until:
        raise GrantOver()
    staff = Staff.objects.get(pk=grant.staff)
    verdict = _verdict(
        staff, grant.purpose, grant.recording, case=grant.case, sign_in=grant.sign_in, at=at
    )
    if isinstance(verdict, Allow) and not _within(verdict, grant, start_ms, end_ms):
        verdict = Deny(Rule.NOT_APPROVED)
    if isinstance(verdict, Deny):
        access_log.deny(staff, grant.purpose, grant.recording, grant.case, verdict.rule, at=at)
        raise _refusal(verdict.rule, grant.purpose, at)
    of = (staff, grant.purpose, grant.recording, grant.case)
    row = access_log.allowed(*of, at=at, action=action, rule=what)
    row.start_ms, row.end_ms = start_ms, end_ms
    access_log.write(row)


def _within(allowed: Allow, grant: Grant, start_ms: int, end_ms: int) -> bool:
    """Whether a range is one that the view has: of passages, one that is approved right now."""
    return allowed.view is not View.PASSAGES or approved.covers(grant.recording, start_ms, end_ms)


def log_unmasked(
    grant: Grant, action: str, *, start_ms: int, end_ms: int, at: datetime, what: str = ""
) -> None:
    """``log_range`` of an act of those who may see what is covered. Denied, written down too, for a
    purpose that never does (REGISTER 8.2, J1)."""
    if not unmasks(grant):
        staff = Staff.objects.get(pk=grant.staff)
        access_log.deny(staff, grant.purpose, grant.recording, grant.case, Rule.MASKED, at=at)
        raise Denied(Rule.MASKED)
    log_range(grant, action, start_ms=start_ms, end_ms=end_ms, at=at, what=what)


def unmasks(grant: Grant) -> bool:
    """Whether ``grant`` opens what is covered, too: by its purpose, and not on a view that keeps it
    covered."""
    return policy.may_unmask(grant.purpose) and grant.view is not View.COVERED


def grant_of_entry(entry: int, staff: Staff, sign_in: SignIn) -> Grant:
    """The grant that log row ``entry`` wrote down for ``staff``; Denied if it is not theirs
    (I12)."""
    row = AccessEntry.objects.filter(pk=entry, staff=staff.pk, action="grant").first()
    if row is None or row.recording is None or row.until is None:
        raise Denied(Rule.CASE_NEEDED)
    return Grant(
        entry=row.pk,
        staff=staff.pk,
        sign_in=sign_in,
        purpose=Purpose(row.purpose),
        recording=RecordingId(row.recording),
        case=row.case or None,
        view=View(row.rule),
        until=row.until,
    )


def permit_search(
    staff: Staff,
    purpose: Purpose,
    *,
    case: str | None,
    sign_in: SignIn,
    at: datetime,
    rule: str = "",
) -> None:
    """Check that ``staff`` may search words for ``purpose``, and what is covered too where ``rule``
    is COVERED; a denial is written down and raised."""
    person = people.standing(staff, sign_in, helsinki_date(at))
    facts = _case_facts(staff, purpose, case, None, at=at)
    stands = balanced.stands(purpose, helsinki_date(at))
    deeper = rule == COVERED
    broken = policy.may_search(person, purpose, facts, balanced=stands, covered=deeper)
    if broken is not None:
        access_log.deny(staff, purpose, None, case, broken, at=at)
        raise _refusal(broken, purpose, at)


COVERED = "covered"
"""``rule`` of a search in what is covered, too."""


def log_search(
    staff: Staff, purpose: Purpose, *, case: str | None, hits: int, at: datetime, rule: str = ""
) -> None:
    """Write down that a search was made, and how many hits it had; never what was searched (D).
    ``rule`` is COVERED or nothing."""
    row = access_log.row(staff, purpose, None, case, at=at, action="search", rule=rule)
    row.hits = hits
    access_log.write(row)


def log_found(
    staff: Staff,
    purpose: Purpose,
    found: Sequence[tuple[RecordingId, int]],
    *,
    case: str | None,
    at: datetime,
    rule: str = "",
) -> None:
    """Write down in which recordings a search had hits, before a passage of them is shown."""
    rows = []
    for recording, hits in found:
        row = access_log.row(staff, purpose, recording, case, at=at, action="search", rule=rule)
        row.hits = hits
        rows.append(row)
    access_log.write(*rows)


def log_facts(
    staff: Staff,
    purpose: Purpose,
    recording: RecordingId | None,
    *,
    hits: int,
    through: str,
    at: datetime,
) -> None:
    """Write down that a program read facts in the name of ``staff``, before it is answered.

    No sound and no word was opened. ``through`` is a code, such as "token:crm"; ``hits`` is how
    many rows of a list it was given. NotBalanced, written down too, for a purpose that stands on no
    test (6.1).
    """
    ground = balanced.of(purpose, helsinki_date(at))
    if not ground.stands(helsinki_date(at)):
        access_log.deny(staff, purpose, recording, None, Rule.NO_TEST, at=at)
        raise NotBalanced(ground)
    row = access_log.row(staff, purpose, recording, None, at=at, action="facts")
    row.rule, row.hits = through, hits or None
    access_log.write(row)


def _verdict(
    staff: Staff,
    purpose: Purpose,
    recording: RecordingId,
    *,
    case: str | None,
    sign_in: SignIn,
    at: datetime,
) -> policy.Verdict:
    today = helsinki_date(at)
    row = Recording.objects.select_related("line", "agent").filter(pk=recording).first()
    person, stands = people.standing(staff, sign_in, today), balanced.stands(purpose, today)
    if row is None:
        # Destroyed, or never there: the same answer for both, after the person's own standing.
        closed = CallFacts(Progress.DESTROYED, True, False, False, False, True, True)
        gone = _case_facts(staff, purpose, case, recording, at=at, gone=True)
        return policy.decide(person, purpose, closed, gone, balanced=stands)
    terms = versions.terms(row.notice_id, row.started_at, at)
    facts = CallFacts(
        progress=Progress(row.progress),
        past_cutoff=at >= min(row.cutoff_at, terms.cutoff_at),
        restricted=row.restricted,
        own_call=row.agent_id == staff.pk,
        of_today=row.day == today,
        same_unit=staff.unit_id is None or staff.unit_id == row.line.unit_id,
        flagged=row.special_category or not row.reviewed,
        holds=_hold_facts(row, staff, at),
        drawn=row.lot == Lot.DRAWN.value,
        same_team=bool(staff.team) and staff.team == row.agent.team,
        approved=_by_passages(staff, purpose) and approved.any_of(RecordingId(row.pk)),
        special=row.special_category,
        told=terms.purposes,
    )
    in_case = _case_facts(staff, purpose, case, recording, at=at)
    return policy.decide(person, purpose, facts, in_case, balanced=stands)


def _by_passages(staff: Staff, purpose: Purpose) -> bool:
    return purposes.reach(Role(staff.role), purpose) is Reach.APPROVED_PASSAGES


def _hold_facts(row: Recording, staff: Staff, at: datetime) -> tuple[HoldFacts, ...]:
    in_force = Hold.objects.filter(recording=row, state="active").prefetch_related("people")
    in_force = in_force.exclude(provisional_until__lte=at)  # 13.4: whether or not the job ran
    if not in_force:
        return ()
    today = helsinki_date(at)
    agreed = personnel_openings.cases(staff, row.pk, at)
    whose = delegations.acting(staff, Duty.CASES, today)
    return tuple(
        HoldFacts(
            purposes=frozenset(Purpose(p) for p in hold.purposes),
            person_in_hold=(
                hold.case_id in agreed or any(one.pk in whose for one in hold.people.all())
            )
            and not _frozen(hold, staff, today),
        )
        for hold in in_force
    )


def _frozen(hold: Hold, staff: Staff, today: date) -> bool:
    """A month after a missed review the call opens for the register contact alone (13.10)."""
    late = hold_reviews.standing(hold.review_on, today) is Review.FROZEN
    return late and staff.role != Role.REGISTER_CONTACT.value


def _until(
    staff: Staff, purpose: Purpose, recording: RecordingId, case: str | None, at: datetime
) -> datetime:
    """When a grant ends by itself; one by the word of two with their hour or their day."""
    longest, ends = at + GRANT_LIFE, None
    if case is not None and purpose is Purpose.BREACH_INVESTIGATION:
        row = emergencies.of(case)
        ends = row.ends_at if row else investigations.ends_at(staff, case, recording, at)
    elif case is not None and policy.takes_two(Role(staff.role), purpose):
        ends = personnel_openings.ends_at(staff, case, recording, at)
    return min(longest, ends) if ends else longest


def _case_facts(
    staff: Staff,
    purpose: Purpose,
    case: str | None,
    recording: RecordingId | None,
    *,
    at: datetime,
    gone: bool = False,
) -> CaseFacts | None:
    if not case:
        return None
    if purpose is Purpose.BREACH_INVESTIGATION:
        broken = emergencies.facts(staff, case, recording, at)
        return broken or investigations.facts(staff, case, recording, at)
    people = Case.people.through.objects.filter(
        case=OuterRef("pk"), staff__in=delegations.acting(staff, Duty.CASES, helsinki_date(at))
    )
    calls = CaseRecording.objects.filter(case=OuterRef("pk"), recording=recording)
    # All in one question: every range of a listener asks it.
    found = Case.objects.filter(reference=case).values_list("kind", "closed_at")
    row = found.annotate(has_person=Exists(people), has_call=Exists(calls)).first()
    if row is None:
        return None
    kind, closed_at, has_person, has_call = row
    if purpose is Purpose.AUTHORITY and kind != "disclosure":
        return None  # an order opens calls in the case of its disclosure alone (11.3)
    agreed = policy.takes_two(Role(staff.role), purpose) and personnel_openings.ends_at(
        staff, case, recording, at
    )
    return CaseFacts(
        closed_at is None, has_person, call_in_case=gone or has_call, agreed=bool(agreed)
    )


def _refusal(rule: Rule, purpose: Purpose, at: datetime) -> TalteenError:
    match rule:
        case Rule.NO_LONGER_OPENS:
            return Closed()
        case Rule.NO_TEST:
            return NotBalanced(balanced.of(purpose, helsinki_date(at)))
        case _:
            return Denied(rule)
