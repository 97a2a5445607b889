"""What comes in on each stream is told in one message."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from talteen.ids import RecordingId
from talteen.life.capture.ears import flows
from talteen.life.capture.ears.messages import LONGEST_BYTES, Flows, read, write

ADDRESS = st.builds(flows.address, st.uuids().map(RecordingId), st.integers(0, 65_535))


@given(st.dictionaries(ADDRESS, st.integers(0, 2**64 - 1)), st.binary(max_size=25))
def test_what_was_written_is_what_is_read(told: dict[flows.Address, int], torn: bytes) -> None:
    message = read(write(Flows(flows.write(told.items()))))

    assert isinstance(message, Flows)
    assert flows.read(message.listed) == told
    assert flows.read(message.listed + torn) == told


def test_the_longest_message_fits_a_line() -> None:
    many = {flows.address(RecordingId(UUID(int=n)), 1): n for n in range(flows.MOST + 5)}

    listed = flows.write(many.items())

    assert len(write(Flows(listed))) <= LONGEST_BYTES
    assert len(flows.read(listed)) == flows.MOST
