"""Opening one recording for a person: its sound as a view, its words, its waveform. A Grant goes in, always.

Nothing is kept between two requests: each opens anew through the vault, so that an erasure, a hold or a
cutoff stops the next one. What a list of search hits may show of many recordings is their waveform, under
the permission to search; sound and words never leave without a grant of their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from talteen.engine.vault.entries import Kind
from talteen.errors import NoLongerOpens, Unavailable
from talteen.ids import RecordingId
from talteen.life.seal import door, waveform
from talteen.life.seal.door import NotThereYet, Opened, Step
from talteen.life.seal.vault import Vault
from talteen.life.seal.waveform import Waveform
from talteen.life.transcribe import words
from talteen.life.transcribe.words import Transcript
from talteen.life.use.view import VirtualWav
from talteen.register.access import Grant
from talteen.register.models import Recording


@dataclass(frozen=True, slots=True)
class Lanes:
    """The two lanes of a waveform, 0 to 1, ten values a second."""

    agent: Sequence[float]
    caller: Sequence[float]


def open_view(vault: Vault, grant: Grant, now: datetime) -> VirtualWav:
    """The sound of the recording as ``grant`` may hear it."""
    opened = door.open_for(vault, grant, now)
    length_ms = Recording.objects.only("length_ms").get(pk=grant.recording).length_ms
    return VirtualWav(
        opened.file(Kind.AGENT_SOUND), opened.file(Kind.CALLER_SOUND), length_ms=length_ms
    )


def open_transcript(vault: Vault, grant: Grant, now: datetime) -> Transcript | None:
    """The words of the recording; None while the machine has not written them."""
    opened = door.open_for(vault, grant, now)
    try:
        return words.from_bytes(opened.whole(Kind.TRANSCRIPT))
    except NotThereYet:
        return None


def open_peaks(vault: Vault, grant: Grant, now: datetime) -> Lanes:
    """The waveform of the recording."""
    return _lanes(door.open_for(vault, grant, now))


def open_many_peaks(
    vault: Vault, recordings: Iterable[RecordingId], now: datetime
) -> Mapping[RecordingId, Lanes]:
    """Waveforms for the rows of a list that a person may see; those that no longer open are left out."""
    found: dict[RecordingId, Lanes] = {}
    for recording in recordings:
        try:
            found[recording] = _lanes(door.open_for_step(vault, recording, Step.LIST, now))
        except (NoLongerOpens, Unavailable):
            continue
    return found


def _lanes(opened: Opened) -> Lanes:
    drawn: Waveform = waveform.from_bytes(opened.whole(Kind.WAVEFORM))
    return Lanes([peak / 255 for peak in drawn.agent], [peak / 255 for peak in drawn.caller])
