"""What of an ear's logbook still counts, so that a call of hours does not fill it."""

from collections.abc import Iterable, Set

from talteen.life.capture.ears import messages as say

_REPEATED = {say.KEPT: 17, say.MISSING: 20}
"""Words of an ear that take the place of an earlier one of the same beginning, and how long that
is: that a call is kept (once a segment), and what was dropped of a stream, or found no room, so
far: kind, call, stream, reason."""


def standing(entries: Iterable[bytes], alive: Set[bytes], *, resuming: bool) -> list[bytes]:
    """Of ``entries`` those of calls that are ``alive``, in their order. What was taken from the
    kernel when an ear died counts while a call is ``resuming``.

    A word counts for all that was said before it. So it takes the place of an earlier one only
    where nothing else was said of its call between the two, and nothing was taken from the kernel.
    """
    kept: list[bytes | None] = []
    last: dict[bytes, dict[bytes, int]] = {}
    """Of each call: where its words stand that may be said again."""
    for entry in entries:
        call = entry[1:17]
        if entry[0] == say.TAKEN and resuming:
            last.clear()
        elif call not in alive:
            continue
        elif (size := _REPEATED.get(entry[0])) is None:
            last.pop(call, None)
        else:
            places = last.setdefault(call, {})
            if (before := places.get(entry[:size])) is not None:
                kept[before] = None
            places[entry[:size]] = len(kept)
        kept.append(entry)
    return [entry for entry in kept if entry is not None]
