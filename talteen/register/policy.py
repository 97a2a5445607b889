"""May this person, for this purpose, open this recording now? Pure: facts in, verdict out, deny
by default.

REGISTER 5.1, 17.1, D and J11 as one readable ladder. The first rung that fails names the rule; the
page says it in words, and the access log keeps its code. ``access.py`` gathers the facts and writes
the log.
"""

from dataclasses import dataclass
from enum import Enum

from talteen.notice import purposes
from talteen.notice.purposes import Purpose, Reach, Role, SearchBy
from talteen.register.states import OPENABLE, Progress


class Rule(Enum):
    """Why a door stays shut. The value is what the log and the page's text table use."""

    NOT_ACTIVE = "not_active"
    SECOND_FACTOR = "second_factor"
    UNDERTAKING = "undertaking"
    TRAINING = "training"
    CONTRACT = "contract"
    NOT_REVIEWED = "not_reviewed"
    PURPOSE_NOT_OPEN = "purpose_not_open"
    PURPOSE_NOT_TOLD = "purpose_not_told"
    ROLE = "role"
    NO_TEST = "no_test"
    CASE_NEEDED = "case_needed"
    CASE_CLOSED = "case_closed"
    NOT_IN_CASE = "not_in_case"
    TWO_PERSONS = "two_persons"
    CALL_NOT_IN_CASE = "call_not_in_case"
    UNIT = "unit"
    NOT_OWN_CALL_OF_TODAY = "not_own_call_of_today"
    NOT_DRAWN = "not_drawn"
    NOT_OWN_CALL = "not_own_call"
    NOT_APPROVED = "not_approved"
    NOT_SEALED = "not_sealed"
    NO_LONGER_OPENS = "no_longer_opens"
    HELD_FOR_ANOTHER = "held_for_another"
    RESTRICTED = "restricted"
    SPECIAL_CATEGORY = "special_category"
    MASKED = "masked"


class View(Enum):
    """What the server renders for a purpose. The browser never receives more and hides it."""

    FULL = "full"
    """Sound of both sides and all words."""
    FACTS = "facts"
    """Times and facts of the call, neither sound nor words (J22)."""
    PASSAGES = "passages"
    """The passages that two have approved: the agent's sound and the words of both (D, trainer)."""
    COVERED = "all_but_covered"
    """Sound of both sides and all words but those that are covered (D, personnel)."""

    @property
    def whole(self) -> bool:
        """Whether it is of the call from its beginning to its end."""
        return self in (View.FULL, View.COVERED)


_UNMASKS = frozenset({Purpose.RIGHTS_OF_PARTIES, Purpose.DATA_SUBJECT_REQUEST, Purpose.AUTHORITY})

_OWN_WORK = frozenset({Purpose.TRAINING, Purpose.SERVICE_QUALITY, Purpose.GUIDANCE})


_OF_THE_REGISTER = frozenset({Role.REGISTER_CONTACT, Role.DPO})

_SHUT_TO_SPECIAL = _OWN_WORK | {Purpose.BREACH_INVESTIGATION}


_MEASURES = _UNMASKS | {Purpose.SERVICE_QUALITY}


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, and in what standing today."""

    role: Role
    active: bool
    second_factor: bool
    undertaking: bool
    training: bool
    reviewed: bool = True
    """The rights were kept by the newest review, or its days are not over (17.2)."""
    contract: bool = True
    """Of the house itself, or of a partner whose contract runs (17.1)."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The case that makes the purpose concrete."""

    open: bool
    person_in_case: bool
    call_in_case: bool
    by_two: bool = False
    """Two persons agreed that this person opens it: breaking the glass, or in the investigation of
    a breach. Nothing else opens for one."""
    agreed: bool = False
    """A second person agreed that this one of the personnel opens it (table D), and its agent was
    told."""


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """One hold in force on the recording: for what, and whether this person is among its people."""

    purposes: frozenset[Purpose]
    person_in_hold: bool


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The recording as it stands at the moment of asking."""

    progress: Progress
    past_cutoff: bool
    restricted: bool
    own_call: bool
    of_today: bool
    same_unit: bool
    flagged: bool
    """Special-category talk was marked, or nobody has reviewed the call yet (J22)."""
    holds: tuple[HoldFacts, ...] = ()
    drawn: bool = False
    """The week's lot drew it for the house's own work: training, quality, guidance (J14)."""
    same_team: bool = False
    approved: bool = False
    """Two people have approved a passage of it for training, and nobody has taken it back."""
    special: bool = False
    """Special-category talk was marked, whether or not anybody has reviewed the call."""
    told: frozenset[Purpose] = frozenset(Purpose)
    """What its caller's notice, and each since, lets it be used for (4.4)."""


