"""Where data come from and where they go: sources, processors, transfers out of the EEA.

GDPR 14(2)(f), 28, 44-46; REGISTER 10.1, 11.1, 12.1. A party without its papers cannot be written at
all.
"""

from dataclasses import dataclass
from enum import Enum

from pydantic import with_config

from talteen.notice.language import Localised
from talteen.notice.toml_text import CLOSED, Day, Flag, Text
from talteen.notice.written import Country, Slug, Url


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from (clause 10). An outbound one is a register of the controller."""

    key: Slug
    outbound: Flag
    name: Localised


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


class Mechanism(Enum):
    """What carries a transfer out of the EEA."""

    CLAUSES = "standard_contractual_clauses"
    ADEQUACY = "adequacy_decision"
    BINDING_RULES = "binding_corporate_rules"


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer out of the EEA, remote support included, with everything that makes it lawful
    (12.1).
    """

    recipient: Text
    place: Localised
    country: Country
    mechanism: Mechanism
    safeguards: Localised
    """The mechanism in words, with its module or number, as it is printed."""
    assessed_on: Day
    """When the transfer impact assessment was made."""
    measures: Text
    """What is done besides: keys kept in the EEA, masking, contract terms."""
    review_on: Day
    copy_url: Url
