"""The notice in force, sentence by sentence, with what holds each: the answer of ``talteen prove``.

Three verdicts: green and red are of sentences that the running house proves or breaks; all others
are "not by software", and ``held`` says how they are held: by a test of the project only, by a
person with owner and evidence, or by nothing yet (REGISTER J15). Pure: facts and texts in.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from talteen.notice import clauses
from talteen.notice.clauses import Kind, Promise, Promises, SentenceId
from talteen.notice.purposes import Role
from talteen.oversight.prove.facts import Facts
from talteen.oversight.prove.judgement import Figure, Judgement
from talteen.oversight.prove.registry import PROOFS, Page, Proof
from talteen.oversight.prove.tested import KEPT, NOT_YET

FORMAT = "talteen-prove-1"
NUMBERED = tuple(str(number) for number in range(1, 18))
"""The clauses of the notice of 2022, under whose numbers the promise is known (J15)."""


class Verdict(Enum):
    """What is said of a sentence or a clause."""

    GREEN = "green"
    RED = "red"
    NOT_BY_SOFTWARE = "not-by-software"


class Held(Enum):
    """By what a sentence is held."""

    LIVE = "live"
    """By a proof in the running house; often by a test too."""
    TEST = "test"
    """By a test of the project, which fails when the promise is broken: no house is looked at."""
    PERSON = "person"
    """By a person, who shows evidence."""
    LAW = "law"
    """It states the law or a reason: it asks for no act. A person answers for that it is true."""
    NOTHING = "nothing"
    """By nothing yet: software could keep it, and no part of this release does."""


@dataclass(frozen=True, slots=True)
class SentenceProof:
    """One sentence and what holds it."""

    id: str
    text: str
    promise: Promise
    verdict: Verdict
    held: Held
    proof: Proof | None
    figures: Mapping[str, Figure]
    test: str
    """File and name of its test below ``tests/``; empty where there is none."""
    why_not: str
    """Where nothing holds it: what is missing."""

    @property
    def owner(self) -> Role | None:
        """Who answers for it, where a person does."""
        return self.promise.owner

    @property
    def page(self) -> Page | None:
        """Where the evidence stands."""
        return self.proof.page if self.proof else None


@dataclass(frozen=True, slots=True)
class ClauseProof:
    """One clause of the notice."""

    id: str
    title: str
    sentences: tuple[SentenceProof, ...]

    @property
    def verdict(self) -> Verdict:
        """Red if one sentence is; green if one is and none is red."""
        verdicts = {one.verdict for one in self.sentences}
        for verdict in (Verdict.RED, Verdict.GREEN):
            if verdict in verdicts:
                return verdict
        return Verdict.NOT_BY_SOFTWARE

    @property
    def numbered(self) -> bool:
        """Whether it is one of the seventeen."""
        return self.id in NUMBERED

    def count(self, held: Held) -> int:
        """How many of its sentences are held like that."""
        return sum(one.held is held for one in self.sentences)


@dataclass(frozen=True, slots=True)
class Report:
    """The whole notice, proved at one moment."""

    at: datetime
    version: str
    """Empty where no version is in force: then there are no clauses either."""
    valid_from: date | None
    clauses: tuple[ClauseProof, ...]

    @property
    def sentences(self) -> tuple[SentenceProof, ...]:
        return tuple(one for clause in self.clauses for one in clause.sentences)

    @property
    def red(self) -> tuple[SentenceProof, ...]:
        """What is broken."""
        return tuple(one for one in self.sentences if one.verdict is Verdict.RED)

    def verdicts(self) -> Mapping[Verdict, int]:
        """How many of each verdict."""
        counts = Counter(one.verdict for one in self.sentences)
        return {verdict: counts[verdict] for verdict in Verdict}

    def held(self) -> Mapping[Held, int]:
        """How many are held by what."""
        counts = Counter(one.held for one in self.sentences)
        return {held: counts[held] for held in Held}

    def clause(self, name: str) -> ClauseProof | None:
        """The clause called ``name``."""
        return next((one for one in self.clauses if one.id == name), None)


def report(
    facts: Facts, promises: Promises, titles: Mapping[str, str], texts: Mapping[str, str]
) -> Report:
    """The report on the version in force, in the language of ``titles`` (by clause) and ``texts``
    (by sentence, as printed)."""
    known = next((one for one in facts.notice.versions if one.number == facts.notice.number), None)
    return Report(
        at=facts.now,
        version=facts.notice.number,
        valid_from=known.valid_from if known else None,
        clauses=tuple(_clauses(facts, promises, titles, texts)),
    )


def _clauses(
    facts: Facts, promises: Promises, titles: Mapping[str, str], texts: Mapping[str, str]
) -> Iterable[ClauseProof]:
    for name in clauses.ORDER:
        printed = [one for one in texts if clauses.clause_of(SentenceId(one)) == name]
        sentences = tuple(
            sentence(facts, promises[SentenceId(one)], texts[one])
            for one in printed
            if SentenceId(one) in promises
        )
        if sentences:
            yield ClauseProof(name, titles.get(name, ""), sentences)


def sentence(facts: Facts, promise: Promise, text: str) -> SentenceProof:
    """One sentence, judged."""
    proof = PROOFS.get(promise.id) if promise.kind is Kind.SOFTWARE else None
    judged = proof.judge(facts, promise.id) if proof else None
    return SentenceProof(
        id=promise.id,
        text=text,
        promise=promise,
        verdict=_verdict(judged),
        held=_held(promise, proof),
        proof=proof,
        figures=judged.figures if judged else {},
        test=KEPT.get(promise.id, ""),
        why_not=NOT_YET.get(promise.id, ""),
    )


def _verdict(judged: Judgement | None) -> Verdict:
    if judged is None:
        return Verdict.NOT_BY_SOFTWARE
    return Verdict.GREEN if judged.kept else Verdict.RED


def _held(promise: Promise, proof: Proof | None) -> Held:
    if proof is not None:
        return Held.LIVE
    match promise.kind:
        case Kind.ORGANISATIONAL:
            return Held.PERSON
        case Kind.LAW:
            return Held.LAW
        case Kind.SOFTWARE:
            return Held.TEST if promise.id in KEPT else Held.NOTHING


def as_json(report: Report) -> dict[str, object]:
    """The report for programs (docs/formats/prove.md): codes and figures, and the words of the
    language that it was made in."""
    return {
        "format": FORMAT,
        "at": _plain(report.at),
        "version": report.version,
        "valid_from": _plain(report.valid_from),
        "verdicts": {verdict.value: n for verdict, n in report.verdicts().items()},
        "held": {held.value: n for held, n in report.held().items()},
        "clauses": [
            {
                "clause": clause.id,
                "title": clause.title,
                "verdict": clause.verdict.value,
                "sentences": [_sentence(one) for one in clause.sentences],
            }
            for clause in report.clauses
        ],
    }


def _sentence(one: SentenceProof) -> dict[str, object]:
    return {
        "id": one.id,
        "text": one.text,
        "kind": one.promise.kind.value,
        "article": one.promise.article,
        "verdict": one.verdict.value,
        "evidence": {
            "held": one.held.value,
            "proof": one.proof.kind if one.proof else None,
            "figures": {name: _plain(value) for name, value in one.figures.items()},
            "page": one.page.value if one.page else None,
            "test": one.test or None,
            "owner": one.owner.value if one.owner else None,
            "shows": one.promise.evidence or None,
            "missing": (one.why_not or None) if one.held is Held.NOTHING else None,
        },
    }


def _plain(value: Figure) -> int | str | None:
    return value.isoformat() if isinstance(value, date) else value
