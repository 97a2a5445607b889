"""What comes in on each stream, and how unevenly, is told in one message."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire.rtcp import Reception
from talteen.ids import RecordingId
from talteen.life.capture.ears import flows, reports
from talteen.life.capture.ears.messages import LONGEST_BYTES, Flows, read, write
from talteen.life.capture.ears.reports import Reporter

ADDRESS = st.builds(flows.address, st.uuids().map(RecordingId), st.integers(0, 65_535))
FLOW = st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))


@given(st.dictionaries(ADDRESS, FLOW), st.binary(max_size=29))
def test_what_was_written_is_what_is_read(
    told: dict[flows.Address, tuple[int, int]], torn: bytes
) -> None:
    (part,) = flows.write((one, *flow) for one, flow in told.items())
    message = read(write(Flows(part, more=False)))

    assert isinstance(message, Flows)
    assert flows.read(message.listed) == told
    assert flows.read(message.listed + torn) == told


def test_more_streams_than_a_line_holds_are_all_told() -> None:
    """A stream of which nothing is told is never found silent."""
    many = {flows.address(RecordingId(UUID(int=n)), 1): n for n in range(2 * flows.MOST + 5)}

    parts = flows.write((one, n, flows.UNTOLD) for one, n in many.items())

    assert all(len(write(Flows(part, more=True))) <= LONGEST_BYTES for part in parts)
    assert [len(flows.read(part)) for part in parts] == [flows.MOST, flows.MOST, 5]
    assert {
        one: packets for part in parts for one, (packets, _) in flows.read(part).items()
    } == many


def test_what_is_told_in_parts_counts_together() -> None:
    """Else what stands in the one part would seem to have ended with the next one."""
    first, second = (flows.address(RecordingId(UUID(int=n)), 1) for n in (1, 2))
    ((one,), (other,)) = (flows.write([(at, 5, flows.UNTOLD)]) for at in (first, second))
    parts = flows.Parts()

    assert parts.add(one, more=True) is None
    assert parts.add(other, more=False) == {first: (5, flows.UNTOLD), second: (5, flows.UNTOLD)}
    assert parts.add(other, more=False) == {second: (5, flows.UNTOLD)}


def test_jitter_is_told_in_microseconds_and_only_where_somebody_measures_it() -> None:
    reporter = object.__new__(Reporter)  # the part of it that hears
    reporter.heard_of = None
    assert reports.jitter_us(None) == reports.jitter_us(reporter) == flows.UNTOLD

    heard_of = Reception(1, 8_000)
    for n in range(200):  # every second packet comes 10 ms late: the transit moves by 80 ticks
        heard_of.hear(n, n * 160, n * 20_000_000 + (n % 2) * 10_000_000, 1)
    reporter.heard_of = heard_of
    assert 9_900 <= reports.jitter_us(reporter) <= 10_000
