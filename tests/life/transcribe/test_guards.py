"""What no person says is flagged; what people do say is not."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.life.transcribe import guards
from talteen.life.transcribe.masking import numerals
from talteen.life.transcribe.speech import HeardSegment
from talteen.life.transcribe.words import Flag, Word

syllables = st.text("aeioukltnrs", min_size=1, max_size=6)


def heard(
    text: str, *, word_ms: int = 350, avg_logprob: float = -0.3, no_speech: float = 0.1
) -> HeardSegment:
    each = tuple(
        Word(word, n * word_ms, (n + 1) * word_ms, 0.8) for n, word in enumerate(text.split())
    )
    raw = text.encode()
    compression = len(raw) / len(zlib.compress(raw))
    return HeardSegment(0, len(each) * word_ms, each, avg_logprob, no_speech, compression)


@pytest.mark.parametrize(
    "text",
    [
        "Myyntipalvelu, Anna puhelimessa, hyvää päivää.",
        "nolla viisi nolla, viisi viisi viisi, nolla yksi, yksi kaksi",
        "Ja, ja, ja, det går bra. Tack så mycket, hej då!",
        "0, 4, 4, 1, 6, 3, 2, 9, 6, 0, 1, 4, 7",
        "That's W-H-I-T-C-O-M-B-E. Thank you, a confirmation is on its way.",
        "Kuolinpesän sähköpostiosoite on lomakiinteistöosakeyhtiönhallitus@example.fi",
        "Onko kokoustilan isolla näytöllä myös tekstitys, jos joku meidän puhujista "
        "puhuu pelkkää englantia koko päivän?",
    ],
)
def test_what_people_say_is_shown(text: str) -> None:
    segment = heard(text)

    assert guards.flags(segment) == frozenset()


@given(
    st.lists(syllables.filter(lambda word: not numerals.is_digit(word)), min_size=1, max_size=4),
    st.integers(4, 12),
)
def test_four_times_the_same_in_a_row_is_a_loop(phrase: list[str], times: int) -> None:
    before, after = "tässä numero ", " kiitos"

    text = before + " ".join([*phrase] * times) + after

    assert guards.loops(text)
    assert Flag.REPETITION in guards.flags(heard(text))


@pytest.mark.parametrize("zero", ["nolla", "noll", "zero", "0", "nola"])
def test_the_zeros_of_an_account_are_no_loop_and_more_than_a_number_has_are(zero: str) -> None:
    account = heard(" ".join(["yhdeksän", "neljä", *[f"{zero},"] * 9, "seitsemän"]))
    endless = heard(" ".join([zero] * 17))

    assert guards.flags(account) == frozenset()
    assert Flag.REPETITION in guards.flags(endless)


@given(syllables, st.integers(1, 60))
def test_one_word_in_circles_is_a_loop_once_it_is_longer_than_words_are(
    syllable: str, times: int
) -> None:
    word = syllable * times

    is_loop = guards.loops(f"numero on {word}")

    stuck = len(set(word)) == 1 and word.isalpha() and len(word) >= 12
    assert is_loop == (len(word) > 40 or stuck)


def test_a_letter_that_does_not_end_is_a_loop_and_a_held_sound_or_a_number_is_none() -> None:
    assert guards.loops("etukäteen neljä ukuuuuuuuuuuuuuuuuuuuuuu")  # by the small model
    assert not guards.loops("hmmmmmmmm joo 4111111111111111")


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60, unique=True))
def test_words_that_never_come_again_are_no_loop(numbers: list[int]) -> None:
    text = " ".join(str(number) for number in numbers)

    assert not guards.loops(text)


def test_a_doubted_segment_is_hidden_only_where_its_words_are_doubted_too() -> None:
    text = "Kiitos hei hei."

    music = guards.flags(heard(text, no_speech=0.81, avg_logprob=-0.78))
    sure = guards.flags(heard(text, no_speech=0.81, avg_logprob=-0.4))
    mumbled = guards.flags(heard(text, no_speech=0.3, avg_logprob=-0.9))

    assert (music, sure, mumbled) == (frozenset({Flag.NO_SPEECH}), frozenset(), frozenset())


def test_words_that_the_engine_believes_nowhere_are_guesses() -> None:
    text = "varaisin huoneen kahdelle"

    assert Flag.GUESSED in guards.flags(heard(text, avg_logprob=-1.3))
    assert guards.flags(heard(text, avg_logprob=-1.1)) == frozenset()
    assert guards.doubted(heard(text, avg_logprob=-0.8))
    assert guards.doubted(heard(text, no_speech=0.4))
    assert not guards.doubted(heard(text))


def test_nobody_speaks_faster_than_six_words_a_second() -> None:
    text = "tämä puhelu tallennetaan laadun turvaamiseksi"

    assert Flag.TOO_FAST in guards.flags(heard(text, word_ms=160))
    assert Flag.TOO_FAST not in guards.flags(heard(text, word_ms=170))
    assert Flag.TOO_FAST not in guards.flags(heard("joo kyllä", word_ms=100))


def test_words_without_a_place_in_the_sound_are_hidden() -> None:
    placed, placeless = Word("kyllä", 0, 300, 0.9), Word("kiitos", 300, 300, 0.2)

    def of(*words: Word) -> HeardSegment:
        return HeardSegment(0, 2000, words, -0.3, 0.1, 1.0)

    assert Flag.ZERO_DURATION in guards.flags(of(placed, placeless))
    assert Flag.ZERO_DURATION in guards.flags(of())
    assert Flag.ZERO_DURATION not in guards.flags(of(placed, placed, placeless))


def test_a_text_that_shrinks_too_well_goes_in_circles() -> None:
    circling = heard("huone kahdelle ja aamiainen, huone kahdelle ja sauna, " * 4)

    assert circling.compression > guards.COMPRESSION_OVER
    assert Flag.COMPRESSION in guards.flags(circling)


@pytest.mark.parametrize(
    "text",
    [
        "Tekstitys: Yleisradio",
        "Suomennos Matti Meikäläinen",
        "Kiitos kun katsoit!",
        "Undertexter från Amara.org-gemenskapen",
        "Tack för att ni tittade!",
        "Svensktextning.nu",
        "Thank you so much for watching!",
        "Subtitles by the community",
    ],
)
def test_the_credits_of_films_are_hidden(text: str) -> None:
    assert guards.flags(heard(text)) == frozenset({Flag.CREDITS})
