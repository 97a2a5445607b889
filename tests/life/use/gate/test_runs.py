"""Five words in a row of a call never pass, however they are written."""

from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.life.transcribe.said import RUN, words_of
from talteen.life.use.gate import runs
from talteen.life.use.gate.runs import Runs

KEY = bytes(range(32))
SAID = words_of("Joo, kolme vuorokautta ennen on maksuton, ja sen jälkeen puolet.".split())


def met(text: str) -> list[str]:
    own = Runs(runs.read(text), KEY)
    return own.passages(own.met_by(SAID))


def test_a_quotation_is_found_without_case_marks_and_hyphens() -> None:
    assert met("Älä lupaa ”KOLME vuorokautta, ennen: on – maksuton”, jos") == [
        "KOLME vuorokautta, ennen: on – maksuton"
    ]
    assert met("kolme vuorokautta ennen on täysin maksuton") == []
    assert met("kolme vuorokautta ennen on") == []


def test_runs_that_meet_are_told_as_one_and_others_apart() -> None:
    assert met("maksuton ja sen jälkeen puolet, tai kolme vuorokautta ennen on maksuton ja") == [
        "maksuton ja sen jälkeen puolet",
        "kolme vuorokautta ennen on maksuton ja",
    ]


@given(
    before=st.lists(st.sampled_from("aa bb cc".split()), max_size=4),
    after=st.lists(st.sampled_from("dd ee ff".split()), max_size=4),
    place=st.integers(0, len(SAID) - RUN),
)
@settings(max_examples=60)
def test_any_five_words_are_found_wherever_they_stand(
    before: list[str], after: list[str], place: int
) -> None:
    quoted = SAID[place : place + RUN]

    assert met(" ".join([*before, *quoted, *after]).title())
    assert not met(" ".join([*before, *quoted[:-1], *after]))


def test_what_is_held_is_no_word() -> None:
    own = Runs(runs.read("kolme vuorokautta ennen on maksuton"), KEY)

    assert all(len(one) == 16 for one in own._places)
    assert Runs(runs.read("kolme vuorokautta ennen on maksuton"), bytes(32))._places != own._places


def test_what_has_passed_before_is_not_sought_and_what_is_new_is() -> None:
    before = runs.read("Kerro: kolme vuorokautta ennen on maksuton.")
    own = Runs(before, KEY, [before])
    assert own.empty
    assert own.met_by(SAID) == set()

    more = runs.read(f"{before.whole} ja sen jälkeen puolet")
    again = Runs(more, KEY, [before])
    assert not again.empty
    # The run that begins in the old words and ends in the new ones is new.
    assert again.passages(again.met_by(SAID)) == [
        "vuorokautta ennen on maksuton. ja sen jälkeen puolet"
    ]
