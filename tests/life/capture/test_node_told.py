"""What a house tells the node of its machine: the sound of its prompts, and whom not to record."""

import hashlib
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import capturing, founding, house_keys
from talteen.ids import RecordingId
from talteen.life.capture import carrying
from talteen.life.capture.house_file import HouseFile
from talteen.life.capture.listening import process, prompts, waves
from talteen.life.capture.note import About, Note
from talteen.life.capture.rule import Rule
from talteen.life.capture.unrecorded import Unrecorded
from talteen.life.seal import telling, uplink
from talteen.register.models import AnnouncementVersion, Tally
from talteen.register.spared import do_not_record
from tests.kit import houses
from tests.kit.houses import Built

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NUMBER = "+358505550153"


@pytest.fixture
def built(home: Path) -> Built:
    return houses.build(home, born_at=NOW - timedelta(days=30))


def test_every_prompt_that_is_played_has_its_sound_at_the_node(built: Built) -> None:
    founding.enrol_node(built.house, NOW)

    folder = capturing.folder(built.house.config)
    known = HouseFile.read(folder.house).known(NOW)
    played = {key for key, one in known.items() if one.length_ms is not None}
    sounds = prompts.read(folder.prompts)
    assert sounds.keys() == waves.keys(folder.prompts) == played != set()
    for key, sound in sounds.items():
        assert sound.size / 8 == pytest.approx(known[key].length_ms, abs=2)


def test_a_sound_that_left_the_register_stays_at_the_node(built: Built) -> None:
    founding.enrol_node(built.house, NOW)
    folder = capturing.folder(built.house.config)
    before = waves.keys(folder.prompts)
    for path in (built.house.config.paths.register / "sounds").glob("*.wav"):
        path.unlink()

    founding.enrol_node(built.house, NOW)

    assert waves.keys(folder.prompts) == before


def test_what_a_later_release_tells_a_node_is_read_and_the_rest_passed_over(built: Built) -> None:
    """The worker is of the new release before its node is (docs/operators/upgrade.md)."""
    founding.enrol_node(built.house, NOW)
    path = capturing.folder(built.house.config).house
    known = HouseFile.read(path)
    told = json.loads(path.read_text())
    del told["untold"]
    path.write_text(json.dumps(told | {"whispered": ["a01"]}))

    assert HouseFile.read(path) == replace(known, untold=())


def test_a_node_that_runs_goes_on_with_what_it_knew_where_the_file_cannot_be_read(
    built: Built,
) -> None:
    founding.enrol_node(built.house, NOW)
    path = capturing.folder(built.house.config).house
    rule = Rule(path, capturing.own_side(built.house.config))
    known, told = rule.file, path.read_text()
    path.write_text("{")
    os.utime(path, (1, 1))

    assert (rule.look(), rule.file) == (False, known)
    path.write_text(told)
    assert (rule.look(), rule.file) == (True, known)


def test_a_version_that_is_published_is_known_to_a_node_that_runs(built: Built) -> None:
    house = built.house
    founding.enrol_node(house, NOW)
    config, folder = house.config, capturing.folder(house.config)
    own = capturing.own_side(config)
    rule, hearing = Rule(folder.house, own), process.Prompts(folder.prompts)
    before = hearing.known()

    def told() -> bool:
        return telling.tell(folder, config.capture, config.paths.register, NOW)

    assert (told(), rule.look()) == (False, False)  # what stands there is not written again

    old = AnnouncementVersion.objects.get(key="announce.fi@1")
    wave = (folder.prompts / "announce.fi@1.wav").read_bytes()[:-2] + b"\1\0"
    (config.paths.register / "sounds" / "announce.fi-2.wav").write_bytes(wave)
    AnnouncementVersion.objects.create(
        key="announce.fi@2",
        language="fi",
        direction=old.direction,
        valid_from=NOW.date(),
        text="Uusi ilmoitus.",
        sound_sha256=hashlib.sha256(wave).digest(),
        length_ms=old.length_ms,
    )

    assert (told(), rule.look()) == (True, True)
    known = rule.file.known(NOW)
    assert "announce.fi@2" in known
    assert "announce.fi@1" not in known  # retired: heard, and no evidence any more
    assert {one.key for one in hearing.known().prompts} == {
        *(one.key for one in before.prompts),
        "announce.fi@2",
    }


def test_the_node_can_ask_the_list_that_the_worker_writes(built: Built) -> None:
    house = built.house
    founding.enrol_node(house, NOW)
    config, folder = house.config, capturing.folder(house.config)
    do_not_record.add(house.vault.do_not_record_key(), NUMBER, NOW.date())
    uplink.carry(house.vault, config.capture.node, folder, NOW, captured=lambda call: None)

    key = capturing.node_of(config, house.id).do_not_record_key
    at = Unrecorded(folder.unrecorded, config.capture.node, key)

    assert at.there
    assert at.stands("0505550153")
    secret = house_keys.folder(config) / house_keys.DO_NOT_RECORD
    assert secret.stat().st_mode & 0o077 == 0
    assert key not in folder.unrecorded.read_bytes()


def test_evidence_that_does_not_count_is_counted_and_is_no_call(built: Built) -> None:
    from talteen import ids

    carrying.read_to("north")
    call = RecordingId(ids.new())
    note = Note(About.UNBELIEVED, NOW, call, line="rooms", reason="heard")

    def captured(call: RecordingId) -> None:
        raise AssertionError("nothing was captured")

    carrying.take("north", [(10, note)], mac_of=lambda call: call.bytes, captured=captured)

    assert [(one.kind, one.line_id, one.count) for one in Tally.objects.all()] == [
        ("unbelieved", "rooms", 1)
    ]
