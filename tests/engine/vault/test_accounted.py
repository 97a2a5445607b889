"""Sent = kept + told, whatever a journal lost: the reader's half of that promise, without a disk.

A writer seals packets and says what it knows; then an ear dies, the power fails, records are torn,
flipped or burnt. Whatever that was, each packet that the writer took is given back once, or lies in
a gap that the reader tells.
"""

from dataclasses import dataclass, field
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.vault.bundle import Heard, generation
from talteen.engine.vault.journal_bodies import (
    Begin,
    Body,
    End,
    Gap,
    Media,
    Why,
    Withdrawn,
    media,
)
from talteen.ids import RecordingId
from tests.kit.accounting import Sent, account

Record = tuple[int, int, Body]


@dataclass(slots=True)
class Writer:
    """Seals one stream, generation after generation, and knows what it took."""

    taken: list[Sent] = field(default_factory=list)
    done: list[list[Record]] = field(default_factory=list)
    now: list[Record] = field(default_factory=list)

    def seal(self, stream: int, body: Body) -> None:
        self.now.append((len(self.now), stream, body))

    def take(self, count: int) -> None:
        """A visit: so many packets."""
        came = self._came(count)
        self.seal(1, media([(one.at_ns, one.data) for one in came]))

    def drop(self, count: int) -> None:
        """The kernel had no room for so many, and says so."""
        began = self.at_ns
        self._came(count)
        self.seal(1, Gap(Why.DROPPED, began, self.at_ns + 1, count))

    def _came(self, count: int) -> list[Sent]:
        first = len(self.taken)
        came = [Sent(10 * n + 10, b"%d" % n, wanted=True) for n in range(first, first + count)]
        self.taken += came
        return came

    def take_back(self) -> None:
        """A pause is told late: the last visit goes, and stands once more without its end."""
        of_media = [one for one in self.now if isinstance(one[2], Media)]
        if of_media:
            n, stream, body = of_media[-1]
            self.seal(stream, body)
            self.seal(0, Withdrawn((n,)))

    def next_ear(self) -> None:
        """kill -9: nothing that was taken is lost, and the next ear says so."""
        self._close()
        self.seal(0, Begin(continues=True))

    def next_segment(self) -> None:
        self.seal(0, End(0))
        self._close()
        self.seal(0, Begin(continues=False))

    def end(self) -> None:
        self.seal(0, End(self.at_ns + 1))
        self._close()

    def _close(self) -> None:
        self.done.append(self.now)
        self.now = []

    @property
    def at_ns(self) -> int:
        return self.taken[-1].at_ns if self.taken else 0


def read(written: list[list[Record]]) -> Heard:
    generations = tuple(generation(n, records) for n, records in enumerate(written))
    return Heard(RecordingId(UUID(int=1)), generations)


@st.composite
def calls(draw: st.DrawFn) -> Writer:
    """Any call that came to its end."""
    writer = Writer()
    writer.seal(0, Begin(continues=False))
    for _ in range(draw(st.integers(1, 12))):
        match draw(st.sampled_from(["take", "take", "drop", "back", "ear", "segment"])):
            case "take":
                writer.take(draw(st.integers(1, 3)))
            case "drop":
                writer.drop(draw(st.integers(1, 3)))
            case "back":
                writer.take_back()
            case "ear":
                writer.next_ear()
            case "segment":
                writer.next_segment()
    writer.end()
    return writer


@given(calls())
def test_a_call_to_which_nothing_happened_tells_of_its_drops_and_of_nothing_else(
    call: Writer,
) -> None:
    heard = read(call.done)

    got = account(heard, 1, call.taken)
    assert (got.silent, got.unwanted, got.doubled) == ((), 0, 0)
    assert got.kept + got.told == len(call.taken)
    assert {gap.why for gap in heard.gaps(1)} <= {Why.DROPPED}
    assert not heard.cut_off


@given(calls(), st.data())
def test_records_that_are_torn_or_gone_leave_a_gap_where_they_stood(
    call: Writer, data: st.DataObject
) -> None:
    """Flipped, overwritten, unreadable: whichever, short of those behind which nothing is left."""
    left = []
    for records in call.done:
        torn = data.draw(st.sets(st.integers(0, len(records) - 1)))
        left.append([one for one in records[:-1] if one[0] not in torn] + records[-1:])

    assert account(read(left), 1, call.taken).silent == ()


def test_a_lost_gap_is_told_though_an_older_record_was_sealed_anew_behind_it() -> None:
    """A pause that is told late withdraws a visit from before the drops that nobody can read."""
    call = Writer()
    call.seal(0, Begin(continues=False))
    call.take(1)
    call.drop(1)
    call.take_back()
    call.take(1)
    call.end()
    (records,) = call.done
    lost = [record for record in records if record[0] != 2]

    got = account(read([lost]), 1, call.taken)
    assert (got.kept, got.told, got.silent) == (2, 1, ())


@given(calls(), st.data())
def test_a_power_cut_leaves_a_gap_from_the_last_packet_on(
    call: Writer, data: st.DataObject
) -> None:
    """In the segment that was left and in the one that is being written alike, in both at once."""
    last = data.draw(st.integers(0, len(call.done) - 1))
    left = call.done[: last + 1]
    for n in {max(0, last - 1), last}:
        ends_whole = n < last and not isinstance(left[n][-1][2], End)
        if not ends_whole:  # of an ear that was killed, all was durable before the next one began
            left[n] = left[n][: data.draw(st.integers(0, len(left[n]) - 1))]
    heard = read(left)

    assert account(heard, 1, call.taken).silent == ()
    assert heard.cut_off
