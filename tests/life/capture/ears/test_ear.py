"""An ear keeps what it may keep, byte for byte, and nothing else. Real sockets, a real process."""

import os
import socket
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from talteen.engine.hunt import hunt
from talteen.engine.vault import intake, journal_bodies
from talteen.engine.vault.journal_bodies import Media, Why
from talteen.engine.vault.journals import Journals
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture.ears import messages as say
from tests.kit import ears
from tests.kit.ears import Node, rtp, tick
from tests.kit.processes import until


def voice(count: int, *, first: int = 0) -> list[bytes]:
    return [rtp(first + n, os.urandom(160)) for n in range(count)]


def settled(node: Node, port: int, first: int = 60_000) -> None:
    """Let the ear have read all that was sent: a last packet from elsewhere is counted, and then no
    more. What was counted first may be another that had not been read when it was begun."""
    before = packets(node)
    node.send(port, rtp(first, b"marks the end"))
    until(lambda: packets(node) > before)
    until(lambda: not comes_more(node))


def comes_more(node: Node) -> bool:
    """Whether the ear goes on counting, several of its looks later."""
    before = packets(node)
    time.sleep(0.2)  # an ear looks every twentieth of a second here
    return packets(node) > before


def packets(node: Node) -> int:
    node.ask(say.Ask())
    return node.wait(
        say.Status, beyond=sum(isinstance(one, say.Status) for one in node.told)
    ).packets


def test_what_comes_in_is_what_comes_out(tmp_path: Path) -> None:
    one, other = voice(200), [rtp(n, os.urandom(40 + 13 * n % 900), ssrc=7) for n in range(200)]
    with ears.node(tmp_path) as node:
        first, second = node.ports.first, node.ports.first + 2
        call = node.open(first, second)
        node.keep(call)

        for even, odd in zip(one, other, strict=True):
            node.send(first, even)
            node.send(second, odd)
        closed = node.close(call)

        heard = node.heard(call)
    assert [packet for _, packet in heard.packets(1)] == one
    assert [packet for _, packet in heard.packets(2)] == other
    assert (closed.kept, closed.dropped) == (400, 0)
    assert heard.gaps(1) == []
    assert {s.ssrc for s in node.told if isinstance(s, say.Source)} == {0x1234, 7}


@pytest.mark.parametrize("size", [0, 1, 172, 173, 2048, 2049, 9000, 65000])
def test_a_packet_of_any_size_is_kept_whole(tmp_path: Path, size: int) -> None:
    # Not of version 2: one in thirty would be taken for RTCP (RFC 5761) by chance.
    first, second = ((b"\x01" + os.urandom(size))[:size] for _ in range(2))
    sent = [first, *voice(70), second, *voice(3)]
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        node.keep(call)
        node.send(node.ports.first, *sent)
        node.close(call)

        assert [packet for _, packet in node.heard(call).packets(1)] == sent


def test_before_the_evidence_nothing_is_on_the_disk_and_then_only_what_came_after(
    tmp_path: Path,
) -> None:
    """J9: media wait in memory; the recording begins where the announcement ended."""
    before, after = voice(20), voice(20, first=20)
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        node.send(node.ports.first, *before)
        time.sleep(0.002)  # the clock that stamps packets passes between them
        ended_ns = time.time_ns()
        node.send(node.ports.first, *after)
        settled(node, node.ports.first)
        assert Journals(tmp_path).recordings() == set()
        assert all(path.stat().st_blocks <= 2056 for path in tmp_path.iterdir())

        node.keep(call, ended_ns)
        closed = node.close(call)

        assert [packet for _, packet in node.heard(call).packets(1)][:20] == after
        assert closed.unwanted == 20
        assert node.heard(call).gaps(1) == []