@dataclass(frozen=True, slots=True)
class Allow:
    """The door opens, on this view."""

    view: View


@dataclass(frozen=True, slots=True)
class Deny:
    """The door stays shut, by this rule."""

    rule: Rule


Verdict = Allow | Deny


def decide(
    person: Person, purpose: Purpose, call: CallFacts, case: CaseFacts | None, *, balanced: bool
) -> Verdict:
    """The verdict on one opening. The order of the ladder is the order in which people can act
    on it. ``balanced``: whether the purpose stands on a balancing test today, or needs none
    (6.1)."""
    rule = (
        _standing(person)
        or _purpose(person.role, purpose, case, balanced=balanced)
        or _case(purpose, case)
        or _by_two(person.role, purpose, case)
        or _call(call)
        or _told(purpose, call)
        or _reach(person.role, purpose, call)
        or _overlays(person.role, purpose, call)
    )
    return Deny(rule) if rule else Allow(_view(person.role, purpose, call))


def may_search(
    person: Person,
    purpose: Purpose,
    case: CaseFacts | None,
    *,
    balanced: bool,
    covered: bool = False,
) -> Rule | None:
    """The rule that forbids searching words for ``purpose``, those that are covered too if so; None
    where it may be done (5.3, 8.2)."""
    if (
        rule := _standing(person)
        or _purpose(person.role, purpose, case, balanced=balanced)
        or _case_itself(purpose, case)
        or _by_two(person.role, purpose, case)
    ):
        return rule
    if purpose in _OWN_WORK:
        return Rule.NOT_DRAWN  # a search would see the words of calls that nobody has drawn
    if not purposes.search_allowed(purpose, SearchBy.WORDS):
        return Rule.PURPOSE_NOT_OPEN
    return Rule.MASKED if covered and not may_unmask(purpose) else None


def may_unmask(purpose: Purpose) -> bool:
    """Whether what is covered may be opened for ``purpose``: requests, authority, claims (8.2).

    The same purposes open passages on health and belief (J1), and no others do.
    """
    return purpose in _UNMASKS


def masks_caller(purpose: Purpose) -> bool:
    """Whether the caller's voice is masked for ``purpose``: those that look at the house's own work
    need what was said, never who said it (25(2); REGISTER D)."""
    return purpose in _OWN_WORK


def may_measure(purpose: Purpose) -> bool:
    """Whether the facts of a call (who spoke how long, which phrases were said) are shown for
    ``purpose``: to a person who evaluates by a form (16.3), and to those who answer for the call.
    Checking a booking, training and guidance have no use for them."""
    return purpose in _MEASURES


def _standing(person: Person) -> Rule | None:
    # 17.1: all of them, every time; an expired training closes playback the same day.
    if not person.active:
        return Rule.NOT_ACTIVE
    if not person.contract:
        return Rule.CONTRACT
    if not person.second_factor:
        return Rule.SECOND_FACTOR
    if not person.undertaking:
        return Rule.UNDERTAKING
    if not person.training:
        return Rule.TRAINING
    return None if person.reviewed else Rule.NOT_REVIEWED


def _purpose(
    role: Role, purpose: Purpose, case: CaseFacts | None, *, balanced: bool
) -> Rule | None:
    if purpose is Purpose.BREACH_INVESTIGATION and case is not None and case.by_two:
        return None  # 17.4, table D: by the word of two
    if purpose not in purposes.OPEN:
        return Rule.PURPOSE_NOT_OPEN
    if not purposes.may(role, purpose):
        return Rule.ROLE
    return None if balanced else Rule.NO_TEST  # 6.1: closed everywhere, for everybody


