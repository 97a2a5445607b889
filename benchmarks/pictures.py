"""One picture a group: each number against its bar. Values in, SVG out; no script.

A lane a measure. Its bar ends where the number stands, in shares of what was promised, on a
logarithmic scale: left of the upright line the promise is kept. The table beside the picture says
the same in figures, so nothing is in the picture alone, and nothing is told by colour alone.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from benchmarks import Verdict

WIDTH, LANE, TOP, BOTTOM = 880, 58, 46, 30
LEFT, RIGHT = 24, 856
LONGEST = 112
"""Letters of a measure's name that fit."""
LEAST, MOST = 1 / 64, 4.0
"""Shares of a promise at the two ends; what lies beyond is drawn at the end, with its number."""
_TICKS = {1 / 64: "1/64", 1 / 16: "1/16", 1 / 4: "1/4", 1.0: "the bar", 4.0: "4 ×"}

STYLE = """
.page{fill:#fbfaf7}.text{fill:#20303c;font:14px system-ui,sans-serif}.small{font-size:12px}
.quiet{fill:#51606b}.grid{stroke:#d5d9da}.line{stroke:#20303c;stroke-width:2}.met{fill:#2f6f8f}
.missed{fill:#b3471d}.track{fill:#eceae4}.hatch{stroke:#fbfaf7;stroke-width:3}.curve{fill:none;
stroke-width:2.5}.c0{stroke:#2f6f8f}.c1{stroke:#b3471d}.c2{stroke:#6b6f1f}.c3{stroke:#77468f}
.c4{stroke:#20303c}.c5{stroke:#1f7a5c}
@media (prefers-color-scheme:dark){.page{fill:#16202a}.text{fill:#e8e6df}.quiet{fill:#aab4bb}
.grid{stroke:#36434e}.line{stroke:#e8e6df}.met{fill:#6fb3d2}.missed{fill:#ef8a5b}
.track{fill:#22303b}.hatch{stroke:#16202a}.c0{stroke:#6fb3d2}.c1{stroke:#ef8a5b}.c2{stroke:#c5c96a}
.c3{stroke:#c79be0}.c4{stroke:#e8e6df}.c5{stroke:#67c9a4}}
"""


@dataclass(frozen=True, slots=True)
class Lane:
    """One measure as the picture takes it."""

    name: str
    says: str
    """The number with its bar."""
    number: float
    bar: str
    verdict: Verdict
    quiet: bool

    @property
    def share(self) -> float:
        """How much of what was promised is used up; more than one where it is missed.

        A bar of nothing at all is met at the left end or missed at the right one.
        """
        bound = float(self.bar[2:])
        above, below = (self.number, bound) if self.bar[0] == "<" else (bound, self.number)
        if not below:
            return MOST if above else LEAST
        return above / below


def against_bars(title: str, lanes: Sequence[Lane]) -> str:
    """The picture of a group."""
    height = TOP + LANE * len(lanes) + BOTTOM
    missed = sum(lane.verdict is Verdict.MISSED for lane in lanes)
    told = f"{len(lanes)} measures against their bars, {missed} of them missed."
    return _svg(title, told, height, [*_scale(height), *_lanes(lanes)])


def _lanes(lanes: Iterable[Lane]) -> Iterator[str]:
    for at, lane in enumerate(lanes):
        y = TOP + at * LANE
        kind = "missed" if lane.verdict is Verdict.MISSED else "met"
        length = _x(lane.share) - LEFT
        yield f'<rect class="track" x="{LEFT}" y="{y + 22}" width="{RIGHT - LEFT}" height="10"/>'
        for fill in (f'class="{kind}"', *(() if lane.quiet else ('fill="url(#loaded)"',))):
            yield f'<rect {fill} x="{LEFT}" y="{y + 22}" width="{length:.1f}" height="10"/>'
        # The uprights stand at the bars only: a line through words makes both hard to read.
        for share in _TICKS:
            line = "line" if share == 1 else "grid"
            yield f'<path class="{line}" d="M{_x(share):.1f} {y + 19}v16"/>'
        yield _text(LEFT, y + 15, _cut(lane.name))
        word = lane.verdict.value + ("" if lane.quiet else ", machine loaded")
        yield _text(LEFT, y + 46, f"{lane.says} · {word}", "small quiet")


def _scale(height: int) -> Iterator[str]:
    for share, name in _TICKS.items():
        x = _x(share)
        anchor = "start" if x == LEFT else "end" if x == RIGHT else "middle"
        yield _text(x, height - 12, name, "small quiet", anchor)


def _x(share: float) -> float:
    share = min(max(share, LEAST), MOST)
    part = math.log(share / LEAST) / math.log(MOST / LEAST)
    return LEFT + part * (RIGHT - LEFT)


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"


