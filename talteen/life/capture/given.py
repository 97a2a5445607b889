"""What a signaller is told of its house and node."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from talteen.ids import RecordingId
from talteen.life.capture.call import SessionFacts
from talteen.life.capture.directory import Directory
from talteen.life.capture.facts import KnownAnnouncement
from talteen.life.capture.reply import Rules


@dataclass(frozen=True, slots=True)
class Given:
    """What the signaller is told of its house and node."""

    address: str
    """In ``c=`` and ``o=``: where media are to be sent."""
    directory: Directory
    rules: Rules
    known: Callable[[datetime], Mapping[str, KnownAnnouncement]]
    """The announcements in force at an instant."""
    do_not_record: Callable[[str], bool]
    """Whether a number stands in the list of those who objected (6.9)."""
    new_id: Callable[[], RecordingId]
    random: Callable[[int], bytes]
    """So many unpredictable bytes."""
    media_from_anywhere: bool = False
    """Whether the first address that sends to a port is believed, whatever was signalled."""
    names: Callable[[SessionFacts | Iterable[str] | None], tuple[str, ...]] = lambda _: ()
    """Keyed hashes of a session, or of the ids of several, as notes write them."""
