"""The reckoning: every call that was placed is recorded, excused or told lost. Values in, values
out; ``register_of`` asks the house."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from tests.drills.machines.calls import SECONDS, Kind, Placed

MISSING_MS = 1_000
"""What a recording may lack of what was said, and still be whole: the beginning of a tone is
waiting for its evidence, and its end is on its way when the BYE comes."""


class Verdict(Enum):
    """What became of a call."""

    RECORDED = "recorded"
    INCOMPLETE = "recorded, and said to be incomplete"
    EXCUSED = "excused: not announced"
    NOT_TAKEN = "not taken: no node answered its client"
    TOLD_LOST = "told lost"
    SILENT = "LOST SILENTLY"
    WRONG = "WRONGLY KEPT"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A promise of the register, as the reckoning needs it."""

    outcome: str
    length_ms: int = 0
    incomplete: bool = False


@dataclass(slots=True)
class Account:
    """All calls and what became of them."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    doubled: int = 0
    """Sessions of which two recordings stand."""
    faults: list[str] = field(default_factory=list)

    @property
    def balances(self) -> bool:
        """Nothing is lost silently, nothing kept that must not be, nothing there twice."""
        bad = (Verdict.SILENT, Verdict.WRONG)
        return not self.doubled and not any(self.verdicts[one] for one in bad)


def account(placed: Iterable[Placed], found: Mapping[str, Sequence[Outcome]]) -> Account:
    """``found``: what the register says of each session by its id, of no other."""
    made = Account()
    for call in placed:
        told = found.get(call.session, ())
        verdict = _verdict(call, told)
        made.verdicts[verdict] += 1
        made.doubled += sum(one.outcome == "recorded" for one in told) > 1
        if verdict in (Verdict.SILENT, Verdict.WRONG):
            made.faults.append(f"{call.kind.value}, {call.taken_by}, {told}")
    return made


def _verdict(call: Placed, told: Sequence[Outcome]) -> Verdict:
    recorded = [one for one in told if one.outcome == "recorded"]
    if recorded:
        if call.kind is Kind.UNANNOUNCED:
            return Verdict.WRONG
        if any(one.incomplete for one in recorded):
            return Verdict.INCOMPLETE
        longest_ms = max(one.length_ms for one in recorded)
        whole = longest_ms >= 1_000 * SECONDS - MISSING_MS
        return Verdict.RECORDED if whole else Verdict.SILENT
    if any(one.outcome == "not_announced" for one in told):
        return Verdict.EXCUSED if call.kind is Kind.UNANNOUNCED else Verdict.SILENT
    if any(one.outcome == "lost" for one in told):
        return Verdict.TOLD_LOST
    return Verdict.SILENT if call.taken_by else Verdict.NOT_TAKEN


@dataclass(slots=True)
class Seen:
    """What somebody saw committed: from then on it may be lost by no fail-over."""

    rows: dict[str, set[str]] = field(default_factory=dict)

    def add(self, kind: str, ids: Iterable[str]) -> None:
        self.rows.setdefault(kind, set()).update(ids)

    def missing(self, there: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
        """What was seen and is not ``there`` any more, by kind; only kinds that miss something."""
        lacks = {kind: ids - set(there.get(kind, ())) for kind, ids in self.rows.items()}
        return {kind: ids for kind, ids in lacks.items() if ids}

    @property
    def count(self) -> int:
        return sum(map(len, self.rows.values()))