# --- growth ---------------------------------------------------------------------------------------

PLOT_TOP, PLOT_HEIGHT, PLOT_LEFT, PLOT_RIGHT = 52, 340, 70, 620


@dataclass(frozen=True, slots=True)
class Curve:
    """How one operation grows: (size, number) by size."""

    name: str
    points: Sequence[tuple[float, float]]


def growth(title: str, curves: Sequence[Curve], *, sizes: str, numbers: str) -> str:
    """Curves on two logarithmic scales, so that a straight line is a power of the size."""
    curves = [curve for curve in curves if len(curve.points) > 1]
    every = [point for curve in curves for point in curve.points]
    across = _Log(min(x for x, _ in every), max(x for x, _ in every), PLOT_LEFT, PLOT_RIGHT)
    low, high = min(y for _, y in every), max(y for _, y in every)
    up = _Log(low, high, PLOT_TOP + PLOT_HEIGHT, PLOT_TOP)
    parts = [*_axes(across, up, sizes, numbers), *_curves(curves, across, up)]
    told = f"{len(curves)} operations by size, both scales logarithmic."
    return _svg(title, told, PLOT_TOP + PLOT_HEIGHT + 60, parts)


@dataclass(frozen=True, slots=True)
class _Log:
    """Whole decades around two numbers, laid between two places."""

    least: float
    most: float
    start: float
    stop: float

    @property
    def decades(self) -> range:
        return range(math.floor(math.log10(self.least)), math.ceil(math.log10(self.most)) + 1)

    def at(self, number: float) -> float:
        first, last = self.decades[0], self.decades[-1]
        part = (math.log10(number) - first) / max(last - first, 1)
        return self.start + part * (self.stop - self.start)


def _axes(across: _Log, up: _Log, sizes: str, numbers: str) -> Iterator[str]:
    bottom = PLOT_TOP + PLOT_HEIGHT
    for decade in up.decades:
        y = up.at(10.0**decade)
        yield f'<path class="grid" d="M{PLOT_LEFT} {y:.1f}H{PLOT_RIGHT}"/>'
        yield _text(PLOT_LEFT - 8, y + 4, _short(decade), "small quiet", "end")
    for decade in across.decades:
        x = across.at(10.0**decade)
        yield f'<path class="grid" d="M{x:.1f} {PLOT_TOP}V{bottom}"/>'
        yield _text(x, bottom + 20, _short(decade), "small quiet", "middle")
    yield _text(PLOT_LEFT, PLOT_TOP - 8, numbers, "small quiet")
    yield _text(PLOT_RIGHT, bottom + 42, sizes, "small quiet", "end")


def _curves(curves: Sequence[Curve], across: _Log, up: _Log) -> Iterator[str]:
    ends = _apart([up.at(curve.points[-1][1]) for curve in curves])
    for number, (curve, label) in enumerate(zip(curves, ends, strict=True)):
        places = [(across.at(x), up.at(y)) for x, y in curve.points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        dashes = ("", "8 4", "2 4", "10 4 2 4")[number % 4]
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        yield f'<path class="curve c{number % 6}" d="M{path}"{dashed}/>'
        x, y = places[-1]
        yield f'<path class="grid" d="M{x + 4:.1f} {y:.1f}L{PLOT_RIGHT + 14} {label:.1f}"/>'
        yield _text(PLOT_RIGHT + 18, label + 4, curve.name, "small")


def _apart(places: Sequence[float]) -> list[float]:
    """The same places, moved down where two names would lie on each other."""
    moved = [0.0] * len(places)
    free = float(PLOT_TOP)
    for at in sorted(range(len(places)), key=lambda at: places[at]):
        moved[at] = max(places[at], free)
        free = moved[at] + 16
    return moved


def _short(decade: int) -> str:
    if decade >= 6:
        return f"{10 ** (decade - 6)} M"
    if decade >= 3:
        return f"{10 ** (decade - 3)} k"
    return f"{10.0**decade:g}"


# --- both -----------------------------------------------------------------------------------------


def _svg(title: str, told: str, height: int, parts: Iterable[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="t d"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(told)} The table below has the numbers.</desc>\n'
        f"<style>{STYLE}</style>\n"
        '<defs><pattern id="loaded" width="8" height="8" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="hatch" d="M0 0V8"/></pattern></defs>\n'
        f'<rect class="page" width="{WIDTH}" height="{height}" rx="8"/>\n'
        f'<text class="text" x="{LEFT}" y="28" font-weight="600">{escape(title)}</text>\n'
        f"{body}\n</svg>\n"
    )


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    classes = f"text {kind}".strip()
    return (
        f'<text class="{classes}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )
