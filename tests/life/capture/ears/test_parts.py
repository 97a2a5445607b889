"""The small parts of an ear, each by itself."""

import os
import random
import socket
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.vault.journal_bodies import Why, media
from talteen.errors import ConfigError, Tampered
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture.ears import control, messages, sockets
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.control import Line
from talteen.life.capture.ears.logbook import Logbook
from talteen.life.capture.ears.recvmmsg import Hands, OneByOne
from talteen.life.capture.ears.slate import SIZE_BYTES, SLOTS, Slate
from talteen.life.capture.ears.sockets import Ports
from talteen.life.capture.ears.spans import Spans
from talteen.life.capture.ears.waiting import LONGEST_NS, Waiting

CALL = RecordingId(uuid4())
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MESSAGES: list[say.Message] = [
    say.Open(CALL, START),
    say.Listen(CALL, 1, 20000, "192.0.2.7", 5, control=False),
    say.Leave(CALL, 1),
    say.Keep(CALL, 7),
    say.Pause(CALL, 8, Why.HOLD),
    say.Resume(CALL, 9, Why.HOLD),
    say.Fact(CALL, b"\0fact"),
    say.Burn(CALL),
    say.Close(CALL, 10),
    say.Reseal(IntakeKeyId(uuid4()), b"public"),
    say.Sample(CALL, 2, 17),
    say.Await(b"[]"),
    say.Recognised(CALL, "announce.fi@1", 5, 9, full=True),
    say.Ask(),
    say.Ready(restarted=True, calls=3),
    say.Listening(CALL, 1, 20_000, ok=False),
    say.Kept(CALL, 4),
    say.Source(CALL, 1, 0xFFFFFFFF, 5),
    say.Missing(CALL, 1, Why.DROPPED, 6, 7),
    say.Sampled(CALL, 1, more=True, media=b"m"),
    say.Closed(CALL, 1, 2, 3, 4),
    say.Burnt(CALL),
    say.Status(1, 2, True, False, 3, 4, 5),
    say.Resealed(IntakeKeyId(uuid4())),
    say.Flows(b"rows", more=True),
    say.Taken(20000, b"m", b"n"),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda one: type(one).__name__)
def test_a_message_comes_back(message: say.Message) -> None:
    assert messages.read(messages.write(message)) == message


def test_every_message_has_its_number_once() -> None:
    numbers = [messages.write(one)[0] for one in MESSAGES]

    assert len(set(numbers)) == len(MESSAGES)
    assert messages.write(say.Reseal(IntakeKeyId(uuid4()), b""))[0] == messages.RESEAL


@given(st.binary(max_size=80))
def test_any_bytes_are_a_message_or_tampered(data: bytes) -> None:
    try:
        messages.read(data)
    except Tampered:
        return


@pytest.mark.parametrize("receiver", ["recvmmsg", "one by one"])
def test_both_ways_of_receiving_leave_the_same_traces(receiver: str) -> None:
    memory = os.memfd_create("slate")
    os.ftruncate(memory, SIZE_BYTES)
    slate = Slate(memory)
    hands = Hands(slate, OneByOne(slate) if receiver == "one by one" else None)
    (here,) = sockets.bind(Ports("127.0.0.1", port := _free(), port + 1))[:1]
    sockets.listen(here)
    sent = [b"", b"a" * 172, b"b" * 5000, b"c"]
    with here, socket.socket(type=socket.SOCK_DGRAM) as out:
        out.bind(("127.0.0.1", 0))
        for one in sent:
            out.sendto(one, ("127.0.0.1", port))
        shape = hands.shape(172)
        slate.commit(0, 3, shape.index)
        taken = hands.receive(here.fileno(), shape, SLOTS, socket.MSG_DONTWAIT, None)

        unsealed = slate.unsealed()
        names = {slate.name(n) for n in range(taken)}
        arrivals = [slate.arrival_ns(n) for n in range(taken)]
        assert taken == 4
        assert unsealed is not None
        assert (unsealed.socket, unsealed.count) == (3, 4)
        assert [slate.packet(n, shape.index) for n in range(taken)] == sent
        assert arrivals == sorted(arrivals)
        assert arrivals[0] > 1_700_000_000 * 10**9
        assert [name[2:8] for name in names] == [
            out.getsockname()[1].to_bytes(2) + bytes([127, 0, 0, 1])
        ]
        hands.clear(shape, taken)
        assert slate.unsealed() is None


