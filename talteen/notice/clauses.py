"""Every sentence of the notice: what kind of promise it is, what executes it, and when it is
printed.

A sentence id is ``clause.sentence`` ("13.s2"). It is stable: a changed wording keeps it, a changed
meaning gets a new one, for proofs hang on it. A sentence that software can keep is kept by code
(``software``); what people keep (``organisational``) and what states the law (``law``) names an
owner and the evidence that the owner shows (REGISTER J15). The facts are the same in every
language; they are read from ``notice-map.toml``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import NewType

from pydantic import TypeAdapter, with_config

from talteen.errors import ConfigError
from talteen.notice import toml_text
from talteen.notice.purposes import Role
from talteen.notice.toml_text import CLOSED, Text, Whole

SentenceId = NewType("SentenceId", str)

ORDER = (
    "0", "objection", "1", "2", "3", "4", "5", "6", "7", "8", "9",
    "10", "11", "12", "13", "14", "complaint", "15", "16", "17", "18",
)  # fmt: skip
"""In printing order. 0 is the first layer; 1-17 are numbered as in the notice of 2022."""

FIRST_LAYER = "0"
OBJECTION = "objection"


class Kind(Enum):
    """Who keeps a sentence."""

    SOFTWARE = "software"
    ORGANISATIONAL = "organisational"
    LAW = "law"


class When(Enum):
    """A condition of the register under which a sentence is printed. Without one it always is."""

    JOINT_CONTROLLERS = "controller.joint"
    OUTSIDE_EEA = "transfers.outside_eea"
    INSIDE_EEA = "not transfers.outside_eea"
    ACCESSIBLE_LINE = "queue.accessible"
    STRONG_IDENTIFICATION = "request.strong_identification"
    NO_STRONG_IDENTIFICATION = "not request.strong_identification"
    CORRECTNESS = "purposes.correctness"
    TRAINING = "purposes.training"
    SERVICE_QUALITY = "purposes.service_quality"
    GUIDANCE = "purposes.guidance"
    DRAWN = "purposes.drawn"
    """Any purpose for which a lot draws calls."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What is known of one sentence, whatever its wording."""

    id: SentenceId
    kind: Kind
    requirements: tuple[str, ...]
    """Numbers of REGISTER that execute it."""
    article: str
    """The article of GDPR that asks for it, unless another act is named."""
    when: When | None
    owner: Role | None
    """Who answers for it, where no software does."""
    evidence: str
    """What the owner shows."""

    @property
    def clause(self) -> str:
        """The clause that the sentence stands in."""
        return clause_of(self.id)


Promises = Mapping[SentenceId, Promise]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _Row:
    kind: Kind
    req: tuple[Text, ...]
    gdpr: Text
    when: When | None = None
    owner: Role | None = None
    evidence: str = ""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _Meta:
    key: Text
    sentences: Whole


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _Map:
    meta: _Meta
    sentence: dict[str, _Row]


def clause_of(sentence: SentenceId) -> str:
    """The clause of a sentence id: "13" for "13.s2"."""
    return sentence.rpartition(".")[0]


def read(text: str) -> Promises:
    """The promises that ``notice-map.toml`` lists, in its order.

    Raises ConfigError naming the sentence: unknown clause, wrong kind, a sentence of people without
    owner.
    """
    rows = toml_text.shaped(
        toml_text.parse(text, named="notice-map.toml"), _adapter(), {}, prefix="notice-map."
    )
    promises = {
        SentenceId(name): _promise(SentenceId(name), row) for name, row in rows.sentence.items()
    }
    if len(promises) != rows.meta.sentences:
        raise ConfigError(
            f"notice-map.meta.sentences: {rows.meta.sentences} announced, {len(promises)} there",
            remedy="find the sentence that was added or lost",
        )
    return MappingProxyType(promises)


def _promise(name: SentenceId, row: _Row) -> Promise:
    if clause_of(name) not in ORDER:
        raise ConfigError(
            f"notice-map.sentence.{name}: there is no clause {clause_of(name)!r}",
            remedy="use a clause of the notice",
        )
    if row.kind is not Kind.SOFTWARE and (row.owner is None or not row.evidence):
        raise ConfigError(
            f"notice-map.sentence.{name}: no software keeps it, and nobody answers for it "
            "(GDPR 5(2))",
            remedy="write owner and evidence",
        )
    return Promise(name, row.kind, row.req, row.gdpr, row.when, row.owner, row.evidence)


@cache
def _adapter() -> TypeAdapter[_Map]:
    return TypeAdapter(_Map)
