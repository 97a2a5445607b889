"""When may destruction be stopped, for how long, and what may the held call then be used for?
(REGISTER 13.6-13.13)

A hold changes the end date *and* narrows the purposes. It has a case, a ground, people and a review
day; it never covers a queue, a customer or "could be useful".
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from talteen.errors import Conflict, InputError, NoLongerOpens
from talteen.notice import opinions
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Purpose, Role


class Ground(Enum):
    """The closed list of grounds (13.12)."""

    COMPLAINT = "complaint"
    LEGAL_CLAIM = "legal_claim"  # Art. 17(3)(e): a named dispute
    AUTHORITY_PRESERVATION = "authority_preservation"
    SUBJECT_RESTRICTION = "subject_restriction"  # Art. 18(1)(b)-(c)
    REQUEST_PENDING = "request_pending"  # REGISTER 14.5
    BREACH_EVIDENCE = "breach_evidence"


PURPOSES: dict[Ground, frozenset[Purpose]] = {
    Ground.COMPLAINT: frozenset({Purpose.RIGHTS_OF_PARTIES}),
    Ground.LEGAL_CLAIM: frozenset({Purpose.RIGHTS_OF_PARTIES}),
    Ground.AUTHORITY_PRESERVATION: frozenset({Purpose.AUTHORITY}),
    Ground.SUBJECT_RESTRICTION: frozenset(
        {Purpose.DATA_SUBJECT_REQUEST, Purpose.RIGHTS_OF_PARTIES}
    ),
    Ground.REQUEST_PENDING: frozenset({Purpose.DATA_SUBJECT_REQUEST}),
    Ground.BREACH_EVIDENCE: frozenset({Purpose.BREACH_INVESTIGATION}),
}
"""What a held call may be used for, from activation on (J11)."""

REVIEW_WITHIN = timedelta(days=90)  # 13.10


@dataclass(frozen=True, slots=True)
class Proposal:
    """A hold as it is asked for."""

    ground: Ground
    review_on: date
    opened_by: object
    approved_by: object
    case_open: bool


def check_placing(proposal: Proposal, cutoff_at: datetime, *, now: datetime, today: date) -> None:
    """Raise unless the hold may be placed now.

    NoLongerOpens after the cutoff (13.6: nothing is fetched back from the ring), Conflict when one
    person does both steps (I15) or the case is closed, InputError for a review day that is past or
    too far.
    """
    if now >= cutoff_at:
        raise too_late()
    _two_persons(proposal.opened_by, proposal.approved_by)
    if not proposal.case_open:
        raise Conflict("the case is closed", remedy="open a new case for a new hold")
    check_review(proposal.review_on, today)


MANY_CALLS = 50
"""A case that holds more waits for the data protection officer (13.12)."""


class WaitsForOpinion(Conflict):
    """A case holds many calls, and the data protection officer has not spoken of as many."""

    slug = "waits-for-opinion"


def waits_for_opinion(calls: int, opined_on: int | None) -> bool:
    """Whether a case of ``calls`` waits for the officer, who spoke last of ``opined_on``."""
    return calls > MANY_CALLS and (opined_on is None or opined_on < calls)


def check_many(
    calls: int, *, opined_on: int | None, opinion: Opinion | None, answered: bool
) -> None:
    """Raise unless a case may hold ``calls`` beyond provisional days (13.12).

    ``opined_on``: of how many calls the officer spoke last; ``answered``: somebody has written
    since why it goes on although they do not simply support it. WaitsForOpinion, or Unanswered.
    """
    if calls <= MANY_CALLS:
        return
    if waits_for_opinion(calls, opined_on):
        raise WaitsForOpinion(
            f"a case of more than {MANY_CALLS} calls waits for the data protection officer",
            remedy="ask for their opinion; until then its holds end by themselves",
        )
    opinions.answered(opinion, "yes" if answered else "")


def check_named(calls: int) -> None:
    """Raise InputError unless single calls are named, and not more than can be looked at: a line, a
    queue or a customer is never held whole (13.7, 13.12)."""
    if not calls:
        raise InputError("no call is named", remedy="name the calls of the dispute")
    if calls > MOST_NAMED:
        raise InputError(
            f"more than {MOST_NAMED} calls at once", remedy="name those that the dispute is about"
        )


MOST_NAMED = 200
"""That one person can have looked at, one by one."""


def check_review(review_on: date, today: date) -> None:
    """Raise InputError for a review day that is past or too far (13.10)."""
    if not today < review_on <= today + REVIEW_WITHIN:
        raise InputError(
            "the review day must lie within the next 90 days", remedy="choose an earlier day"
        )


PROPOSERS = frozenset({Role.AGENT, Role.TEAM_LEADER, Role.REGISTER_CONTACT})
"""Who may hold a call alone, for some days (13.6). The register contact too: a complaint that came
by letter has no agent who could press, and another register contact confirms it."""


def check_proposing(role: Role, cutoff_at: datetime, *, now: datetime) -> None:
    """Raise unless one person may hold the call provisionally now.

    NoLongerOpens after the cutoff, Conflict for a role that proposes no holds.
    """
    if now >= cutoff_at:
        raise too_late()
    if role not in PROPOSERS:
        raise Conflict("this role holds nothing alone", remedy="place a hold with a second person")


def check_confirming(role: Role, opened_by: object, confirmed_by: object) -> None:
    """Raise Conflict unless the register contact decides on another person's hold (13.6, I15)."""
    if role is not Role.REGISTER_CONTACT:
        raise Conflict("only the register contact confirms a hold", remedy="ask them")
    _two_persons(opened_by, confirmed_by)


def check_releasing(proposed_by: object, approved_by: object) -> None:
    """Raise Conflict unless two different persons release (13.9)."""
    _two_persons(proposed_by, approved_by)


def _two_persons(first: object, second: object) -> None:
    if first == second:
        raise Conflict("nobody approves their own proposal", remedy="ask a second person")


def too_late() -> NoLongerOpens:
    """What is said of a call that closed before somebody wanted to hold it."""
    return NoLongerOpens(
        "it is too late for a hold: the recording closed at its cutoff",
        remedy="answer that it no longer opens and name the day of its last key copy",
    )
