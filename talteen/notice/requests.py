"""A request of a data subject, from its arrival to its end. Pure: states, edges, deadlines.

GDPR 11, 12, 15-22; REGISTER C and 14.1-14.18. One machine for all eight kinds: the rights that a
request names are answered one after another in lawful order (``rights.ORDER``), each by an answer
that is prepared, looked at by a second person where the law of the house says so, decided, handed
out and received. The clock stops only while identity is asked (14.4).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from types import MappingProxyType

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, NotAllowed
from talteen.notice import limits, months
from talteen.notice.rights import Ground, Right


class Stage(Enum):
    """How far a request has come (REGISTER C)."""

    RECEIVED = "received"
    IDENTIFYING = "identifying"
    """The person was asked who they are: the only stage in which the clock stands."""
    SCOPING = "scoping"
    """Who asks is known; which calls it is about is looked for."""
    PREPARING = "preparing"
    SECOND_CHECK = "second_check"
    DECIDED = "decided"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    MISDELIVERED = "misdelivered"
    """The answer came to somebody else. It stands as it was decided, and is still owed (14.11)."""
    CLOSED = "closed"


class Step(Enum):
    """What can happen to a request."""

    RECEIVED = "received"
    READ = "read"
    """Somebody has read what the person wrote, and said which rights it names."""
    NO_REQUEST = "no_request"
    """It was read, and asks for nothing: an advertisement, a letter to somebody else."""
    IDENTITY_ASKED = "identity_asked"
    IDENTIFIED = "identified"
    EXTENDED = "extended"
    SCOPED = "scoped"
    PREPARED = "prepared"
    SENT_BACK = "sent_back"
    DECIDED = "decided"
    HANDED_OUT = "handed_out"
    DELIVERED = "delivered"
    MISDELIVERED = "misdelivered"
    READDRESSED = "readdressed"
    """Somebody has found out where its person is; another one checks that and sends it."""
    NEXT_RIGHT = "next_right"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    COMPLAINED = "complained"
    """The person has gone to the supervisory authority: the file is kept until that is over."""
    REOPENED = "reopened"


class Outcome(Enum):
    """How one right of a request was answered."""

    GRANTED = "granted"
    PARTIAL = "partial"
    REFUSED = "refused"
    NOT_IDENTIFIED = "not_identified"
    NOTHING_FOUND = "nothing_found"
    FEE_ASKED = "fee_asked"
    """No answer yet: a fee was proposed, and the person is asked whether to go on (12(5))."""


_S, _T = Stage, Step
OPEN = tuple(stage for stage in Stage if stage is not Stage.CLOSED)
_UNDECIDED = (_S.RECEIVED, _S.IDENTIFYING, _S.SCOPING, _S.PREPARING, _S.SECOND_CHECK)
_RUNNING = (_S.RECEIVED, _S.SCOPING, _S.PREPARING, _S.SECOND_CHECK)
_SENT = (_S.DELIVERING, _S.PREPARING, _S.SECOND_CHECK, _S.CLOSED)
"""Where an answer may have left already: the last one, or one to an earlier right."""
EDGES: Mapping[tuple[Stage, Step], Stage] = MappingProxyType(
    {
        (_S.RECEIVED, _T.IDENTITY_ASKED): _S.IDENTIFYING,
        (_S.SCOPING, _T.IDENTITY_ASKED): _S.IDENTIFYING,
        (_S.RECEIVED, _T.IDENTIFIED): _S.SCOPING,
        (_S.IDENTIFYING, _T.IDENTIFIED): _S.SCOPING,
        (_S.SCOPING, _T.SCOPED): _S.PREPARING,
        (_S.RECEIVED, _T.PREPARED): _S.SECOND_CHECK,
        (_S.IDENTIFYING, _T.PREPARED): _S.SECOND_CHECK,
        (_S.PREPARING, _T.PREPARED): _S.SECOND_CHECK,
        (_S.SECOND_CHECK, _T.SENT_BACK): _S.PREPARING,
        (_S.SECOND_CHECK, _T.DECIDED): _S.DECIDED,
        (_S.DECIDED, _T.HANDED_OUT): _S.DELIVERING,
        (_S.DELIVERING, _T.DELIVERED): _S.DELIVERED,
        (_S.DELIVERED, _T.NEXT_RIGHT): _S.PREPARING,
        (_S.DELIVERED, _T.CLOSED): _S.CLOSED,
        **{(stage, _T.MISDELIVERED): _S.MISDELIVERED for stage in _SENT},
        (_S.MISDELIVERED, _T.READDRESSED): _S.MISDELIVERED,
        (_S.MISDELIVERED, _T.HANDED_OUT): _S.DELIVERING,
        (_S.MISDELIVERED, _T.SENT_BACK): _S.PREPARING,
        (_S.MISDELIVERED, _T.WITHDRAWN): _S.CLOSED,
        (_S.CLOSED, _T.REOPENED): _S.RECEIVED,
        (_S.RECEIVED, _T.NO_REQUEST): _S.CLOSED,
        **{(stage, _T.READ): stage for stage in (_S.RECEIVED, _S.IDENTIFYING, _S.SCOPING)},
        **{(stage, _T.EXTENDED): stage for stage in _RUNNING},
        **{(stage, _T.WITHDRAWN): _S.CLOSED for stage in _UNDECIDED},
        **{(stage, _T.COMPLAINED): stage for stage in Stage},
    }
)
"""Every edge of REGISTER C, and no other."""


def after(stage: Stage, step: Step) -> Stage:
    """The stage that ``step`` leads to; Conflict where there is no such edge."""
    try:
        return EDGES[stage, step]
    except KeyError:
        raise Conflict(
            f"a request that is {stage.value} cannot take '{step.value}'",
            remedy="read its state again",
        ) from None


# --- answers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """One way in which a right can be answered: by which letter, and on what ground if not."""

    letter: str
    """Its name in ``letters.toml``."""
    outcome: Outcome
    ground: Ground | None = None

    @property
    def key(self) -> str:
        """By which a form names it."""
        return f"{self.letter}.{self.outcome.value}"

    @property
    def destroys(self) -> bool:
        """Whether the calls of the request die by it (14.12, 6.9)."""
        return self.letter in ("erasure_decided", "objection_accepted")

    @property
    def keeps(self) -> bool:
        """Whether the calls outlive their cutoff, because the person needs them (18(1)(b), (c))."""
        return self.letter == "restriction_kept"

    @property
    def states(self) -> bool:
        """Whether the person's own statement is laid beside the words of their calls (Art. 16)."""
        return self.letter == "rectification_statement"

    @property
    def stops_sales(self) -> bool:
        """Whether nobody sells to the person by telephone any more from it on (21(3))."""
        return self.letter == "objection_marketing"

    @property
    def of_nobody(self) -> bool:
        """Whether it gives, tells and changes nothing of anybody: no mandate is asked for it."""
        return self.letter in _OF_NOBODY

    @property
    def needs_calls(self) -> bool:
        """Whether there must be calls that it is about."""
        return self.outcome in (Outcome.GRANTED, Outcome.PARTIAL) and self.letter not in _CALLLESS


