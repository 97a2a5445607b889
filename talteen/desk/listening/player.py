"""The player as values: two lanes of sound, the scale below them, and what its script must know.
One player for a whole call and for a passage of it (REGISTER 5.1, 17.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from talteen.desk.listening.turns import Overlap
from talteen.desk.page import drawing, words
from talteen.desk.page.drawing import Lanes, Shore
from talteen.life.seal.waveform import PEAKS_PER_SECOND
from talteen.life.use.rows import Call, Mark

WIDTH, HEIGHT, BARS = 1260, 100, 420
SCALE_STEPS = 6
SILENCE_MS = 2000
"""Both sides silent for this long can be skipped."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the time line, on the field of the drawing, with its label and its place
    in 0..1.
    """

    x: int
    width: int
    at: str
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class PlayerShown:
    """One player. ``key`` ends the ids of its elements: a page of passages has several."""

    sound: str
    """Where its sound is asked for, range by range."""
    shore: Shore
    length_ms: int
    scale: tuple[int, ...]
    gaps: tuple[Stretch, ...]
    both: tuple[Stretch, ...]
    silences: str
    """Start and end of each skippable silence, in milliseconds: ``12000-15000 ...``."""
    saved_ms: int
    agent: str
    caller: words.Text
    label: str
    """What one listens to; no two players of a page have the same."""
    key: str = ""


def of_call(known: Call, lanes: Lanes, both: Sequence[Overlap], *, masked: bool) -> PlayerShown:
    """The player of a whole call; ``masked``: the caller's voice is noise as loud as it was."""
    length = max(known.row.length_ms, 1)
    silences = silent(lanes, length)
    return PlayerShown(
        sound=reverse("call-sound", args=[known.row.recording]),
        shore=_shore(lanes),
        length_ms=length,
        scale=_scale(length),
        gaps=tuple(
            _stretch(mark.start_ms, mark.end_ms, length, mark)
            for mark in known.marks
            if mark.length_ms > 0
        ),
        both=tuple(_stretch(one.start_ms, one.end_ms, length, None) for one in both),
        silences=" ".join(f"{start}-{end}" for start, end in silences),
        saved_ms=sum(end - start for start, end in silences),
        agent=known.row.agent,
        caller=_("Soittaja, ääni peitetty") if masked else _("Soittaja"),
        label=_("Kuuntelu"),
    )


def of_passage(passage: UUID, teaches: str, lanes: Lanes, length_ms: int) -> PlayerShown:
    """The player of one passage: the caller's lane is not in it, and stands as text. Nothing is
    skipped: where nobody is heard the caller's words are read."""
    return PlayerShown(
        sound=reverse("passage-sound", args=[passage]),
        shore=_shore(lanes),
        length_ms=length_ms,
        scale=_scale(length_ms),
        gaps=(),
        both=(),
        silences="",
        saved_ms=0,
        agent=_("Asiakaspalvelija"),
        caller=_("Soittaja, vain tekstinä"),
        label=_("Kuuntelu: %(what)s") % {"what": teaches},
        key=f"-{passage}",
    )


def silent(lanes: Lanes, length_ms: int) -> list[tuple[int, int]]:
    """Stretches of at least two seconds in which neither lane has a sound, as (start, end)
    in ms.
    """
    louder = list(map(max, lanes.agent, lanes.caller))
    floor = max(louder, default=0) * drawing.HUSH
    loud = [place * 1000 // PEAKS_PER_SECOND for place, peak in enumerate(louder) if peak > floor]
    edges = [0, *loud, length_ms]
    return [(a, b) for a, b in pairwise(edges) if b - a >= SILENCE_MS]


def _shore(lanes: Lanes) -> Shore:
    return drawing.shore(lanes, BARS, width=WIDTH, height=HEIGHT)


def _scale(length_ms: int) -> tuple[int, ...]:
    """Places of the scale, two seconds apart at least."""
    steps = min(max(length_ms // 2000, 1), SCALE_STEPS)
    return tuple(length_ms * step // steps for step in range(steps + 1))


def _stretch(start_ms: int, end_ms: int, length_ms: int, mark: Mark | None) -> Stretch:
    x = round(start_ms / length_ms * WIDTH)
    width = max(3, round((end_ms - start_ms) / length_ms * WIDTH))
    return Stretch(x, width, f"{start_ms / length_ms:.4f}", mark)
