"""What a recording may be used for, and by whom. Nothing else is permitted.

The list is closed: five purposes of the notice (clause 5), of which a register may leave out some,
and three duties of law. Every play, read, search and export names one of them. GDPR 5(1)(b), 6(4),
25(2), 29, 32(4); REGISTER 5.1-5.4 and table D; J1, J14.

``may`` answers for the role alone. The recording has its say in ``register.access``: holds,
restriction, cutoff, pool, flags, unit. A purpose outside ``OPEN`` fails closed and says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from talteen.errors import NotAllowed


class Role(Enum):
    """What a person is in the house. One each."""

    AGENT = "agent"  # asiakaspalvelija
    TEAM_LEADER = "team_leader"  # lähiesihenkilö
    QUALITY_ANALYST = "quality_analyst"  # laatuanalyytikko
    TRAINER = "trainer"  # kouluttaja
    COMPLAINT_HANDLER = "complaint_handler"  # reklamaation käsittelijä
    REGISTER_CONTACT = "register_contact"  # rekisteriasioiden yhteyshenkilö
    DPO = "dpo"  # tietosuojavastaava
    ADMIN = "admin"  # ylläpitäjä
    OWNER = "owner"  # rekisterinpitäjän vastuuhenkilö (liiketoimintajohtaja)
    HR = "hr"  # henkilöstöhallinto
    AUDITOR = "auditor"  # tarkastaja


class Purpose(Enum):
    """Why a recording is opened."""

    TRAINING = "training"  # koulutus
    SERVICE_QUALITY = "service_quality"  # palvelun laatu (palvelutasotutkimus)
    GUIDANCE = "guidance"  # ohjeistuksen kehittäminen
    RIGHTS_OF_PARTIES = "rights_of_parties"  # osapuolten oikeuksien turvaaminen
    CORRECTNESS = "correctness"  # palvelun oikeellisuuden varmistaminen
    DATA_SUBJECT_REQUEST = "data_subject_request"  # rekisteröidyn pyyntö
    AUTHORITY = "authority"  # viranomaisen pyyntö
    BREACH_INVESTIGATION = "breach_investigation"  # tietoturvaloukkauksen selvittäminen


class Basis(Enum):
    """Legal basis of a purpose (käsittelyn oikeusperuste), as GDPR numbers it."""

    LEGITIMATE_INTEREST = "6(1)(f)"  # oikeutettu etu
    LEGAL_OBLIGATION = "6(1)(c)"  # lakisääteinen velvoite


class SearchBy(Enum):
    """What a search may ask about (5.3)."""

    TIME_AND_LINE = "time_and_line"
    WORDS = "words"
    NAME = "name"
    NUMBER = "number"


class Closed(Enum):
    """Why the door of a purpose is closed in this release."""

    BY_TWO_ONLY = "by_two_only"
    """Nobody chooses it: two persons agree on each opening, in the room of a breach or where the
    glass is broken (table D, 17.4)."""


class Tie(Enum):
    """How a recording is tied to the person who wants to check a booking (5.s2 of the notice)."""

    OWN_CALL_OF_TODAY = "own_call_of_today"
    ANOTHER_CALL = "another_call"


class Reach(Enum):
    """Which recordings a role reaches for a purpose (REGISTER D, columns two to four)."""

    OWN_CALL_OF_TODAY = "own_call_of_today"
    OWN_POOL = "own_pool"
    TEAM_POOL = "team_pool"
    POOL = "pool"
    APPROVED_PASSAGES = "approved_passages"
    ASSIGNED_CASE = "assigned_case"
    OPEN_CASE = "open_case"
    CASE_OF_TWO_PERSONS = "case_of_two_persons"
    INVESTIGATION_OF_TWO_PERSONS = "investigation_of_two_persons"


_EVERYTHING = frozenset(SearchBy)
_BY_TOPIC = frozenset({SearchBy.TIME_AND_LINE, SearchBy.WORDS})
_BY_TIME = frozenset({SearchBy.TIME_AND_LINE})


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one purpose, whoever asks."""

    basis: Basis
    sentence: str
    """The sentence of the notice that promises it."""
    needs_case: bool
    search: frozenset[SearchBy]
    opens_special_category: bool
    """Whether a passage on health, diet or belief opens at all (J1)."""
    closed: Closed | None


_F, _C = Basis.LEGITIMATE_INTEREST, Basis.LEGAL_OBLIGATION
_TWO = Closed.BY_TWO_ONLY
TERMS: Mapping[Purpose, Terms] = MappingProxyType(
    {
        Purpose.RIGHTS_OF_PARTIES: Terms(_F, "5.s1", True, _EVERYTHING, True, None),
        Purpose.CORRECTNESS: Terms(_F, "5.s2", False, _BY_TIME, False, None),
        Purpose.TRAINING: Terms(_F, "5.s3", False, _BY_TOPIC, False, None),
        Purpose.SERVICE_QUALITY: Terms(_F, "5.s4", False, _BY_TOPIC, False, None),
        Purpose.GUIDANCE: Terms(_F, "5.s5", False, _BY_TOPIC, False, None),
        Purpose.DATA_SUBJECT_REQUEST: Terms(_C, "5.s8", True, _EVERYTHING, True, None),
        Purpose.AUTHORITY: Terms(_C, "5.s8", True, _EVERYTHING, True, None),
        Purpose.BREACH_INVESTIGATION: Terms(_C, "5.s8", True, _BY_TIME, False, _TWO),
    }
)

OPEN: frozenset[Purpose] = frozenset(p for p, terms in TERMS.items() if terms.closed is None)
"""Purposes whose doors exist in this release; each still asks for its case or its day."""

