"""The facts of one call add up to the call, and a phrase is found however it is bent."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.errors import ConfigError
from talteen.life.capture.rules import Mark, MarkKind
from talteen.life.transcribe import call_facts, words
from talteen.life.transcribe.call_facts import Facts, Part, Saying
from talteen.life.transcribe.words import NotSpeech, Segment, Side, Sounding, Transcript, Word
from talteen.notice import phrases as required
from talteen.register import phrases
from tests.life.transcribe.masking.says import segment

REGISTER = Path(__file__).parents[3] / "registers" / "mara"
DAY = date(2026, 11, 24)
LENGTH_MS = 60_000

spans = st.tuples(st.integers(-1_000, 70_000), st.integers(-1_000, 70_000)).map(sorted)
timed = st.lists(spans, max_size=6)


def spoken(side: Side, start_ms: int, end_ms: int) -> Segment:
    word = Word("sana", max(start_ms, 0), max(end_ms, 0), 0.9)
    return Segment(side, "fi", word.start_ms, word.end_ms, (word,), frozenset())


def told(*segments: Segment, music: tuple[NotSpeech, ...] = ()) -> Transcript:
    return words.draft(
        segments, language="fi", engine="kit/1", settings="", marks=(), not_speech=music
    )


def facts(transcript: Transcript, marks: list[Mark] | None = None) -> Facts:
    return call_facts.facts(
        transcript, length_ms=LENGTH_MS, marks=marks or [], required=phrases.of(REGISTER), day=DAY
    )


@settings(max_examples=60)
@given(timed, timed, timed, timed)
def test_every_moment_of_a_call_is_counted_once(
    agent: list[list[int]], caller: list[list[int]], gaps: list[list[int]], music: list[list[int]]
) -> None:
    said = [
        *(spoken(Side.AGENT, *one) for one in agent),
        *(spoken(Side.CALLER, *one) for one in caller),
    ]
    heard = tuple(NotSpeech(Side.CALLER, Sounding.MUSIC, max(a, 0), max(b, 0)) for a, b in music)
    marks = [Mark(MarkKind.PAUSE, a, b) for a, b in gaps]

    found = facts(told(*said, music=heard), marks)

    assert sum(lasted for _, lasted in found.parts) == LENGTH_MS
    covered = {ms for a, b in gaps for ms in range(max(a, 0), min(b, LENGTH_MS))}
    assert found.of(Part.GAP) == len(covered)
    assert found.longest_silence_ms <= found.of(Part.SILENCE)


def test_who_speaks_at_once_counts_for_both_and_hold_is_no_silence() -> None:
    found = facts(
        told(spoken(Side.AGENT, 0, 10_000), spoken(Side.CALLER, 8_000, 20_000)),
        [Mark(MarkKind.HOLD, 30_000, 40_000)],
    )

    assert [found.of(one) for one in (Part.AGENT, Part.CALLER, Part.BOTH)] == [8_000, 10_000, 2_000]
    assert found.of(Part.HOLD) == 10_000
    assert found.share(Side.AGENT) == pytest.approx(10 / 22)
    assert (found.long_silences, found.longest_silence_ms) == (2, 20_000)


def saying(key: str, *segments: Segment) -> tuple[Saying, int | None]:
    (one,) = (each for each in facts(told(*segments)).said if each.phrase.key == key)
    return one.saying, one.at_ms


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Huoneen voi perua täysin maksutta kello kuuteentoista asti.", "fi"),
        ("Luen vielä peruutusehdot.", "fi"),
        ("Avbokningen är gratis fram till klockan sexton.", "sv"),
        ("You can cancel it for free until six.", "en"),
    ],
)
def test_a_phrase_is_found_in_any_form_and_language(text: str, language: str) -> None:
    before = segment("Hetki vain.", language, side=Side.AGENT)
    found, at_ms = saying(
        "cancellation", before, segment(text, language, side=Side.AGENT, at_ms=9_000)
    )

    assert found is Saying.FOUND
    assert at_ms is not None
    assert at_ms >= 9_000


def test_what_the_other_side_says_or_other_words_say_does_not_count() -> None:
    agent = segment("Ehdot lukevat sivulla, maksutta voi pysäköidä.", side=Side.AGENT)
    caller = segment("Voiko huoneen perua maksutta?", side=Side.CALLER)

    assert saying("cancellation", agent, caller) == (Saying.NOT_FOUND, None)


def test_where_words_are_missing_or_doubtful_nobody_is_told_that_it_was_not_said() -> None:
    doubted = tuple(Word(text, 0, 500, 0.3) for text in "ehkä jotain sanottiin tässä".split())
    unsure = Segment(Side.AGENT, "fi", 0, 2_000, doubted, frozenset())

    assert saying("cancellation", unsure)[0] is Saying.CANNOT_TELL
    assert saying("cancellation")[0] is Saying.CANNOT_TELL


def test_a_phrase_that_was_misheard_is_a_place_to_listen_to() -> None:
    agent = segment("Siis voitte perutta maksu ta kello kuuteen asti.", side=Side.AGENT)
    other = segment("Maksutta voi pysäköidä pihalla koko yön.", side=Side.AGENT)

    assert saying("cancellation", agent) == (Saying.LIKELY, 700)
    assert saying("cancellation", other) == (Saying.NOT_FOUND, None)


def test_a_phrase_is_required_from_its_day_and_in_its_time() -> None:
    text = (REGISTER / required.FILE).read_text()
    (one, *_) = required.read(text.replace("since = 2026-01-01", "since = 2026-12-01", 1))
    assert not one.in_force(DAY)
    assert one.in_force(date(2026, 12, 1))
    with pytest.raises(ConfigError, match="required-phrases"):
        required.read(text.replace('side = "agent"', 'side = "boss"', 1))
