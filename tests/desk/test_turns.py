"""A transcript on a page: turns in the order of time, unsure words marked, gaps named."""

from talteen.desk import turns
from talteen.desk.turns import Kind, Overlap
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


def test_turns_and_marks_stand_in_the_order_of_time() -> None:
    told = transcript(
        said(Side.CALLER, 5_000, "Saanko huoneen"),
        said(Side.AGENT, 0, "Hyvää päivää"),
    )
    pause = Mark("pause", 2_000, 4_000)

    shown = turns.turns(told, [pause])

    assert [turn.kind for turn in shown] == [Kind.AGENT, Kind.EVENT, Kind.CALLER]
    assert [turn.anchor for turn in shown] == ["t0", "t2", "t5"]


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

    assert turn.times == "0 400 800"
    assert len(turn.times.split()) == len(" ".join(piece.text for piece in turn.pieces).split())


def test_talking_at_once_is_seen_and_a_nod_of_the_voice_is_not() -> None:
    agent = said(Side.AGENT, 0, "a b c d e f")
    caller = said(Side.CALLER, 1_000, "mutta mutta")
    nod = said(Side.CALLER, 100, "joo")

    assert turns.overlaps([agent, caller, nod]) == [Overlap(1_000, 1_750)]
