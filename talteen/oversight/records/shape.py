"""What a shape of export is: how its lines divide, and how its rows become legs of calls. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.rows import Row, commas
from talteen.oversight.records.values import Leg, Unreadable

Legs = Callable[[Iterable[Row], Mapping], tuple[list[Leg], list[Unreadable]]]
"""Rows to legs, and the rows that could not be read. A row may hold none that concerns us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One kind of export."""

    name: str
    looks: Callable[[str], bool]
    """Whether a file whose first line this is has the shape."""
    legs: Legs
    key: Callable[[Row], str]
    """What the rows of one call share, as far as this row says it."""
    columns: tuple[str, ...]
    """Where the export has a header: the columns that must be in it. Else: all, in their order."""
    header: bool
    split: Callable[[str], list[str]] = commas
    passed_over: int = 0
    """How many lines stand before the header or the first row."""
    seams_told: bool = True
    tells_refusals: bool = True
