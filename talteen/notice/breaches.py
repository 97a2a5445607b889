"""A personal data breach, from its report to its closing. Pure: kinds, states, edges, the clock.

GDPR 4(12), 33, 34; EDPB 9/2022; REGISTER 17.5 and C. A record begins as a report, by a person or by
an alarm of the house. Whoever looks at it first says when the controller *knew* (33(1)), or that it
is no breach, and why. Then its risk is judged; by that the authority is told, in phases (33(4)),
and the people (34), or the reasons are written down why not. It is closed by two persons, and kept
in the register of all breaches whatever was decided (33(5)).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType

from talteen.errors import Conflict, InputError, NotAllowed
from talteen.notice import limits, opinions


class BreachKind(Enum):
    """What happened (17.5). A closed list: the register is counted by it."""

    LOST_DEVICE = "lost_device"
    """A machine or a disk was stolen or is missing."""
    WRONG_DELIVERY = "wrong_delivery"
    UNAUTHORISED_ACCESS = "unauthorised_access"
    MASS_ACCESS = "mass_access"
    """One person opened more calls in a day than two persons had agreed on."""
    OUTSIDE_PURPOSE = "outside_purpose"
    UNANNOUNCED_CAPTURE = "unannounced_capture"
    DAMAGED = "damaged"
    """Stored bytes are not what was stored: they do not open."""
    LOST_HELD_CALL = "lost_held_call"
    LOST_CALL = "lost_call"
    """A call was captured, and nobody can open its sound."""
    LATE_DESTRUCTION = "late_destruction"
    EARLY_DESTRUCTION = "early_destruction"
    PROCESSOR = "processor"
    """A processor told us of one (33(2))."""
    OTHER = "other"


class Aspect(Enum):
    """What of it was lost (EDPB 9/2022, section I.A.2)."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


_SECRET, _AWAY = Aspect.CONFIDENTIALITY, Aspect.AVAILABILITY
ASPECTS: Mapping[BreachKind, tuple[Aspect, ...]] = MappingProxyType(
    {
        BreachKind.LOST_DEVICE: (_SECRET, _AWAY),
        BreachKind.WRONG_DELIVERY: (_SECRET,),
        BreachKind.UNAUTHORISED_ACCESS: (_SECRET,),
        BreachKind.MASS_ACCESS: (_SECRET,),
        BreachKind.OUTSIDE_PURPOSE: (_SECRET,),
        BreachKind.UNANNOUNCED_CAPTURE: (_SECRET,),
        BreachKind.DAMAGED: (Aspect.INTEGRITY, _AWAY),
        BreachKind.LOST_HELD_CALL: (_AWAY,),
        BreachKind.LOST_CALL: (_AWAY,),
        BreachKind.LATE_DESTRUCTION: (_SECRET,),
        BreachKind.EARLY_DESTRUCTION: (_AWAY,),
        BreachKind.PROCESSOR: (_SECRET,),
        BreachKind.OTHER: (_SECRET,),
    }
)
"""What a breach of each kind is about, until people say more."""


class Risk(Enum):
    """Of what kind the risk to people is; it decides who is told (33(1), 34(1))."""

    NONE = "none"
    """Unlikely to result in a risk: nobody is told, and the register says why."""
    SOME = "some"
    HIGH = "high"


class BreachStage(Enum):
    """How far it has come (REGISTER C)."""

    REPORTED = "reported"
    ASSESSING = "assessing"
    """The controller knows of it: the clock runs from ``aware_at``."""
    TO_NOTIFY = "to_notify"
    NOTIFIED = "notified"
    NOT_NOTIFIED = "not_notified"
    DISMISSED = "dismissed"
    """It was no breach, two persons have said."""
    CLOSED = "closed"


class BreachStep(Enum):
    """What can happen to it."""

    REPORTED = "reported"
    TRIAGED = "triaged"
    RISK_FOUND = "risk_found"
    NO_RISK_FOUND = "no_risk_found"
    OPINION = "opinion"
    NOTIFIED = "notified"
    """The authority was told: the first time, or a further phase."""
    PEOPLE_TOLD = "people_told"
    PEOPLE_NOT_TOLD = "people_not_told"
    """By a reason of 34(3)."""
    CONTAINED = "contained"
    POLICE_TOLD = "police_told"
    LEARNED = "learned"
    OPENING_ASKED = "opening_asked"
    """The officer asks to open a call of it, because log and keys do not tell enough."""
    OPENING_BEGUN = "opening_begun"
    """A second person has agreed: one call, 24 hours."""
    OPENING_REFUSED = "opening_refused"
    DISMISSAL_PROPOSED = "dismissal_proposed"
    DISMISSED = "dismissed"
    CLOSING_PROPOSED = "closing_proposed"
    CLOSED = "closed"
    SENT_BACK = "sent_back"
    """What one person proposed, a second one does not want."""
    CORRECTED = "corrected"
    """Said afterwards: what was written stays as it was."""


