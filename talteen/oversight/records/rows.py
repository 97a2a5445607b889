"""Lines of an export as rows with named columns, and the few ways in which they write time. Pure.

A row is one line: no exchange writes a line break into a field, and so a broken line costs only
itself. What cannot be read raises ``Unfit``, which names the column and never quotes what stood
there.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.values import Stretch

T = TypeVar("T")


class Unfit(ValueError):
    """A column of one row does not hold what it must."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``number`` is that of its line, from 1. Every reading method raises Unfit."""

    number: int
    values: Table[str, str]
    mapping: Mapping

    def text(self, name: str) -> str:
        """What stands in the column, without the spaces round it; empty where there is none."""
        return self.values.get(self.mapping.column(name), "").strip()

    def needed(self, name: str) -> str:
        """The same, and never empty."""
        return self.some(name, self.text(name) or None)

    def whole(self, name: str) -> int:
        """A whole number; nothing written is 0."""
        written = self.text(name)
        if not re.fullmatch(r"[0-9]{0,12}", written):
            raise self._unfit(name)
        return int(written or 0)

    def length(self, name: str) -> timedelta:
        """Whole seconds."""
        return timedelta(seconds=self.whole(name))

    def length_ms(self, name: str) -> timedelta:
        """Whole milliseconds."""
        return timedelta(milliseconds=self.whole(name))

    def epoch(self, name: str) -> datetime | None:
        """Seconds since 1970, with or without a fraction; 0 and nothing mean never."""
        written = self.text(name)
        if not re.fullmatch(r"([0-9]{1,11}(\.[0-9]{1,9})?)?", written):
            raise self._unfit(name)
        seconds = float(written or 0)
        return datetime.fromtimestamp(seconds, UTC) if seconds else None

    def instant(self, name: str, written_as: str, *, local: bool = False) -> datetime | None:
        """A time in the form ``written_as`` (``strptime``), of the exchange's zone where ``local``,
        else UTC. None where nothing is written.
        """
        written = self.text(name)
        if not written:
            return None
        zone = self.mapping.zone if local else UTC
        try:
            # The digits are read; the zone is the exchange's, which the digits do not say.
            return datetime.strptime(written, written_as).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            raise self._unfit(name) from None

    def some(self, name: str, value: T | None) -> T:
        """``value``, which the column ``name`` had to give."""
        if value is None:
            raise self._unfit(name)
        return value

    def stretch(self, name: str, begins_at: datetime, ends_at: datetime) -> Stretch:
        """From one time to another that is not earlier; ``name`` is blamed where it is."""
        if ends_at < begins_at:
            raise self._unfit(name)
        return Stretch(begins_at, ends_at)

    def _unfit(self, name: str) -> Unfit:
        return Unfit(self.mapping.column(name))


def lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """The lines of a file that comes in ``pieces``, wherever they were cut, as ``str.splitlines``
    would give them of the whole. No piece is kept when its lines were taken."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    begun: list[str] = []
    for piece in pieces:
        text = decoder.decode(piece)
        if begun and begun[-1].endswith("\r"):  # a break of two signs may have come apart
            text = begun.pop() + text
        *ended, last = text.splitlines(keepends=True) or [""]
        if last and last.splitlines() != [last] and not last.endswith("\r"):
            ended, last = [*ended, last], ""
        for part in ended:
            (bare,) = part.splitlines()
            yield "".join([*begun, bare])
            begun.clear()
        begun += [last] if last else []
    yield from "".join([*begun, decoder.decode(b"", final=True)]).splitlines()


def commas(line: str) -> list[str]:
    """The fields of a line of CSV (RFC 4180). Unfit where its quotation marks do not match."""
    try:
        found = list(csv.reader([line], strict=True))
    except csv.Error:
        raise Unfit("the line") from None
    return found[0] if found else []


def bars(line: str) -> list[str]:
    """The fields of a line that ``|`` divides, after what syslog wrote before them."""
    return [field.strip() for field in line.split("|")][1:]