@pytest.mark.parametrize(("host", "six"), [("127.0.0.1", 0), ("::1", 1)])
def test_packets_of_one_size_are_known_by_their_headers_alone(host: str, six: int) -> None:
    """Else every packet would be looked at, which is ten times as much work."""
    memory = os.memfd_create("slate")
    os.ftruncate(memory, SIZE_BYTES)
    hands = Hands(Slate(memory))
    here, other = sockets.bind(Ports(host, port := _free(), port + 1))
    shape = hands.shape(172)
    for _ in range(2):
        sockets.listen(here)
        with socket.socket(here.family, socket.SOCK_DGRAM) as out:
            for _ in range(5):
                out.sendto(bytes(172), (host, port))
        assert hands.receive(here.fileno(), shape, SLOTS, socket.MSG_DONTWAIT, None) == 5
        batch = shape.batch(5)
        assert hands.slate.map[batch.headers] == batch.plain[six]
        hands.clear(shape, 5)
        assert hands.slate.map[batch.headers] == batch.clean
    here.close()
    other.close()


def _free() -> int:
    return random.randrange(32000, 40000, 2)


def test_a_logbook_is_whole_after_every_step() -> None:
    memory = os.memfd_create("logbook")
    book = Logbook(memory)
    for n in range(100):
        book.append(b"%d" % n)
        assert Logbook(memory).entries()[-1] == b"%d" % n
    assert len(Logbook(memory).entries()) == 100

    for n in range(5):
        book.replace([b"x" * n, b"y"])
        book.append(b"z")
        assert Logbook(memory).entries() == [b"x" * n, b"y", b"z"]


def test_a_logbook_takes_what_is_longer_than_it_maps() -> None:
    memory = os.memfd_create("logbook")
    book, entries = Logbook(memory), [bytes([n]) * 70_001 for n in range(20)]
    entries.insert(7, b"long" * 100_000)
    for entry in entries[:15]:
        book.append(entry)
    book.settle()
    later = Logbook(memory)  # whoever is started next goes on behind it
    for entry in entries[15:]:
        later.append(entry)
    assert (later.entries(), later.unsettled()) == (entries, entries[15:])


def test_what_was_entered_and_not_taken_off_the_line_comes_again() -> None:
    mine, theirs = control.pair()
    with mine, theirs:
        Line(theirs).say(say.Burn(CALL))
        entered: list[bytes] = []

        class Killed(BaseException):
            pass

        def die(entry: bytes) -> None:
            entered.append(entry)
            raise Killed

        with pytest.raises(Killed):
            list(Line(mine).heard(die))
        assert list(Line(mine).heard(entered.append)) == [say.Burn(CALL)]
        assert entered[0] == entered[1]
        assert list(Line(mine).heard()) == []


def test_a_line_that_nobody_reads_never_blocks() -> None:
    mine, theirs = control.pair()
    with mine, theirs:
        line = Line(mine)
        for n in range(200_000):
            line.say(say.Kept(CALL, n % 1000))

        assert not line.push()
        assert len(line.waiting) <= control.WAITING


@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.sampled_from([Why.PAUSE, Why.HOLD]), st.booleans()),
        max_size=12,
    ),
    st.integers(0, 100),
)
def test_kept_is_what_lies_after_the_beginning_and_in_no_gap(
    steps: list[tuple[int, Why, bool]], begun: int
) -> None:
    spans = Spans()
    spans.begin(begun)
    for at, why, pause in sorted(steps, key=lambda one: one[0]):
        _ = spans.cease(at, why) if pause else spans.resume(at, why)
    gaps = spans.gaps()

    for at in range(101):
        inside = any(
            gap.from_ns <= at and (gap.until_ns is None or at < gap.until_ns) for gap in gaps
        )
        assert spans.wanted(at) == (at >= begun and not inside)
    assert spans.wanted(10**6) == spans.keeps == (not spans.paused)


def test_nothing_waits_longer_than_a_minute() -> None:
    waiting = Waiting()
    waiting.add(media([(0, b"old")]))
    waiting.add(media([(LONGEST_NS + 1, b"new")]))

    assert [one.packets for one in waiting.seen()] == [b"new"]
    assert waiting.overran == 1
    waiting.forget(3 * LONGEST_NS)
    assert waiting.seen() == []


@pytest.mark.parametrize("ears", [1, 2, 3, 7])
def test_shares_are_pairs_and_cover_the_range(ears: int) -> None:
    ports = Ports("127.0.0.1", 20000, 20013)
    shares = ports.shares(ears)

    assert [port for share in shares for port in share] == list(ports)
    assert len(shares) == ears


@pytest.mark.parametrize(("first", "last"), [(20001, 20003), (20000, 20002), (20002, 20001)])
def test_a_range_that_splits_a_pair_is_refused(first: int, last: int) -> None:
    with pytest.raises(ConfigError):
        Ports("127.0.0.1", first, last)


def test_a_range_that_is_taken_is_refused_by_name() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as there:
        there.bind(("127.0.0.1", port := _free() + 1))
        with pytest.raises(ConfigError, match=r"capture\.ports"):
            sockets.bind(Ports("127.0.0.1", port - 1, port))
