"""After destruction no planted word, number or key is left in any file of the house, WAL included
(DESIGN 13). The database's own files are hunted too: what they keep in dead rows and in the WAL is
ciphertext under keys that are gone.
"""

import base64
import json
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from talteen import course
from talteen.desk.ground import place
from talteen.engine.hunt import Hunted, hunt, in_blocks, net_of
from talteen.engine.postgres.cluster import Cluster
from talteen.engine.vault.blobs.s3 import connect
from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.transcribe import acts as transcribe
from talteen.life.transcribe import words
from talteen.recovery import hunting
from talteen.register.models import Recording
from talteen.register.post import messages
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.post.messages import Message
from tests.kit import houses, s3
from tests.kit.hearing_engine import Says

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
    said = Says("huoneistohotellissa")
    transcribe.transcribe(house.vault, said, house.shards, recording, now)
    markers = _markers(built, recording)
    assert len(markers) >= 6

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
    assert said, "no long word was heard: the hunt would prove nothing"
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


def test_the_command_of_the_drill_finds_nothing_in_a_house_that_lives_and_finds_what_is_planted(
    home: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``talteen drill --hunt``: with one word of the call laid down anywhere, it is red."""
    (home.parent / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(home.parent / "tmp"))
    monkeypatch.setattr(hunting, "OF_ALL", ())
    place.leave_no_core()
    built = houses.build(home, born_at=BORN)
    recording = RecordingId(built.take_in(houses.spoken("022", TODAY)).recording)
    house, now = built.house, built.clock.now()
    course.roll(house, now)
    said = Says("huoneistohotellissa")
    transcribe.transcribe(house.vault, said, house.shards, recording, now)
    replica, profile = home.parent / "replica", home.parent / "profile"
    replica.mkdir(), profile.mkdir()
    also = (replica, profile)

    clean = hunting.hunt(house, now, also=(*also, postgres.data))
    words = [name for name in hunting.markers_of(house, now) if name.startswith("word")]
    markers = hunting.markers_of(house, now)
    number = markers["number of call 1"]
    faults = {
        home / "state/log/app.log": markers[words[0]],
        home / "state/index/leftover": number.decode().encode("utf-16-be"),
        replica / "000000010000000000000001": number,
        profile / "Cache_Data": base64.b64encode(markers["sound of call 1"]),
        home.parent / "tmp/part": markers["key of call 1"].hex().encode(),
    }
    for path, fault in faults.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"before " + fault + b" after")
    dirty = hunting.hunt(house, now, also=also)
    kept = hunting.hunt(house, now, also=also, keep_planted=True)

    assert words
    assert clean.sightings == ()
    assert clean.blind == ()
    assert clean.unread == ()
    assert clean.cores_off
    assert {one.place for one in dirty.sightings} == set(map(str, faults))
    assert not dirty.ok
    assert {one.marker for one in kept.sightings} >= {hunting.PLANTED}
    told = json.dumps(dirty.told())
    assert not any(m.decode(errors="replace") in told for m in markers.values() if len(m) < 40)
    assert not list((home.parent / "tmp").glob("talteen-hunt-*")), "what was planted is gone"


def test_what_was_written_into_the_database_and_deleted_again_is_found(
    home: Path, postgres: Cluster
) -> None:
    """In dead rows or in the WAL: the hunt sees below what SQL shows."""
    secret = f"piilotettu{os.urandom(8).hex()}"
    built = houses.build(home, born_at=BORN)
    messages.write(Message("planted", "a@example.fi", "b", secret), built.clock.now())
    OutgoingMessage.objects.filter(key="planted").delete()
    connection.close()

    assert hunt(postgres.data, {"planted": secret.encode()})


def test_every_version_of_every_object_in_a_bucket_is_hunted(tmp_path: Path) -> None:
    with s3.moto() as server:
        bucket = s3.bucket(server, versioned=True)
        store = connect(bucket)
        store.put("blobs/2026-11-24/one", [b"before +358505550112 after"])
        store.put("blobs/2026-11-24/one", [bytes(64)])
        hunted = Hunted()
        for name, blocks in store.versions():
            in_blocks(name, blocks, net_of({"number": NUMBER}), hunted)

    assert [one.marker for one in hunted.sightings] == ["number"]
    assert hunted.files == 2
