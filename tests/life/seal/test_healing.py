"""What one node lost the other fills, and what either was told not to keep nobody brings back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.engine.wire import rtp as columns
from talteen.engine.wire import timeline
from talteen.engine.wire.jitter import GapKind, Silence
from talteen.engine.wire.media import Format, StreamFacts
from talteen.life.capture.sidecar import Side
from talteen.life.seal import healing
from talteen.life.seal.healing import Healed
from talteen.life.seal.witness import FOREVER_NS, NEAR_NS, Copy, Witness
from tests.kit import rtp
from tests.kit.flipped import flipped
from tests.kit.rtp import BEGAN_NS, Datagram

MS = 1_000_000
COUNT = 120
PERIOD_NS = 20 * MS


def sent(count: int = COUNT, *, ssrc: int = 0xA1) -> list[Datagram]:
    """What a client forks to both nodes: every payload another one."""
    payloads = [number.to_bytes(2) * 80 for number in range(count)]
    return rtp.spoken(payloads, ssrc=ssrc, sequence=65_500)


@dataclass(frozen=True)
class Node:
    """What lies between the client and one node."""

    lost: frozenset[int] = frozenset()
    delays_ms: Sequence[int] = (0,)
    ahead_ns: int = 0
    silences: tuple[tuple[int, int], ...] = ()
    """In numbers of packets, first and behind the last: what it was told not to keep."""

    def arrival(self, at: int, one: Datagram) -> int:
        return one.arrival_ns + self.ahead_ns + self.delays_ms[at % len(self.delays_ms)] * MS

    def told(self) -> tuple[Silence, ...]:
        begin = BEGAN_NS + self.ahead_ns
        return tuple(
            Silence(GapKind.PAUSE, begin + a * PERIOD_NS, begin + b * PERIOD_NS)
            for a, b in self.silences
        )

    def heard(self, packets: Sequence[Datagram]) -> Copy:
        came = [
            Datagram(self.arrival(at, one), one.data)
            for at, one in enumerate(packets)
            if at not in self.lost
        ]
        kept = [one for one in came if not _inside(one.arrival_ns, self.told())]
        return Copy(rtp.facts("1"), Side.CALLER, rtp.arrived(kept))

    def witness(self, *streams: Sequence[Datagram]) -> Witness:
        return Witness(tuple(self.heard(one) for one in streams), self.told())


def _inside(instant: int, silences: Collection[Silence]) -> bool:
    return any(one.start_ns <= instant < one.end_ns for one in silences)


def datagrams(healed: Healed, stream: int = 0) -> list[bytes]:
    slots = healed.streams[stream].slots
    return [slots.bytes_of(row) for row in range(len(slots))]


def healed(first: Witness, other: Witness) -> Healed:
    found = healing.heal(first, other)
    assert found is not None
    return found


numbers = st.integers(0, COUNT - 1)
losses = st.frozensets(numbers, max_size=COUNT - 1)
nodes = st.builds(
    Node,
    lost=losses,
    delays_ms=st.lists(st.integers(0, 60), min_size=1, max_size=7),
    ahead_ns=st.integers(-30_000, 30_000).map(lambda ms: ms * MS),
)


@given(nodes, nodes)
@settings(deadline=None)
def test_whatever_reached_either_node_is_there_once_and_nothing_else(a: Node, b: Node) -> None:
    packets = sent()
    found = healed(a.witness(packets), b.witness(packets))

    expected = [one.data for at, one in enumerate(packets) if at not in a.lost & b.lost]
    assert sorted(datagrams(found)) == sorted(expected)
    count = found.count
    assert (count.agreed, count.filled, count.lacking) == (
        COUNT - len(a.lost | b.lost),
        len(a.lost - b.lost),
        len(b.lost - a.lost),
    )


@given(nodes, nodes)
@settings(deadline=None)
def test_it_is_the_same_union_from_either_side(a: Node, b: Node) -> None:
    one, other = a.witness(sent()), b.witness(sent())

    assert set(datagrams(healed(one, other))) == set(datagrams(healed(other, one)))


@given(nodes, nodes)
@settings(deadline=None)
def test_what_is_filled_never_moves_the_clock_of_the_first_node(a: Node, b: Node) -> None:
    """An arrival that is laid on the first node's clock lies on its line or above it."""
    packets = sent()
    first = a.witness(packets)
    found = healed(first, b.witness(packets))

    before, after = (_spoken_at(copy) for copy in (first.streams[0], found.streams[0]))
    assert all(abs(after[timestamp] - at) <= 2 for timestamp, at in before.items())


