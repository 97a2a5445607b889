"""An ear is killed again and again under load, and the power fails: what is left of the sound.

kill -9: no packet is lost and none comes twice, wherever it strikes. Power: at most half a second
is missing at the end, and the recording says so itself.
"""

import json
import random
import socket
import sys
import threading
import time
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from talteen.engine.vault.journal_bodies import Why
from talteen.ids import RecordingId
from talteen.life.capture.ears import holder
from talteen.life.capture.ears import messages as say
from tests.kit import ears
from tests.kit.ears import Node, rtp, tick
from tests.kit.processes import until

pytestmark = pytest.mark.drill
KILLS, CALLS = 10, 12
HALF_A_SECOND_NS = 500_000_000


@contextmanager
def speaking(ports: list[int]) -> Iterator[dict[int, list[bytes]]]:
    """A packet every 20 ms to each port, until the block ends; gives what was sent."""
    sent: dict[int, list[bytes]] = {port: [] for port in ports}
    over = threading.Event()

    def speak() -> None:
        with socket.socket(type=socket.SOCK_DGRAM) as out:
            n = 0
            while not over.wait(0.02):
                for port in ports:
                    packet = rtp(n, n.to_bytes(4) + port.to_bytes(4) + bytes(152))
                    out.sendto(packet, ("127.0.0.1", port))
                    sent[port].append(packet)
                n += 1

    thread = threading.Thread(target=speak)
    thread.start()
    try:
        yield sent
    finally:
        over.set()
        thread.join()


def opened(node: Node) -> dict[RecordingId, tuple[int, int]]:
    calls = {}
    for n in range(CALLS):
        ports = (node.ports.first + 4 * n, node.ports.first + 4 * n + 2)
        call = node.open(*ports)
        node.keep(call)
        calls[call] = ports
    return calls


@pytest.mark.parametrize("period_ms", ["1", "40"], ids=["always busy", "as usual"])
def test_kill_9_loses_no_packet_and_doubles_none(tmp_path: Path, period_ms: str) -> None:
    kill_under_load(tmp_path, period_ms)


def kill_under_load(tmp_path: Path, period_ms: str) -> None:
    chance = random.Random(11)
    with ears.node(tmp_path, pairs=2 * CALLS, period_ms=period_ms) as node:
        calls = opened(node)
        with speaking([port for ports in calls.values() for port in ports]) as sent:
            for kill in range(KILLS):
                time.sleep(chance.uniform(0.05, 0.5))  # strikes anywhere; nothing waits for it
                node.kill()
                if kill % 2:
                    # The kernel keeps 25 s. On a slow machine two ears in a row may be killed
                    # before they drain anything, not ten.
                    kept = sum(isinstance(one, say.Kept) for one in node.told)
                    node.wait(say.Kept, beyond=kept + CALLS - 1)
                node.wait(say.Ready, beyond=kill + 1)
        _all_is_there(node, calls, sent)


DYING = """
import os, random, signal, sys, threading
from talteen.life.capture.ears import ear
chance = random.Random(os.urandom(8))
left = [int(10 ** chance.uniform(0.5, 4.6))]
files = tuple(f"/ears/{name}.py" for name in (
    "control", "drain", "ear", "logbook", "requests", "restart", "scribe", "slate"))
files += ("/vault/segment.py", "/vault/journals.py")

def line(frame, event, argument):
    if event == "line":
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return line

def call(frame, event, argument):
    return line if frame.f_code.co_filename.endswith(files) else None

threading.settrace(call)
sys.settrace(call)
sys.exit(ear.main())
"""
"""An ear that kills itself before some line of its own, from the third to the forty-thousandth:
in its beginning, where it finishes what the one before was killed in, as often as at its work."""
DEATHS, IN_A_ROW = 20, 4


def test_an_ear_that_dies_between_any_two_lines_of_it_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    """Real processes of a real holder; many more deaths are cheaper in forks (test_accounted)."""
    with ears.node(tmp_path, pairs=2 * CALLS, period_ms="1") as node:
        calls, ear = opened(node), node.holder.ears[0]
        with speaking([port for ports in calls.values() for port in ports]) as sent:
            while ear.starts < DEATHS:
                ear.command = (sys.executable, "-c", DYING)
                node.kill()
                until(lambda until=ear.starts + IN_A_ROW: _started_again(node) > until, within_s=90)
                # The kernel keeps 25 s: on a slow machine so many in a row may die before they
                # drain anything, not more. The next one drains.
                kept = sum(isinstance(one, say.Kept) for one in node.told)
                ear.command = holder.EAR
                node.kill()
                _started_again(node)
                node.wait(say.Kept, beyond=kept + CALLS - 1)
        _all_is_there(node, calls, sent)


def _started_again(node: Node) -> int:
    """Start a dead ear at once, without the wait of one that keeps dying; how often it was."""
    ear = node.holder.ears[0]
    ear.wait_s = ear.start_at_s = 0.0
    node.hear()
    return ear.starts


def _all_is_there(
    node: Node, calls: dict[RecordingId, tuple[int, int]], sent: dict[int, list[bytes]]
) -> None:
    closed = {call: node.close(call) for call in calls}
    for call, ports in calls.items():
        heard = node.heard(call)
        assert heard.gaps(1) == heard.gaps(2) == []
        assert closed[call].dropped == 0
        for stream, port in enumerate(ports, 1):
            assert [packet for _, packet in heard.packets(stream)] == sent[port]


