"""What was sealed of a pause before anybody said so: burnt; its part before the pause stays."""

from talteen.engine.vault import journal
from talteen.engine.vault.journal_bodies import NS, Media, read
from talteen.life.capture.ears.calls import Call
from talteen.life.capture.ears.drain import Drain

_FAR_NS = 5 * NS
"""A record that ends so long before a pause has only older ones before it."""


def take_back(drain: Drain, call: Call, from_ns: int) -> None:
    """Burn the records of ``call`` that hold sound from ``from_ns`` on, and seal anew what they
    hold of before. The ear still has the key: it opens its own last records, as no one else here
    can.
    """
    key = call.keys[-1].key
    drain.write()
    for index in range(len(call.places) - 1, -1, -1):
        at = call.places[index]
        size = int.from_bytes(drain.segment.read(at + journal.MARK_BYTES, 4))
        record = drain.segment.read(at, size)
        sealed = journal.open_one(record, key)
        body = read(sealed.body)
        if isinstance(body, Media) and body.arrivals[-1] >= from_ns:
            drain.segment.overwrite(at, journal.burnt(key.segment, size))
            del call.places[index]
            _seal_the_part_before(drain, call, sealed.stream, body, from_ns)
        elif isinstance(body, Media) and body.arrivals[-1] < from_ns - _FAR_NS:
            return


def _seal_the_part_before(drain: Drain, call: Call, number: int, body: Media, from_ns: int) -> None:
    before = body.only([arrival < from_ns for arrival in body.arrivals])
    if before:
        drain.seal(call, number, before.written())
    stream = call.streams.get(number)
    if stream is not None:
        stream.kept -= len(body) - len(before)
        stream.unwanted += len(body) - len(before)
