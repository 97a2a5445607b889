"""Which calls must be read to know whether they say what a text says.

The index of a day clears the calls whose words it holds as they stand now and in which none of the
text's marks was met. Whatever it does not vouch for is read: a call that was written or corrected
since, a day whose index is missing, torn, of an older form, or not this node's. So an index can
make the gate fast and never let anything through.
"""

from collections.abc import Collection, Iterator
from itertools import groupby
from uuid import UUID

from talteen.ids import RecordingId
from talteen.life.transcribe import indexing
from talteen.life.transcribe.indexing import Holding
from talteen.life.transcribe.models import Transcription
from talteen.life.use.listen import Keeps
from talteen.register.states import OPENABLE


def of(house: Keeps, marks: Collection[str]) -> Iterator[RecordingId]:
    """The recordings that open now and may say a run with one of ``marks``, by their days."""
    open_ones = [progress.value for progress in OPENABLE]
    rows = Transcription.objects.filter(recording__progress__in=open_ones).order_by(
        "recording__day", "recording"
    )
    told = rows.values_list("recording__day", "recording", "made_at").iterator()
    for day, calls in groupby(told, key=lambda row: row[0]):
        known = indexing.holding(house.vault, house.shards, day, marks)
        for _, recording, made_at in calls:
            if known is None or not _cleared(known, recording, indexing.version_of(made_at)):
                yield RecordingId(recording)


def _cleared(known: Holding, recording: UUID, version: int) -> bool:
    """The index holds these very words of the call, and none of what is asked for is in them."""
    return known.versions.get(recording) == version and recording not in known.holding