STATEMENT = "statement.text"
"""The place of a letter in which the person's own statement stands."""
RESTRICTS = frozenset({"restriction_set", "restriction_kept"})
"""Letters by which the use of a call is restricted (18(2))."""
_CALLLESS = frozenset(
    {"access_details", "objection_marketing", "complaint_handling_reply", "portability_na"}
)
NO_MANDATE = "proxy_no_mandate"
_OF_NOBODY = frozenset(
    {"not_identified", NO_MANDATE, "not_a_subject", "access_details", "portability_na"}
)
_ANYBODY = (
    Answer("not_identified", Outcome.NOT_IDENTIFIED, Ground.NOT_IDENTIFIED),
    Answer(NO_MANDATE, Outcome.NOT_IDENTIFIED, Ground.NOT_IDENTIFIED),
    Answer("not_a_subject", Outcome.REFUSED, Ground.NOT_IDENTIFIED),
)
"""To somebody who is not known to be the person: no word of whether there is a call (I18)."""
_NO_CALL = (
    Answer("nothing_found", Outcome.NOTHING_FOUND),
    Answer("already_destroyed", Outcome.NOTHING_FOUND),
    Answer("no_longer_opens", Outcome.NOTHING_FOUND),
)
_TOO_MUCH = (
    Answer("excessive_refused", Outcome.REFUSED, Ground.UNFOUNDED_OR_EXCESSIVE),
    Answer("excessive_fee", Outcome.FEE_ASKED, Ground.UNFOUNDED_OR_EXCESSIVE),
)
_OWN: Mapping[Right, tuple[Answer, ...]] = MappingProxyType(
    {
        Right.INFORMATION: (
            Answer("access_details", Outcome.GRANTED),
            Answer("source_told", Outcome.GRANTED),
        ),
        Right.ACCESS: (
            Answer("access_cover", Outcome.GRANTED),
            Answer("access_cover", Outcome.PARTIAL, Ground.RIGHTS_OF_OTHERS),
            *_NO_CALL,
        ),
        Right.RECTIFICATION: (
            Answer("rectification_done", Outcome.GRANTED),
            Answer("rectification_statement", Outcome.PARTIAL),
            *_NO_CALL,
        ),
        Right.RESTRICTION: (
            Answer("restriction_set", Outcome.GRANTED),
            Answer("restriction_kept", Outcome.GRANTED),
            *_NO_CALL,
        ),
        Right.OBJECTION: (
            Answer("objection_accepted", Outcome.GRANTED),
            Answer("objection_marketing", Outcome.GRANTED),
            Answer("objection_refused", Outcome.REFUSED, Ground.COMPELLING_GROUNDS),
            *_NO_CALL,
        ),
        Right.ERASURE: (
            Answer("erasure_decided", Outcome.GRANTED),
            Answer("erasure_refused", Outcome.REFUSED, Ground.LEGAL_CLAIM),
            Answer("erasure_refused_duty", Outcome.REFUSED, Ground.LEGAL_OBLIGATION),
            *_NO_CALL,
        ),
        Right.PORTABILITY: (
            Answer("portability_na", Outcome.REFUSED, Ground.BASIS_DOES_NOT_CARRY_IT),
        ),
        Right.COMPLAINT_ABOUT_HANDLING: (Answer("complaint_handling_reply", Outcome.GRANTED),),
    }
)
_OF_ANYBODY = frozenset({Right.INFORMATION, Right.PORTABILITY, Right.COMPLAINT_ABOUT_HANDLING})
"""Rights that are answered without anybody's data: who asks need not be known."""


