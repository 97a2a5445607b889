"""Two nodes record one session: one recording, with all that either heard and nothing that either
was told not to keep (J23, 6.5-6.7, 15.3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.demo.material import SpokenCall
from talteen.ids import RecordingId
from talteen.life.capture.acts import TWIN
from talteen.life.capture.rules import Span
from talteen.life.seal import handover, redacting
from talteen.life.seal.acts import What
from talteen.life.seal.models import Replaced
from talteen.life.seal.replacing import undecided
from talteen.register.models import Recording, Tally
from tests.kit import houses, nodes
from tests.kit.houses import Built
from tests.kit.nodes import Node
from tests.kit.rtp import Datagram
from tests.life.seal.two_nodes.pairs import (
    NEWEST,
    SESSION,
    Recorded,
    ahead,
    lost_ms,
    paused,
    rms,
    without,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_waits_from_both_nodes_is_one_recording_without_a_gap(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    told, media = nodes.told_of(call), nodes.spoken(call)
    later, skewed = ahead(told, media, timedelta(milliseconds=740))
    first = Recorded(built, pair[0], told, without(media, 2, 1_500, 1_600)).ended()
    other = Recorded(built, pair[1], later, without(skewed, 2, 1_700, 1_800)).ended()

    outcomes = [first.take_in().what, other.take_in().what]

    assert outcomes == [What.RECORDED, What.DUPLICATE]
    assert lost_ms() == 0
    assert not Recording.objects.get().incomplete
    assert (first.promise.outcome, other.promise.outcome) == ("recorded", TWIN)
    assert other.promise.recording == first.recording
    course.roll(built.house, built.clock.now())
    assert handover.let_go(built.house.vault) == 2


def test_a_session_is_one_recording_whichever_worker_is_first(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    told, media = nodes.told_of(call), nodes.spoken(call)
    first = Recorded(built, pair[0], told, without(media, 2, 1_500, 1_600)).ended()
    other = Recorded(built, pair[1], told, media).ended()

    assert other.take_in().what is What.RECORDED
    assert first.take_in().what is What.DUPLICATE
    assert Recording.objects.count() == 1
    assert lost_ms() == 0


def test_who_comes_later_fills_the_gaps_of_what_is_sealed(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    vault, now = built.house.vault, built.clock.now()
    told, media = nodes.told_of(call), nodes.spoken(call)
    first = Recorded(built, pair[0], told, without(media, 2, 1_500, 1_600)).ended()
    first.take_in()
    before = Recording.objects.get()
    entry = vault.entry(RecordingId(before.pk), now)
    assert abs(lost_ms() - 2_000) <= 20

    other = Recorded(built, pair[1], told, media).ended()
    assert other.take_in().what is What.HEALED
    course.replaced(built.house, now)

    after = Recording.objects.get()
    assert after.pk == before.pk
    assert (after.started_at, after.due_at) == (before.started_at, before.due_at)
    assert lost_ms() == 0
    assert not after.incomplete
    new = vault.entry(RecordingId(after.pk), now)
    assert new.dek != entry.dek
    stored = {key.rpartition("/")[2] for key in vault.blobs.keys("blobs/")}
    assert stored == {str(blob.id) for blob in new.blobs}
    assert not Replaced.objects.exists()
    assert (other.promise.outcome, other.promise.recording) == (TWIN, after.pk)


def test_no_packets_of_another_node_bring_back_what_was_cut(tmp_path: Path) -> None:
    built = houses.build(tmp_path, born_at=datetime(2026, 10, 24, 6, 0, tzinfo=UTC))  # young keys
    call = houses.spoken("001", NEWEST, whole=True)
    built.clock.at = call.ends_at
    north, south = (
        nodes.enrolled(built.house.vault, tmp_path / name, name) for name in ("north", "south")
    )
    told, media = nodes.told_of(call), nodes.spoken(call)
    Recorded(built, north, told, without(media, 2, 1_000, 1_100)).ended().take_in()
    other = Recorded(built, south, told, media).ended()
    house, now, row = built.house, built.clock.now(), Recording.objects.get()
    code = Span(4_000, 6_000)
    assert rms(built, 4_000, 6_000) > 100
    redacting.redact(house.vault, RecordingId(row.pk), [code], now, decided=undecided)
    course.replaced(house, now)

    outcome = other.take_in()

    assert outcome.what is What.TWIN
    assert rms(built, 4_000, 6_000) < 1
    assert [one["kind"] for one in Recording.objects.get().marks].count("redacted") == 1


def test_who_comes_later_and_adds_nothing_leaves_the_recording_as_it_is(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    vault, now = built.house.vault, built.clock.now()
    told, media = nodes.told_of(call), nodes.spoken(call)
    first = Recorded(built, pair[0], told, media).ended()
    first.take_in()
    entry = vault.entry(first.recording, now)

    other = Recorded(built, pair[1], told, without(media, 1, 300, 800)).ended()
    assert other.take_in().what is What.TWIN
    assert vault.entry(first.recording, now) == entry
    assert Recording.objects.count() == 1


@pytest.mark.parametrize("late", [False, True])
def test_a_pause_that_one_node_was_told_of_is_silence_in_the_recording(
    built: Built, pair: tuple[Node, Node], call: SpokenCall, *, late: bool
) -> None:
    told, media = nodes.told_of(call), nodes.spoken(call)
    knows, gap = paused(told, 25_000, 30_000)
    first = Recorded(built, pair[0], told, media).ended()
    if late:
        first.take_in()
    other = Recorded(built, pair[1], knows, media, [gap]).ended()
    assert other.take_in().what is (What.HEALED if late else What.RECORDED)
    course.replaced(built.house, built.clock.now())

    row = Recording.objects.get()
    (mark,) = (one for one in row.marks if one["kind"] == "pause")
    assert abs(mark["end_ms"] - mark["start_ms"] - 5_000) <= 1


def test_second_node_copy_after_refusal(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    told, media = nodes.told_of(call), nodes.spoken(call)
    first = Recorded(built, pair[0], told, media).promised()
    Recorded(built, pair[1], told, media).refused(timedelta(seconds=40))
    first.ended()

    assert first.take_in().what is What.TWIN
    assert not Recording.objects.exists()
    assert {(one.kind, one.count) for one in Tally.objects.all()} == {("refused", 1)}
    assert handover.let_go(built.house.vault) == 1


def test_a_pause_that_only_a_late_node_knew_is_cut_into_the_sealed_sound(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    """8.1: its packets are gone, so the recording's own sound is made silent, with room for two
    clocks."""
    vault, now = built.house.vault, built.clock.now()
    told, media = nodes.told_of(call), nodes.spoken(call)
    knows, gap = paused(told, 25_000, 30_000)
    first = Recorded(built, pair[0], told, media).ended()
    first.take_in()
    before, entry = Recording.objects.get(), vault.entry(first.recording, now)
    started_at = told.sidecar.started_at
    assert started_at is not None
    zero_ms = (before.announced_until - started_at) // timedelta(milliseconds=1)
    spoken = (25_500 - zero_ms, 29_500 - zero_ms)
    assert rms(built, *spoken) > 100
    course.roll(built.house, now)
    vault.blobs.delete([first.key])  # an hour passes

    other = Recorded(built, pair[1], knows, media, [gap]).ended()
    assert other.take_in().what is What.TWIN
    course.replaced(built.house, now)

    row = Recording.objects.get()
    assert (row.pk, row.length_ms, row.due_at) == (before.pk, before.length_ms, before.due_at)
    (mark,) = (one for one in row.marks if one["kind"] == "pause")
    assert (mark["start_ms"], mark["end_ms"]) == (23_000 - zero_ms, 32_000 - zero_ms)
    assert rms(built, *spoken) < 1
    assert rms(built, 33_000 - zero_ms, 40_000 - zero_ms) > 100
    assert vault.entry(first.recording, now).dek != entry.dek
    assert handover.take_in(vault, other.key, now).what is What.DUPLICATE


def test_other_sound_under_the_same_ids_stays_a_call_of_its_own(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    """Some clients count their sessions from 1 again and again: nothing may be lost for it."""
    told, media = nodes.told_of(call), nodes.spoken(call)
    strange = {
        stream: [replace(one, data=one.data[:12] + one.data[:11:-1]) for one in numbered_anew(m)]
        for stream, m in media.items()
    }
    first = Recorded(built, pair[0], told, media).ended()
    other = Recorded(built, pair[1], told, strange).ended()

    assert [first.take_in().what, other.take_in().what] == [What.RECORDED, What.RECORDED]
    assert Recording.objects.count() == 2


def numbered_anew(sent: list[Datagram]) -> list[Datagram]:
    """What a border element that numbers packets for each recorder makes of them."""

    def renumbered(data: bytes) -> bytes:
        sequence = (int.from_bytes(data[2:4]) + 40_000) % (1 << 16)
        timestamp = (int.from_bytes(data[4:8]) + 3_000_000_000) % (1 << 32)
        ssrc = int.from_bytes(data[8:12]) ^ 0x5A5A5A5A
        head = sequence.to_bytes(2) + timestamp.to_bytes(4) + ssrc.to_bytes(4)
        return data[:2] + head + data[12:]

    return [replace(one, data=renumbered(one.data)) for one in sent]


@pytest.mark.parametrize("late", [False, True])
def test_packets_that_are_numbered_anew_for_each_node_are_one_recording(
    built: Built, pair: tuple[Node, Node], call: SpokenCall, *, late: bool
) -> None:
    told, media = nodes.told_of(call), nodes.spoken(call)
    anew = {stream: numbered_anew(m) for stream, m in without(media, 2, 1_700, 1_800).items()}
    first = Recorded(built, pair[0], told, without(media, 2, 1_500, 1_600)).ended()
    if late:
        first.take_in()
        assert lost_ms() > 1_900
    other = Recorded(built, pair[1], told, anew).ended()
    if not late:
        first.take_in()

    assert other.take_in().what is (What.HEALED if late else What.DUPLICATE)
    course.replaced(built.house, built.clock.now())
    assert Recording.objects.count() == 1
    assert lost_ms() == 0


def test_a_client_that_gives_each_node_other_ids_is_known_by_the_sound(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    told, media = nodes.told_of(call), nodes.spoken(call)
    elsewhere = replace(SESSION, session="mYl0UTq9QhGmW1v3yR7u2A==")
    first = Recorded(built, pair[0], told, without(media, 2, 1_500, 1_600)).ended()
    first.take_in()
    other = Recorded(built, pair[1], told, media, session=elsewhere).ended()

    assert other.take_in().what is What.HEALED
    course.replaced(built.house, built.clock.now())
    assert Recording.objects.count() == 1
    assert lost_ms() == 0
    assert (other.promise.outcome, other.promise.recording) == (TWIN, first.recording)


def test_a_tune_that_two_calls_heard_makes_them_not_one(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    """Both waited for half a minute with the same music, at the same time."""
    told, media = nodes.told_of(call), nodes.spoken(call)
    tune, rest = media[2][:1_500], media[2][1_500:]
    elsewhere = replace(SESSION, session="mYl0UTq9QhGmW1v3yR7u2A==")
    spoken = [replace(one, data=one.data[:12] + one.data[:11:-1]) for one in rest]
    strange = {
        1: numbered_anew([replace(one, data=one.data[:12] + one.data[:11:-1]) for one in media[1]]),
        2: numbered_anew([*tune, *spoken]),
    }
    first = Recorded(built, pair[0], told, media).ended()
    other = Recorded(built, pair[1], told, strange, session=elsewhere).ended()

    assert [first.take_in().what, other.take_in().what] == [What.RECORDED, What.RECORDED]
