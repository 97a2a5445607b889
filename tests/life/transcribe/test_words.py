"""A transcript comes back as it was written, and bytes that nobody wrote are refused."""

import itertools
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import Tampered
from talteen.life.capture.rules import Mark, MarkKind
from talteen.life.transcribe import words
from talteen.life.transcribe.words import (
    PAGE_BYTES,
    Flag,
    Note,
    NotSpeech,
    Segment,
    Side,
    SideHeard,
    Sounding,
    Transcript,
    Word,
    draft,
)

times = st.integers(0, 12 * 3_600_000)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
some_words = st.builds(Word, texts, times, times, st.floats(0, 1))
some_segments = st.builds(
    Segment,
    st.sampled_from(Side),
    st.sampled_from(["fi", "sv", "en"]),
    times,
    times,
    st.lists(some_words, min_size=1, max_size=5).map(tuple),
    st.frozensets(st.sampled_from(Flag)),
)
some_marks = st.builds(Mark, st.sampled_from(MarkKind), times, times)
some_sides = st.builds(
    SideHeard,
    st.sampled_from(Side),
    times,
    st.frozensets(st.sampled_from(Note)),
    st.sampled_from(["", "sv"]),
)
not_speech = st.builds(NotSpeech, st.sampled_from(Side), st.sampled_from(Sounding), times, times)
transcripts = st.builds(
    draft,
    st.lists(some_segments, max_size=6),
    language=st.sampled_from(["fi", "sv", "en"]),
    engine=st.text("abc/1. ", max_size=64),
    settings=st.text("abc= ", max_size=20),
    marks=st.lists(some_marks, max_size=3).map(tuple),
    sides=st.lists(some_sides, max_size=2).map(tuple),
    not_speech=st.lists(not_speech, max_size=2).map(tuple),
)


def said(text: str, *, side: Side = Side.AGENT, at_ms: int = 0) -> Segment:
    each = tuple(
        Word(word, start_ms, start_ms + 90, 0.9)
        for start_ms, word in zip(itertools.count(at_ms, 100), text.split(), strict=False)
    )
    return Segment(side, "fi", each[0].start_ms, each[-1].end_ms, each, frozenset())


def of(*segments: Segment) -> Transcript:
    return draft(segments, language="fi", engine="e/1 m/0", settings="", marks=())


@given(transcripts)
def test_a_transcript_comes_back_as_it_was_written(transcript: Transcript) -> None:
    raw = transcript.to_bytes()

    read = words.from_bytes(raw)

    assert read == transcript
    assert read.to_bytes() == raw


@given(st.lists(some_segments, max_size=8))
def test_what_is_flagged_is_kept_but_not_shown(heard: list[Segment]) -> None:
    transcript = of(*heard)

    assert all(not segment.flags for segment in transcript.segments)
    assert all(segment.flags for segment in transcript.hidden)
    assert len(transcript.segments) + len(transcript.hidden) == len(heard)


def test_segments_stand_in_the_order_in_which_they_were_said() -> None:
    question, answer = said("millä nimellä", at_ms=0), said("Virtanen", side=Side.CALLER, at_ms=900)

    transcript = of(answer, question)

    assert transcript.segments == (question, answer)
    assert transcript.segments[0].text == "millä nimellä"


@given(transcripts)
def test_the_length_of_the_bytes_hides_the_length_of_the_words(transcript: Transcript) -> None:
    size = len(transcript.to_bytes())

    assert size % PAGE_BYTES == 0
    assert len(of(said("ei")).to_bytes()) == len(of(said("kyllä kiitos oikein paljon")).to_bytes())


@given(transcripts, st.data())
def test_a_torn_or_flipped_transcript_is_refused_or_says_something_else(
    transcript: Transcript, data: st.DataObject
) -> None:
    raw = transcript.to_bytes()
    at = data.draw(st.integers(0, len(raw) - 1))
    flipped = raw[:at] + bytes([raw[at] ^ (1 << data.draw(st.integers(0, 7)))]) + raw[at + 1 :]

    with pytest.raises(Tampered):
        words.from_bytes(raw[:at])
    # A flip inside a word is another word: what catches that is the seal, not the format.
    with suppress(Tampered):
        assert words.from_bytes(flipped) != transcript


some_json = st.recursive(
    st.none() | st.integers() | st.text(max_size=4) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=5,
)


@given(st.binary(max_size=64) | some_json.map(lambda value: json.dumps(value).encode()))
def test_bytes_that_nobody_wrote_are_refused(raw: bytes) -> None:
    with pytest.raises(Tampered):
        words.from_bytes(raw)


@pytest.mark.parametrize(
    ("written", "forged"),
    [
        (b'"format":1', b'"format":2'),
        (b'"language":"fi","marks"', b'"language":"fi" ,"marks"'),
        (b'"probability":0.9', b'"probability":1.9'),
        (b'"side":"agent"', b'"side":"third"'),
        (b'"start_ms":0', b'"start_ms":-1'),
        (b'"hidden":[]', b'"hidden":[],"other":1'),
        (b'"flags":[]', b'"flags":["loud"]'),
    ],
)
def test_a_transcript_of_another_shape_is_refused(written: bytes, forged: bytes) -> None:
    raw = of(said("hyvää päivää")).to_bytes()
    assert written in raw

    changed = raw.rstrip().replace(written, forged)

    with pytest.raises(Tampered):
        words.from_bytes(changed + b" " * (-len(changed) % PAGE_BYTES))


def test_a_refusal_repeats_none_of_the_words() -> None:
    raw = of(said("salaisuus")).to_bytes().replace(b'"format":1', b'"format":9')

    with pytest.raises(Tampered) as refused:
        words.from_bytes(raw)

    assert "salaisuus" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


def test_a_transcript_without_the_newer_parts_is_written_as_earlier_releases_did() -> None:
    plain = json.loads(of(said("hyvää huomenta")).to_bytes())

    assert set(plain) == {"format", "language", "engine", "settings", "segments", "hidden", "marks"}


@given(st.lists(some_segments, max_size=4).map(tuple))
def test_segments_alone_come_back_as_they_were_written(segments: tuple[Segment, ...]) -> None:
    raw = words.segments_to_bytes(segments)

    assert words.segments_from_bytes(raw) == segments
    assert len(raw) % PAGE_BYTES == 0


@pytest.mark.parametrize("raw", [b"", b"{}", b"[{}]", b"\xff"])
def test_other_bytes_are_no_segments(raw: bytes) -> None:
    with pytest.raises(Tampered):
        words.segments_from_bytes(raw)
