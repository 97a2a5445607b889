"""What people decided on a call outlives the sound that it was decided on (REGISTER 8.2, J23)."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talteen import course
from talteen.engine.vault.entries import Kind
from talteen.errors import Unavailable
from talteen.ids import RecordingId
from talteen.life.capture.rules import MarkKind
from talteen.life.capture.rules import Span as Stretch
from talteen.life.seal import door, handover
from talteen.life.seal.acts import What
from talteen.life.seal.door import Opened, Step
from talteen.life.seal.replacing import WIDER_MS, Moved
from talteen.life.transcribe import acts, masks, revisions, surviving
from talteen.life.transcribe.masking.layer import Decision, Layer, Verdict
from talteen.life.transcribe.masking.spans import Kind as SpanKind
from talteen.life.transcribe.masking.spans import Source, Span
from talteen.life.transcribe.models import SealedNote, Transcription
from talteen.life.transcribe.revision import Revision, State
from talteen.life.transcribe.words import Side
from talteen.register.models import Recording
from tests.kit import houses, nodes, transcripts
from tests.kit.hearing_engine import Says
from tests.kit.houses import Built
from tests.life.seal.two_nodes.pairs import Recorded, without
from tests.life.transcribe.test_words import of, said

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def span(start_ms: int, end_ms: int, kind: SpanKind = SpanKind.NAME) -> Span:
    return Span(kind, Side.CALLER, 0, 0, start_ms, end_ms, 1.0, Source.PERSON)


def on(verdict: Verdict, one: Span) -> Decision:
    return Decision(verdict, one, "a01", AT)


def test_covers_move_with_the_sound_whoever_wanted_them() -> None:
    layer = Layer((span(1_000, 2_000),), (on(Verdict.ADDED, span(5_000, 6_000)),))

    moved = surviving.of_layer(layer, Moved(300, ()))

    assert [(one.start_ms, one.end_ms) for one in moved.in_force()] == [
        (1_300, 2_300),
        (5_300, 6_300),
    ]


def test_what_was_lifted_stays_lifted_unless_unheard_sound_came_into_it() -> None:
    known, filled = span(1_000, 2_000), span(5_000, 6_000)
    layer = Layer((known, filled), (on(Verdict.REMOVED, known), on(Verdict.REMOVED, filled)))

    moved = surviving.of_layer(layer, Moved(0, (Stretch(5_500, 7_000),)))

    assert moved.in_force() == [filled]


def test_words_written_anew_a_little_beside_a_lifted_cover_are_not_covered_again() -> None:
    layer = Layer((span(1_000, 2_000),), (on(Verdict.REMOVED, span(1_000, 2_000)),))

    assert layer.as_decided([span(1_120, 1_900)]) == [span(1_000, 2_000)]
    assert layer.as_decided([span(1_120, 2_400)]) == [span(1_120, 2_400)]
    other = span(1_000, 2_000, SpanKind.CARD)
    assert layer.as_decided([other]) == [other]


def test_corrected_words_stay_and_the_machine_adds_only_what_was_lacking() -> None:
    corrected = Revision(of(said("varaus nimellä Lahtinen", at_ms=1_000)), "a01", AT, "a02", AT)
    fresh = of(said("baraus nimela lahtien", at_ms=1_000), said("kaksi yötä", at_ms=8_000))

    moved = surviving.of_revision(corrected, Moved(0, (Stretch(7_000, 12_000),)))
    joined = surviving.joined(moved, fresh)

    assert moved.transcript.marks[0].kind is MarkKind.LOST
    assert [one.text for one in joined.transcript.segments] == [
        "varaus nimellä Lahtinen",
        "kaksi yötä",
    ]
    assert (joined.by, joined.state) == ("a01", State.CORRECTED)


def test_no_corrected_word_of_what_may_not_be_kept_any_more_is_carried_over() -> None:
    """A pause that only another node knew of, and what lies before a later announcement."""
    corrected = Revision(
        of(
            said("ennen ilmoitusta", at_ms=100),
            said("kortin numero on", at_ms=8_000),
            said("kiitos", at_ms=30_000),
        ),
        "a01",
        AT,
    )
    unkept = (Stretch(-100_000, 0), Stretch(5_000, 10_000))

    moved = surviving.of_revision(corrected, Moved(-2_000, (), unkept))

    assert [one.text for one in moved.transcript.segments] == ["kiitos"]
    assert [one.start_ms for one in moved.transcript.segments] == [28_000]


def test_what_was_cut_leaves_hidden_words_and_a_word_that_only_begins_in_it_too() -> None:
    told = of(said("koodi 737 kiitos", at_ms=1_000))
    (segment,) = told.segments
    first, _, last = segment.words
    long = replace(first, text="4111111111111111737", start_ms=1_090, end_ms=5_000)
    shown = replace(segment, words=(first, long), end_ms=5_000)
    told = replace(told, segments=(shown,), hidden=(segment,))
    gap = Stretch(1_100 - WIDER_MS, 1_190 + WIDER_MS)

    cut = surviving.of_transcript(told, Moved(0, (), redacted=(gap,)))
    again = surviving.of_transcript(cut, Moved(0, (), redacted=(gap,)))

    assert [one.text for one in cut.segments] == ["koodi"]
    assert [one.words for one in cut.hidden] == [(first, last)]
    assert [(one.kind, one.start_ms) for one in cut.marks] == [(MarkKind.REDACTED, gap.start_ms)]
    assert again == cut


def test_who_checked_words_that_were_only_cut_has_checked_what_is_left() -> None:
    checked = Revision(of(said("koodi 737", at_ms=1_000)), "a01", AT, "a02", AT)
    cut = Moved(0, (), redacted=(Stretch(850, 1_450),))

    assert surviving.of_revision(checked, cut).checked_by == "a02"
    assert surviving.of_revision(checked, replace(cut, news=(Stretch(0, 9),))).checked_by is None


@pytest.mark.django_db(transaction=True)
def test_what_people_decided_survives_the_packets_of_another_node(tmp_path: Path) -> None:
    built = houses.build(tmp_path / "house", born_at=datetime(2026, 8, 24, 6, 0, tzinfo=UTC))
    vault = built.house.vault
    pair = [nodes.enrolled(vault, tmp_path / name, name) for name in ("north", "south")]
    call = houses.spoken("001", AT, whole=True)
    built.clock.at = call.ends_at
    told, media = nodes.told_of(call), nodes.spoken(call)
    Recorded(built, pair[0], told, without(media, 2, 1_500, 1_600)).ended().take_in()
    row = Recording.objects.get()
    transcripts.write(vault, RecordingId(row.pk), transcripts.of_call("001", row), AT)
    before, now = opened(built), built.clock.now()
    lifted, *_ = masks.layer_of(before).in_force()  # type: ignore[union-attr]
    added = span(40_000, 41_000)
    decided = [on(Verdict.ADDED, added), on(Verdict.REMOVED, lifted)]
    masks.decide(before, decided, now)
    revisions.revise(before, {0: "korjattu lause"}, by="a01", now=now)
    covered = masks.layer_of(before)

    other = Recorded(built, pair[1], told, media).ended()
    outcome = handover.take_in(vault, other.key, now, decided=surviving.decided)
    assert outcome.what is What.HEALED
    # Between the roll and its tidying: what stands in force is read, and nothing new is taken.
    assert masks.layer_of(opened(built)) == covered
    with pytest.raises(Unavailable):
        masks.decide(opened(built), decided, now)
    with pytest.raises(Unavailable):
        masks.decide(before, decided, now)
    course.replaced(built.house, now)

    assert not SealedNote.objects.exists()
    assert masks.layer_of(opened(built)) == covered
    acts.transcribe(vault, Says(), built.house.shards, RecordingId(row.pk), now)
    after = opened(built)
    in_force = masks.layer_of(after).in_force()  # type: ignore[union-attr]
    assert added in in_force
    assert lifted not in in_force
    revision = revisions.newest(after)
    assert revision is not None
    assert revision.transcript.segments[0].text == "korjattu lause"
    assert Transcription.objects.get().state == State.CORRECTED.value
    assert {blob.kind for blob in after.entry.blobs} >= {Kind.MASKING, Kind.CORRECTION}


def opened(built: Built) -> Opened:
    recording = RecordingId(Recording.objects.get().pk)
    return door.open_for_step(built.house.vault, recording, Step.TRANSCRIBE, built.clock.now())