def test_a_call_without_evidence_leaves_nothing(tmp_path: Path) -> None:
    said = voice(50)
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        node.send(node.ports.first, *said)
        settled(node, node.ports.first)
        closed = node.close(call)

        assert (closed.kept, closed.unwanted) == (0, 51)
        assert Journals(tmp_path).recordings() == set()
        assert not any(p.read_bytes()[32:].strip(b"\0") for p in tmp_path.glob("*.journal"))


def test_what_waits_can_be_looked_at_to_find_the_prompt(tmp_path: Path) -> None:
    said = voice(30)
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        node.send(node.ports.first, *said)
        settled(node, node.ports.first)
        node.ask(say.Sample(call, 1, 0))
        until(lambda: any(isinstance(m, say.Sampled) and not m.more for m in node.hear()))

    found: list[bytes] = []
    for one in node.told:
        if isinstance(one, say.Sampled) and one.more:
            body = journal_bodies.read(one.media)
            assert isinstance(body, Media)
            found += [packet for _, packet in body.each()]
    assert found[:30] == said


@pytest.mark.parametrize("late", [False, True], ids=["in time", "told too late"])
def test_a_pause_is_a_true_gap_by_the_time_of_arrival(tmp_path: Path, late: bool) -> None:
    """Whether the ear had read those packets already or not, none of them is in the journal."""
    before, card, after = voice(10), voice(10, first=10), voice(10, first=20)
    with ears.node(tmp_path, period_ms="20" if late else "400") as node:
        port = node.ports.first
        call = node.open(port)
        node.keep(call)
        node.send(port, *before)
        paused_ns = tick()
        node.send(port, *card, rtp(1, b"\x04\x8a\x00\xa0", kind=101))
        if late:
            settled(node, port)
        resumed_ns = tick()
        node.ask(say.Pause(call, paused_ns, Why.PAUSE), say.Resume(call, resumed_ns, Why.PAUSE))
        node.send(port, *after)
        node.close(call)

        heard = node.heard(call)
        kept = [packet for _, packet in heard.packets(1)]
        gap = heard.gaps(1)[0]
        everything = [
            packet
            for one in heard.generations
            for _, body in one.bodies
            if isinstance(body, Media)
            for _, packet in body.each()
        ]
    assert kept == before + after
    assert sorted(everything) == sorted(before + after), "not even in what the reader leaves out"
    assert (gap.why, gap.from_ns, gap.until_ns) == (Why.PAUSE, paused_ns, resumed_ns)


SLOW_OF_HEARING = """
import sys, time
from talteen.life.capture.ears import ear
hear = ear.Ear.hear
def slow(self):
    hear(self)
    time.sleep(0.2)
ear.Ear.hear = slow
sys.exit(ear.main())
"""
"""An ear that has much to read after it has heard, as one that was just started again."""


def test_what_follows_a_pause_is_kept_though_the_ear_read_it_before_it_heard_of_the_end(
    tmp_path: Path,
) -> None:
    before, card, after = voice(5), voice(5, first=5), voice(5, first=10)
    with ears.node(tmp_path, period_ms="1") as node:
        node.holder.ears[0].command = (sys.executable, "-c", SLOW_OF_HEARING)
        node.kill()
        node.wait(say.Ready, beyond=1)
        call = node.open(node.ports.first)
        node.keep(call)
        node.send(node.ports.first, *before)
        node.ask(say.Pause(call, tick(), Why.PAUSE))
        node.send(node.ports.first, *card)
        settled(node, node.ports.first, 5)

        node.ask(say.Resume(call, tick(), Why.PAUSE))
        node.send(node.ports.first, *after)
        node.close(call)

        assert [packet for _, packet in node.heard(call).packets(1)] == before + after


def test_what_came_before_the_end_is_kept_though_the_ear_was_told_of_the_end_before_it(
    tmp_path: Path,
) -> None:
    """A kernel hands packets over late: those of the last milliseconds are not lost."""
    said = voice(3)
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        node.keep(call)
        node.send(node.ports.first, *said[:2])

        node.ask(say.Close(call, time.time_ns() + 3_000_000_000))
        time.sleep(0.05)  # time enough for the word, and a quarter of the time that it waits
        node.send(node.ports.first, said[2])
        closed = node.wait(say.Closed)

        heard = node.heard(call)
    assert [packet for _, packet in heard.packets(1)] == said
    assert (closed.kept, closed.dropped) == (3, 0)


