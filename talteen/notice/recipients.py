"""Where data come from and where they go: sources, processors, transfers out of the EEA.

GDPR 14(2)(f), 28, 44-46; REGISTER 10.1, 11.1, 12.1. A party without its papers cannot be written at
all.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from pydantic import with_config

from talteen.notice.language import Localised
from talteen.notice.purposes import Role
from talteen.notice.toml_text import CLOSED, Day, Flag, Text
from talteen.notice.written import BusinessId, CopyFile, Country, Email, Machine, Slug, Url


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from (clause 10). An outbound one is a register of the controller."""

    key: Slug
    outbound: Flag
    name: Localised


class Handled(Enum):
    """What of the calls somebody handles."""

    SOUND = "sound"  # puhelun ääni
    WORDS = "words"  # puhelun teksti
    NUMBERS = "numbers"  # puhelinnumerot
    FACTS = "facts"  # ajat, linjat ja merkinnät
    KEYS = "keys"  # avaimet
    MESSAGES = "messages"  # viestit ilman sisältöä
    ACCESS_LOG = "access_log"  # käyttöloki
    NOTHING_READABLE = "nothing_readable"  # suljettuja tavuja, joita ei voi avata


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class OwnMachines:
    """Machines of the controller itself: no processor, but said all the same (11.1)."""

    name: Text
    place: Localised
    country: Country
    hosts: tuple[Machine, ...]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Principal:
    """A controller for whom the house processes, such as a company of its group (30(2), 11.5)."""

    name: Text
    business_id: BusinessId
    email: Email
    """Where the controller is reached, and so is its officer where ``dpo_email`` is empty."""
    contract: Text
    """The Art. 28(3) contract by which the house is bound."""
    contract_on: Day
    processing: Localised
    """The categories of processing that are done for it."""
    dpo_email: Email | None = None


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Selection:
    """Why this processor and no other: the guarantees that were found sufficient (28(1), 17.9)."""

    on: Day
    by: Role
    """Who chose it."""
    guarantees: Localised
    """What was looked at: expertise, resources, certificates, audits, references (recital 81)."""
    considered: tuple[Text, ...] = ()
    """Who else was, by name."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Processor:
    """Henkilötietojen käsittelijä: who handles data for us under an Art. 28(3) contract (11.1)."""

    name: Text
    service: Localised
    place: Localised
    """Where it works, in words; remote support counts as where the supporter sits."""
    country: Country
    group_company: Flag
    contract: Text
    contract_on: Day
    sub_processors: tuple[Text, ...] = ()
    handles: tuple[Handled, ...] = ()
    hosts: tuple[Machine, ...] = ()
    """Its machines that this house speaks to: what is not here is not spoken to (11.1)."""
    review_on: Day | None = None
    """By when it is looked at again (28(1), 17.9). Needed where machines are named."""
    instructions: Text | None = None
    """Where the documented instructions are (28(3)(a))."""
    exit: Text | None = None
    """What becomes of the data when the contract ends (28(3)(g))."""
    selection: Selection | None = None
    """Why it was chosen; without it the record carries nothing (``coverage``)."""


Module = Literal[1, 2, 3, 4]
"""Of the standard contractual clauses (decision 2021/914)."""


class Mechanism(Enum):
    """What carries a transfer out of the EEA."""

    CLAUSES = "standard_contractual_clauses"
    ADEQUACY = "adequacy_decision"
    BINDING_RULES = "binding_corporate_rules"


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer out of the EEA, remote support included, and what makes it lawful (12.1)."""

    recipient: Text
    place: Localised
    country: Country
    mechanism: Mechanism
    safeguards: Localised
    """The mechanism in words, with its module or number, as it is printed."""
    measures: Text
    """What is done besides: keys kept in the EEA, masking, contract terms."""
    review_on: Day
    copy_url: Url
    """Where a copy of the safeguards is had (13(1)(f))."""
    copy_file: CopyFile | None = None
    """The copy, in ``safeguards/`` of the register's folder, where this house hands it out."""
    assessed_on: Day | None = None
    """When the transfer impact assessment was made. An adequacy decision needs none."""
    module: Module | None = None
    """Of the clauses: 2 from controller to processor, 3 from processor to processor."""
    withdrawn_on: Day | None = None
    """Since when it carries nothing any more."""
