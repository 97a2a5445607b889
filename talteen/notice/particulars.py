"""The particulars of a register: who answers for it, for what, how long, and with whom.

One frozen value a table of ``register.toml``; the whole file is a ``RegisterFile``. Types say what
a single value may be; what several values must say together is checked in ``register_file``. GDPR
13, 14, 26, 28, 30, 37, 44; REGISTER F.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated

from pydantic import Field, with_config

from talteen.notice.bookings import GroupBooking
from talteen.notice.language import Language, Localised
from talteen.notice.purposes import Basis, Purpose, Role
from talteen.notice.recipients import OwnMachines, Principal, Processor, Source, Transfer
from talteen.notice.retention import LONGEST_MONTHS, RetentionPolicy
from talteen.notice.toml_text import CLOSED, Day, Flag, Text
from talteen.notice.written import (
    BusinessId,
    Email,
    LocalisedUrl,
    Phone,
    Slug,
    Url,
    whole,
)


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Name:
    """What the register is called (clause 4)."""

    name: Localised


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class JointController:
    """Another controller of the same register. Needs the essence of an Art. 26 arrangement."""

    name: Text
    business_id: BusinessId


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Controller:
    """Rekisterinpitäjä: who answers for the personal data (clause 1)."""

    name: Text
    business_id: BusinessId
    phone: Phone
    email: Email
    postal_address: Localised
    visiting_address: Localised
    joint: tuple[JointController, ...] = ()
    joint_essence: Localised | None = None
    """How the controllers share their duties, as the notice tells it (26(2))."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Officer:
    """Tietosuojavastaava: the data protection officer (clause 2)."""

    email: Email
    phone: Phone


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Contact:
    """Rekisteriasioiden yhteyshenkilö: where requests go, and who reads them (clause 3)."""

    email: Email
    phone: Phone
    postal_address: Localised
    people: Annotated[tuple[Slug, ...], Field(min_length=2)]
    """Staff codes."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Authority:
    """The supervisory authority that hears complaints."""

    name: Localised
    visiting_address: Localised
    postal_address: Localised
    phone: Localised
    email: Email
    url: LocalisedUrl
    breach_url: Url = "https://tietosuoja.fi/ilmoitus-tietoturvaloukkauksesta"
    """Where a breach is reported to it (33)."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Publication:
    """Where the notice stands, and what changed since the last version (clause 18)."""

    url: LocalisedUrl
    archive_url: Url
    portal_url: Url
    change_summary: Localised


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the controller; access is scoped by it (1.2)."""

    slug: Slug
    name: Localised


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Line:
    """A telephone line. One that is not recorded is on the exclusion list (6.6)."""

    slug: Slug
    unit: Slug
    language: Language
    recorded: Flag
    name: Localised


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Assessment:
    """Tasapainotesti: the balancing test of one purpose, by two roles (6.1)."""

    id: Text
    author: Role
    approver: Role
    reviewed_on: Day


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class DeclaredPurpose:
    """A purpose as this controller grounds it. A legitimate interest is named and balanced."""

    key: Purpose
    basis: Basis
    interest: Localised | None = None
    assessment: Assessment | None = None


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Assessments:
    """How often balancing tests are reviewed, and where their summary stands (7.s4, 7.s5)."""

    review_months: Annotated[int, whole(1, 12)]
    summary_url: Url


class Condition(Enum):
    """The Art. 9(2) condition under which special categories may be used at all."""

    LEGAL_CLAIMS = "9(2)(f)"


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class SpecialCategory:
    """What allows health, diet and belief to be in a recording (clause 9)."""

    condition: Condition


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Retention:
    """How long (clause 13). The sentences of the notice assume a plural: two months at least."""

    months: Annotated[int, whole(2, LONGEST_MONTHS)]
    margin_days: Annotated[int, whole(1, 28)]
    log_months: Annotated[int, whole(12, 60)]
    request_months: Annotated[int, whole(2, 60)]
    evaluation_months: Annotated[int, whole(2, 24)]

    @property
    def policy(self) -> RetentionPolicy:
        """What a recording's dates are derived with."""
        return RetentionPolicy(self.months, self.margin_days)


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class HoldTerms:
    """How often a hold is reviewed, and how long a provisional one lives (13.6, 13.10)."""

    review_days: Annotated[int, whole(2, 90)]
    provisional_days: Annotated[int, whole(2, 7)]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class RequestTerms:
    """How long a recording is kept after the answer to a request (14.5), and how long a code that
    is sent to a number or an address is good (14.6)."""

    hold_tail_days: Annotated[int, whole(2, 14)]
    code_minutes: Annotated[int, whole(5, 30)] = 10
    strong_identification: bool = False
    """Whether who wants to may identify strongly: a service for it is connected (14.s17)."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class CaptureTerms:
    """When a pause ends by itself (8.1), and how long a threat is kept after a refusal (15.6)."""

    pause_seconds: Annotated[int, whole(10, 120)]
    threat_hours: Annotated[int, whole(2, 24)]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Pool:
    """The quality draw, as a share of all calls of the house and week (J14)."""

    percent: Annotated[int, whole(0, 5)]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Announcements:
    """Which prompts of ``announcements.toml`` are in use, and their version (6.8)."""

    version: Annotated[int, whole(1, 9999)]
    inbound: Slug
    outbound: Slug


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Alternatives:
    """Where the same service is to be had without a recording (15.2, 15.4)."""

    email: Email
    web: Url
    app: Localised
    visit: Localised
    accessible_phone: Phone | None = None
    """A line without recording, for whom the telephone is the only way."""


Key = Annotated[int, whole(0, 9)]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Keys:
    """What the keys of the telephone do: during an announcement, and in the choice of language."""

    refuse: Key
    notice: Key
    sms: Key
    back: Key
    fi: Key
    sv: Key
    en: Key


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Spoken:
    """Names and addresses as a voice says them: no digits, no signs."""

    brand: Localised
    controller: Localised
    notice_url: Localised
    alternatives_email: Localised
    alternatives_web: Localised
    brand_phone: Localised


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Employer:
    """Whose employees the agents are, where it is not the controller (GDPR 26, 28)."""

    name: Text
    arrangement: Localised


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Employees:
    """What the notice for employees tells beside the rest of the file (REGISTER E.0, E.1)."""

    version: Text
    valid_from: Day
    cooperation_on: Day
    """When recording was dealt with in dialogue with the staff (TYL 21 §, YTL)."""
    contact_name: Localised
    email: Email
    representative: Localised
    unrecorded_alternative: Localised
    """What an agent can do who does not want to be recorded."""
    communication_permission: Localised
    """How an agent's permission is asked for the confidentiality of communications (E.0)."""
    permission_asked: bool = False
    """Whether it is asked of each agent beside the acknowledgement, and nothing recorded before."""
    employer: Employer | None = None


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class RegisterFile:
    """All of ``register.toml``."""

    format: Annotated[int, whole(1, 1)]
    key: Slug
    register: Name
    controller: Controller
    dpo: Officer
    contact: Contact
    authority: Authority
    notice: Publication
    units: Annotated[tuple[Unit, ...], Field(min_length=1)]
    lines: Annotated[tuple[Line, ...], Field(min_length=1)]
    purposes: tuple[DeclaredPurpose, ...]
    assessments: Assessments
    special_category: SpecialCategory
    retention: Retention
    hold: HoldTerms
    request: RequestTerms
    capture: CaptureTerms
    pool: Pool
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    processors: Annotated[tuple[Processor, ...], Field(min_length=1)]
    announcements: Announcements
    alternatives: Alternatives
    keys: Keys
    spoken: Spoken
    employees: Employees
    transfers: tuple[Transfer, ...] = ()
    own_machines: tuple[OwnMachines, ...] = ()
    group_bookings: tuple[GroupBooking, ...] = ()
    on_behalf_of: tuple[Principal, ...] = ()

    @property
    def stated(self) -> frozenset[Purpose]:
        """What calls are used for."""
        return frozenset(one.key for one in self.purposes)

    @property
    def recorded_lines(self) -> tuple[Line, ...]:
        """The lines whose calls are in the register."""
        return tuple(line for line in self.lines if line.recorded)