def test_a_refusal_leaves_no_byte(tmp_path: Path) -> None:
    """Not of the sound, and not of its ciphertext either; the other call in the file goes on."""
    said, other = voice(100), voice(100)
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        neighbour = node.open(node.ports.first + 2)
        for one in (call, neighbour):
            node.keep(one)
        node.send(node.ports.first, *said)
        node.send(node.ports.first + 2, *other)
        settled(node, node.ports.first)
        journals = Journals(tmp_path)
        enclosed = journals.generations(call)[0]
        records = journals.records(enclosed)
        data = (tmp_path / f"{enclosed.segment}.journal").read_bytes()
        ciphers = {f"r{r.at}": data[r.at + 22 : r.at + 60] for r in records}
        assert len(hunt(tmp_path, ciphers)) == len(records) > 0

        node.ask(say.Burn(call))
        node.wait(say.Burnt, call)

        assert hunt(tmp_path, ciphers | {"envelope": enclosed.envelope.sealed[:80]}) == []
        assert not list(tmp_path.glob(f"*{call}*"))
        node.close(neighbour)
        assert [p for _, p in node.heard(neighbour).packets(1)] == other


def test_a_call_refused_while_all_go_on_under_another_key_takes_nobody_with_it(
    tmp_path: Path,
) -> None:
    """Between the making of the keys and the change-over, at one instant or another."""
    with ears.node(tmp_path) as node:
        neighbour, *refused = (node.open(node.ports.first + 2 * n) for n in range(11))
        for one in (neighbour, *refused):
            node.keep(one)
        for n, call in enumerate(refused):
            seed, key = os.urandom(intake.SEED_BYTES), IntakeKeyId(uuid4())
            node.seeds[key] = seed
            node.ask(say.Reseal(key, intake.public_bytes(seed)))
            time.sleep(0.002 * n)
            node.ask(say.Burn(call))
            node.wait(say.Burnt, call)
            node.wait(say.Resealed, beyond=n)
        said = voice(20)
        node.send(node.ports.first, *said)
        node.close(neighbour)

        assert [packet for _, packet in node.heard(neighbour).packets(1)] == said
        assert Journals(tmp_path).recordings() == {neighbour}


def test_no_word_is_on_the_disk(tmp_path: Path) -> None:
    """The marker hunt: payload and facts, before and after the end, after a kill, too."""
    marker, fact = b"\xd5kortin numero on neljatoista", b"<aor>sip:kaisa@example.fi</aor>"
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        node.ask(say.Fact(call, fact))
        node.send(node.ports.first, *(rtp(n, marker.ljust(160, b"x")) for n in range(30)))
        settled(node, node.ports.first)
        node.keep(call)
        node.send(node.ports.first, *(rtp(n, marker.ljust(160, b"x")) for n in range(30)))
        settled(node, node.ports.first)
        node.kill()
        node.wait(say.Ready, beyond=1)
        node.send(node.ports.first, *(rtp(n, marker.ljust(160, b"x")) for n in range(30)))
        node.close(call)

        assert node.heard(call).facts() == [fact]
        assert hunt(tmp_path, {"payload": marker, "fact": fact}) == []