def _spoken_at(copy: Copy) -> dict[int, int]:
    packets = columns.columns(copy.slots)
    (segment,) = timeline.lay(packets, copy.facts).segments
    stamps = packets.timestamp[segment.rows].tolist()
    return dict(zip(stamps, segment.start_ns.tolist(), strict=True))


@given(nodes, nodes)
@settings(deadline=None)
def test_healing_twice_changes_nothing(a: Node, b: Node) -> None:
    packets = sent()
    once = healed(a.witness(packets), b.witness(packets))
    twice = healed(Witness(once.streams), b.witness(packets))

    assert datagrams(twice) == datagrams(once)
    assert twice.count.filled == 0


spans = st.tuples(numbers, st.integers(1, 40)).map(lambda one: (one[0], one[0] + one[1]))


@given(nodes, nodes, st.lists(spans, max_size=2), st.lists(spans, max_size=2))
@settings(deadline=None)
def test_what_either_was_told_not_to_keep_is_never_brought_back(
    a: Node, b: Node, of_a: list[tuple[int, int]], of_b: list[tuple[int, int]]
) -> None:
    a, b = replace(a, silences=tuple(of_a)), replace(b, silences=tuple(of_b))
    packets = sent()
    first, other = a.witness(packets), b.witness(packets)
    found = healing.heal(first, other)
    if found is None:
        return  # nothing was left by which to know it

    there = set(datagrams(found))
    for at, one in enumerate(packets):
        for node in (a, b):
            if at not in node.lost and _inside(node.arrival(at, one), node.told()):
                assert one.data not in there


