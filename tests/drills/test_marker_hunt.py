"""After destruction no planted word, number or key is left in any file of the house, WAL included
(DESIGN 13). The database's own files are hunted too: what they keep in dead rows and in the WAL is
ciphertext under keys that are gone.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from talteen import course
from talteen.engine.postgres.cluster import Cluster
from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.transcribe import acts as transcribe
from talteen.life.transcribe import words
from talteen.register.models import Recording
from tests.kit import houses
from tests.kit.hunt import hunt

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]
BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NUMBER = b"+358505550112"


def test_nothing_of_a_destroyed_call_is_found_in_any_file(home: Path, postgres: Cluster) -> None:
    built = houses.build(home, born_at=BORN)
    outcome = built.take_in(houses.spoken("001", TODAY))
    recording = RecordingId(outcome.recording)
    house, now = built.house, built.clock.now()
    course.roll(house, now)
    transcribe.transcribe(house.vault, house.speech(), house.shards, recording, now)
    markers = _markers(built, recording)
    assert len(markers) >= 8

    row = Recording.objects.get(pk=recording)
    for at in (
        row.cutoff_at + timedelta(minutes=5),
        row.cutoff_at + timedelta(hours=3),
        row.due_at,
    ):
        built.clock.at = at
        course.sweep(house, at)
    house.vault.forget()
    # What no checkpoint has written yet stands in the WAL, which is hunted with the rest.
    connection.close()

    # The drop folder is the telephone system's, and the register's texts are public words.
    places = [folder for folder in home.iterdir() if folder.name not in ("drop", "register")]
    found = [
        s for place in (*places, postgres.data) if place.is_dir() for s in hunt(place, markers)
    ]
    assert found == []


def _markers(built: houses.Built, recording: RecordingId) -> dict[str, bytes]:
    """What was said, who called, and every key that opened it: read while the call lives."""
    house, now = built.house, built.clock.now()
    opened = door.open_for_step(house.vault, recording, Step.INDEX, now)
    transcript = words.from_bytes(opened.whole(Kind.TRANSCRIPT))
    said = {
        word.text.strip(".,?!").encode()
        for segment in transcript.segments
        for word in segment.words
        if len(word.text) >= 9
    }
    assert said, "the engine heard no long word: the hunt would prove nothing"
    day = Recording.objects.get(pk=recording).day
    live = house.vault.live
    keys = {
        "dek": opened.entry.dek,
        "shard key": house.vault.shard_key(day),
        "sound": opened.whole(Kind.AGENT_SOUND)[2000:2064],
    }
    name = next(iter(live.names()))
    probe = os.urandom(32)
    assert live.unwrap(name, live.wrap(name, probe)) == probe
    return {
        **{f"word {n}": word for n, word in enumerate(sorted(said))},
        "number": NUMBER,
        "number as dialled": NUMBER[4:],
        **keys,
    }
