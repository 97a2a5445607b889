"""Media before the evidence is complete: in memory, a minute at most, never on a disk (J9)."""

from talteen.engine.vault.journal_bodies import NS, Media

LONGEST_NS = 60 * NS


class Waiting:
    """The last minute of one stream, as it came."""

    __slots__ = ("_batches", "overran", "overran_ns")

    def __init__(self) -> None:
        self._batches: list[Media] = []
        self.overran = 0
        """Packets that waited longer than a minute and are gone."""
        self.overran_ns = 0
        """When the last of them came."""

    def __bool__(self) -> bool:
        return bool(self._batches)

    def add(self, media: Media) -> None:
        """Take in what came."""
        self._batches.append(media)
        self.forget(media.arrivals[-1])

    def bring(self, media: Media) -> None:
        """Take in what an ear that died had taken of a call that is kept: no minute ends that."""
        self._batches.append(media)

    def forget(self, now_ns: int) -> None:
        """Let go of what is older than a minute."""
        while self._batches and self._batches[0].arrivals[-1] < now_ns - LONGEST_NS:
            gone = self._batches.pop(0)
            self.overran, self.overran_ns = self.overran + len(gone), gone.arrivals[-1]

    def take(self) -> list[Media]:
        """All that waits; nothing is left here."""
        taken, self._batches = self._batches, []
        return taken

    def seen(self, since_ns: int = 0) -> list[Media]:
        """What waits and came later than ``since_ns``, to look at. A batch is given whole."""
        return [one for one in self._batches if one.arrivals[-1] > since_ns]
