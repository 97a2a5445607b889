"""From the bytes of a file to calls: which shape it has, its rows, and legs joined by key. Pure.

Strict about what it cannot read, and never stopped by it: the row's number and column are kept,
the others go on. The order of the rows means nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain, islice
from types import MappingProxyType

from talteen.errors import ConfigError, InputError
from talteen.oversight.records import (
    asterisk,
    audiocodes,
    broadworks,
    cel,
    cucm,
    genesys,
    threecx,
)
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.rows import Row, Unfit, lines
from talteen.oversight.records.shape import Shape
from talteen.oversight.records.values import (
    CallRecord,
    Direction,
    Ending,
    Leg,
    Reading,
    Talk,
    Unreadable,
)

SHAPES = MappingProxyType(
    {
        shape.name: shape
        for shape in (
            asterisk.CDR,
            cel.CEL,
            asterisk.FREEPBX_CDR,
            threecx.THREECX,
            cucm.CUCM,
            audiocodes.AUDIOCODES,
            broadworks.BROADWORKS,
            genesys.GENESYS,
        )
    }
)
"""Every export that can be read, by its name."""
LINE = "the line"
"""In place of a column, where a row as a whole cannot be read."""
_TOLERANCE = timedelta(seconds=3)


Line = tuple[int, str]
"""The number of a line, from 1, and the line."""


@dataclass(slots=True)
class Export:
    """A file on its way through: its shape, its columns, and the rows that cannot be read."""

    shape: Shape
    names: Sequence[str]
    mapping: Mapping
    lines: Iterator[Line]
    unreadable: list[Unreadable] = field(default_factory=list)

    def keyed(self) -> Iterator[tuple[str, Line]]:
        """Each line that is a row, with what the rows of one call share; the others are
        ``unreadable``. They come once."""
        for number, line in self.lines:
            row = self._row(number, line)
            if row is None:
                self.unreadable.append(Unreadable(number, LINE))
            else:
                yield self.shape.key(row), (number, line)

    def calls(self, lines: Iterable[Line]) -> list[CallRecord]:
        """The calls of these rows, which are all the rows of theirs. Consultations are among
        them."""
        rows = (self._row(number, line) for number, line in lines)
        legs, unreadable = self.shape.legs((row for row in rows if row), self.mapping)
        self.unreadable += unreadable
        by_key: defaultdict[str, set[Leg]] = defaultdict(set)
        for leg in legs:
            by_key[leg.key].add(leg)
        return [
            _joined(sorted(group, key=_order), self.shape, self.mapping)
            for group in by_key.values()
        ]

    def _row(self, number: int, line: str) -> Row | None:
        try:
            fields = self.shape.split(line)
        except Unfit:
            return None
        if len(fields) != len(self.names):
            return None
        return Row(number, dict(zip(self.names, fields, strict=True)), self.mapping)


def export(pieces: Iterable[bytes], mapping: Mapping) -> Export:
    """A file that comes in ``pieces``, none of which is kept. Raises InputError when it is none
    that can be read at all, ConfigError when the mapping names a shape that does not exist.
    """
    numbered = ((n, line) for n, line in enumerate(lines(pieces), 1) if line.strip())
    first = list(islice(numbered, 1))
    shape = _shape(first[0][1] if first else "", mapping)
    left = islice(chain(first, numbered), shape.passed_over, None)
    names = list(mapping.file.order or shape.columns)
    if shape.header and (header := next(left, None)):
        names = _header(header[1], shape, mapping)
    return Export(shape, names, mapping, left)


def read(pieces: Iterable[bytes], mapping: Mapping) -> Reading:
    """All calls of a file at once, consultations between agents left out; by beginning, then key.
    Raises as ``export``."""
    found = export(pieces, mapping)
    calls = found.calls([line for _, line in found.keyed()])
    kept = without_consults(calls, calls)
    return Reading(
        shape=found.shape.name,
        calls=tuple(sorted(kept, key=lambda call: (call.began_at, call.key))),
        unreadable=tuple(sorted(found.unreadable, key=lambda one: one.row)),
        tells_refusals=found.shape.tells_refusals,
    )


def _shape(first: str, mapping: Mapping) -> Shape:
    named = mapping.file.shape
    if named is not None and named not in SHAPES:
        raise ConfigError(f"shape: {named} is none that is read", remedy=_write_one())
    if named is not None:
        return SHAPES[named]
    found = next((shape for shape in SHAPES.values() if shape.looks(first)), None)
    if found is None:
        raise InputError(
            "the file is no export of call records that can be told by its first line",
            remedy=f"name its shape in a mapping file: {_write_one()}",
        )
    return found


def _write_one() -> str:
    return f"write shape = one of {', '.join(SHAPES)}"


def _header(line: str, shape: Shape, mapping: Mapping) -> list[str]:
    try:
        names = [name.strip() for name in shape.split(line)]
    except Unfit:
        names = []
    for column in shape.columns:
        if mapping.column(column) not in names:
            raise InputError(
                f"the export has no column '{mapping.column(column)}'",
                remedy=f"say under [columns] of the mapping file what it calls '{column}'",
            )
    return names


def _order(leg: Leg) -> tuple[object, ...]:
    return leg.began_at, leg.ended_at, leg.direction.value, leg.ending.value, leg.extensions


_FARTHEST = {ending: n for n, ending in enumerate(Ending)}


def _joined(legs: Sequence[Leg], shape: Shape, mapping: Mapping) -> CallRecord:
    # An internal leg of a call with somebody outside is a consultation: the caller is not in it.
    outer = [leg for leg in legs if leg.direction is not Direction.INTERNAL] or list(legs)
    parties = [leg.dialled for leg in outer] + [x for leg in outer for x in leg.extensions]
    return CallRecord(
        key=outer[0].key,
        began_at=min(leg.began_at for leg in legs),
        ended_at=max(leg.ended_at for leg in legs),
        direction=outer[0].direction,
        ending=max((leg.ending for leg in outer), key=_FARTHEST.__getitem__),
        outside=next((leg.outside for leg in outer if leg.outside), None),
        line=next((leg.line for leg in outer if leg.line), None),
        queue=next((leg.queue for leg in outer if leg.queue), None),
        extensions=frozenset(x for leg in legs for x in leg.extensions),
        talks=_talks(outer),
        call_ids=frozenset(one for leg in legs for one in leg.call_ids),
        seams_told=shape.seams_told,
        excluded=any(mapping.is_excluded(party) for party in parties if party),
    )


def _talks(legs: Iterable[Leg]) -> tuple[Talk, ...]:
    found = {talk for leg in legs for talk in leg.talks}
    return tuple(sorted(found, key=lambda talk: (talk.span.begins_at, talk.span.ends_at)))


def without_consults(calls: Sequence[CallRecord], among: Iterable[CallRecord]) -> list[CallRecord]:
    """``calls`` without those in which an agent asked a colleague while somebody outside was on
    the line; ``among`` are all calls that ran when they began."""
    talks: defaultdict[str, list[tuple[Talk, CallRecord]]] = defaultdict(list)
    for call in among:
        if call.direction is not Direction.INTERNAL:
            for talk in call.talks:
                if talk.agent is not None:
                    talks[talk.agent].append((talk, call))
    return [
        call
        for call in calls
        if call.direction is not Direction.INTERNAL
        or not any(
            _consults(call, talk, other)
            for agent in call.extensions
            for talk, other in talks[agent]
        )
    ]


def _consults(internal: CallRecord, talk: Talk, call: CallRecord) -> bool:
    """Whether an agent called a colleague while somebody outside was on the line with them."""
    return (
        talk.span.begins_at <= internal.began_at < talk.span.ends_at
        and internal.ended_at <= call.ended_at + _TOLERANCE
    )
