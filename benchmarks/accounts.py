"""A node's own word on what became of each call and of each packet, beside what its callers know.

What it has noted and kept is opened with the house's key and compared with what was spoken, stream
by stream, by as many processes as there are cores: a soak keeps fifty million packets. Of a stream
that lacks a packet of which nothing is told, all is kept by which one may find out why
(``Account.evidence``).
"""

import multiprocessing
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.callers import Kind, Placed
from benchmarks.nodes import Node
from talteen.engine.vault import bundle
from talteen.engine.vault.bundle import Heard
from talteen.engine.vault.journal_bodies import MEANT, Gap, Why
from talteen.engine.vault.journals import Journals
from talteen.engine.vault.listing import Listing
from talteen.errors import TalteenError
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture import notes
from talteen.life.capture.note import About, Note

_AT_ONCE = 200
"""Calls that one process compares together: those that ended together lie in the same segments."""


@dataclass(slots=True)
class Account:
    """The node's word on all of it."""

    verdicts: Counter[str] = field(default_factory=Counter)
    """recorded, excused, not_taken."""
    unexplained: int = 0
    """Calls that ended without a verdict, or with the wrong one."""
    kept: int = 0
    lost_and_told: int = 0
    lost_silently: int = 0
    silent: Counter[str] = field(default_factory=Counter)
    """Where in their stream those were missing: at its beginning, at its end, between."""
    evidence: list[dict[str, Any]] = field(default_factory=list)
    """All that is known of each stream in which they were missing."""
    heard: set[int] = field(default_factory=set)
    """The voices of which something was kept."""
    too_many: int = 0
    """Packets that nobody sent, that came twice, or that were spoken in a pause."""

    def add(self, other: "Account") -> None:
        """Take in the account of other calls."""
        self.verdicts += other.verdicts
        self.unexplained += other.unexplained
        self.kept += other.kept
        self.lost_and_told += other.lost_and_told
        self.lost_silently += other.lost_silently
        self.silent += other.silent
        self.evidence += other.evidence
        self.heard |= other.heard
        self.too_many += other.too_many


@dataclass(frozen=True, slots=True)
class _Opener:
    """Compares what a node has kept with what was spoken."""

    journals: Journals
    listed: Listing
    seeds: Mapping[IntakeKeyId, bytes] = field(repr=False)
    public: bytes
    of_voice: Mapping[int, Placed]

    def compared(self, calls: Sequence[RecordingId]) -> Account:
        """The account of ``calls``."""
        account = Account()
        for call in calls:
            _compare(account, self._opened(call), self.of_voice)
        return account

    def _opened(self, call: RecordingId) -> Heard | None:
        try:
            data = b"".join(bundle.bundle(self.journals, call, self.listed))
            return bundle.heard(data, seed_of=self.seeds.__getitem__, node_key=self.public)
        except TalteenError:
            return None


def account_of(at: Node, placed: Sequence[Placed]) -> Account:
    """What the node's notes and journals say, beside what its callers know."""
    account, told = Account(), [note for _, note in notes.read(at.folder.notes)]
    of_voice = {voice: one for one in placed for voice in one.voices}
    ended = {note.call: note for note in told if note.about is About.ENDED}
    for note in ended.values():
        account.verdicts[_verdict(note)] += 1
    account.verdicts["not taken"] += sum(note.about is About.REFUSED_CALL for note in told)
    account.unexplained = sum(note.about is About.ENDED for note in told) - len(ended)
    account.unexplained += _wrong(placed, ended.values())
    recorded = [note.call for note in ended.values() if note.fate == "ended" and note.call]
    journals = Journals(at.folder.journals)
    opener = _Opener(journals, journals.listed(), at.seeds, at.public, of_voice)
    for part in _by_all_cores(opener, recorded):
        account.add(part)
    account.lost_silently += _unheard(placed, account.heard)
    return account


def _by_all_cores(opener: _Opener, calls: Sequence[RecordingId]) -> Iterator[Account]:
    """Each core opens some of ``calls``. What was written first may have left the memory: the disk
    gives it back file by file, and not record by record."""
    _read_ahead(opener.journals.folder)
    parts = [calls[at : at + _AT_ONCE] for at in range(0, len(calls), _AT_ONCE)]
    cores, fork = len(os.sched_getaffinity(0)), multiprocessing.get_context("fork")
    with ProcessPoolExecutor(cores, fork, _begin, (opener,)) as pool:
        yield from pool.map(_compared, parts)


_here: list[_Opener] = []
"""That of a process that compares."""


def _begin(opener: _Opener) -> None:
    _here[:] = [opener]


def _compared(calls: Sequence[RecordingId]) -> Account:
    return _here[0].compared(calls)


