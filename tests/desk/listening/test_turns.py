"""A transcript on a page: turns in the order of time, unsure words marked, gaps named."""

import re
from collections.abc import Sequence

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from talteen.desk.listening import turn_html, turns
from talteen.desk.listening.turn_html import Voices
from talteen.desk.listening.turns import Kind, Overlap, Turn
from talteen.life.transcribe.masking import spans as masking
from talteen.life.transcribe.masking.cover import Covering
from talteen.life.transcribe.masking.spans import Source
from talteen.life.transcribe.words import Segment, Side, Transcript, Word
from talteen.life.use.rows import Mark


def said(
    side: Side, start_ms: int, text: str, *, language: str = "fi", sure: float = 0.9
) -> Segment:
    words = tuple(
        Word(word, start_ms + 400 * place, start_ms + 400 * place + 350, sure)
        for place, word in enumerate(text.split())
    )
    return Segment(side, language, start_ms, words[-1].end_ms, words, frozenset())


def transcript(*segments: Segment) -> Transcript:
    return Transcript("fi", "test", "", segments, (), ())


def html(shown: Sequence[Turn]) -> str:
    return turn_html.spoken(shown, Voices("Aino", "Soittaja"))


def test_turns_and_marks_stand_in_the_order_of_time() -> None:
    told = transcript(
        said(Side.CALLER, 5_000, "Saanko huoneen"),
        said(Side.AGENT, 0, "Hyvää päivää"),
    )
    pause = Mark("pause", 2_000, 4_000)

    shown = turns.turns(told, [pause])

    assert [turn.kind for turn in shown] == [Kind.AGENT, Kind.EVENT, Kind.CALLER]
    assert re.findall(r'href="#(\w+)" id="(\w+)"', html(shown)) == [
        ("t0", "t0"),
        ("t2", "t2"),
        ("t5", "t5"),
    ]


def test_one_voice_goes_on_in_one_turn_until_a_silence_parts_it() -> None:
    told = transcript(
        said(Side.AGENT, 0, "Hetki"),
        said(Side.AGENT, 1_000, "pieni"),
        said(Side.AGENT, 9_000, "Kiitos odotuksesta"),
    )

    shown = turns.turns(told, [])

    spoken = [turn.pieces[0].text for turn in shown if turn.pieces]
    assert spoken == ["Hetki pieni", "Kiitos odotuksesta"]


def test_a_change_of_language_is_a_turn_of_its_own() -> None:
    told = transcript(
        said(Side.CALLER, 0, "Joo"), said(Side.CALLER, 500, "that is fine", language="en")
    )

    assert [turn.language for turn in turns.turns(told, [])] == ["fi", "en"]


def test_a_word_that_the_machine_doubts_is_marked_and_the_rest_is_not() -> None:
    told = transcript(
        said(Side.AGENT, 0, "varausmaksu on"),
        said(Side.AGENT, 900, "kaksikymmentä", sure=0.3),
        said(Side.AGENT, 1_400, "euroa"),
    )

    (turn,) = turns.turns(told, [])

    assert [(piece.text, piece.unsure) for piece in turn.pieces] == [
        ("varausmaksu on", False),
        ("kaksikymmentä", True),
        ("euroa", False),
    ]


def test_each_word_on_the_page_has_its_time() -> None:
    told = transcript(said(Side.AGENT, 2_000, "yksi kaksi kolme"))

    (turn,) = turns.turns(told, [])

    assert ' data-words="0 400 800">yksi kaksi kolme</p>' in html([turn])


def test_a_turn_says_who_in_what_language_and_lets_no_word_be_markup() -> None:
    shown = turns.turns(
        transcript(
            said(Side.AGENT, 0, "hinta on <b> & alv"),
            said(Side.CALLER, 1_000, "that is fine", language="en", sure=0.2),
        ),
        [Mark("pause", 3_000, 5_000), Mark("transfer", 6_000, 6_000)],
    )

    with translation.override("fi"):
        drawn = html(shown)

    assert '<span class="who">Aino <small>päällekkäin</small></span>' in drawn
    assert "hinta on &lt;b&gt; &amp; alv</p>" in drawn
    assert (
        '<p lang="en" data-words="0 400 800"><span class="unsure">that is fine</span></p>' in drawn
    )
    assert "Tallennus keskeytetty 2 s. Siltä ajalta ei ole ääntä missään.</p>" in drawn
    assert "#hourglass" in drawn
    assert " Siirto</p>" in drawn


def test_in_a_passage_time_begins_with_it() -> None:
    told = transcript(said(Side.AGENT, 61_000, "yksi kaksi"))

    (turn,) = (one.since(60_000) for one in turns.turns(told, []))
    (before,) = (one.since(61_500) for one in turns.turns(told, []))

    assert (turn.start_ms, turn.end_ms, turn.word_starts) == (1_000, 1_750, (0, 400))
    assert (before.start_ms, before.end_ms) == (0, 250)


def test_talking_at_once_is_seen_and_a_nod_of_the_voice_is_not() -> None:
    agent = said(Side.AGENT, 0, "a b c d e f")
    caller = said(Side.CALLER, 1_000, "mutta mutta")
    nod = said(Side.CALLER, 100, "joo")

    assert turns.overlaps([agent, caller, nod]) == [Overlap(1_000, 1_750)]


stretches = st.lists(
    st.builds(
        lambda side, start, length: Segment(side, "fi", start, start + length, (), frozenset()),
        st.sampled_from(Side),
        st.integers(0, 9_000),
        st.integers(0, 4_000),
    ),
    max_size=12,
)


@given(stretches)
def test_each_two_that_talk_at_once_are_found_however_many_talk(segments: list[Segment]) -> None:
    agents = [one for one in segments if one.side is Side.AGENT]
    callers = [one for one in segments if one.side is Side.CALLER]
    pairs = [
        (max(one.start_ms, other.start_ms), min(one.end_ms, other.end_ms))
        for one in agents
        for other in callers
    ]

    found = [(one.start_ms, one.end_ms) for one in turns.overlaps(segments)]

    assert sorted(found) == sorted(pair for pair in pairs if pair[1] - pair[0] >= turns.NOD_MS)
    assert [start for start, _ in found] == sorted(start for start, _ in found)


@given(
    st.lists(st.tuples(st.sampled_from(Side), st.integers(0, 5_000), st.integers(0, 3_000))),
    st.integers(0, 9_000),
    st.integers(0, 800),
)
def test_a_word_is_covered_by_the_first_span_that_lies_on_its_middle(
    told: list[tuple[Side, int, int]], start_ms: int, length_ms: int
) -> None:
    spans = [
        masking.Span(masking.Kind.NAME, side, 0, 0, at, at + length, 1.0, Source.PERSON)
        for side, at, length in told
    ]
    word = Word("sana", start_ms, start_ms + length_ms, 0.9)
    middle = start_ms + length_ms / 2

    for side in Side:
        first = next(
            (s for s in spans if s.side is side and s.start_ms <= middle <= s.end_ms), None
        )
        assert Covering(spans).of(word, side) is first