def _case_itself(purpose: Purpose, case: CaseFacts | None) -> Rule | None:
    if not purposes.needs_case(purpose):
        return None
    if case is None:
        return Rule.CASE_NEEDED
    if not case.open:
        return Rule.CASE_CLOSED
    return None if case.person_in_case else Rule.NOT_IN_CASE


def _case(purpose: Purpose, case: CaseFacts | None) -> Rule | None:
    if rule := _case_itself(purpose, case):
        return rule
    return Rule.CALL_NOT_IN_CASE if case is not None and not case.call_in_case else None


def _by_two(role: Role, purpose: Purpose, case: CaseFacts | None) -> Rule | None:
    """Table D, personnel: being named in a case is not enough, a second person must have agreed."""
    two = takes_two(role, purpose)
    return Rule.TWO_PERSONS if two and not (case and case.agreed) else None


def takes_two(role: Role, purpose: Purpose) -> bool:
    """Whether a call opens to ``role`` for ``purpose`` by the word of two alone (table D)."""
    return purposes.reach(role, purpose) is Reach.CASE_OF_TWO_PERSONS


def _call(call: CallFacts) -> Rule | None:
    if call.progress not in OPENABLE:
        states = (Progress.DESTROYING, Progress.UNPLAYABLE_FOREVER, Progress.DESTROYED)
        return Rule.NO_LONGER_OPENS if call.progress in states else Rule.NOT_SEALED
    # 13.4: exactly at the cutoff, whether or not the job ran. Only a hold outlives it (I1).
    return Rule.NO_LONGER_OPENS if call.past_cutoff and not call.holds else None


def _told(purpose: Purpose, call: CallFacts) -> Rule | None:
    # 4.4, Art. 13(3): a new purpose never reaches back.
    return None if purpose in call.told else Rule.PURPOSE_NOT_TOLD


def _reach(role: Role, purpose: Purpose, call: CallFacts) -> Rule | None:
    if purpose is Purpose.CORRECTNESS:
        # 5.s2 of the model notice: one's own call of the same day. Any other takes a booking
        # reference (5.1), which nothing asks yet: shut to the complaint handler too.
        own = role is Role.AGENT and call.own_call and call.of_today
        return None if own else Rule.NOT_OWN_CALL_OF_TODAY
    if purpose in _OWN_WORK and (rule := _in_pool(role, call)):
        return rule
    # 1.2: a unit sees its own calls; who answers for the whole register, all.
    return None if call.same_unit or role in _OF_THE_REGISTER else Rule.UNIT


def _in_pool(role: Role, call: CallFacts) -> Rule | None:
    """J14: what the lot drew, and of that an agent the own calls, a team leader the own team's, a
    trainer what two have approved (D)."""
    if not call.drawn:
        return Rule.NOT_DRAWN
    match role:
        case Role.AGENT:
            return None if call.own_call else Rule.NOT_OWN_CALL
        case Role.TEAM_LEADER:
            return None if call.same_team else Rule.NOT_DRAWN
        case Role.TRAINER:
            return None if call.approved else Rule.NOT_APPROVED
        case _:
            return None


def _overlays(role: Role, purpose: Purpose, call: CallFacts) -> Rule | None:
    if call.holds and not any(purpose in h.purposes and h.person_in_hold for h in call.holds):
        return Rule.HELD_FOR_ANOTHER  # J11: from activation on only its own purposes and people
    two = takes_two(role, purpose)
    if call.special and (two or purpose in _SHUT_TO_SPECIAL):
        return Rule.SPECIAL_CATEGORY  # J1, I17: marked since it was drawn
    # Art. 18(2): a claim may use what is restricted; an employer's question about it is none.
    shut = two or purpose is not Purpose.RIGHTS_OF_PARTIES
    return Rule.RESTRICTED if call.restricted and shut else None


def _view(role: Role, purpose: Purpose, call: CallFacts) -> View:
    if purposes.reach(role, purpose) is Reach.APPROVED_PASSAGES:
        return View.PASSAGES
    if takes_two(role, purpose):
        return View.COVERED
    return View.FACTS if purpose is Purpose.CORRECTNESS and call.flagged else View.FULL