def _read_ahead(folder: Path) -> None:
    """Let the system fetch all segments into its memory, one after another."""
    for path in sorted(folder.glob("*.journal"), key=lambda one: one.stat().st_mtime):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)


def _unheard(placed: Iterable[Placed], heard: Set[int]) -> int:
    """Packets of streams of which none was kept, though their call was."""
    recorded = (one for one in placed if one.status == 200 and one.kind not in _EXPECTED)
    return sum(
        one.sent.get(voice, 0)
        for one in recorded
        if one.kind is not Kind.PAUSED
        for voice in one.voices
        if voice not in heard
    )


_RECORDED = "recorded"
_EXPECTED = {
    Kind.REFUSED: "excused: refused",
    Kind.UNANNOUNCED: "excused: not announced",
    Kind.UNKNOWN_DEMAND: "",
}


def _verdict(ended: Note) -> str:
    if ended.fate == "ended":
        return _RECORDED
    # So early that it counts as an answer to the prompt: a refusal all the same.
    refused = ended.reason in ("refused", "refused_at_prompt")
    return "excused: " + ("refused" if refused else ended.reason.replace("_", " "))


def _wrong(placed: Sequence[Placed], ended: Iterable[Note]) -> int:
    """How far the counts of verdicts are from what the callers did."""
    wanted = Counter(_EXPECTED.get(one.kind, _RECORDED) for one in placed if one.status == 200)
    found = Counter(map(_verdict, ended))
    return sum((wanted - found).values()) + sum((found - wanted).values())


def _compare(account: Account, heard: Heard | None, of_voice: Mapping[int, Placed]) -> None:
    if heard is None:
        account.unexplained += 1
        return
    for stream in heard.streams():
        packets = heard.packets(stream)
        account.kept += len(packets)
        voice = int.from_bytes(packets[0][1][8:12]) if packets else 0
        one = of_voice.get(voice)
        if one is None:
            account.unexplained += bool(packets)
            continue
        account.heard.add(voice)
        numbers = [int.from_bytes(data[2:4]) for _, data in packets]
        account.too_many += len(numbers) - len(set(numbers))
        gone = set(range(one.sent.get(voice, 0))) - set(numbers)
        if one.kind is Kind.PAUSED:
            account.too_many += 0 if gone else len(packets)
            gone -= _of_the_pause(gone)
        losses = [gap for gap in heard.gaps(stream) if gap.why not in MEANT]
        told = min(len(gone), told_by(losses, len(gone)))
        account.lost_and_told += told
        if told < len(gone):
            account.lost_silently += len(gone) - told
            account.silent.update(_where(set(numbers), gone))
            account.evidence.append(_evidence(one, voice, heard, stream, gone))


def told_by(losses: Iterable[Gap], missing: int) -> int:
    """Of how many missing packets these gaps tell: the kernel's as many as they count, every other
    one of all."""
    counted = sum(gap.packets for gap in losses if gap.why is Why.DROPPED)
    return missing if any(gap.why is not Why.DROPPED for gap in losses) else counted


def _of_the_pause(gone: Set[int]) -> set[int]:
    """The longest stretch of a stream in which all is missing: nobody but its client knows which
    packets were spoken in the pause."""
    numbers = sorted(gone)
    breaks = [0, *(n for n, (a, b) in enumerate(pairwise(numbers), 1) if b > a + 1), len(numbers)]
    stretches = [numbers[a:b] for a, b in pairwise(breaks)]
    return set(sorted(stretches, key=len)[-1])


def _where(kept: Set[int], gone: Iterable[int]) -> Iterator[str]:
    """For each missing packet of a stream whether it stood before, behind or among the kept."""
    first, last = min(kept), max(kept)
    for number in gone:
        yield "at the beginning" if number < first else "at the end" if number > last else "between"


def _evidence(one: Placed, voice: int, heard: Heard, stream: int, gone: Set[int]) -> dict[str, Any]:
    kept = [(int.from_bytes(data[2:4]), at_ns) for at_ns, data in heard.packets(stream)]
    return {
        "call": str(heard.recording),
        "kind": one.kind.name,
        "voice": voice,
        "sent": one.sent.get(voice, 0),
        "missing": sorted(gone),
        "kept beside them": [
            (number, at_ns) for number, at_ns in kept if {number - 1, number + 1} & gone
        ],
        "gaps": [{**asdict(gap), "why": gap.why.name} for gap in heard.gaps(stream)],
        "generations": [
            {
                "number": of.number,
                "missing": of.missing,
                "ended": of.ended,
                "records": len(of.bodies),
            }
            for of in heard.generations
        ],
    }
