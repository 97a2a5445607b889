"""A node that comes when the packets of the first one are gone fills what the recording lacks, by
the sound itself, as long as the call lives; else it is told why not (decision 239)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.capture.acts import TWIN
from talteen.life.capture.facts import Happening
from talteen.life.capture.rules import Span
from talteen.life.capture.sidecar import TimedEvent
from talteen.life.capture.told import CallTold
from talteen.life.destroy import acts as destroy
from talteen.life.destroy.rules import Reason
from talteen.life.seal import door, handover, redacting
from talteen.life.seal.acts import Outcome, What
from talteen.life.seal.door import Step
from talteen.life.seal.late import Fate
from talteen.life.seal.replacing import undecided
from talteen.life.transcribe import notes, surviving
from talteen.oversight import why
from talteen.register.models import Recording, Staff
from talteen.register.passage_models import Passage
from tests.kit import houses, nodes, sounds
from tests.kit.houses import Built
from tests.life.seal.two_nodes.pairs import (
    Media,
    Recorded,
    ahead,
    lost_ms,
    paused,
    rms,
    threatened,
    without,
)

pytestmark = pytest.mark.django_db(transaction=True)

BORN = datetime(2026, 10, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SKEW = timedelta(milliseconds=1_740)
DAYS = timedelta(days=20)


class Scene:
    """A call of which one node lost two seconds of one side; its packets are gone since."""

    def __init__(
        self, built: Built, folder: Path, *, lost_at: int = 1_500, dies_after: int | None = None
    ) -> None:
        """``lost_at``: the first packet of the caller's that is lost; ``dies_after``: so many, and
        this node hears nothing more of the call."""
        self.built = built
        self.call = houses.spoken("001", NEWEST, whole=True)
        built.clock.at = self.call.ends_at
        vault = built.house.vault
        self.pair = [nodes.enrolled(vault, folder / name, name) for name in ("north", "south")]
        self.told, self.media = nodes.told_of(self.call), nodes.spoken(self.call)
        lossy = without(self.media, 2, lost_at, lost_at + 100)
        kept = {stream: sent[:dies_after] for stream, sent in lossy.items()}
        first = Recorded(built, self.pair[0], _until(self.told, dies_after), kept).ended()
        assert first.take_in().what is What.RECORDED
        course.roll(built.house, built.clock.now())
        vault.blobs.delete([first.key])

    @property
    def row(self) -> Recording:
        return Recording.objects.get()

    def late(self, *, media: Media | None = None, after: timedelta = DAYS, told=None) -> Recorded:  # type: ignore[no-untyped-def]
        """The other node hands the same call over, by a clock of its own."""
        told, media = ahead(told or self.told, media or self.media, SKEW)
        other = Recorded(self.built, self.pair[1], told, media).ended()
        self.built.clock.at += after
        return other

    def comes(self, other: Recorded, *, delivers: bool = False) -> Outcome:
        with sounds.once():
            outcome = handover.take_in(
                self.built.house.vault,
                other.key,
                self.built.clock.now(),
                decided=surviving.decided,
                delivers=lambda _: delivers,
            )
        course.replaced(self.built.house, self.built.clock.now())
        return outcome


def _until(told: CallTold, packets: int | None) -> CallTold:
    if packets is None:
        return told
    events = tuple(one for one in told.sidecar.events if one.at_ms < packets * 20)
    return replace(told, sidecar=replace(told.sidecar, events=events))


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(houses.build(tmp_path / "house", born_at=BORN), tmp_path)


def test_weeks_later_a_gap_is_filled_and_nothing_else_moves(scene: Scene) -> None:
    vault, before = scene.built.house.vault, scene.row
    (gap,) = (one for one in before.marks if one["kind"] == "lost")
    quiet, call = rms(scene.built, gap["start_ms"], gap["end_ms"]), RecordingId(before.pk)
    entry = vault.entry(call, scene.built.clock.now())
    opened = door.open_for_step(vault, RecordingId(before.pk), Step.INDEX, scene.built.clock.now())
    notes.change(opened, Kind.EVALUATION, lambda _: b"kuunteli hyvin", scene.built.clock.now())

    other = scene.late()
    outcome = scene.comes(other)

    after = scene.row
    assert outcome.what is What.HEALED
    for same in ("pk", "started_at", "due_at", "length_ms", "announced_until"):
        assert getattr(after, same) == getattr(before, same), same
    assert lost_ms() == 0
    assert not after.incomplete
    assert rms(scene.built, gap["start_ms"] + 100, gap["end_ms"] - 100) > quiet + 50
    assert vault.entry(RecordingId(after.pk), scene.built.clock.now()).dek != entry.dek
    again = door.open_for_step(vault, RecordingId(after.pk), Step.INDEX, scene.built.clock.now())
    assert notes.newest(again, Kind.EVALUATION) == b"kuunteli hyvin"
    assert (other.promise.outcome, other.promise.late) == (TWIN, Fate.HEALED.value)
    (told,) = why.why(after.started_at, after.line_id)
    assert told.late == (Fate.HEALED.value,)


def test_the_end_that_only_the_other_heard_is_put_behind_it(tmp_path: Path) -> None:
    scene = Scene(houses.build(tmp_path / "house", born_at=BORN), tmp_path, dies_after=2_000)
    before = scene.row

    assert scene.comes(scene.late()).what is What.HEALED

    after = scene.row
    assert (after.started_at, after.due_at) == (before.started_at, before.due_at)
    assert abs((after.ended_at - scene.call.ends_at).total_seconds()) < 1
    assert after.length_ms > before.length_ms + 5_000
    assert rms(scene.built, before.length_ms + 500, after.length_ms) > 100
    assert lost_ms() == 0


def test_what_the_other_was_told_not_to_keep_is_not_filled_and_goes_here_too(scene: Scene) -> None:
    (gap,) = (one for one in scene.row.marks if one["kind"] == "lost")
    started_at = scene.told.sidecar.started_at
    assert started_at is not None
    zero_ms = (scene.row.announced_until - started_at) // timedelta(milliseconds=1)
    knows, pause = paused(scene.told, gap["start_ms"] + zero_ms, gap["end_ms"] + zero_ms)
    told, media = ahead(knows, scene.media, SKEW)
    ns = SKEW // timedelta(microseconds=1) * 1_000
    pause = replace(pause, from_ns=pause.from_ns + ns, until_ns=pause.until_ns + ns)
    other = Recorded(scene.built, scene.pair[1], told, media, [pause]).ended()

    scene.comes(other)

    assert rms(scene.built, gap["start_ms"], gap["end_ms"]) < 1
    assert "pause" in {one["kind"] for one in scene.row.marks}
    assert other.promise.late == Fate.NOTHING_NEW.value


def test_a_call_of_which_the_other_was_to_keep_nothing_ends(scene: Scene) -> None:
    ended_ms = max(one.at_ms for one in scene.told.sidecar.events)
    knows, pause = paused(scene.told, 0, ended_ms - 100)
    other = Recorded(scene.built, scene.pair[1], knows, scene.media, [pause]).ended()

    assert scene.comes(other).what is What.TWIN

    assert other.promise.late == Fate.FORBADE.value
    course.sweep(scene.built.house, scene.built.clock.now())
    assert not Recording.objects.exists()


def test_a_refusal_behind_a_threat_that_only_the_other_knew_shuts_and_fills_nothing(
    scene: Scene,
) -> None:
    told = threatened(scene.told)
    before = [one for one in told.sidecar.events if one.at_ms < 40_000]
    events = (*before, TimedEvent(Happening.REFUSAL, 40_000))
    knows = replace(told, sidecar=replace(told.sidecar, events=events))
    other = Recorded(scene.built, scene.pair[1], knows, scene.media).ended()

    assert scene.comes(other).what is What.TWIN

    row = scene.row
    assert other.promise.late == Fate.FORBADE.value
    assert row.progress == "parked"
    assert row.ended_at <= scene.call.started_at + timedelta(seconds=40)
    assert "lost" in {one["kind"] for one in row.marks}


def test_another_sound_under_the_same_ids_fills_nothing_and_stays_a_call_of_its_own(
    scene: Scene,
) -> None:
    strange = {
        stream: [
            replace(one, data=one.data[:12] + two.data[12:])
            for one, two in zip(m, m[::-1], strict=True)
        ]
        for stream, m in scene.media.items()
    }
    before = scene.row
    entry = scene.built.house.vault.entry(RecordingId(before.pk), scene.built.clock.now())

    other = scene.late(media=strange)
    outcome = scene.comes(other)

    assert outcome.what is What.RECORDED
    assert other.promise.late == Fate.UNLIKE.value
    now = scene.built.clock.now()
    assert scene.built.house.vault.entry(RecordingId(before.pk), now) == entry


def test_what_may_not_be_touched_stays_as_it_is_and_the_account_says_why(scene: Scene) -> None:
    lost = lost_ms()

    def says(*, delivers: bool = False) -> str:
        other = scene.late(after=timedelta(hours=2))
        assert scene.comes(other, delivers=delivers).what is What.TWIN
        assert lost_ms() == lost
        assert Recording.objects.count() == 1
        return other.promise.late

    told = {Fate.DELIVERED: says(delivers=True)}
    for fate, was, becomes in (
        (Fate.WHOLE, {"incomplete": True}, {"incomplete": False}),
        (Fate.RESTRICTED, {"restricted": False}, {"restricted": True}),
        (Fate.SHUT, {"progress": "sealed"}, {"progress": "parked"}),
    ):
        Recording.objects.update(**becomes)
        told[fate] = says()
        Recording.objects.update(**was)
    _passage(scene)
    told[Fate.TEACHES] = says()
    _cut(scene)
    told[Fate.REDACTED] = says()

    assert told == {fate: fate.value for fate in told}


def _cut(scene: Scene) -> None:
    now = scene.built.clock.now()
    call = RecordingId(scene.row.pk)
    redacting.redact(scene.built.house.vault, call, [Span(4_000, 5_000)], now, decided=undecided)
    course.replaced(scene.built.house, now)


def _passage(scene: Scene) -> None:
    trainer = Staff.objects.first()
    assert trainer
    Passage.objects.create(
        recording=scene.row, start_ms=0, end_ms=900, teaches="tervehdys", marked_by=trainer,
        marked_at=NEWEST, state="approved",
    )  # fmt: skip


@pytest.mark.parametrize("end", ["erased", "over"])
def test_nothing_of_a_dead_call_comes_back_with_a_late_node(scene: Scene, end: str) -> None:
    house, row = scene.built.house, scene.row
    if end == "erased":
        one, two = Staff.objects.all()[:2]
        destroy.erase(house.vault, RecordingId(row.pk), Reason.REQUEST, decided_by=one,
                      approved_by=two, now=scene.built.clock.now())  # fmt: skip
    other = scene.late(after=timedelta(days=0 if end == "erased" else 86))

    outcome = scene.comes(other)

    assert outcome.what is not What.HEALED
    assert other.promise.late in ("", Fate.NOTHING_NEW.value)
    assert other.promise.outcome == TWIN
    if end == "erased":
        assert not Recording.objects.exists()
    course.sweep(house, scene.built.clock.now())
    assert not Recording.objects.exists()


def test_a_loss_of_one_side_silences_not_the_other_when_sound_is_cut(tmp_path: Path) -> None:
    house = houses.build(tmp_path / "house", born_at=BORN)
    scene = Scene(house, tmp_path, lost_at=1_700)  # the agent speaks, the caller listens
    (gap,) = (one for one in scene.row.marks if one["kind"] == "lost")
    before = rms(scene.built, gap["start_ms"], gap["end_ms"])
    assert before > 100

    _cut(scene)

    assert rms(scene.built, gap["start_ms"], gap["end_ms"]) > before * 0.8