def test_only_the_signalled_address_is_heard(tmp_path: Path) -> None:
    said = voice(20)
    with ears.node(tmp_path) as node, socket.socket(type=socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.2", 0))
        call = node.open(node.ports.first)
        node.keep(call)
        for packet in said:
            node.send(node.ports.first, packet)
            stranger.sendto(b"not of this call", ("127.0.0.1", node.ports.first))
        closed = node.close(call)

        assert [packet for _, packet in node.heard(call).packets(1)] == said
        assert closed.strangers == 20


def test_a_learning_stream_stays_with_the_first_address(tmp_path: Path) -> None:
    said = voice(20)
    with ears.node(tmp_path) as node, socket.socket(type=socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.2", 0))
        call = node.open(node.ports.first, source="")
        node.keep(call)
        node.send(node.ports.first, *said[:10])
        settled(node, node.ports.first)
        stranger.sendto(b"not of this call", ("127.0.0.1", node.ports.first))
        node.send(node.ports.first, *said[10:])
        closed = node.close(call)

        assert closed.strangers == 1
        assert [p for _, p in node.heard(call).packets(1) if len(p) == 172] == said


def test_what_came_before_the_port_was_given_away_is_nobodys(tmp_path: Path) -> None:
    with ears.node(tmp_path) as node:
        node.send(node.ports.first, b"left over from another call")
        call = node.open(node.ports.first)
        node.keep(call)
        node.send(node.ports.first, b"of this call")
        node.close(call)
        node.send(node.ports.first, b"too late")
        following = node.open(node.ports.first)
        node.keep(following)
        node.close(following)

        assert [packet for _, packet in node.heard(call).packets(1)] == [b"of this call"]
        assert node.heard(following).packets(1) == []


def test_a_port_of_another_call_is_not_given_twice(tmp_path: Path) -> None:
    with ears.node(tmp_path) as node:
        node.open(node.ports.first)
        second = RecordingId(uuid4())
        node.ask(
            say.Open(second, ears.START),
            say.Listen(second, 1, node.ports.first, "", 0, control=False),
        )

        assert node.wait(say.Listening, second).ok is False


def test_a_new_intake_key_takes_over_an_open_call(tmp_path: Path) -> None:
    """keys-review 4: afterwards nothing needs the old key any more."""
    said = voice(40)
    seed, key = os.urandom(intake.SEED_BYTES), IntakeKeyId(uuid4())
    with ears.node(tmp_path) as node:
        call, waiting = node.open(node.ports.first), node.open(node.ports.first + 2)
        node.keep(call)
        node.send(node.ports.first, *said[:20])
        node.send(node.ports.first + 2, *said)
        settled(node, node.ports.first + 2)

        node.ask(say.Reseal(key, intake.public_bytes(seed)))
        node.wait(say.Resealed)
        node.send(node.ports.first, *said[20:])
        node.keep(waiting)
        node.close(call)
        node.close(waiting)

        assert Journals(tmp_path).intake_keys() == {key: 3}
        node.seeds = {key: seed}
        assert [packet for _, packet in node.heard(call).packets(1)] == said
        assert [packet for _, packet in node.heard(waiting).packets(1)][:40] == said
        assert node.heard(call).gaps(1) == []


def test_a_disk_without_spare_room_is_told_and_running_calls_go_on(tmp_path: Path) -> None:
    with ears.node(tmp_path, spare_bytes=str(1 << 60)) as node:
        call = node.open(node.ports.first)
        until(lambda: any(isinstance(m, say.Status) and not m.room for m in node.hear()))
        node.keep(call)
        node.send(node.ports.first, *voice(10))

        assert node.close(call).kept == 10


def test_a_reordered_or_doubled_request_changes_nothing(tmp_path: Path) -> None:
    """What a killed ear had entered and not yet taken off the socket comes twice."""
    said = voice(10)
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        opened = say.Open(call, ears.START)
        listen = say.Listen(call, 1, node.ports.first, "127.0.0.1", 0, control=False)
        node.ask(opened, listen, say.Keep(call, 0), say.Keep(call, time.time_ns()))
        node.wait(say.Kept, call)
        pause = say.Pause(call, time.time_ns() + 10**12, Why.HOLD)
        node.ask(opened, listen, pause, pause, say.Leave(call, 7), say.Burn(RecordingId(uuid4())))
        node.send(node.ports.first, *said)
        node.close(call)

        assert [packet for _, packet in node.heard(call).packets(1)] == said
