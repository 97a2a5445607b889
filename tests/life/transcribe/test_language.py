"""The line's language is written; another one is only said to be likelier where all speaks for it.

The probabilities are what the small model said of spoken calls over A-law.
"""

import pytest

from talteen.life.transcribe import language
from talteen.life.transcribe.language import UnknownLanguage
from talteen.life.transcribe.words import Flag, Segment, Side, Word

FINNISH = {"fi": 0.996, "en": 0.0001, "sv": 0.0001}
ACCENTED_SWEDISH = {"la": 0.747, "en": 0.068, "sv": 0.0002, "fi": 0.0001}
ENGLISH = {"en": 0.977, "fi": 0.0001, "sv": 0.0001}

FINNISH_AS_FINNISH = (
    "hotelien ja ravintoloiden myyntipalvelu tämä puhelu tallennetaan laadun ja osapuolten "
    "oikeuksien turvaamiseksi"
)
FINNISH_AS_SWEDISH = (
    "hotellien ja ravintoloiden myntipalvelu tämma poheru tallenetan ladun ja osapuolten och"
)


def heard(text: str, *, flagged: bool = False) -> list[Segment]:
    each = tuple(Word(word, n, n + 1, 0.9) for n, word in enumerate(text.split()))
    flags = frozenset({Flag.REPETITION} if flagged else ())
    return [Segment(Side.AGENT, "fi", 0, 10, each, flags)]


def test_the_prior_is_written_whatever_the_model_hears() -> None:
    assert language.chosen("sv", FINNISH) == "sv"


def test_without_a_prior_of_ours_the_model_must_be_sure() -> None:
    assert language.chosen("de", ENGLISH) == "en"
    for doubtful in (ACCENTED_SWEDISH, {}):
        with pytest.raises(UnknownLanguage):
            language.chosen("de", doubtful)


def test_the_model_is_asked_only_where_the_words_do_not_speak_for_themselves() -> None:
    assert not language.doubtful("fi", heard(FINNISH_AS_FINNISH))
    assert not language.doubtful("sv", heard("ja det går bra"))
    assert language.doubtful("sv", heard(FINNISH_AS_SWEDISH))
    assert language.doubtful("en", heard("the station and the station", flagged=True))


def test_finnish_on_the_swedish_line_is_noticed() -> None:
    assert language.likelier("sv", FINNISH, heard(FINNISH_AS_SWEDISH)) == "fi"


def test_finnish_that_english_made_a_loop_of_is_noticed() -> None:
    loop = "the main station and the main station and the main station and the railway"

    assert language.likelier("en", FINNISH, heard(loop, flagged=True)) == "fi"


def test_nobody_is_told_of_another_language_on_a_weak_ground() -> None:
    # An accent: no language of ours is sure.
    assert language.likelier("sv", ACCENTED_SWEDISH, heard("ja det går bra")) == ""
    # The words are the prior's: the model that heard them may think what it likes.
    assert language.likelier("fi", ENGLISH, heard(FINNISH_AS_FINNISH)) == ""
    assert language.likelier("fi", FINNISH, heard(FINNISH_AS_FINNISH)) == ""