def test_a_pause_a_fact_and_the_end_survive_the_ear_that_heard_them(tmp_path: Path) -> None:
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        node.keep(call)
        node.ask(say.Fact(call, b"who"), say.Pause(call, time.time_ns(), Why.PAUSE))
        node.kill()
        node.send(node.ports.first, b"the number of the card")
        node.wait(say.Ready, beyond=1)
        node.kill()
        node.ask(say.Close(call, time.time_ns()))
        closed = node.wait(say.Closed, call)

        heard = node.heard(call)
    assert heard.packets(1) == []
    assert closed.unwanted == 1
    assert heard.facts() == [b"who"]
    assert {gap.why for gap in heard.gaps(1)} == {Why.PAUSE}


@pytest.mark.parametrize("paused", ["before the kill", "after it"])
def test_a_pause_that_ends_while_no_ear_lives_ends_in_the_recording_too(
    tmp_path: Path, paused: str
) -> None:
    before, after = ([rtp(first + n, bytes(160)) for n in range(5)] for first in (0, 5))
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        node.keep(call)
        node.send(node.ports.first, *before)
        pause = say.Pause(call, tick(), Why.HOLD)
        if paused == "before the kill":
            node.ask(pause)
            until(lambda: any(gap.why is Why.HOLD for gap in node.heard(call).gaps(1)))
        node.kill()
        if paused == "after it":
            node.ask(pause)
        node.ask(say.Resume(call, ended_ns := tick(), Why.HOLD))
        node.send(node.ports.first, *after)
        node.wait(say.Ready, beyond=1)
        node.close(call)

        heard = node.heard(call)
    assert [packet for _, packet in heard.packets(1)] == before + after
    assert [(gap.why, gap.until_ns) for gap in heard.gaps(1)] == [(Why.HOLD, ended_ns)]


def test_a_refusal_survives_the_ear_that_heard_it(tmp_path: Path) -> None:
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        node.keep(call)
        node.send(node.ports.first, *(rtp(n, bytes(160)) for n in range(50)))
        process = node.holder.ears[0].process
        assert process is not None
        node.ask(say.Burn(call))
        node.kill()
        node.wait(say.Burnt, call)

        assert not list(tmp_path.glob(f"*{call}*"))


def test_what_waited_for_evidence_is_lost_with_the_ear_and_says_so(tmp_path: Path) -> None:
    """J9: the zero-loss promise counts from the start of capture."""
    with ears.node(tmp_path) as node:
        waiting = node.open(node.ports.first)
        node.send(node.ports.first, *(rtp(n, bytes(160)) for n in range(20)))
        until(lambda: any(isinstance(m, say.Source) for m in node.hear()))
        node.kill()

        assert node.wait(say.Missing, waiting).why is Why.BEFORE_RESTART
        node.keep(waiting)
        node.close(waiting)
        assert {gap.why for gap in node.heard(waiting).gaps(1)} == {Why.BEFORE_RESTART}


RECORDING_FLUSHES = """
import json, os, sys, time
from talteen.engine.vault.segment import Segment
real = Segment.flush
def flush(self):
    whole = self.at
    real(self)
    with open(sys.argv[1], "a") as out:
        out.write(json.dumps([str(self.id), whole, time.time_ns()]) + "\\n")
Segment.flush = flush
from talteen.life.capture.ears import ear
sys.exit(ear.main())
"""


def test_a_power_cut_costs_half_a_second_at_most_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no fsync covered is gone, or half there: cut at any byte, pages of it as zeros."""
    flushes, folder = tmp_path / "flushes", tmp_path / "journal"
    ear = (sys.executable, "-c", RECORDING_FLUSHES, str(flushes))
    monkeypatch.setattr(holder, "EAR", ear)
    with ears.node(folder, pairs=2 * CALLS, period_ms="200") as node:
        calls = opened(node)
        with speaking([port for ports in calls.values() for port in ports]) as sent:
            time.sleep(4)
            last_ns = time.time_ns()
        total = sum(map(len, sent.values()))
        until(lambda: [m for m in node.hear() if isinstance(m, say.Status)][-1].packets == total)
        (segment,) = folder.glob("*.journal")
        whole = segment.read_bytes()
        complete = {call: node.heard(call) for call in calls}
        said = [json.loads(line) for line in flushes.read_text().splitlines()]
        flushed = sorted((at, size) for name, size, at in said if name == segment.stem)
        chance = random.Random(5)
        for _ in range(60):
            cut_ns = chance.randrange(last_ns - 3_000_000_000, last_ns)
            segment.write_bytes(_after_power_cut(whole, flushed, cut_ns, chance))
            for call in chance.sample(sorted(calls), 2):
                _nothing_older_is_missing(node, call, complete[call], cut_ns)


def _after_power_cut(
    whole: bytes, flushed: list[tuple[int, int]], cut_ns: int, chance: random.Random
) -> bytes:
    durable = flushed[bisect_right(flushed, (cut_ns, 1 << 62)) - 1][1]
    end = chance.randrange(durable, min(len(whole), durable + 60_000))
    data = bytearray(whole[:end])
    for page in range(-(-durable // 4096), len(data) // 4096):
        if chance.random() < 0.5:
            data[page * 4096 : (page + 1) * 4096] = bytes(4096)
    return bytes(data)


def _nothing_older_is_missing(
    node: Node, call: RecordingId, complete: ears.Heard, cut_ns: int
) -> None:
    heard = node.heard(call)
    for stream in (1, 2):
        promised = [p for p in complete.packets(stream) if p[0] < cut_ns - HALF_A_SECOND_NS]
        got = heard.packets(stream)
        assert got[: len(promised)] == promised
        assert set(got) <= set(complete.packets(stream))
        assert Why.TORN in {gap.why for gap in heard.gaps(stream)}
