"""A real node under a load of calls, and its own word on what became of each.

The node has one core, callers and telephones have the others. What it has noted and kept is opened
with the house's key and compared with what was spoken, stream by stream.
"""

import asyncio
import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.callers import Client, Kind, Placed, Telephones
from benchmarks.nodes import ADDRESS, Node, node
from talteen.engine.vault import bundle
from talteen.engine.vault.bundle import Heard
from talteen.engine.vault.journal_bodies import Why
from talteen.engine.vault.journals import Journals
from talteen.engine.vault.listing import Listing
from talteen.errors import TalteenError
from talteen.ids import RecordingId
from talteen.life.capture import notes
from talteen.life.capture.note import About, Note

NO_LOSS = {Why.PAUSE, Why.HOLD, Why.CONSULT}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call that is placed so long after the one before it."""

    after_s: float
    kind: Kind
    length_s: float


@dataclass(slots=True)
class Ran:
    """What happened in one run."""

    placed: list[Placed]
    kills: Counter[str]
    cpu_s: float
    lasted_s: float
    grown_kib: int
    """By how much its memory grew at most."""


@dataclass(slots=True)
class Spent:
    """What is counted while a load runs."""

    begun_kib: int
    most_kib: int = 0
    of_the_dead_s: float = 0.0
    """CPU of processes that were killed."""
    kills: Counter[str] = field(default_factory=Counter)


Disturb = Callable[[Node, Spent, int], Coroutine[Any, Any, None]]
"""What is done to a node meanwhile; its core is the last."""


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
    heard: set[int] = field(default_factory=set)
    """The voices of which something was kept."""
    too_many: int = 0
    """Packets that nobody sent, that came twice, or that were spoken in a pause."""


@contextmanager
def loaded(
    folder: Path, *, room: int, arrivals: Iterable[Arrival], disturb: Disturb | None = None
) -> Iterator[tuple[Ran, Node]]:
    """A node with ``room`` for so many calls, when all ``arrivals`` have come and gone."""
    program = folder / "telephones"
    source = Path(__file__).parent / "peers" / "telephones.c"
    subprocess.run(["gcc", "-O2", "-o", program, source], check=True)
    with node(folder / "node", calls=room) as at:
        ran = asyncio.run(_run(at, program, arrivals, disturb))
        _until_quiet(at)
        yield ran, at


async def _run(
    at: Node, program: Path, arrivals: Iterable[Arrival], disturb: Disturb | None
) -> Ran:
    cores = sorted(os.sched_getaffinity(0))
    telephones = Telephones(program, core=cores[-1])
    await telephones.start()
    loop = asyncio.get_running_loop()
    transport, client = await loop.create_datagram_endpoint(
        lambda: Client((ADDRESS, at.port), telephones), local_addr=(ADDRESS, 25_061)
    )
    await until_ready(at)
    pin(at, cores[0])
    before, began, spent = _cpu_s(at), time.monotonic(), Spent(_resident_kib(at))
    beside = [asyncio.create_task(_watch(at, spent))]
    if disturb:
        beside.append(asyncio.create_task(disturb(at, spent, cores[0])))
    placed = await _place(client, arrivals)
    for task in beside:
        task.cancel()
    lasted_s = time.monotonic() - began
    cpu_s = spent.of_the_dead_s + _cpu_s(at) - before
    await telephones.stop()
    transport.close()
    return Ran(placed, spent.kills, cpu_s, lasted_s, spent.most_kib - spent.begun_kib)


async def _watch(at: Node, spent: Spent) -> None:
    while True:
        await asyncio.sleep(2)
        spent.most_kib = max(spent.most_kib, _resident_kib(at))


async def _place(client: Client, arrivals: Iterable[Arrival]) -> list[Placed]:
    running, next_s = [], time.monotonic()
    for arrival in arrivals:
        next_s += arrival.after_s
        await asyncio.sleep(max(0.0, next_s - time.monotonic()))
        running.append(asyncio.create_task(client.call(arrival.kind, arrival.length_s)))
    return list(await asyncio.gather(*running))


async def until_ready(at: Node) -> None:
    """Until it answers an OPTIONS, or a minute has passed."""
    asked = (
        b"OPTIONS sip:talteen@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bKo\r\n"
        b"From: <sip:a@b>;tag=1\r\nTo: <sip:t@b>\r\nCall-ID: o\r\nCSeq: 1 OPTIONS\r\n"
        b"Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    )
    for _ in range(600):
        try:
            reader, writer = await asyncio.open_connection(ADDRESS, at.port)
            writer.write(asked)
            answer = await asyncio.wait_for(reader.read(100), 2)
            writer.close()
            if answer.startswith(b"SIP/2.0 200"):
                return
        except (OSError, TimeoutError):
            pass
        await asyncio.sleep(0.1)
    raise TimeoutError("the node does not answer")


def _until_quiet(at: Node) -> None:
    """Until every call that was promised has come to an end, or a minute has passed."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        told = [note for _, note in notes.read(at.folder.notes)]
        promised = {note.call for note in told if note.about is About.PROMISED}
        if promised <= {note.call for note in told if note.about is About.ENDED}:
            return
        time.sleep(0.5)


# --- the account --------------------------------------------------------------------------------


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
    listed = Journals(at.folder.journals).listed()
    for note in ended.values():
        if note.fate == "ended" and note.call is not None:
            _compare(account, _opened(at, note.call, listed), of_voice)
    account.lost_silently += _unheard(placed, account.heard)
    return account


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


def _opened(at: Node, call: RecordingId, listed: Listing) -> Heard | None:
    try:
        data = b"".join(bundle.bundle(Journals(at.folder.journals), call, listed))
        return bundle.heard(data, seed_of=at.seeds.__getitem__, node_key=at.public)
    except TalteenError:
        return None


def _compare(account: Account, heard: Heard | None, of_voice: dict[int, Placed]) -> None:
    if heard is None:
        account.unexplained += 1
        return
    for stream in heard.streams():
        packets = [data for _, data in heard.packets(stream)]
        account.kept += len(packets)
        voice = int.from_bytes(packets[0][8:12]) if packets else 0
        one = of_voice.get(voice)
        if one is None:
            account.unexplained += bool(packets)
            continue
        account.heard.add(voice)
        numbers = [int.from_bytes(data[2:4]) for data in packets]
        account.too_many += len(numbers) - len(set(numbers))
        missing = one.sent.get(voice, 0) - len(set(numbers))
        why = {gap.why for gap in heard.gaps(stream)}
        if missing > 0 and one.kind is not Kind.PAUSED:
            told = bool(why - NO_LOSS)
            account.lost_and_told += missing * told
            if not told:
                account.lost_silently += missing
                account.silent.update(_where(set(numbers), one.sent[voice]))
        if missing == 0 and one.kind is Kind.PAUSED:
            account.too_many += len(packets)


def _where(kept: Set[int], sent: int) -> Iterator[str]:
    """For each missing packet of a stream whether it stood before, behind or among the kept."""
    first, last = min(kept), max(kept)
    for number in set(range(sent)) - kept:
        yield "at the beginning" if number < first else "at the end" if number > last else "between"


# --- the system ---------------------------------------------------------------------------------


def pin(at: Node, core: int) -> None:
    for pid in at.children().values():
        os.sched_setaffinity(pid, {core})


def _cpu_s(at: Node) -> float:
    return sum(map(cpu_of, at.children().values()))


def cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_kib(at: Node) -> int:
    total = 0
    for pid in at.children().values():
        with suppress(OSError):  # one was killed just now
            found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
            total += int(found[1]) if found else 0
    return total
