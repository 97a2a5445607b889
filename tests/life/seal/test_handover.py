"""A call that a node recorded and cannot open becomes a recording by the same law as an import."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from talteen import course
from talteen.demo.material import SpokenCall
from talteen.engine.vault.entries import Kind
from talteen.engine.vault.journal_bodies import Gap, Why
from talteen.errors import KeyGone, Tampered
from talteen.ids import RecordingId
from talteen.life.capture.facts import Happening
from talteen.life.capture.models import Promise
from talteen.life.capture.sidecar import TimedEvent
from talteen.life.capture.told import AgreedTold, CallTold, FormatTold
from talteen.life.seal import audio, handover
from talteen.life.seal.acts import What
from talteen.oversight import alarms
from talteen.register.models import Recording, Tally
from talteen.register.post.message_models import OutgoingMessage
from tests.kit import houses, nodes, sounds
from tests.kit.houses import Built
from tests.kit.nodes import Node

pytestmark = pytest.mark.django_db(transaction=True)

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def built(tmp_path: Path) -> Built:
    return houses.build(tmp_path / "house", born_at=BORN)


@pytest.fixture
def node(built: Built, tmp_path: Path) -> Node:
    return nodes.enrolled(built.house.vault, tmp_path / "node")


@pytest.fixture
def call(built: Built) -> SpokenCall:
    spoken = houses.spoken("001", NEWEST, whole=True)
    built.clock.at = spoken.ends_at
    return spoken


def take_in(built: Built, key: str) -> handover.Outcome:
    with sounds.once():
        return handover.take_in(built.house.vault, key, built.clock.now())


def sound(built: Built, kind: Kind) -> np.ndarray:  # type: ignore[type-arg]
    """One side of the only recording, decoded."""
    row = Recording.objects.get()
    vault, recording = built.house.vault, RecordingId(row.pk)
    entry = vault.entry(recording, built.clock.now())
    ref = next(one for one in vault.refs(recording, entry) if one.kind is kind)
    blob = vault.open_blob(recording, ref, entry)
    from io import BytesIO

    stream = BytesIO(blob.read(0, blob.plain_size))
    return np.concatenate(list(audio.decode(stream, 8_000)))


def loudness(samples: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """Loudness a tenth of a second."""
    whole = samples[: len(samples) // 800 * 800].astype(np.float64).reshape(-1, 800)
    return np.sqrt((whole**2).mean(axis=1))


def test_a_captured_call_is_the_same_recording_as_the_same_call_imported(
    built: Built, node: Node, call: SpokenCall
) -> None:
    key = node.offer(node.seal(nodes.told_of(call), nodes.spoken(call)))
    assert take_in(built, key).what is What.RECORDED
    captured = Recording.objects.get()
    heard = loudness(sound(built, Kind.CALLER_SOUND))
    fields = ("started_at", "cutoff_at", "due_at", "announced_until", "line_id", "agent_id")
    facts = [getattr(captured, name) for name in fields]
    assert captured.origin == "siprec"

    Recording.objects.update(progress="destroying")  # out of the way: the next one is alone
    imported = built.take_in(call)
    row = Recording.objects.get(pk=imported.recording)
    Recording.objects.exclude(pk=row.pk).update(day=row.day)

    assert [getattr(row, name) for name in fields] == facts
    assert abs(row.length_ms - captured.length_ms) <= 20
    other = loudness(_of(built, row))
    shorter = min(len(heard), len(other))
    assert np.corrcoef(heard[:shorter], other[:shorter])[0, 1] > 0.98


def _of(built: Built, row: Recording) -> np.ndarray:  # type: ignore[type-arg]
    from io import BytesIO

    vault, recording = built.house.vault, RecordingId(row.pk)
    entry = vault.entry(recording, built.clock.now())
    ref = next(one for one in vault.refs(recording, entry) if one.kind is Kind.CALLER_SOUND)
    blob = vault.open_blob(recording, ref, entry)
    stream = BytesIO(blob.read(0, blob.plain_size))
    return np.concatenate(list(audio.decode(stream, 8_000)))


def test_a_bundle_that_is_offered_twice_is_one_recording(
    built: Built, node: Node, call: SpokenCall
) -> None:
    key = node.offer(node.seal(nodes.told_of(call), nodes.spoken(call)))

    outcomes = [take_in(built, key).what for _ in range(2)]

    assert outcomes == [What.RECORDED, What.DUPLICATE]
    assert Recording.objects.count() == Promise.objects.count() == 1


def test_a_bundle_stays_until_a_roll_file_holds_its_recording(
    built: Built, node: Node, call: SpokenCall
) -> None:
    vault = built.house.vault
    key = node.offer(node.seal(nodes.told_of(call), nodes.spoken(call)))

    assert handover.let_go(vault) == 0  # nobody has taken it in yet
    take_in(built, key)
    assert handover.let_go(vault) == 0
    course.roll(built.house, built.clock.now())

    assert handover.let_go(vault) == 1
    assert handover.waiting(vault) == []


def test_the_store_and_the_node_hold_no_word_of_it(
    built: Built, node: Node, call: SpokenCall
) -> None:
    media = nodes.spoken(call)
    key = node.offer(node.seal(nodes.told_of(call), media))
    planted = [one.data[12:76] for one in media[2][300:320]] + [b"+358", b"announce.fi"]

    lying = [path.read_bytes() for path in node.journals.folder.iterdir()]
    lying.append(built.house.vault.blobs.read(key))

    assert not any(mark in data for data in lying for mark in planted)


def test_a_call_without_a_whole_announcement_leaves_a_count_and_nothing_else(
    built: Built, node: Node, call: SpokenCall
) -> None:
    told = nodes.told_of(call)
    silent = replace(told, sidecar=replace(told.sidecar, announcements=()))
    key = node.offer(node.seal(silent, nodes.spoken(call)))

    assert take_in(built, key).what is What.NOTHING
    assert not Recording.objects.exists()
    assert Tally.objects.get().kind == "not_announced"
    assert handover.let_go(built.house.vault) == 1


def paused(told: CallTold, from_ms: int, until_ms: int) -> CallTold:
    events = [
        *told.sidecar.events,
        TimedEvent(Happening.PAUSE, from_ms),
        TimedEvent(Happening.RESUME, until_ms),
    ]
    events.sort(key=lambda event: event.at_ms)
    return replace(told, sidecar=replace(told.sidecar, events=tuple(events)))


def test_a_pause_is_a_gap_of_true_silence_even_where_packets_reached_the_journal(
    built: Built, node: Node, call: SpokenCall
) -> None:
    began_ns = nodes._ns(nodes.told_of(call).sidecar)
    gap = Gap(Why.PAUSE, began_ns + 25_000_000_000, began_ns + 30_000_000_000, 0)
    told = paused(nodes.told_of(call), 25_000, 30_000)
    take_in(built, node.offer(node.seal(told, nodes.spoken(call), [gap])))

    row = Recording.objects.get()
    (mark,) = (one for one in row.marks if one["kind"] == "pause")
    heard = sound(built, Kind.CALLER_SOUND)
    inside = heard[(mark["start_ms"] + 100) * 8 : (mark["end_ms"] - 100) * 8]

    assert mark["end_ms"] - mark["start_ms"] == 5_000
    assert np.abs(inside).max() < 40  # what Opus makes of digital silence


def test_packets_that_never_came_are_marked_as_lost(
    built: Built, node: Node, call: SpokenCall
) -> None:
    media = nodes.spoken(call)
    media[2] = [one for at, one in enumerate(media[2]) if not 1500 <= at < 1600]
    take_in(built, node.offer(node.seal(nodes.told_of(call), media)))

    row = Recording.objects.get()
    (lost,) = (one for one in row.marks if one["kind"] == "lost")
    assert abs(lost["end_ms"] - lost["start_ms"] - 2_000) <= 20
    assert row.incomplete


def test_sound_of_a_codec_that_nobody_decodes_is_missed_and_told_of_when_it_is_sealed(
    built: Built, node: Node, call: SpokenCall
) -> None:
    """Once an hour for each codec: a trunk that changes it does so for every call."""
    told, now = nodes.told_of(call), built.clock.now()
    amr = AgreedTold(0, (FormatTold(8, "AMR", 8_000),))
    agent, caller = told.streams
    strange = replace(told, streams=(agent, replace(caller, agreed=(amr,))))

    outcome = take_in(built, node.offer(node.seal(strange, nodes.spoken(call))))
    for minutes in (0, 1):
        alarms.unheard(built.house.register, outcome, now + timedelta(minutes=minutes))

    assert (outcome.what, outcome.unheard) == (What.RECORDED, ("AMR",))
    assert Recording.objects.get().incomplete
    loudest = [np.abs(sound(built, one)).max() for one in (Kind.CALLER_SOUND, Kind.AGENT_SOUND)]
    assert loudest[0] <= 2 < 100 < loudest[1]
    to = {built.house.register.dpo.email, built.house.register.contact.email}
    letters = OutgoingMessage.objects.filter(body__contains="AMR")
    assert sorted(letters.values_list("to", flat=True)) == sorted(to)


def test_a_bundle_whose_intake_key_has_died_opens_for_nobody(
    built: Built, node: Node, call: SpokenCall
) -> None:
    key = node.offer(node.seal(nodes.told_of(call), nodes.spoken(call)))
    course.roll(built.house, built.clock.now() + timedelta(days=120))

    with pytest.raises(KeyGone):
        take_in(built, key)
    assert not Recording.objects.exists()


def test_a_bundle_under_another_calls_name_is_refused(
    built: Built, node: Node, call: SpokenCall
) -> None:
    one, other = (node.seal(nodes.told_of(call), nodes.spoken(call)) for _ in range(2))
    store = built.house.vault.blobs
    node.offer(one)
    store.put(handover.key_of(nodes.NAME, other), [store.read(handover.key_of(nodes.NAME, one))])

    with pytest.raises(Tampered):
        take_in(built, handover.key_of(nodes.NAME, other))


def test_a_bundle_of_a_node_that_nobody_enrolled_is_refused(
    built: Built, node: Node, call: SpokenCall
) -> None:
    recording = node.seal(nodes.told_of(call), nodes.spoken(call))
    store = built.house.vault.blobs
    store.put("intake/stranger/" + str(recording), [store.read(node.offer(recording))])

    with pytest.raises(Tampered):
        take_in(built, "intake/stranger/" + str(recording))
