"""Days whose index stands though no words were sealed: what is found in it came from no call."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from talteen.life.seal.vault import Vault
from talteen.life.transcribe import index, indexing
from talteen.life.transcribe.index import Passage
from talteen.life.transcribe.models import Transcription
from talteen.register.models import Recording


def lay(vault: Vault, shards: Path, said: Mapping[Recording, str], at: datetime) -> Path:
    """The index of the one day of these calls, each of which says a text; gives its path."""
    (day,) = {call.day for call in said}
    path = indexing.shard_path(shards, day)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    Transcription.objects.bulk_create(
        Transcription(recording=call, state="machine_draft", language="fi", engine="e", made_at=at)
        for call in said
    )
    calls = [
        (call.pk, [Passage(call.pk, "caller", 0, 900, text, "fi")]) for call, text in said.items()
    ]
    index.rebuild(path, vault.shard_key(day), calls, versions=indexing.living(day))
    return path