_S, _T = BreachStage, BreachStep
ENDED = frozenset({_S.DISMISSED, _S.CLOSED})
OPEN = tuple(stage for stage in BreachStage if stage not in ENDED)
_KNOWN = (_S.ASSESSING, _S.TO_NOTIFY, _S.NOTIFIED, _S.NOT_NOTIFIED)
_WORKED_ON = (_S.REPORTED, *_KNOWN)
_JUDGED = (_S.TO_NOTIFY, _S.NOTIFIED, _S.NOT_NOTIFIED)
_OPENINGS = (_T.OPENING_ASKED, _T.OPENING_BEGUN, _T.OPENING_REFUSED)
EDGES: Mapping[tuple[BreachStage, BreachStep], BreachStage] = MappingProxyType(
    {
        (_S.REPORTED, _T.TRIAGED): _S.ASSESSING,
        (_S.ASSESSING, _T.TRIAGED): _S.ASSESSING,
        **{(stage, _T.DISMISSAL_PROPOSED): stage for stage in (_S.REPORTED, _S.ASSESSING)},
        **{(stage, _T.DISMISSED): _S.DISMISSED for stage in (_S.REPORTED, _S.ASSESSING)},
        (_S.ASSESSING, _T.RISK_FOUND): _S.TO_NOTIFY,
        (_S.NOT_NOTIFIED, _T.RISK_FOUND): _S.TO_NOTIFY,
        (_S.TO_NOTIFY, _T.RISK_FOUND): _S.TO_NOTIFY,
        (_S.NOTIFIED, _T.RISK_FOUND): _S.NOTIFIED,
        (_S.ASSESSING, _T.NO_RISK_FOUND): _S.NOT_NOTIFIED,
        (_S.TO_NOTIFY, _T.NO_RISK_FOUND): _S.NOT_NOTIFIED,
        (_S.TO_NOTIFY, _T.NOTIFIED): _S.NOTIFIED,
        (_S.NOTIFIED, _T.NOTIFIED): _S.NOTIFIED,
        **{(stage, _T.PEOPLE_TOLD): stage for stage in (_S.TO_NOTIFY, _S.NOTIFIED)},
        **{(stage, _T.PEOPLE_NOT_TOLD): stage for stage in (_S.TO_NOTIFY, _S.NOTIFIED)},
        **{(stage, _T.OPINION): stage for stage in OPEN},
        **{(stage, _T.CONTAINED): stage for stage in _WORKED_ON},
        **{(stage, _T.POLICE_TOLD): stage for stage in _WORKED_ON},
        **{(stage, _T.LEARNED): stage for stage in _JUDGED},
        **{(stage, step): stage for stage in _WORKED_ON for step in _OPENINGS},
        **{(stage, _T.CLOSING_PROPOSED): stage for stage in (_S.NOTIFIED, _S.NOT_NOTIFIED)},
        **{(stage, _T.CLOSED): _S.CLOSED for stage in (_S.NOTIFIED, _S.NOT_NOTIFIED)},
        **{(stage, _T.SENT_BACK): stage for stage in _WORKED_ON},
        **{(stage, _T.CORRECTED): stage for stage in ENDED},
    }
)
"""Every edge, and no other. What ended is never taken up again: corrections are added to it."""


def after(stage: BreachStage, step: BreachStep) -> BreachStage:
    """The stage that ``step`` leads to; Conflict where there is no such edge."""
    try:
        return EDGES[stage, step]
    except KeyError:
        raise Conflict(
            f"a breach that is {stage.value} cannot take '{step.value}'",
            remedy="read its state again",
        ) from None


_ENDS: Mapping[BreachStep, BreachStep] = MappingProxyType(
    {_T.DISMISSED: _T.DISMISSAL_PROPOSED, _T.CLOSED: _T.CLOSING_PROPOSED}
)
"""By which proposal each end must be preceded."""


def proposal_after(step: BreachStep, standing: BreachStep | None) -> BreachStep | None:
    """What is proposed once ``step`` was taken: whatever else happens to the record, a proposal to
    end it is over, because it was made about another record."""
    if step in (_T.DISMISSAL_PROPOSED, _T.CLOSING_PROPOSED):
        return step
    return standing if step is _T.OPINION else None


def check_ending(
    step: BreachStep, proposed: BreachStep | None, *, proposed_by: object, ended_by: object
) -> None:
    """Raise unless ``step`` ends what another person proposed to end so (I15)."""
    if proposed is not _ENDS[step]:
        raise Conflict("nobody has proposed that", remedy="propose it, then ask a second person")
    if proposed_by == ended_by:
        raise NotAllowed("nobody approves their own proposal", remedy="ask a second person")


# --- the clock ------------------------------------------------------------------------------------

ALARM_HOURS = (24, 48, 60, 72)
"""After so many hours those who answer for it are reminded (REGISTER C)."""
HURRY = timedelta(hours=12)
"""So shortly before the limit an opinion is not waited for: the authority is."""


