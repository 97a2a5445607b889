"""For exports whose every row is a leg: read them one by one, and go on after a bad one. Pure."""

from collections.abc import Callable, Iterable

from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.rows import Row, Unfit
from talteen.oversight.records.shape import Legs
from talteen.oversight.records.values import Leg, Unreadable


def each_row(leg: Callable[[Row, Mapping], Leg | None]) -> Legs:
    """Reads rows by ``leg``, which gives None for a row that is no call."""

    def legs(rows: Iterable[Row], mapping: Mapping) -> tuple[list[Leg], list[Unreadable]]:
        found: list[Leg] = []
        unreadable: list[Unreadable] = []
        for row in rows:
            try:
                one = leg(row, mapping)
            except Unfit as unfit:
                unreadable.append(Unreadable(row.number, unfit.column))
            else:
                found += [one] if one is not None else []
        return found, unreadable

    return legs