def answers(right: Right, stage: Stage) -> tuple[Answer, ...]:
    """The ways in which ``right`` can be answered in ``stage``; none where it cannot be now.

    Before the person is identified only answers that show nothing of any call (14.6).
    """
    if (stage, Step.PREPARED) not in EDGES:
        return ()
    if stage is Stage.PREPARING:
        return (*_OWN[right], *_TOO_MUCH, *_ANYBODY[1:])
    of_no_call = (one for one in _OWN[right] if right in _OF_ANYBODY and not one.needs_calls)
    return (*of_no_call, *_ANYBODY)


def answer_named(right: Right, stage: Stage, key: str) -> Answer:
    """The answer that a form names; Conflict where ``right`` is not answered like that now."""
    for answer in answers(right, stage):
        if answer.key == key:
            return answer
    raise Conflict("this right is not answered like that now", remedy="read its state again")


def next_right(asked: Sequence[Right], settled: Iterable[Right]) -> Right | None:
    """The right that is to be answered next: access before erasure, whatever was asked first."""
    done = frozenset(settled)
    return next((right for right in Right if right in asked and right not in done), None)


def check_deciding(prepared_by: object, decided_by: object, *, two: bool, opinion: bool) -> None:
    """Raise unless this person may decide: another than who prepared it where ``two`` persons
    decide, and not before the data protection officer's ``opinion`` where one is needed."""
    if two and prepared_by == decided_by:
        raise NotAllowed("nobody approves their own answer", remedy="ask a second person")
    if not opinion:
        raise Conflict(
            "this answer waits for the data protection officer's opinion", remedy="ask for it"
        )


def check_recipient(readdressed_by: object, checked_by: object) -> None:
    """Raise unless another person than who wrote the address down checks where an answer goes that
    went wrong once (14.11)."""
    if readdressed_by == checked_by:
        raise NotAllowed("nobody checks their own address", remedy="ask a second person")


# --- deadlines ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stop:
    """The clock stood from the day of the question to the day of its reply (14.4)."""

    asked_on: date
    replied_on: date | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when an answer is owed; both are Helsinki dates."""

    target: date
    """Never moved forward: what people aim at."""
    limit: date
    """The last lawful day (Regulation 1182/71)."""


BEFORE_CUTOFF = timedelta(days=3)
"""14.5: an answer leaves so long before the first of its calls stops opening."""
REOPENS_MONTHS = 6
WARNING = timedelta(days=7)


def deadline(
    received_on: date, *, today: date, stops: Iterable[Stop] = (), extended: bool = False
) -> Deadline:
    """When an answer to a request of ``received_on`` is owed, as things stand ``today``."""
    count = limits.extension_target if extended else limits.answer_target
    stood = sum(((stop.replied_on or today) - stop.asked_on for stop in stops), timedelta(0))
    target = count(received_on) + stood
    return Deadline(target, limits.working_day_from(target))


def effective(lawful: Deadline, cutoffs: Iterable[datetime]) -> date:
    """The day by which the house answers: the lawful limit, or three days before the first of the
    calls stops opening, whichever comes first (14.5). People outside are told the limit (J3)."""
    days = [helsinki_date(cutoff) - BEFORE_CUTOFF for cutoff in cutoffs]
    return min([lawful.limit, *days])


def check_extending(*, extended: bool, lawful: Deadline, today: date, held: bool) -> None:
    """Raise Conflict unless the time to answer may be extended today: once, inside the first
    period, and never past the end of a call that nothing keeps (12(3), 14.3)."""
    if extended:
        raise Conflict("it was extended before", remedy="answer by the day that was promised")
    if today > lawful.limit:
        raise Conflict("the first period is over", remedy="answer now, and say why it is late")
    if not held:
        raise Conflict(
            "a call of this request would end meanwhile", remedy="hold it first, or answer now"
        )


def check_reopening(closed_on: date, today: date) -> None:
    """Raise Conflict once six months have passed: then it is a new request."""
    if today > months.later(closed_on, REOPENS_MONTHS):
        raise Conflict("it was closed too long ago", remedy="take it as a new request")


def check_reasons(written: str) -> str:
    """``written`` without outer white space; InputError where nothing is left (14.15)."""
    if not (reasons := " ".join(written.split())):
        raise InputError("the reasons are missing", remedy="write why, in the person's language")
    return reasons