def limit(reported_at: datetime, aware_at: datetime | None) -> datetime:
    """By when the authority must know. Until somebody has said when the house knew, the clock is
    read as if it had known with the report: nothing is lost by being early."""
    return limits.breach_limit(aware_at or reported_at)


def alarm_due(limit_at: datetime, now: datetime) -> int:
    """The last of ALARM_HOURS that has passed; 0 before the first."""
    known_for = now - (limit_at - timedelta(hours=ALARM_HOURS[-1]))
    return max([0, *(hours for hours in ALARM_HOURS if known_for >= timedelta(hours=hours))])


def is_late(told_at: datetime, limit_at: datetime) -> bool:
    """Whether telling the authority then needs reasons for the delay (33(1))."""
    return told_at > limit_at


def check_aware(aware_at: datetime, now: datetime) -> None:
    """Raise InputError for a time that is still to come. It may lie before the report: somebody
    knew, and did not say so at once."""
    if aware_at > now:
        raise InputError("nobody can know of it in the future", remedy="write when it was known")


# --- what must be there ---------------------------------------------------------------------------


class Lack(Enum):
    """What a record lacks before it can be closed (33(3)-(5), 34)."""

    CONTAINED = "contained"
    LESSONS = "lessons"
    PEOPLE = "people"
    """The risk is high: people are told, or a reason of 34(3) is written down."""
    LATE_REASONS = "late_reasons"
    UNREACHED = "unreached"
    """A letter to somebody is not posted, or did not arrive and was not said otherwise (34(1))."""
    LAST_PHASE = "last_phase"
    """The authority was promised more, and it has not come yet."""


@dataclass(frozen=True, slots=True)
class Record:
    """A breach as far as its rules are concerned."""

    stage: BreachStage
    limit_at: datetime
    risk: Risk | None = None
    notified_at: datetime | None = None
    """When the authority was told first."""
    complete: bool = False
    """The last phase that was told said that it is the last."""
    late_reasons: bool = False
    people_settled: bool = False
    """The people were told, or a reason of 34(3) was given."""
    unreached: int = 0
    """Letters that are still to be seen to."""
    contained: bool = False
    lessons: bool = False

    def lacks(self) -> tuple[Lack, ...]:
        """What is missing for closing, in the order of the work."""
        told = self.notified_at is not None
        late = self.notified_at is not None and is_late(self.notified_at, self.limit_at)
        found = {
            Lack.CONTAINED: not self.contained,
            Lack.LATE_REASONS: late and not self.late_reasons,
            Lack.LAST_PHASE: told and not self.complete,
            Lack.PEOPLE: self.risk is Risk.HIGH and not self.people_settled,
            Lack.UNREACHED: self.unreached > 0,
            Lack.LESSONS: not self.lessons,
        }
        return tuple(lack for lack, missing in found.items() if missing)


def check_closing(record: Record) -> None:
    """Raise Conflict while something is missing that the register must have (33(5))."""
    if lacks := record.lacks():
        raise Conflict(
            f"it lacks: {', '.join(one.value for one in lacks)}", remedy="write it, then close"
        )


def check_judging(*, opinion: bool, limit_at: datetime, now: datetime) -> None:
    """Raise Conflict where the data protection officer was not heard (38(1), 39(1)(a)): they are
    asked first, except in the last hours before the limit, when nobody waits any more."""
    if not opinion and limit_at - now > HURRY:
        raise Conflict(
            "the risk waits for the data protection officer's opinion", remedy="ask for it"
        )


def check_risk(seen: Risk | None, judged: Risk, reasons: str) -> str:
    """``reasons`` for judging the risk otherwise than the officer sees it, in one line; empty where
    they agree. Unanswered where they are missing (38(6), 2.2)."""
    if seen in (None, judged):
        return ""
    if not (told := " ".join(reasons.split())):
        raise opinions.unanswered()
    return told


OPENS_FOR = timedelta(hours=24)
"""How long a call opens for its investigation, from the second person's yes (table D)."""
OPENING_WAITS = timedelta(hours=24)
"""So long a wish to open one waits for a second person."""


class NotTold(Enum):
    """Why people need not be told of a high risk (34(3)); no other reason counts."""

    ENCRYPTED = "encrypted"
    """(a): what was lost is unreadable, and its keys were safe."""
    NO_LONGER_LIKELY = "no_longer_likely"
    """(b): what was done since makes the high risk unlikely."""
    PUBLIC_NOTICE = "public_notice"
    """(c): it would take disproportionate effort; everybody was told in public instead."""


def check_not_telling(reason: NotTold, *, readable: int) -> None:
    """Raise Conflict where encryption is named although words were readable (34(3)(a))."""
    if reason is NotTold.ENCRYPTED and readable:
        raise Conflict(
            "some of these calls were readable: encryption is no reason for them",
            remedy="tell the people, or name another reason",
        )