STATUTORY: frozenset[Purpose] = frozenset(p for p, terms in TERMS.items() if terms.basis is _C)
"""Duties of law: no balancing test, and a new version of the notice neither adds nor takes them."""

DRAWN: frozenset[Purpose] = frozenset({Purpose.TRAINING, Purpose.SERVICE_QUALITY, Purpose.GUIDANCE})
"""For these a lot draws calls; no other call opens for them (5.s6)."""

LEFT_OUT: frozenset[Purpose] = DRAWN | {Purpose.CORRECTNESS}
"""What a register may do without. The rights of the parties are why a call is recorded at all, and
the duties of law are nobody's choice."""

# REGISTER D. Absent = never. The DPO's opinion on a request and the owner's approvals open no
# recording.
_R, _P = Role, Purpose
REACH: Mapping[tuple[Role, Purpose], Reach] = MappingProxyType(
    {
        (_R.AGENT, _P.CORRECTNESS): Reach.OWN_CALL_OF_TODAY,
        (_R.AGENT, _P.TRAINING): Reach.OWN_POOL,
        (_R.TEAM_LEADER, _P.SERVICE_QUALITY): Reach.TEAM_POOL,
        (_R.TEAM_LEADER, _P.TRAINING): Reach.TEAM_POOL,
        (_R.TEAM_LEADER, _P.RIGHTS_OF_PARTIES): Reach.ASSIGNED_CASE,
        (_R.QUALITY_ANALYST, _P.SERVICE_QUALITY): Reach.POOL,
        (_R.QUALITY_ANALYST, _P.GUIDANCE): Reach.POOL,
        (_R.TRAINER, _P.TRAINING): Reach.APPROVED_PASSAGES,
        (_R.COMPLAINT_HANDLER, _P.RIGHTS_OF_PARTIES): Reach.ASSIGNED_CASE,
        (_R.COMPLAINT_HANDLER, _P.CORRECTNESS): Reach.ASSIGNED_CASE,
        (_R.REGISTER_CONTACT, _P.DATA_SUBJECT_REQUEST): Reach.OPEN_CASE,
        (_R.REGISTER_CONTACT, _P.RIGHTS_OF_PARTIES): Reach.OPEN_CASE,
        (_R.REGISTER_CONTACT, _P.AUTHORITY): Reach.OPEN_CASE,
        (_R.DPO, _P.BREACH_INVESTIGATION): Reach.INVESTIGATION_OF_TWO_PERSONS,
        (_R.HR, _P.RIGHTS_OF_PARTIES): Reach.CASE_OF_TWO_PERSONS,
    }
)


class TwoPersonAct(Enum):
    """Acts that take two people, the second never the first (REGISTER D, I15)."""

    PUBLISH_NOTICE = "publish_notice"
    PUBLISH_ASSESSMENT = "publish_assessment"
    CHANGE_RETENTION = "change_retention"
    RELEASE_HOLD_PAST_CUTOFF = "release_hold_past_cutoff"
    ERASE_EARLY = "erase_early"
    DISCLOSE = "disclose"
    DELIVER_AUDIO = "deliver_audio"
    CUT_FOR_OTHERS = "cut_for_others"  # 15(4)
    BREAK_GLASS = "break_glass"
    OPEN_MORE_THAN_TWENTY_A_DAY = "open_more_than_twenty_a_day"
    KEY_CEREMONY = "key_ceremony"
    UNMASK_NUMBERS_IN_BULK = "unmask_numbers_in_bulk"
    GRANT_HIGH_ROLE = "grant_high_role"


def named(text: str) -> Purpose:
    """The purpose that ``text`` names.

    Raises NotAllowed with the list of purposes on anything else: marketing, discipline, curiosity
    (5.4).
    """
    try:
        return Purpose(text)
    except ValueError:
        allowed = ", ".join(purpose.value for purpose in Purpose)
        raise NotAllowed(
            "this is not a purpose of the notice", remedy=f"choose one of: {allowed}"
        ) from None


def may(role: Role, purpose: Purpose) -> bool:
    """Whether someone in ``role`` can ever open sound or words for ``purpose`` (REGISTER D)."""
    return (role, purpose) in REACH


def reach(role: Role, purpose: Purpose) -> Reach | None:
    """Which recordings that opens, or None where it opens none."""
    return REACH.get((role, purpose))


def purposes_of(role: Role) -> tuple[Purpose, ...]:
    """The purposes that ``role`` may ever choose, in the order of the notice."""
    return tuple(purpose for purpose in TERMS if may(role, purpose))


def needs_case(purpose: Purpose) -> bool:
    """Whether a case or a request must be named (5.1)."""
    return TERMS[purpose].needs_case


def needs_booking_reference(purpose: Purpose, tie: Tie) -> bool:
    """Whether a booking reference must be named: for any call but one's own of today."""
    return purpose is Purpose.CORRECTNESS and tie is not Tie.OWN_CALL_OF_TODAY


def search_allowed(purpose: Purpose, by: SearchBy) -> bool:
    """Whether a search may ask about ``by``: numbers and names only in a case (5.3)."""
    return by in TERMS[purpose].search


def opens_special_category(purpose: Purpose) -> bool:
    """Whether a passage flagged as special category opens for ``purpose`` (J1)."""
    return TERMS[purpose].opens_special_category


def closed_because(purpose: Purpose) -> Closed | None:
    """Why nobody can open anything for ``purpose`` in this release; None where its door exists."""
    return TERMS[purpose].closed
