"""A node's own word on what became of each call and of each packet, beside what its callers know.

What it has noted and kept is opened with the house's key and compared with what was spoken, stream
by stream, by as many processes as there are cores: a soak keeps fifty million packets. Which call a
recording is of, its packets say, and where none was kept the number of its caller. Of a stream that
lacks a packet of which nothing is told, all is kept by which one may find out why
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

from benchmarks.callers import Kind, Placed, voice_of
from benchmarks.nodes import Node
from talteen.engine.vault import bundle
from talteen.engine.vault.bundle import Heard
from talteen.engine.vault.journal_bodies import MEANT, Gap, Why
from talteen.engine.vault.journals import Journals
from talteen.engine.vault.listing import Listing
from talteen.errors import TalteenError
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture import notes, told
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
    found: set[str] = field(default_factory=set)
    """The numbers of the callers whose call has a recording."""
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
        self.found |= other.found
        self.too_many += other.too_many


class Callers:
    """Who placed the calls."""

    def __init__(self, placed: Iterable[Placed]) -> None:
        self._of_voice = {voice: one for one in placed for voice in one.voices}

    def of(self, heard: Heard) -> Placed | None:
        """Whose recording it is; None where neither a packet nor a word in it says so."""
        for stream in heard.streams():
            for _, packet in heard.packets(stream):
                return self._of_voice.get(_ssrc(packet))
        said = told.read(heard.facts())
        number = said.sidecar.numbers.caller if said else None
        return self._of_voice.get(voice_of(number)) if number else None


@dataclass(frozen=True, slots=True)
class _Opener:
    """Compares what a node has kept with what was spoken."""

    journals: Journals
    listed: Listing
    seeds: Mapping[IntakeKeyId, bytes] = field(repr=False)
    public: bytes
    callers: "Callers"

    def compared(self, calls: Sequence[RecordingId]) -> Account:
        """The account of ``calls``."""
        account = Account()
        for call in calls:
            compare(account, self._opened(call), self.callers)
        return account

    def _opened(self, call: RecordingId) -> Heard | None:
        try:
            data = b"".join(bundle.bundle(self.journals, call, self.listed))
            return bundle.heard(data, seed_of=self.seeds.__getitem__, node_key=self.public)
        except TalteenError:
            return None


def account_of(at: Node, placed: Sequence[Placed]) -> Account:
    """What the node's notes and journals say, beside what its callers know."""
    account, noted = Account(), [note for _, note in notes.read(at.folder.notes)]
    ended = {note.call: note for note in noted if note.about is About.ENDED}
    for note in ended.values():
        account.verdicts[_verdict(note)] += 1
    account.verdicts["not taken"] += sum(note.about is About.REFUSED_CALL for note in noted)
    account.unexplained = sum(note.about is About.ENDED for note in noted) - len(ended)
    account.unexplained += _wrong(placed, ended.values())
    recorded = [note.call for note in ended.values() if note.fate == "ended" and note.call]
    journals = Journals(at.folder.journals)
    opener = _Opener(journals, journals.listed(), at.seeds, at.public, Callers(placed))
    for part in _by_all_cores(opener, recorded):
        account.add(part)
    account.lost_silently += sum(map(_spoken, _without_recording(placed, account.found)))
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


def _without_recording(placed: Iterable[Placed], found: Set[str]) -> Iterator[Placed]:
    """Calls that were to be recorded and were answered, and of which there is none."""
    for one in placed:
        if one.status == 200 and one.kind not in _EXPECTED and one.number not in found:
            yield one


def _spoken(one: Placed) -> int:
    return sum(one.sent.get(voice, 0) for voice in one.voices)


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


def compare(account: Account, heard: Heard | None, callers: Callers) -> None:
    """Add one recording to ``account``. Of a call that was paused, and of which nothing was kept,
    what was spoken in the pause counts as lost with the rest."""
    one = callers.of(heard) if heard else None
    if heard is None or one is None:
        account.unexplained += 1
        return
    account.found.add(one.number)
    for stream, voice in enumerate(one.voices, 1):
        packets = [data for _, data in heard.packets(stream)]
        numbers = [int.from_bytes(data[2:4]) for data in packets if _ssrc(data) == voice]
        account.kept += len(packets)
        account.too_many += len(packets) - len(set(numbers))
        gone = set(range(one.sent.get(voice, 0))) - set(numbers)
        if one.kind is Kind.PAUSED and numbers:
            account.too_many += 0 if gone else len(packets)
            gone -= _of_the_pause(gone)
        losses = [gap for gap in heard.gaps(stream) if gap.why not in MEANT]
        lost = min(len(gone), told_by(losses, len(gone)))
        account.lost_and_told += lost
        if lost < len(gone):
            account.lost_silently += len(gone) - lost
            account.silent.update(_where(set(numbers), gone))
            account.evidence.append(_evidence(one, voice, heard, stream, gone))


def _ssrc(packet: bytes) -> int:
    return int.from_bytes(packet[8:12])


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
    first, last = min(kept, default=1 << 16), max(kept, default=1 << 16)
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
