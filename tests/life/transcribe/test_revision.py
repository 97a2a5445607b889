"""A correction keeps what was right in its place; every version comes back as it was written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import Conflict, Tampered
from talteen.life.transcribe import history, revision
from talteen.life.transcribe.revision import INAUDIBLE, Revision, State
from tests.life.transcribe.test_words import of, said, transcripts

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
typed = st.lists(st.sampled_from(["on", "ei", "huone", "Virtanen", INAUDIBLE]), max_size=8)


@given(typed, typed)
def test_a_corrected_segment_says_what_was_typed_in_order_within_its_time(
    heard: list[str], text: list[str]
) -> None:
    segment = said(" ".join(heard or ["no"]), at_ms=1_000)

    corrected = revision.corrected(of(segment), {0: " ".join(text)})

    words = [word for one in corrected.segments for word in one.words]
    assert [word.text for word in words] == text
    times = [(word.start_ms, word.end_ms) for word in words]
    assert times == sorted(times)
    assert all(segment.start_ms <= start <= end <= segment.end_ms for start, end in times)


def test_a_word_that_was_right_keeps_its_time_and_its_certainty() -> None:
    segment = said("varaus nimella Lahtinen kiitos")

    corrected = revision.corrected(of(segment), {0: "varaus nimellä Lahtinen kiitos"})

    before, after = segment.words, corrected.segments[0].words
    assert (after[0], after[2], after[3]) == (before[0], before[2], before[3])
    assert (after[1].start_ms, after[1].end_ms) == (before[1].start_ms, before[1].end_ms)
    assert after[1].probability == 1.0


@given(transcripts)
def test_a_revision_comes_back_as_it_was_written(transcript: revision.Transcript) -> None:
    written = Revision(transcript, "a01", AT).checked("a02", AT)

    read = revision.from_bytes(written.to_bytes())

    assert read == written
    assert read.state is State.CHECKED


@given(st.binary(max_size=200))
def test_bytes_that_nobody_wrote_are_refused(raw: bytes) -> None:
    with pytest.raises(Tampered):
        revision.from_bytes(raw)


def test_the_second_reader_is_another_person() -> None:
    with pytest.raises(Conflict):
        Revision(of(said("hei")), "a01", AT).checked("a01", AT)


def test_a_history_says_what_each_version_changed_and_who_read_it_again() -> None:
    machine = of(said("varaus nimella Lahtinen", at_ms=1_000), said("kiitos", at_ms=9_000))
    first = Revision(revision.corrected(machine, {0: "varaus nimellä Lahtinen"}), "a01", AT)
    second = Revision(revision.corrected(first.transcript, {1: ""}), "a02", AT)

    told = history.versions(machine, [first, second, second.checked("a03", AT)])

    assert [(one.by, one.checked_by) for one in told] == [("a01", None), ("a02", "a03")]
    ((spelt,), (taken,)) = (one.changes for one in told)
    assert (spelt.before, spelt.after) == ("varaus nimella Lahtinen", "varaus nimellä Lahtinen")
    assert (taken.start_ms, taken.before, taken.after) == (9_000, "kiitos", "")


@given(typed, typed)
def test_a_version_tells_of_a_passage_only_if_its_words_changed(
    heard: list[str], text: list[str]
) -> None:
    before = of(said(" ".join(heard or ["no"]), at_ms=1_000))

    told = history.changes(before, revision.corrected(before, {0: " ".join(text)}))

    assert bool(told) is (text != (heard or ["no"]))
    assert [one.after for one in told] in ([], [" ".join(text)])
