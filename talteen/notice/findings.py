"""A notice from before this house, kept as it was, with what is wrong with it.

The notice of 2022 is imported word by word. A person read every sentence: each is provable by
software, kept by people, or ``false-or-incomplete`` with the reason. What it does not say at all is
worked out from its words (``needed``). Both together are its findings (REGISTER J15); with them it
is history that calls may be bound to, and never a notice that could be published again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import groupby

from pydantic import TypeAdapter, with_config

from talteen.notice import needed, toml_text
from talteen.notice.clauses import SentenceId
from talteen.notice.language import Language
from talteen.notice.purposes import Purpose, Role
from talteen.notice.retention import RetentionPolicy
from talteen.notice.text import Clause, Notice, Sentence
from talteen.notice.toml_text import CLOSED, Day, Text, Whole
from talteen.notice.versions import Finding, Version

# What GDPR asks the clause of that number to say (REGISTER F).
ARTICLES: Mapping[int, str] = {
    0: "5(2), 13, 14",
    6: "13(1)(c), 9(2)",
    7: "13(1)(d)",
    8: "14(1)(d)",
    9: "14(1)(d), 9",
    11: "13(1)(e)",
    12: "13(1)(f)",
    14: "13(2)(b), (d)",
}


class LegacyKind(Enum):
    """What a reader found a sentence of an old notice to be."""

    SOFTWARE = "software"
    ORGANISATIONAL = "organisational"
    FALSE_OR_INCOMPLETE = "false-or-incomplete"


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class LegacySentence:
    """One sentence, verbatim, typing errors included."""

    id: SentenceId
    clause: Whole
    text: Text
    gloss: Text
    kind: LegacyKind
    requirements: tuple[Text, ...]
    finding: str
    kept_by: tuple[Text, ...] = ()
    """Of one that software keeps: the sentences of the notice in force that carry it today."""
    owner: Role | None = None
    """Of one that people keep: who answers for it."""
    evidence: str = ""
    """What they show."""

    @property
    def is_heading(self) -> bool:
        """Whether it is the title of its clause."""
        return self.id.endswith(".h")


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a person found the notice not to say."""

    id: Text
    what: Text
    article: Text
    requirements: tuple[Text, ...]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _Meta:
    key: Text
    lang: Language
    valid_from: Day
    state: Text
    sentences: Whole


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class LegacyNotice:
    """An old notice: when it began, every sentence of it, what its reader missed."""

    meta: _Meta
    sentence: tuple[LegacySentence, ...]
    missing: tuple[Missing, ...]

    @property
    def number(self) -> str:
        """What it is called among the versions: the day on which it began."""
        return self.meta.valid_from.isoformat()


def read(text: str) -> LegacyNotice:
    """The notice in ``legacy/*.toml``. Raises ConfigError naming the key."""
    document = toml_text.parse(text, named="legacy notice")
    return toml_text.shaped(document, _adapter(), {}, prefix="legacy.")


def findings(legacy: LegacyNotice) -> tuple[Finding, ...]:
    """What forbids publishing it: what it does not say, then what it says untruly or in part."""
    said = [(str(sentence.clause), sentence.text) for sentence in legacy.sentence]
    unsaid = [
        Finding(f"missing.{thing.id}", thing.article, f"the notice does not say: {thing.what}")
        for thing in needed.missing(said, legacy.meta.lang)
    ]
    untrue = [
        Finding(sentence.id, _article(sentence), sentence.finding)
        for sentence in legacy.sentence
        if sentence.kind is LegacyKind.FALSE_OR_INCOMPLETE
    ]
    return (*unsaid, *untrue)


def as_version(legacy: LegacyNotice, policy: RetentionPolicy) -> Version:
    """It as a version of history: all purposes (its clause 5 names the five), never in force here.

    ``policy`` is the one that the house keeps for calls of that time; it promised three months.
    """
    return Version(
        number=legacy.number,
        valid_from=legacy.meta.valid_from,
        policy=policy,
        purposes=frozenset(Purpose),
        legacy=True,
    )


def as_notice(legacy: LegacyNotice) -> Notice:
    """It as a page, in the shape of a version of ours: one language, lines in their order."""
    by_clause = groupby(legacy.sentence, key=lambda sentence: sentence.clause)
    clauses = tuple(_clause(str(number), list(sentences)) for number, sentences in by_clause)
    return Notice(
        language=legacy.meta.lang,
        version=legacy.number,
        valid_from=legacy.meta.valid_from,
        supersedes=None,
        title=legacy.sentence[0].text,
        head=(),
        clauses=clauses,
    )


def _clause(number: str, sentences: list[LegacySentence]) -> Clause:
    headings = [sentence.text for sentence in sentences if sentence.is_heading]
    kept = tuple(Sentence(s.id, s.text) for s in sentences if not s.is_heading)
    return Clause(number, " ".join(headings), kept)


def _article(sentence: LegacySentence) -> str:
    return ARTICLES.get(sentence.clause, "5(2)")


@cache
def _adapter() -> TypeAdapter[LegacyNotice]:
    return TypeAdapter(LegacyNotice)
