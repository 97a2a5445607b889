"""The whole path of a call, walked by one that the house places to itself: captured, sealed,
opened, written down, destroyed, and nowhere to be found. It leaves counts and a certificate.

Where a capture node runs on this machine the call comes by SIPREC, and the node, the worker and the
queue do their part as for any call; elsewhere it comes as a file. It is destroyed whatever fails on
the way (decision 197).
"""

import time
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import connection

from talteen import course
from talteen.engine.vault.entries import Kind
from talteen.errors import TalteenError, Unavailable
from talteen.ids import RecordingId
from talteen.life.destroy import attempt, finish, synthetic
from talteen.life.destroy.models import Destruction
from talteen.life.seal import audio, door
from talteen.life.transcribe import acts as transcribe
from talteen.life.transcribe import words
from talteen.life.transcribe.models import Transcription
from talteen.operations.synthetic import entering
from talteen.operations.synthetic.entering import Told
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import Destroyed, Sha256
from talteen.register.models import Recording
from talteen.register.states import Progress
from talteen.wiring import House

WRITTEN_S = 180.0
"""How long the words of half a minute may take, with a queue before them."""
_LOOK_EVERY_S = 0.5
_LATE_S = 1.0
"""So much later than it ended may the announcement be held to have ended."""


class Way(Enum):
    """How the call came in. The value is shown."""

    SIPREC = "siprec"
    FILE = "import"


class Words(Enum):
    """What became of its words."""

    WRITTEN = "written"
    NONE_HEARD = "none heard"
    """The machine wrote a transcript, and there is no word in it."""
    NO_MODEL = "no model"
    LATE = "late"
    """The queue has not come to it in time."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What the walk has shown."""

    way: Way
    heard_s: float
    """Of the side that was kept longest."""
    words: Words
    count: int
    """Words that were written down; they died with the call."""
    seconds: float
    """From the first step to the last."""
    certificate_from: datetime | None
    """When its last backup key dies, and its certificate of destruction can be given."""


def walk(house: House, way: Way, *, model: bool, worker: bool, tell: Told) -> Walked:
    """Place the call, follow it, end it. ``model``: a speech model is here; ``worker``: somebody
    does the jobs of the queue.

    Raises a TalteenError that names the step that failed; the call is destroyed all the same.
    """
    began, born = time.monotonic(), list[RecordingId]()
    played = entering.announcement(house, house.now())
    try:
        recording, kept_s = _entered(house, way, played, tell, born)
        tell("opening", 0, 1)
        heard_s = _heard_s(house, recording, kept_s)
        found, count = _words(house, recording, model=model, worker=worker, tell=tell)
    finally:
        for one in born:
            _ended(house, one)
    tell("looking for it", 0, 1)
    gone = _gone(house, recording)
    return Walked(way, heard_s, found, count, time.monotonic() - began, gone)


def _entered(
    house: House,
    way: Way,
    played: entering.Announcement,
    tell: Told,
    born: list[RecordingId],
) -> tuple[RecordingId, float]:
    """The call, and how long what is kept of it must be."""
    if way is Way.SIPREC:
        return entering.by_siprec(house, played, tell, born.append)
    tell("taking in", 0, 1)
    recording = entering.by_file(house, played, house.now())
    born.append(recording)
    course.roll(house, house.now())  # into a page, as the worker's next roll would
    return recording, (played.row.length_ms or 0) / 1_000


def _heard_s(house: House, recording: RecordingId, kept_s: float) -> float:
    """Open it as a drill does, and decode it to its end. Nobody hears it."""
    opened = door.open_for_step(house.vault, recording, door.Step.DRILL, house.now())
    lengths = [audio.seconds(opened.file(kind)) for kind in (Kind.AGENT_SOUND, Kind.CALLER_SOUND)]
    if min(lengths) < kept_s - _LATE_S:
        raise Unavailable(
            f"what was kept is {min(lengths):.1f} s long, {kept_s:.1f} s were sent",
            remedy="see 'media.lost' in the log of 'talteen capture', and 'dropped' of its node",
        )
    return max(lengths)


def _words(
    house: House, recording: RecordingId, *, model: bool, worker: bool, tell: Told
) -> tuple[Words, int]:
    if not model:
        return Words.NO_MODEL, 0
    if worker:
        if not _written(recording, tell):
            return Words.LATE, 0
    else:
        tell("writing it down", 0, 1)
        transcribe.transcribe(house.vault, house.speech(), house.shards, recording, house.now())
    opened = door.open_for_step(house.vault, recording, door.Step.DRILL, house.now())
    written = words.from_bytes(opened.whole(Kind.TRANSCRIPT))
    count = sum(len(segment.words) for segment in written.segments)
    return (Words.WRITTEN if count else Words.NONE_HEARD), count


def _written(recording: RecordingId, tell: Told) -> bool:
    """Wait for the worker's transcript."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < WRITTEN_S:
        tell("writing it down", int(passed), int(WRITTEN_S))
        if Transcription.objects.filter(recording=recording).exists():
            return True
        connection.close()
        time.sleep(_LOOK_EVERY_S)
    return False


def _ended(house: House, recording: RecordingId) -> None:
    """Destroy it, where anything of it was kept. What is not sealed yet the sweep ends."""
    if Recording.objects.filter(pk=recording, progress=Progress.SEALED.value).exists():
        synthetic.end(house.vault, recording, house.now())


def _gone(house: House, recording: RecordingId) -> datetime | None:
    """Prove that it opens nowhere; when its certificate can be given. Unavailable where something
    is left."""
    now = house.now()
    finish.finish(house.vault, house.reaper, house.shards, now, looks=house.ring)
    ledger.publish(house.log, now)
    if _opens(house, recording) or attempt.attempt(house.vault, [recording]).found:
        raise Unavailable(
            "a destroyed call still opens",
            remedy="treat it as a breach: docs/operators/runbooks/destruction-late.md",
        )
    row = Destruction.objects.filter(pk=recording).first()
    if row is None or row.bytes_gone_at is None:
        raise Unavailable(
            "its keys are dead, its bytes are still there",
            remedy="see that the store of [blobs] lets go: 'talteen destroy --due'",
        )
    entry = _destroyed(house, recording)
    return entry.backup_dead_at


def _opens(house: House, recording: RecordingId) -> bool:
    try:
        door.open_for_step(house.vault, recording, door.Step.DRILL, house.now())
    except TalteenError:
        return False
    return True


def _destroyed(house: House, recording: RecordingId) -> Destroyed:
    """The entry of its destruction, with a proof that it stands in the signed log."""
    for found in ledger.find(Destroyed, recording=recording):
        ledger.proof(house.log, Sha256(found.leaf_hash))
        entry = found.entered.entry
        assert isinstance(entry, Destroyed)
        return entry
    raise Unavailable(
        "the log says nothing of its destruction", remedy="run 'talteen ledger check'"
    )
