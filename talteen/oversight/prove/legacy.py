"""An old notice, sentence by sentence, held against the house of today (REGISTER J15).

It is not in force and calls of its time are long gone; but whoever was given it may ask what became
of its promises. Each sentence that software keeps names the sentences of the notice in force that
carry it: it holds where all of them do. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from talteen.notice.findings import LegacyKind, LegacyNotice, LegacySentence
from talteen.oversight.prove.report import Report, SentenceProof, Verdict


@dataclass(frozen=True, slots=True)
class OldSentence:
    """One sentence of an old notice."""

    sentence: LegacySentence
    verdict: Verdict
    carriers: tuple[SentenceProof, ...]
    """The printed sentences of today that carry it."""

    @property
    def untrue(self) -> bool:
        """Whether it could not be published as it stands; its finding says why."""
        return self.sentence.kind is LegacyKind.FALSE_OR_INCOMPLETE


def sentences(old: LegacyNotice, today: Report) -> tuple[OldSentence, ...]:
    """Each sentence of ``old``, in its order, by what ``today`` says of its carriers."""
    printed = {one.id: one for one in today.sentences}
    return tuple(_sentence(one, printed) for one in old.sentence)


def _sentence(one: LegacySentence, printed: Mapping[str, SentenceProof]) -> OldSentence:
    carriers = tuple(printed[name] for name in one.kept_by if name in printed)
    return OldSentence(one, _verdict(carriers), carriers)


def _verdict(carriers: Iterable[SentenceProof]) -> Verdict:
    verdicts = {one.verdict for one in carriers}
    for verdict in (Verdict.RED, Verdict.NOT_BY_SOFTWARE, Verdict.GREEN):
        if verdict in verdicts:
            return verdict
    return Verdict.NOT_BY_SOFTWARE
