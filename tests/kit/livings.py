"""A house that lives now, with a capture node at work in its folder: for screens that ask the
node.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from talteen import capturing, course
from talteen.life.capture.facts import Direction
from talteen.life.capture.note import About
from tests.kit import houses, reception, sipp
from tests.kit.houses import Built
from tests.kit.nodes import caller_says
from tests.kit.processes import until
from tests.kit.reception import Reception

AGENT, OTHER = "a03", "a01"
"""Whose call SIPp places, and somebody else."""
_CONFIG = f"""[capture]
address = "127.0.0.1"
node = "{reception.NAME}"
peers = ["127.0.0.0/8"]
own_domains = ["keskus.example"]
fallback_line = "rooms"
fallback_agent = "{OTHER}"
"""


@dataclass(frozen=True, slots=True)
class Living:
    """The house and its node."""

    built: Built
    node: Reception
    folder: Path

    @contextlib.contextmanager
    def call(self, seconds: float = 20.0, session: str = "c") -> Iterator[Callable[[], None]]:
        """A call of AGENT that is being recorded while the block runs; what is yielded waits for
        its end. ``session``: by which letter it is another call than the one before."""
        sound = caller_says(seconds)
        told_ms = reception.of_the_house()[0].length_ms or 0
        with sipp.calling(
            self.node.port, self.folder, sound, version="1", told_ms=told_ms, session=session
        ) as client:
            before = sum(note.about is About.ENDED for note in self.node.notes())
            reception.until_kept(self.node)

            def ends() -> None:
                client.wait(60)
                self.node.ended(before + 1)

            yield ends

    @contextlib.contextmanager
    def placed(self, seconds: float = 20.0) -> Iterator[Callable[[], None]]:
        """A call that AGENT has placed and of which the other party was not told yet; what is
        yielded waits for its end."""
        notes = [one.about for one in self.node.notes()]
        before, promised = notes.count(About.ENDED), notes.count(About.PROMISED)
        sound = caller_says(seconds)
        with sipp.calling(self.node.port, self.folder, sound, outbound=True) as client:
            until(
                lambda: [one.about for one in self.node.notes()].count(About.PROMISED) > promised,
                within_s=90,
            )

            def ends() -> None:
                client.wait(60)
                self.node.ended(before + 1)

            yield ends

    def carried(self) -> None:
        """The register takes in what the node has noted, and sees to what was complained of."""
        now = datetime.now(UTC)
        self.built.clock.at = now
        course.carry(self.built.house, now)
        course.settle_complaints(self.built.house, now)


@contextlib.contextmanager
def living(
    home: Path, folder: Path, *, settings: str = "", silent_after_s: float = 15.0
) -> Iterator[Living]:
    """A founded house of this minute and its node; both gone at the end. ``settings``: more of its
    talteen.toml. SIPp sends the caller's voice alone: the agent's is missed after
    ``silent_after_s``.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / "talteen.toml").write_text(_CONFIG + settings)
    built = houses.of_now(home)
    at = capturing.folder(built.house.config).path
    at.mkdir(parents=True, exist_ok=True)
    real, *others = reception.of_the_house()
    read = (one for one in others if one.direction == Direction.OUTBOUND.value)
    with reception.reception(
        built.house.vault, at, prompts=(real, *read), silent_after_s=silent_after_s
    ) as node:
        until((at / "console.sock").exists, within_s=90)
        yield Living(built, node, folder)
