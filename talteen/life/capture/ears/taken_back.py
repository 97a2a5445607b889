"""What was sealed of a pause before anybody said so: burnt; its part before the pause stays."""

from dataclasses import dataclass

from talteen.engine.vault import journal
from talteen.engine.vault.journal import Opened
from talteen.engine.vault.journal_bodies import NS, Media, Withdrawn, read
from talteen.life.capture.ears.calls import Call
from talteen.life.capture.ears.drain import Drain

_FAR_NS = 5 * NS
"""A record that ends so long before a pause has only older ones before it."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A record with sound of a pause."""

    at: int
    size_bytes: int
    opened: Opened
    body: Media


def take_back(drain: Drain, call: Call, from_ns: int) -> None:
    """Burn the records of ``call`` that hold sound from ``from_ns`` on, and seal anew what they
    hold of before. The ear still has the key: it opens its own last records, as no one else here
    can.

    What is sealed anew is written before the old goes, with the numbers of what it replaces: killed
    in between, a reader has the packets before the pause once, and misses no record.
    """
    drain.write()
    found = _of_the_pause(drain, call, from_ns)
    if not found:
        return
    gone = {one.at for one in found}
    call.places = type(call.places)("Q", (at for at in call.places if at not in gone))
    for one in found:
        _seal_the_part_before(drain, call, one.opened.stream, one.body, from_ns)
    numbers = tuple(sorted(one.opened.n for one in found))
    drain.seal(call, journal.CALL_STREAM, Withdrawn(numbers).written())
    drain.write()
    for one in found:
        drain.segment.overwrite(one.at, journal.burnt(drain.segment.id, one.size_bytes))


def _of_the_pause(drain: Drain, call: Call, from_ns: int) -> list[_Found]:
    """Those records, the newest first."""
    key, found = call.keys.last, []
    for at in reversed(call.places):
        size = int.from_bytes(drain.segment.read(at + journal.MARK_BYTES, 4))
        opened = journal.open_one(drain.segment.read(at, size), key)
        body = read(opened.body)
        if not isinstance(body, Media):
            continue
        if body.arrivals[-1] >= from_ns:
            found.append(_Found(at, size, opened, body))
        elif body.arrivals[-1] < from_ns - _FAR_NS:
            break
    return found


def _seal_the_part_before(drain: Drain, call: Call, number: int, body: Media, from_ns: int) -> None:
    before = body.only([arrival < from_ns for arrival in body.arrivals])
    if before:
        drain.seal(call, number, before.written())
    stream = call.streams.get(number)
    if stream is not None:
        stream.kept -= len(body) - len(before)
        stream.unwanted += len(body) - len(before)