@given(st.frozensets(numbers, min_size=1, max_size=COUNT // 12), nodes)
@settings(deadline=None)
def test_a_packet_of_which_the_nodes_have_two_versions_is_in_neither(
    forged: frozenset[int], a: Node
) -> None:
    packets = sent()
    a = replace(a, lost=frozenset())
    other = [
        replace(one, data=flipped(one.data)) if at in forged else one
        for at, one in enumerate(packets)
    ]
    found = healed(a.witness(packets), Node().witness(other))

    assert found.count.disputed == len(forged)
    assert len(datagrams(found)) == COUNT - len(forged)
    assert not set(datagrams(found)) & {packets[at].data for at in forged}


def test_two_sounds_under_one_name_are_not_made_one() -> None:
    one, other = sent(), [replace(each, data=each.data[:12] + b"\x01" * 160) for each in sent()]

    assert healing.heal(Node().witness(one), Node().witness(other)) is None
    elsewhere = rtp.spoken([bytes([n % 251, 7]) * 80 for n in range(COUNT)], ssrc=0xB2)
    assert healing.heal(Node().witness(one), Node().witness(elsewhere)) is None


def test_halves_that_share_no_packet_are_joined_by_the_senders_own_clock() -> None:
    """The first node died at the middle, the other was called in its place."""
    half = frozenset(range(COUNT // 2))
    a, b = Node(lost=frozenset(range(COUNT)) - half), Node(lost=half, ahead_ns=700 * MS)
    packets = sent()
    found = healed(a.witness(packets), b.witness(packets))

    assert datagrams(found) == [one.data for one in packets]
    arrivals = found.streams[0].slots.arrival_ns
    assert abs(int(arrivals[-1]) - packets[-1].arrival_ns) <= 2


def test_clocks_that_drift_apart_are_brought_together() -> None:
    """Half a minute at 400 ppm: at its end the nodes are 12 ms apart."""
    packets = sent(1_500)
    slow = [
        replace(one, arrival_ns=one.arrival_ns + round((one.arrival_ns - BEGAN_NS) * 400e-6))
        for one in packets
    ]
    a, b = Node(lost=frozenset(range(1_000, 1_200))), Node(ahead_ns=5_000 * MS)
    found = healed(a.witness(packets), b.witness(slow))

    slots = found.streams[0].slots
    assert len(slots) == 1_500
    assert all(
        abs(int(at) - one.arrival_ns) < 20_000
        for at, one in zip(slots.arrival_ns.tolist(), packets, strict=True)
    )


def test_a_pause_that_only_the_dead_node_knew_of_lasts_to_the_end() -> None:
    since = BEGAN_NS + 60 * PERIOD_NS
    told = Silence(GapKind.PAUSE, since, FOREVER_NS)
    packets = sent()
    dead = replace(
        Node(lost=frozenset(range(60, COUNT))).witness(packets),
        silences=(told,),
        over_ns=BEGAN_NS + 80 * PERIOD_NS,
    )
    found = healed(Node().witness(packets), dead)

    assert found.silences == (told,)
    assert datagrams(found) == [one.data for one in packets[:60]]


def test_a_pause_that_both_knew_ends_where_the_living_node_was_told() -> None:
    since, until = BEGAN_NS + 60 * PERIOD_NS, BEGAN_NS + 90 * PERIOD_NS
    packets = sent()
    dead = replace(
        Node(lost=frozenset(range(60, COUNT))).witness(packets),
        silences=(Silence(GapKind.PAUSE, since, FOREVER_NS),),
        over_ns=BEGAN_NS + 80 * PERIOD_NS,
    )
    living = Node(silences=((60, 90),))
    found = healed(living.witness(packets), dead)

    assert {one.end_ns for one in found.silences} == {until}
    # Too near to the border to be sure, and only the living node has them.
    room = NEAR_NS // PERIOD_NS
    kept = [*packets[:60], *packets[90 + room :]]
    assert datagrams(found) == [one.data for one in kept]


def test_a_dialog_that_was_lost_is_no_wish_for_silence() -> None:
    """At the hang-up an ear is told to keep nothing more; on the other node the call goes on."""
    over = BEGAN_NS + 60 * PERIOD_NS
    packets = sent()
    lost = replace(
        Node(lost=frozenset(range(60, COUNT))).witness(packets),
        silences=(Silence(GapKind.HOLD, over, FOREVER_NS),),
        over_ns=over,
    )

    for first, other in ((lost, Node().witness(packets)), (Node().witness(packets), lost)):
        assert len(datagrams(healed(first, other))) == COUNT


def test_a_stream_that_only_one_node_has_comes_whole() -> None:
    one, other = sent(), sent(ssrc=0xB2)
    first = Node().witness(one)
    both = Node(ahead_ns=40 * MS).witness(one, other)
    both = replace(both, streams=(both.streams[0], replace(both.streams[1], facts=rtp.facts("2"))))
    found = healed(first, both)

    assert datagrams(found, 1) == [each.data for each in other]
    assert abs(int(found.streams[1].slots.arrival_ns[0]) - other[0].arrival_ns) <= 2


def test_a_packet_whose_codec_the_first_knows_by_another_number_is_not_misread() -> None:
    packets = sent()
    wide = Format("L16", 8_000)
    other = Node().witness(packets)
    mine = Node(lost=frozenset({7, 8})).witness(packets)
    mine = replace(mine, streams=(replace(mine.streams[0], facts=_named(mine, wide)),))

    assert healing.heal(mine, other) is None  # not one packet means the same to both


def _named(of: Witness, kind: Format) -> StreamFacts:
    facts = of.streams[0].facts
    return replace(facts, agreed=(replace(facts.agreed[0], formats={8: kind}),))


def renumbered(
    packets: Sequence[Datagram], *, ssrc: int, sequence: int, timestamp: int
) -> list[Datagram]:
    """The same payloads at the same time under other numbers."""
    count = len(packets)
    payloads = [one.data[12:] for one in packets]
    anew = rtp.spoken(payloads, ssrc=ssrc, sequence=sequence, timestamp=timestamp)
    return [
        replace(one, arrival_ns=packets[at].arrival_ns)
        for at, one in zip(range(count), anew, strict=True)
    ]


@given(
    st.integers(0, 1 << 32).filter(lambda ssrc: ssrc != 0xA1).map(lambda ssrc: ssrc % (1 << 32)),
    st.integers(0, 65_535),
    st.integers(0, (1 << 32) - 1),
    st.frozensets(numbers, max_size=COUNT // 3),
    st.frozensets(numbers, max_size=COUNT // 4),
)
@settings(deadline=None, max_examples=30)
def test_whatever_numbers_a_client_gives_each_node_the_union_is_that_of_the_sound(
    ssrc: int, sequence: int, timestamp: int, here: frozenset[int], there: frozenset[int]
) -> None:
    packets = sent()
    anew = renumbered(packets, ssrc=ssrc, sequence=sequence, timestamp=timestamp)

    found = healed(Node(lost=here).witness(packets), Node(lost=there).witness(anew))

    expected = [one.data for at, one in enumerate(packets) if at not in here & there]
    assert sorted(datagrams(found)) == sorted(expected)


def test_silence_alone_shows_no_session_whatever_its_numbers() -> None:
    quiet = rtp.spoken([b"\xd5" * 160] * COUNT)
    anew = renumbered(quiet, ssrc=7, sequence=1, timestamp=2)

    assert healing.heal(Node().witness(quiet), Node().witness(anew)) is None
